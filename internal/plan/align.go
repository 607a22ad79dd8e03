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
	a := aligning{row: r, family: family, party: party, before: map[string]string{}, labels: map[string]string{}, taken: map[string]int{}}
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
		if _, kept := a.labels[slot]; kept || a.items[i].Label != baseLabel(slot) {
			shown[labelKey(slot)] = a.items[i].Label
		}
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
	labels map[string]string // slot → its entry's own label, where that is not the slot's
	taken  map[string]int    // slot → item
}

// labelKey is where a link remembers the label that the entry of a slot bears,
// if it is another than the slot's: none, a user's own, or whatever it bore
// when it was first recognised by its value.
func labelKey(slot string) string { return slot + "@" }

func isLabelKey(native string) bool { return strings.HasSuffix(native, "@") }

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
		if family == a.family && isLabelKey(native) {
			a.labels[strings.TrimSuffix(native, "@")] = a.form(native, value)
		}
		if family != a.family || a.row.isBlank(native, value) || a.row.listEntry(native) == nil {
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
	if kept, ok := a.labels[slot]; ok {
		return kept == a.form(labelKey(slot), a.items[i].Label)
	}
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
