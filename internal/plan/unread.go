package plan

import (
	"slices"
	"strings"

	"kith/internal/contact"
)

// unreadMark begins the key under which a link holds a native value that
// nothing could be made of: an unlisted value, a company that is not known. No
// slot begins so. While it is held the field is left alone on both sides, and
// when it can be read it counts as the edit it was.
const unreadMark = "="

func unreadKey(native string) string { return unreadMark + native }

// Conflicts returns the slots of a link that wait for a person, in order.
func Conflicts(link contact.Link) []string {
	var slots []string
	for _, slot := range contact.Fields(link.Held).Names() {
		if !strings.HasPrefix(slot, unreadMark) {
			slots = append(slots, slot)
		}
	}
	return slots
}

// unreadable reports whether nothing can be made of a field that shows a
// value.
func (f *folding) unreadable(es []*entry) bool {
	for _, e := range es {
		if _, read := f.shownSlots.vals[e.Slot]; read || f.shown[e.Field] == "" {
			continue
		}
		if _, held := f.shownSlots.held[e.Slot]; held || e.typ == contact.TypeRef {
			return true
		}
	}
	return false
}

// unread holds what cannot be read where it would count, and treats it as any
// other edit where it does not.
func (f *folding) unread(native, shown, slot string) {
	if f.row.givesSlot(slot) {
		if f.link.Held == nil {
			f.link.Held = map[string]string{}
		}
		f.link.Held[unreadKey(native)] = shown
		return
	}
	seen, had := f.link.Seen[native]
	ours := f.partyVal(slot)
	if had && !f.row.remembers(native, seen, shown) || !had && !ours.blank() {
		f.uncounted(native, slot, val{text: shown}, ours, false)
	}
	f.link.Seen[native] = f.row.memo(native, shown)
}

// unresolved reports whether a link remembers a company that is no longer
// known: then only the texts can be compared.
func unresolved(row *Row, link contact.Link, seen read, native, slot string) bool {
	refers := slices.ContainsFunc(row.carries(native), func(e *entry) bool { return e.Slot == slot && e.typ == contact.TypeRef })
	_, known := seen.vals[slot]
	return refers && !known && link.Seen[native] != ""
}
