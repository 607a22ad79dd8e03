package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
)

// A field that a map names and that the collection no longer has stops a place:
// read as blank it would clear the value everywhere. Who lets that pass says
// that it is gone for good: the place goes on without the field, neither reading
// nor writing it, until it is back.

// lacking returns the fields of missing with which the place may not go on.
func (s *site) lacking(kind contact.Kind, missing []string) []string {
	without := s.without(kind)
	return slices.DeleteFunc(slices.Clone(missing), func(field string) bool { return slices.Contains(without, field) })
}

// without returns the fields that a person has let go.
func (s *site) without(kind contact.Kind) []string {
	without := slices.Clone(s.place.Listed[kind].Without)
	for _, r := range s.released {
		if r.Token == tokenIn(kind, contact.CodeColumnGone) {
			without = append(without, r.Why.Args[min(1, len(r.Why.Args)):]...)
		}
	}
	return without
}

// columnsGone ends a look at a collection that lacks fields, before any of its
// records is believed. A map that is new, or was just changed, is wrong; else
// Guard in asks.
func (s *site) columnsGone(kind contact.Kind, rd *round) error {
	if !s.listed(kind) {
		return contact.Fail(contact.Setup, "%s: %s has no column %q", s.name, s.rows[kind].Collection.Name, rd.missing[0])
	}
	s.rounds[kind] = rd
	return nil
}

// keepWithout remembers which fields the place goes on without, and forgets
// those that are back.
func (s *site) keepWithout(ctx context.Context, kind contact.Kind, missing []string) error {
	l := s.place.Listed[kind]
	if token := tokenIn(kind, contact.CodeColumnGone); s.lets(token) {
		return s.useRelease(ctx, token, func(p *contact.Place) { s.setWithout(p, kind, missing) })
	}
	if slices.Equal(l.Without, missing) {
		return nil
	}
	return s.save(ctx, func(p *contact.Place) { s.setWithout(p, kind, missing) })
}

func (s *site) setWithout(p *contact.Place, kind contact.Kind, missing []string) {
	l := p.Listed[kind]
	l.Without = missing
	p.Listed[kind] = l
	s.rows[kind].SetAbsent(missing)
}
