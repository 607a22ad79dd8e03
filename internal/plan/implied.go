package plan

import (
	"maps"
	"slices"
	"sync/atomic"

	"kith/internal/contact"
)

// impliedEntries are the entries of list slots that records have shown so far.
// Every decision about a record asks for those of all its list slots, and there
// are few different ones: labels are known words, their numbers have two digits.
type impliedEntries struct {
	bySlot atomic.Pointer[map[string][]*entry]
}

// listEntry returns the implied entry of a list slot, nil where there is none.
func (r *Row) listEntry(slot string) *entry {
	if es := r.listEntries(slot); es != nil {
		return es[0]
	}
	return nil
}

// listEntries returns the implied entry of a list slot as the one entry that its
// field carries.
func (r *Row) listEntries(slot string) []*entry {
	if !r.Lists {
		return nil
	}
	if known := r.implied.bySlot.Load(); known != nil {
		if es := (*known)[slot]; es != nil {
			return es
		}
	}
	es := r.imply(slot)
	if es != nil {
		r.implied.add(slot, es)
	}
	return es
}

func (r *Row) imply(slot string) []*entry {
	family, _, _ := contact.SplitSlot(slot)
	if !slices.Contains(contact.Families, family) || matchAny(r.Skip, slot) {
		return nil
	}
	typ, ok := contact.SlotType(r.Kind, slot)
	if !ok {
		return nil
	}
	return []*entry{{MapEntry: contact.MapEntry{Slot: slot, Field: slot}, typ: typ, fields: []string{slot}}}
}

// add remembers an entry. Whoever reads meanwhile has the entries as they were.
func (i *impliedEntries) add(slot string, es []*entry) {
	for {
		old := i.bySlot.Load()
		now := map[string][]*entry{}
		if old != nil {
			now = maps.Clone(*old)
		}
		now[slot] = es
		if i.bySlot.CompareAndSwap(old, &now) {
			return
		}
	}
}
