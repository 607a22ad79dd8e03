package file

import (
	"context"
	"sync"

	"kith/internal/contact"
)

// queue collects the writes that arrive while a file is being replaced, so
// that they share the next replacement.
type queue struct {
	mu      sync.Mutex
	waiting []*job
	working bool
	workers sync.WaitGroup
}

// job is one write. change is applied to the rows at hand; the answer stands
// when done is closed, which is after the new file is durable.
type job struct {
	change func(*draft) (contact.Record, error)
	answer contact.Record
	err    error
	done   chan struct{}
}

// submit waits until a write has been carried out. A caller who gives up while
// the write waits takes it back; later nobody knows.
func (c *collection) submit(ctx context.Context, change func(*draft) (contact.Record, error)) (contact.Record, error) {
	if ctx.Err() != nil {
		return contact.Record{}, stopped(ctx.Err())
	}
	j := &job{change: change, done: make(chan struct{})}
	c.queue.mu.Lock()
	c.queue.waiting = append(c.queue.waiting, j)
	if !c.queue.working {
		c.queue.working = true
		c.queue.workers.Go(c.work)
	}
	c.queue.mu.Unlock()
	select {
	case <-j.done:
		return j.answer, j.err
	case <-ctx.Done():
	}
	if c.queue.withdraw(j) {
		return contact.Record{}, stopped(ctx.Err())
	}
	return contact.Record{}, contact.Fail(contact.Uncertain, "write %s: %w", c.name(), ctx.Err())
}

// withdraw takes a job back, false where it has been begun.
func (q *queue) withdraw(j *job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.waiting {
		if w == j {
			q.waiting = append(q.waiting[:i:i], q.waiting[i+1:]...)
			return true
		}
	}
	return false
}

// work carries out what waits, batch by batch, until nothing does.
func (c *collection) work() {
	for {
		c.queue.mu.Lock()
		batch := c.queue.waiting
		c.queue.waiting = nil
		if len(batch) == 0 {
			c.queue.working = false
			c.queue.mu.Unlock()
			return
		}
		c.queue.mu.Unlock()
		c.commit(batch)
		for _, j := range batch {
			close(j.done)
		}
	}
}
