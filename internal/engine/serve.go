package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"kith/internal/contact"
)

// Waker says "place X, now". It is only an alarm clock: what there is to do
// stands in the store.
type Waker interface {
	// Next waits until a place has to be visited; look says that its schedule
	// wants it read. The error is the context's.
	Next(ctx context.Context) (place string, look bool, err error)
	// Rest tells that a visit has ended, and how.
	Rest(place string, v Visit)
}

// Serve visits places whenever the waker says so, as many at a time as there
// are workers, until ctx ends. It returns when the last visit has come to a
// safe point.
func (e *Engine) Serve(ctx context.Context, w Waker, workers int) error {
	if err := e.learnListings(ctx); err != nil {
		return err
	}
	var group sync.WaitGroup
	defer group.Wait()
	busy := make(chan struct{}, max(1, workers))
	for {
		place, look, err := w.Next(ctx)
		if err != nil {
			return nil // the context ended: a clean stop
		}
		busy <- struct{}{}
		group.Go(func() {
			defer func() { <-busy }()
			w.Rest(place, e.serveVisit(ctx, place, look))
		})
	}
}

// serveVisit is one visit with a run of its own.
func (e *Engine) serveVisit(ctx context.Context, place string, look bool) Visit {
	r, err := e.beginRun(ctx, "serve")
	if err != nil {
		return Visit{Stop: contact.Because(contact.CodeStopped, place, err.Error()), Err: err}
	}
	v := e.visit(ctx, place, r, visitOptions{look: look})
	if err := e.Store.SaveRun(context.WithoutCancel(ctx), r.row(e.Now())); err != nil {
		e.Log.Error("store the run", "place", place, "error", err)
	}
	return v
}

// HasWork reports whether a place has something to settle, fold or write now.
func (e *Engine) HasWork(ctx context.Context, place string) (bool, error) {
	now := e.Now()
	intents, err := e.Store.Intents(ctx, place, 0, e.Batch)
	if err != nil || slices.ContainsFunc(intents, func(l contact.Link) bool {
		return e.Book.Runs(place, l.Kind) && !l.NotBefore.After(now)
	}) {
		return err == nil, err
	}
	for _, kind := range contact.Kinds {
		if e.Book.Runs(place, kind) && e.readings.isWanted(rowKey{place, kind}) {
			return true, nil
		}
	}
	if due, err := e.hasDue(ctx, place); err != nil || due {
		return due, err
	}
	released, err := e.Store.Released(ctx, place)
	return len(released) > 0, err
}

// Alarm is the waker of a single process: it knows the schedules, asks the
// store for work once a second, and leaves a place that cannot be reached
// alone for longer and longer.
type Alarm struct {
	Places   []string
	Schedule func(place string, last time.Time) time.Time // when to read it next; zero: by hand
	HasWork  func(ctx context.Context, place string) (bool, error)
	Now      func() time.Time
	Wait     func(context.Context, time.Duration) error

	mu   sync.Mutex
	beds map[string]*bed
}

// bed is where a place rests between visits.
type bed struct {
	away   bool      // being visited
	looked time.Time // when it was last read
	until  time.Time // not before
	failed int       // visits in a row that could not go on
}

const (
	pollEvery    = time.Second
	shortestRest = 15 * time.Second
	longestRest  = 15 * time.Minute
)

// Next implements Waker.
func (a *Alarm) Next(ctx context.Context) (place string, look bool, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return "", false, err
		}
		if place, look, ok := a.pick(ctx); ok {
			return place, look, nil
		}
		if err := a.Wait(ctx, pollEvery); err != nil {
			return "", false, err
		}
	}
}

func (a *Alarm) pick(ctx context.Context) (string, bool, bool) {
	now := a.Now()
	for _, place := range a.Places {
		a.mu.Lock()
		if a.beds == nil {
			a.beds = map[string]*bed{}
		}
		if a.beds[place] == nil {
			a.beds[place] = &bed{}
		}
		b := *a.beds[place]
		a.mu.Unlock()
		if b.away || b.until.After(now) {
			continue
		}
		next := a.Schedule(place, b.looked)
		look := !next.IsZero() && !next.After(now)
		if !look {
			if work, err := a.HasWork(ctx, place); err != nil || !work {
				continue
			}
		}
		a.mu.Lock()
		a.beds[place].away = true
		if look {
			a.beds[place].looked = now
		}
		a.mu.Unlock()
		return place, look, true
	}
	return "", false, false
}

// Rest implements Waker.
func (a *Alarm) Rest(place string, v Visit) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b := a.beds[place]
	b.away = false
	if v.Stop.IsZero() {
		b.failed, b.until = 0, time.Time{}
		return
	}
	rest := min(shortestRest<<min(b.failed, 6), longestRest)
	b.failed++
	b.until = a.Now().Add(rest)
	if v.Err != nil {
		b.looked = time.Time{} // what it could not read is still to be read
	}
}
