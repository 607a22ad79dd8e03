package engine

import (
	"context"

	"kith/internal/contact"
)

// needsSweep notes that the row of a kind is new: every party has to be held
// against the place once. Listed is committed under the lock, so that from
// then on every other commit marks this place itself.
func (s *site) needsSweep(kind contact.Kind) {
	s.e.mu.Lock()
	defer s.e.mu.Unlock()
	if s.e.sweeps == nil {
		s.e.sweeps = map[sweepKey]bool{}
	}
	s.e.sweeps[sweepKey{s.name, kind}] = true
}

type sweepKey struct {
	place string
	kind  contact.Kind
}

// sweep holds all parties of a kind against a place whose row is new or has
// changed, and marks what it lacks of them.
func (s *site) sweep(ctx context.Context, kind contact.Kind) error {
	key := sweepKey{s.name, kind}
	s.e.mu.Lock()
	wanted := s.e.sweeps[key]
	s.e.mu.Unlock()
	if !wanted || s.rows[kind].Takes == nil {
		return nil
	}
	after, done := "", 0
	for {
		parties, err := s.e.Store.PartiesAfter(ctx, kind, after, s.e.Batch)
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
	s.e.mu.Lock()
	delete(s.e.sweeps, key)
	s.e.mu.Unlock()
	return nil
}

func (s *site) sweepBatch(ctx context.Context, kind contact.Kind, parties []contact.Party) error {
	b := s.newBatch(kind)
	ids := make([]string, len(parties))
	for i := range parties {
		ids[i] = parties[i].ID
	}
	if err := b.loadParties(ctx, ids); err != nil {
		return err
	}
	return b.decide(ctx, func() error {
		for _, id := range ids {
			if party := b.party(id); party != nil {
				b.markOne(ctx, s.rows[kind], party, b.linkAt(id, s.name), s.name)
			}
		}
		return nil
	})
}

// isListed reports whether a place has been read completely, so that parties
// may be created there.
func (e *Engine) isListed(place string, kind contact.Kind) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.listings[sweepKey{place, kind}]
}

// learnListings takes over which places are listed from the store.
func (e *Engine) learnListings(ctx context.Context) error {
	places, err := e.Store.Places(ctx)
	if err != nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.listings = map[sweepKey]bool{}
	for name, p := range places {
		for kind, l := range p.Listed {
			e.listings[sweepKey{name, kind}] = !l.At.IsZero()
		}
	}
	return nil
}
