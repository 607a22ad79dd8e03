package plan

import (
	"time"

	"kith/internal/contact"
)

// Decided returns a party's fields with a place's value of one slot taken by a
// person's word.
func (r *Row) Decided(p contact.Party, slot, text string, now time.Time) map[string]contact.Value {
	typ, _ := contact.SlotType(p.Kind, slot)
	v := normalize(typ, text, r.Country)
	fields := cloneValues(p.Fields)
	fields[slot] = contact.Value{Text: v.text, Norm: v.norm, From: r.Place, At: now}
	return fields
}
