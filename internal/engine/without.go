package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/spelling"
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
		return &unknownField{NoField(s.name, s.rows[kind], rd.missing[0], s.shapes[kind])}
	}
	s.rounds[kind] = rd
	return nil
}

// unknownField is the error of a map that names a field which the collection
// does not have.
type unknownField struct{ why contact.Reason }

func (e *unknownField) Error() string {
	return fmt.Sprintf("%s: there is no field %q in %s", e.why.Args[0], e.why.Args[3], e.why.Args[2])
}

// Unwrap says what becomes of it.
func (e *unknownField) Unwrap() error { return &contact.Error{Class: contact.Setup} }

// NoField says that a collection does not have a field that a row maps, and
// names the nearest that it has. Its second argument is left for whoever knows
// where the configuration names the field.
func NoField(place string, row *plan.Row, field string, shape connector.Shape) contact.Reason {
	var names []string
	for _, f := range shape.Fields {
		names = append(names, f.Name)
	}
	return contact.Because(contact.CodeNoField, place, "", cmp.Or(row.Collection.Name, string(row.Kind)), field, spelling.Hint(field, names))
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
