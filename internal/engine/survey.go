package engine

import (
	"context"

	"kith/internal/contact"
)

// Share is how many records of one place take part, and why the others do not.
type Share struct {
	Place   string
	Kind    contact.Kind
	Records int
	Part    int
	Out     map[string]int // by reason code
}

// Survey reads every place as a first run would and counts who takes part. It
// starts from o.Store, which is an empty one, writes nothing to any system and
// leaves no trace.
func Survey(ctx context.Context, o Options) ([]Share, map[string]contact.Reason, error) {
	over := newOverlay(o.Store)
	e, err := New(ctx, o.dryOver(over))
	if err != nil {
		return nil, nil, err
	}
	r, err := e.beginRun(ctx, "check")
	if err != nil {
		return nil, nil, err
	}
	for _, work := range []func(*site, context.Context, contact.Kind) error{(*site).surveyed, (*site).reread} {
		for _, name := range e.Book.Running() {
			if _, stopped := r.stopped()[name]; stopped {
				continue
			}
			if err := e.survey(ctx, name, r, work); err != nil {
				e.stopped(ctx, r, nil, name, err)
			}
		}
	}
	return over.shares(e), r.stopped(), ctx.Err()
}

// survey opens a place and does work for each of its kinds.
func (e *Engine) survey(ctx context.Context, name string, r *run, work func(*site, context.Context, contact.Kind) error) error {
	s, err := e.site(ctx, name)
	if err != nil {
		return err
	}
	s.run = r
	if s.place, err = e.Store.Take(ctx, name, s.system, e.Holder, leaseTime); err != nil {
		return err
	}
	for _, kind := range s.kinds() {
		if err := work(s, ctx, kind); err != nil {
			return err
		}
	}
	return nil
}

// surveyed reads a kind and folds it; a brake that would stop it is a reason
// to stop here too.
func (s *site) surveyed(ctx context.Context, kind contact.Kind) error {
	_, err := s.take(ctx, kind, visitOptions{look: true, full: true})
	return err
}

// shares counts the links that a survey made.
func (o *overlay) shares(e *Engine) []Share {
	var out []Share
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, place := range e.Book.Running() {
		for _, kind := range contact.Kinds {
			if !e.Book.Runs(place, kind) {
				continue
			}
			share := Share{Place: place, Kind: kind, Out: map[string]int{}}
			for _, link := range o.links {
				if link.Place != place || link.Kind != kind || !link.Live() {
					continue
				}
				share.Records++
				if link.Party != "" && !link.Out {
					share.Part++
				} else {
					share.Out[link.Problem.Code]++
				}
			}
			out = append(out, share)
		}
	}
	return out
}
