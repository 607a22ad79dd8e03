package plan

import (
	"time"

	"kith/internal/contact"
)

// Agrees reports whether a text that a place shows means what the party holds.
func (r *Row) Agrees(p *contact.Party, slot, text string) bool {
	typ, _ := contact.SlotType(p.Kind, slot)
	ours := p.Fields[slot]
	return same(normalize(typ, text, r.Country), val{ours.Text, ours.Norm})
}

// Decided returns a party's fields with a place's value of one slot taken by a
// person's word.
func (r *Row) Decided(p contact.Party, slot, text string, now time.Time) map[string]contact.Value {
	typ, _ := contact.SlotType(p.Kind, slot)
	v := normalize(typ, text, r.Country)
	fields := cloneValues(p.Fields)
	fields[slot] = contact.Value{Text: v.text, Norm: v.norm, From: r.Place, At: now}
	return fields
}
