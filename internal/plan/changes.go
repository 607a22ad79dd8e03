package plan

import (
	"maps"
	"slices"

	"kith/internal/contact"
)

// NeedsRead reports whether a write has to read the record first: a place that
// shows lists and is remembered by hashes does not tell which entry to replace.
func (r *Row) NeedsRead() bool { return r.Lists && r.Gives == nil }

// Changes turns changed native fields into what a door is asked for. List
// slots become entries, each naming the one it replaces as the place last
// showed it; now is the record as just read, where NeedsRead asks for it.
func (r *Row) Changes(changes contact.Fields, link contact.Link, party *contact.Party, now *contact.Record) contact.Values {
	seen := texts(link.Seen)
	if now != nil {
		seen = r.show(*now, link, party, nil)
	}
	return r.unalign(changes, seen)
}

func (r *Row) unalign(changes, seen contact.Fields) contact.Values {
	out := contact.Values{Fields: contact.Fields{}}
	slots := map[string]bool{}
	for native, text := range changes {
		if r.natives[native] != nil || r.listEntry(native) == nil {
			out.Fields[native] = text
			continue
		}
		family, label, _ := contact.SplitSlot(native)
		slots[family+"."+label] = true
	}
	for _, slot := range slices.Sorted(maps.Keys(slots)) {
		family, _, _ := contact.SplitSlot(slot)
		item := contact.Item{Label: baseLabel(slot)}
		if own, kept := seen[labelKey(slot)]; kept {
			item.Label = own
		}
		was := contact.Item{Label: item.Label}
		if family == "address" {
			item.Parts, was.Parts = contact.Fields{}, contact.Fields{}
			for _, part := range contact.AddressParts {
				native := slot + "." + part
				if text := seen[native]; text != "" {
					was.Parts[part], item.Parts[part] = text, text
				}
				if text, changed := changes[native]; changed {
					item.Parts[part] = text
				}
			}
		} else {
			item.Value, was.Value = changes[slot], seen[slot]
		}
		if !was.Empty() {
			item.Was = &was
		}
		if out.Lists == nil {
			out.Lists = map[string][]contact.Item{}
		}
		if !item.Empty() || item.Was != nil {
			out.Lists[family] = append(out.Lists[family], item)
		}
	}
	return out
}
