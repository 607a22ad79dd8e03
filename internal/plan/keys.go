package plan

import (
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/norm"
)

// Key is one match key of a record or a party in normal form, with the method
// it belongs to: contact.FieldUID, a slot's name, contact.MatchStrict or
// contact.MatchStandard.
type Key struct {
	Method string
	Text   string
}

// Bearer returns a record as a party that it is recognised by: all it shows
// counts, also where nothing of it is given.
func (r *Row) Bearer(id string, record contact.Record, refs Refs) contact.Party {
	p := contact.Party{ID: id, Kind: r.Kind, Fields: map[string]contact.Value{}}
	for slot, v := range r.read(r.show(record, contact.Link{}, &p, nil), refs).vals {
		p.Fields[slot] = contact.Value{Text: v.text, Norm: v.norm}
	}
	if record.UID != "" {
		p.Fields[contact.FieldUID] = contact.Value{Text: record.UID}
	}
	return p
}

// MatchesByLikeness reports whether the row recognises records by likeness.
func (r *Row) MatchesByLikeness() bool { return slices.Contains(r.Match, contact.MatchStandard) }

// MatchesStrictly reports whether the row recognises records by the plain rules, and
// leaves what is possible to them: where it asks for likeness too, that knows better.
func (r *Row) MatchesStrictly() bool {
	return slices.Contains(r.Match, contact.MatchStrict) && !r.MatchesByLikeness()
}

// Methods are the ways in which any row of a kind recognises a record, and for
// companies the slots by which records refer to them. The slice is the book's own.
func (b *Book) Methods(kind contact.Kind) []string { return b.methods[kind] }

func (b *Book) listMethods(kind contact.Kind) []string {
	var methods []string
	for _, row := range b.Rows(kind) {
		methods = append(methods, row.Match...)
	}
	if kind == contact.Company {
		methods = append(methods, b.RefKeys()...)
	}
	methods = slices.DeleteFunc(methods, func(method string) bool { return method == contact.MatchOff })
	slices.Sort(methods)
	return slices.Compact(methods)
}

// KeyText is the normal form in which a slot serves as a key.
func KeyText(kind contact.Kind, slot string, v contact.Value) string {
	switch {
	case v.Text == "":
		return ""
	case v.Norm != "":
		return v.Norm
	case kind == contact.Company && slot == "name":
		return norm.Company(v.Text)
	}
	typ, _ := contact.SlotType(kind, slot)
	return strings.ToLower(normalize(typ, v.Text, "").normal())
}
