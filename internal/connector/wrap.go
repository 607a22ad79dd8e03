package connector

import (
	"context"
	"log/slog"
	"time"

	"kith/internal/contact"
)

// Manners are the same for every kind of system; see Wrap.
type Manners struct {
	Pace     Pace
	Timeout  time.Duration  // per request, or without progress of a listing; 0: a minute, negative: none
	Tries    int            // attempts of a read; 0: 4
	Patience time.Duration  // the longest wait for one call's sake; 0: 30 s
	ReadOnly bool           // nothing is written
	Log      *slog.Logger   // nil: no log
	Random   func() float64 // in [0, 1), for the spread of waits; nil: none
}

const (
	defaultTimeout  = time.Minute
	defaultTries    = 4
	defaultPatience = 30 * time.Second
)

// Wrap gives a system the manners that all share. From the outside in:
// writes are refused where the system is read only; reads, and only reads,
// are tried again; every request keeps the pace and what the system asked us
// to wait; it is logged; it has a time limit. It is a Checker where s is one, and
// connectors that are opened have Lister, Finder and Marking exactly where those
// of s have.
func Wrap(s System, m Manners) System {
	if m.Timeout == 0 {
		m.Timeout = defaultTimeout
	}
	if m.Tries == 0 {
		m.Tries = defaultTries
	}
	if m.Patience == 0 {
		m.Patience = defaultPatience
	}
	if m.Random == nil {
		m.Random = func() float64 { return 0 }
	}
	chain := limitTime(m.Timeout)
	if m.Log != nil {
		chain = logRequest(m.Log, chain)
	}
	chain = keepPace(m.Pace, m.Patience, chain)
	chain = retryReads(m, chain)
	chain = settle(chain)
	if m.ReadOnly {
		chain = refuseWrites(chain)
	}
	w := &wrappedSystem{inner: s, call: chain, readOnly: m.ReadOnly}
	if c, ok := s.(Checker); ok {
		return &wrappedChecker{w, c}
	}
	return w
}

// operation is one call as the manners see it.
type operation struct {
	name   string
	kind   contact.Kind
	writes bool

	// alive tells the time limit that a long listing goes on. The limit sets
	// it before it makes the request.
	alive func()
}

// request makes the call itself.
type request func(context.Context) error

// manner makes a request in a certain way.
type manner func(ctx context.Context, op *operation, do request) error

// wrappedSystem is a system with manners.
type wrappedSystem struct {
	inner    System
	call     manner
	readOnly bool
}

func (w *wrappedSystem) Abilities() Abilities {
	a := w.inner.Abilities()
	a.ReadOnly = a.ReadOnly || w.readOnly
	return a
}

func (w *wrappedSystem) Places(ctx context.Context) (places []string, err error) {
	err = w.call(ctx, &operation{name: "places"}, func(ctx context.Context) (err error) {
		places, err = w.inner.Places(ctx)
		return err
	})
	return places, err
}

func (w *wrappedSystem) Open(ctx context.Context, place string) (Connector, error) {
	var inner Connector
	err := w.call(ctx, &operation{name: "open"}, func(ctx context.Context) (err error) {
		inner, err = w.inner.Open(ctx, place)
		return err
	})
	if err != nil {
		return nil, err
	}
	c := &wrapped{inner: inner, call: w.call}
	var (
		lister  Lister
		finder  Finder
		marking Marking
	)
	if l, ok := inner.(Lister); ok {
		lister = &wrappedLister{l, w.call}
	}
	if f, ok := inner.(Finder); ok {
		finder = &wrappedFinder{f, w.call}
	}
	if m, ok := inner.(Marking); ok {
		marking = &wrappedMarking{m, w.call}
	}
	return With(c, lister, finder, marking), nil
}

func (w *wrappedSystem) Close() error { return w.inner.Close() }

// wrappedChecker is a system with manners that can test its places.
type wrappedChecker struct {
	*wrappedSystem
	checker Checker
}

func (w *wrappedChecker) Check(ctx context.Context, place string) (steps []Step, err error) {
	err = w.call(ctx, &operation{name: "check"}, func(ctx context.Context) (err error) {
		steps, err = w.checker.Check(ctx, place)
		return err
	})
	return steps, err
}

// wrapped is a connector with manners.
type wrapped struct {
	inner Connector
	call  manner
}

func (w *wrapped) Account() string { return w.inner.Account() }

func (w *wrapped) Describe(ctx context.Context, kind contact.Kind) (shape Shape, err error) {
	err = w.call(ctx, &operation{name: "describe", kind: kind}, func(ctx context.Context) (err error) {
		shape, err = w.inner.Describe(ctx, kind)
		return err
	})
	return shape, err
}

func (w *wrapped) Pull(ctx context.Context, kind contact.Kind, cursor string) (page Page, err error) {
	err = w.call(ctx, &operation{name: "pull", kind: kind}, func(ctx context.Context) (err error) {
		page, err = w.inner.Pull(ctx, kind, cursor)
		return err
	})
	return page, err
}

func (w *wrapped) Get(ctx context.Context, kind contact.Kind, id string) (r contact.Record, err error) {
	err = w.call(ctx, &operation{name: "get", kind: kind}, func(ctx context.Context) (err error) {
		r, err = w.inner.Get(ctx, kind, id)
		return err
	})
	return r, err
}

func (w *wrapped) Put(ctx context.Context, r contact.Record) (answer contact.Record, err error) {
	err = w.call(ctx, &operation{name: "put", kind: r.Kind, writes: true}, func(ctx context.Context) (err error) {
		answer, err = w.inner.Put(ctx, r)
		return err
	})
	return answer, err
}

func (w *wrapped) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	return w.call(ctx, &operation{name: "remove", kind: kind, writes: true}, func(ctx context.Context) error {
		return w.inner.Remove(ctx, kind, id, version)
	})
}

type wrappedLister struct {
	inner Lister
	call  manner
}

// List may repeat ids when it is tried again. What the caller's function says
// ends it and is no matter of manners.
func (w *wrappedLister) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	op := &operation{name: "list", kind: kind}
	var stop error
	err := w.call(ctx, op, func(ctx context.Context) error {
		err := w.inner.List(ctx, kind, func(id, version string) error {
			op.alive()
			stop = each(id, version)
			return stop
		})
		if stop != nil {
			return nil
		}
		return err
	})
	if stop != nil {
		return stop
	}
	return err
}

type wrappedFinder struct {
	inner Finder
	call  manner
}

func (w *wrappedFinder) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) (found []contact.Record, err error) {
	err = w.call(ctx, &operation{name: "find", kind: kind}, func(ctx context.Context) (err error) {
		found, err = w.inner.Find(ctx, kind, marker, key)
		return err
	})
	return found, err
}

type wrappedMarking struct {
	inner Marking
	call  manner
}

func (w *wrappedMarking) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (r contact.Record, err error) {
	err = w.call(ctx, &operation{name: "mark", kind: kind, writes: true}, func(ctx context.Context) (err error) {
		r, err = w.inner.Mark(ctx, kind, id, version, marker)
		return err
	})
	return r, err
}
