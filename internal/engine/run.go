package engine

import (
	"context"
	"sync"
	"time"

	"kith/internal/contact"
)

// run counts what happens at each place from its begin to its end.
type run struct {
	ID    int64
	cause string
	start time.Time

	mu     sync.Mutex
	counts map[string]contact.Counts
	stops  map[string]contact.Reason
}

func (e *Engine) beginRun(ctx context.Context, cause string) (*run, error) {
	now := e.Now()
	id, err := e.Store.BeginRun(ctx, cause, now)
	if err != nil {
		return nil, err
	}
	return &run{ID: id, cause: cause, start: now, counts: map[string]contact.Counts{}, stops: map[string]contact.Reason{}}, nil
}

func (r *run) add(place string, change func(*contact.Counts)) contact.Counts {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := r.counts[place]
	change(&c)
	r.counts[place] = c
	return c
}

func (r *run) read(place string, n int) int {
	return r.add(place, func(c *contact.Counts) { c.Read += n }).Read
}
func (r *run) changed(place string, n int) { r.add(place, func(c *contact.Counts) { c.Changed += n }) }
func (r *run) linked(place string, n int)  { r.add(place, func(c *contact.Counts) { c.Linked += n }) }
func (r *run) failed(place string, n int)  { r.add(place, func(c *contact.Counts) { c.Failed += n }) }
func (r *run) waiting(place string, n int) { r.add(place, func(c *contact.Counts) { c.Waiting += n }) }

func (r *run) wrote(place string, op contact.Op) {
	r.add(place, func(c *contact.Counts) {
		switch op {
		case contact.Create:
			c.Created++
		case contact.Update:
			c.Updated++
		case contact.Remove:
			c.Removed++
		}
	})
}

// stop notes why a place did not go on; the first reason counts.
func (r *run) stop(place string, why contact.Reason) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.stops[place]; !known {
		r.stops[place] = why
	}
}

func (r *run) stopped() map[string]contact.Reason {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]contact.Reason, len(r.stops))
	for place, why := range r.stops {
		out[place] = why
	}
	return out
}

// row is the run as it is stored.
func (r *run) row(ended time.Time) contact.Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	row := contact.Run{ID: r.ID, Cause: r.cause, Started: r.start, Ended: ended, Counts: map[string]contact.Counts{}}
	for place, c := range r.counts {
		row.Counts[place] = c
	}
	for _, place := range contact.Fields(reasonTexts(r.stops)).Names() {
		row.Problem = r.stops[place]
		break
	}
	return row
}

func reasonTexts(reasons map[string]contact.Reason) map[string]string {
	out := map[string]string{}
	for place, why := range reasons {
		out[place] = why.Code
	}
	return out
}

func (r *run) writes() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.counts {
		n += c.Writes()
	}
	return n
}
