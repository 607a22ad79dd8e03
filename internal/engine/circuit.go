package engine

import (
	"context"
	"slices"
	"sync"

	"kith/internal/contact"
)

// circuit is one round of a run: every place that is not paused is visited once.
type circuit struct {
	e    *Engine
	r    *run
	o    SyncOptions
	dead map[string]bool // places that could not go on

	mu          sync.Mutex
	worked, cut bool
}

// abreast is how many places a run writes to at a time. What is shown or approved
// beforehand is done in the order in which it is shown.
func (e *Engine) abreast() int {
	if e.dry || e.OnlyActions != nil {
		return 1
	}
	return max(1, e.Abreast)
}

// all visits the places. In the first round the named ones are read, one after the
// other, so that the same places always give the same contacts; later rounds only
// fold and write, which no place has to wait for another with. Where places are
// written abreast, the first round leaves what is to be written to the second:
// then the last place that is read need not wait either. A preview does the same,
// so that it shows the writes that will be done.
//
// Records are made in one place after the other: what a system adds to a record when
// it is made, a number or a default, goes with it into the next.
func (c *circuit) all(ctx context.Context, first bool) {
	abreast := c.e.abreast()
	if first || abreast == 1 || c.e.makes(ctx) {
		for _, name := range c.e.Book.Running() {
			c.visit(ctx, name, first && c.e.Abreast > 1)
		}
		return
	}
	var group sync.WaitGroup
	free := make(chan struct{}, abreast)
	for _, name := range c.e.Book.Running() {
		free <- struct{}{}
		group.Go(func() {
			c.visit(ctx, name, false)
			<-free
		})
	}
	group.Wait()
}

func (c *circuit) visit(ctx context.Context, name string, readFirst bool) {
	if ctx.Err() != nil || c.isDead(name) {
		return
	}
	look := len(c.o.Places) == 0 || slices.Contains(c.o.Places, name)
	v := c.e.visit(ctx, name, c.r, visitOptions{look: look, full: c.o.Full, readFirst: readFirst})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.worked, c.cut = c.worked || v.Worked, c.cut || v.Cut
	if !v.Stop.IsZero() {
		c.dead[name] = true
	}
}

func (c *circuit) isDead(name string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dead[name]
}

// makes reports whether a record is to be made somewhere now, as far as the first
// writes of each place show.
func (e *Engine) makes(ctx context.Context) bool {
	for _, place := range e.Book.Running() {
		for _, kind := range contact.Kinds {
			if !e.Book.Runs(place, kind) {
				continue
			}
			due, err := e.Store.Due(ctx, place, kind, e.Now(), 0, e.Batch)
			if err != nil || slices.ContainsFunc(due, func(l contact.Link) bool { return l.Remote == "" }) {
				return true // an error is met again by the visit, which says whose it is
			}
		}
	}
	return false
}

// hasDue reports whether something is to be written at a place now.
func (e *Engine) hasDue(ctx context.Context, place string) (bool, error) {
	for _, kind := range contact.Kinds {
		if !e.Book.Runs(place, kind) {
			continue
		}
		due, err := e.Store.Due(ctx, place, kind, e.Now(), 0, 1)
		if err != nil || len(due) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
