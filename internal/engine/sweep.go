package engine

import (
	"context"
	"fmt"

	"kith/internal/contact"
)

type rowKey struct {
	place string
	kind  contact.Kind
}

// sweep holds all parties of a kind against a place whose row is new or has
// changed, and marks what it lacks of them. Listed is committed under the
// lock, so that from then on every other commit marks this place itself; what
// came before is marked here, again from the start should the process die.
func (s *site) sweep(ctx context.Context, kind contact.Kind) error {
	l := s.place.Listed[kind]
	if l.Under == "" || l.Under == l.Swept || s.rows[kind].Takes == nil {
		return nil
	}
	after, done := "", 0
	for {
		parties, err := s.unswept(ctx, kind, l.Swept == "", after)
		if err != nil {
			return err
		}
		if len(parties) == 0 {
			break
		}
		if err := s.sweepBatch(ctx, kind, parties); err != nil {
			return err
		}
		after = parties[len(parties)-1].ID
		done += len(parties)
		s.e.Progress.Step(s.name, "compare", done, 0)
	}
	return s.save(ctx, func(p *contact.Place) {
		l.Swept = l.Under
		p.Listed[kind] = l
	})
}

// unswept pages through the parties to hold against the place. When the place
// is new, those with a record here were judged as they were linked.
func (s *site) unswept(ctx context.Context, kind contact.Kind, first bool, after string) ([]contact.Party, error) {
	if first {
		return s.e.Store.PartiesWithout(ctx, kind, s.name, after, s.e.Batch)
	}
	return s.e.Store.PartiesAfter(ctx, kind, after, s.e.Batch)
}

func (s *site) sweepBatch(ctx context.Context, kind contact.Kind, parties []contact.Party) error {
	ids := make([]string, len(parties))
	for i := range parties {
		ids[i] = parties[i].ID
	}
	return anew(func() error {
		b := s.newBatch(kind)
		if err := b.loadAround(ctx, ids, parties); err != nil {
			return err
		}
		parties = nil // should they have moved on, they are read anew
		return b.decide(ctx, func() error {
			for _, id := range ids {
				if party := b.party(id); party != nil {
					b.markOne(ctx, s.rows[kind], party, b.linkAt(id, s.name), s.name)
				}
			}
			return nil
		})
	})
}

// isListed reports whether a place has been read completely, so that parties
// may be created there.
func (e *Engine) isListed(place string, kind contact.Kind) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.listings[rowKey{place, kind}]
}

// unattended marks a row under which no party was held against a place: it was
// not in the configuration for a while, and everything may have moved on.
const unattended = "-"

// learnListings takes over which places are listed from the store. A place that
// is not in the configuration is left as it is; should it come back, everything
// is held against it.
func (e *Engine) learnListings(ctx context.Context) error {
	places, err := e.Store.Places(ctx)
	if err != nil {
		return err
	}
	listings := map[rowKey]bool{}
	for name, p := range places {
		left, changed := clonePlace(p), false
		for kind, l := range p.Listed {
			listings[rowKey{name, kind}] = !l.At.IsZero()
			if e.Book.Row(name, kind) == nil && l.Swept != "" {
				l.Swept = unattended
				left.Listed[kind], changed = l, changed || p.Listed[kind].Swept != unattended
			}
		}
		if changed {
			if err := e.Store.Commit(ctx, contact.Commit{SavePlace: &left}); err != nil {
				return fmt.Errorf("note that place %s has left the configuration: %w", name, err)
			}
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listings = listings
	return nil
}
