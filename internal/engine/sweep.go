package engine

import (
	"context"

	"kith/internal/contact"
)

// sweep holds all parties of a kind against a place whose row is new or has
// changed, or which somebody has left out, and marks what it lacks of them.
// From the commit that says so on every other one marks this place itself, see
// listings; what came before is marked here, again from the start should the
// process die.
func (s *site) sweep(ctx context.Context, kind contact.Kind) error {
	l := s.place.Listed[kind]
	if l.Under == "" || s.rows[kind].Takes == nil || l.Under == l.Swept && !l.Unattended {
		return nil
	}
	if l.Unattended {
		l.Swept, l.Unattended = unattended, false
		if err := s.save(ctx, func(p *contact.Place) { p.Listed[kind] = l }); err != nil {
			return err
		}
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
// is new, those with a record here were judged as they were linked; else those
// count, too, that have ended meanwhile and still have one.
func (s *site) unswept(ctx context.Context, kind contact.Kind, first bool, after string) ([]contact.Party, error) {
	if first {
		return s.e.Store.PartiesWithout(ctx, kind, s.name, after, s.e.Batch)
	}
	return s.e.Store.PartiesFor(ctx, kind, s.name, after, s.e.Batch)
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
