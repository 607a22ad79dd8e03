package plan

import (
	"maps"
	"slices"
	"strings"

	"kith/internal/contact"
)

// align lays the entries of a list on the slots they filled before, by value:
// first the same value under the same label, then the same value (a changed
// label moves it), then an edit in place under the same label; what is left is
// new and takes the first slot of its label that is free in the party. A new
// link aligns with the party's values instead, where a different label alone
// is no difference. The result lands in shown, slot by slot; slots that were
// filled and are no longer are shown blank.
func (r *Row) align(shown contact.Fields, family string, items []contact.Item, link contact.Link, party *contact.Party, answered contact.Fields) {
	a := aligning{row: r, family: family, party: party, before: map[string]string{}, taken: map[string]int{}}
	linked := a.remember(link, answered)
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(x, y contact.Item) int { // the preferred entry comes first
		switch {
		case x.Preferred == y.Preferred:
			return 0
		case x.Preferred:
			return -1
		default:
			return 1
		}
	})
	a.items = slices.DeleteFunc(items, contact.Item.Empty)
	a.done = make([]bool, len(a.items))

	a.pair(func(slot string, i int) bool { return a.sameLabel(slot, i) && a.sameValue(slot, i) })
	if linked {
		a.relabel()
	} else {
		a.pair(a.sameValue)
	}
	if linked {
		a.pair(a.sameLabel)
	}
	for i := range a.items {
		if !a.done[i] {
			a.place(a.free(labelOf(r.Kind, family, a.items[i])), i)
		}
	}
	for slot := range a.before {
		if _, used := a.taken[slot]; !used && linked {
			a.write(shown, slot, contact.Item{})
		}
	}
	for slot, i := range a.taken {
		a.write(shown, slot, a.items[i])
	}
	for native := range answered { // what we have cleared is shown blank
		if _, filled := shown[native]; !filled && strings.HasPrefix(native, family+".") && r.listEntry(native) != nil {
			shown[native] = ""
		}
	}
}

type aligning struct {
	row    *Row
	family string
	party  *contact.Party
	items  []contact.Item
	done   []bool
	before map[string]string // slot (without part) → normal form or digest it held
	taken  map[string]int    // slot → item
}

// remember collects what the family's slots held: what the link saw, with what
// we have just asked for laid over it, else the party's values.
func (a *aligning) remember(link contact.Link, answered contact.Fields) (linked bool) {
	memo := maps.Clone(map[string]string(link.Seen))
	for native, text := range answered {
		if memo == nil {
			memo = map[string]string{}
		}
		memo[native] = a.row.memo(native, text)
	}
	linked = len(memo) > 0
	if !linked {
		memo = map[string]string{}
		for slot, v := range a.party.Fields {
			memo[slot] = v.Text
		}
	}
	parts := map[string]contact.Fields{}
	for native, value := range memo {
		family, label, part := contact.SplitSlot(native)
		if family != a.family || value == "" || a.row.listEntry(native) == nil {
			continue
		}
		slot := family + "." + label
		if family != "address" {
			a.before[slot] = a.form(native, value)
			continue
		}
		if parts[slot] == nil {
			parts[slot] = contact.Fields{}
		}
		parts[slot][part] = a.form(native, value)
	}
	for slot, fields := range parts {
		a.before[slot] = a.joined(slot, fields)
	}
	return linked
}

// form makes remembered values and shown ones comparable: both as digests.
func (a *aligning) form(native, value string) string {
	if contact.IsDigest(value) {
		return value
	}
	return a.row.digest(native, value)
}

func (a *aligning) joined(slot string, parts contact.Fields) string {
	blank := a.row.digest(slot+".street", "")
	var b strings.Builder
	for _, part := range contact.AddressParts {
		if v := parts[part]; v != "" && v != blank {
			b.WriteString(part + v)
		}
	}
	return b.String()
}

// holds is the form of an item as a slot would hold it.
func (a *aligning) holds(slot string, i int) string {
	item := a.items[i]
	if a.family != "address" {
		return a.row.digest(slot, item.Value)
	}
	parts := contact.Fields{}
	for part, text := range item.Parts {
		if text != "" {
			parts[part] = a.row.digest(slot+"."+part, text)
		}
	}
	return a.joined(slot, parts)
}

func (a *aligning) sameValue(slot string, i int) bool { return a.before[slot] == a.holds(slot, i) }

func (a *aligning) sameLabel(slot string, i int) bool {
	return baseLabel(slot) == labelOf(a.row.Kind, a.family, a.items[i])
}

// pair lays each free item on the first free slot that fits.
func (a *aligning) pair(fits func(slot string, i int) bool) {
	for _, slot := range slices.Sorted(maps.Keys(a.before)) {
		if _, used := a.taken[slot]; used || a.before[slot] == "" {
			continue
		}
		for i := range a.items {
			if !a.done[i] && fits(slot, i) {
				a.place(slot, i)
				break
			}
		}
	}
}

// relabel moves items whose values were known under another label to slots of
// their new labels, also to those that other movers leave; a slot that nothing
// moves to is shown blank.
func (a *aligning) relabel() {
	moving := map[string]bool{}
	var movers []int
	for _, slot := range slices.Sorted(maps.Keys(a.before)) {
		if _, used := a.taken[slot]; used {
			continue
		}
		for i := range a.items {
			if !a.done[i] && !slices.Contains(movers, i) && a.sameValue(slot, i) {
				moving[slot] = true
				movers = append(movers, i)
				break
			}
		}
	}
	for _, i := range movers {
		label := labelOf(a.row.Kind, a.family, a.items[i])
		a.place(a.firstSlot(label, func(slot string) bool {
			return moving[slot] || a.isFree(slot)
		}), i)
	}
}

func (a *aligning) place(slot string, i int) {
	a.taken[slot] = i
	a.done[i] = true
}

// free returns the first slot of a label that nothing stands in, here or in
// the party.
func (a *aligning) free(label string) string { return a.firstSlot(label, a.isFree) }

func (a *aligning) isFree(slot string) bool { return a.before[slot] == "" && !a.partyHas(slot) }

// firstSlot returns the first slot of a label that no item has taken and that
// fits.
func (a *aligning) firstSlot(label string, fits func(slot string) bool) string {
	for n := 1; ; n++ {
		slot := numberedSlot(a.family, label, n)
		if _, used := a.taken[slot]; !used && fits(slot) {
			return slot
		}
	}
}

func (a *aligning) partyHas(slot string) bool {
	if a.family != "address" {
		return a.party.Text(slot) != ""
	}
	return slices.ContainsFunc(contact.AddressParts, func(part string) bool { return a.party.Text(slot+"."+part) != "" })
}

func (a *aligning) write(shown contact.Fields, slot string, item contact.Item) {
	if a.family != "address" {
		shown[slot] = item.Value
		return
	}
	for _, part := range contact.AddressParts {
		shown[slot+"."+part] = item.Parts[part]
	}
}

func baseLabel(slot string) string {
	_, label, _ := contact.SplitSlot(slot)
	return strings.TrimRight(label, "0123456789")
}

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
		family, label, _ := contact.SplitSlot(slot)
		item := contact.Item{Label: strings.TrimRight(label, "0123456789")}
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
