package file

import (
	"context"
	"sync"

	"kith/internal/contact"
)

// queue collects the writes that arrive while others are being carried out, so
// that they share the next replacement. D is what a write is applied to.
type queue[D any] struct {
	name   string          // of what is written, for messages
	commit func([]*job[D]) // carries out a batch; each job gets an answer

	mu      sync.Mutex
	waiting []*job[D]
	working bool
	workers sync.WaitGroup
}

// job is one write. change is applied to the records at hand; the answer stands
// when done is closed, which is after it is durable.
type job[D any] struct {
	change func(D) (contact.Record, error)
	answer contact.Record
	err    error
	done   chan struct{}
}

// submit waits until a write has been carried out. A caller who gives up while
// the write waits takes it back; later nobody knows.
func (q *queue[D]) submit(ctx context.Context, change func(D) (contact.Record, error)) (contact.Record, error) {
	if ctx.Err() != nil {
		return contact.Record{}, stopped(ctx.Err())
	}
	j := &job[D]{change: change, done: make(chan struct{})}
	q.mu.Lock()
	q.waiting = append(q.waiting, j)
	if !q.working {
		q.working = true
		q.workers.Go(q.work)
	}
	q.mu.Unlock()
	select {
	case <-j.done:
		return j.answer, j.err
	case <-ctx.Done():
	}
	if q.withdraw(j) {
		return contact.Record{}, stopped(ctx.Err())
	}
	return contact.Record{}, contact.Fail(contact.Uncertain, "write %s: %w", q.name, ctx.Err())
}

// withdraw takes a job back, false where it has been begun.
func (q *queue[D]) withdraw(j *job[D]) bool {
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
func (q *queue[D]) work() {
	for {
		q.mu.Lock()
		batch := q.waiting
		q.waiting = nil
		if len(batch) == 0 {
			q.working = false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		q.commit(batch)
		for _, j := range batch {
			close(j.done)
		}
	}
}

// fail gives all jobs of a batch the same error.
func fail[D any](batch []*job[D], err error) {
	for _, j := range batch {
		j.answer, j.err = contact.Record{}, err
	}
}
