package vcard

import (
	"fmt"
	"slices"
	"strings"
)

// AddItem adds an entry behind the others of its list.
func (c *Card) AddItem(list string, it Item) error {
	it = it.cleaned(list)
	if err := checkItem(list, it); err != nil {
		return err
	}
	if list == ListCategories {
		return c.addCategory(it.Value)
	}
	name := list
	if list == ListFax {
		name = "TEL"
	}
	p := Property{Name: name}
	p.setItem(c.version, list, Item{Parts: make([]string, addressParts)}, it)
	p.Params = p.Params.WithTypes(c.version, newTypes(c.version, list, it.Label)...)
	p.setPreferred(c.version, it.Preferred)
	at, err := c.add(p)
	if err != nil {
		return err
	}
	if it.Preferred {
		c.onlyPreferred(list, at)
	}
	return c.setLabelLine(at, labelText(it))
}

// ReplaceItem makes the entry that shows old (by value, then by label) show
// wanted. What is equal in both stays as written: a changed label leaves the
// value alone, a changed city the other parts of the address. ErrNoItem if
// there is no such entry any more.
func (c *Card) ReplaceItem(list string, old, wanted Item) error {
	wanted = wanted.cleaned(list)
	if err := checkItem(list, wanted); err != nil {
		return err
	}
	e, err := c.find(list, old)
	if err != nil {
		return err
	}
	if list == ListCategories {
		return c.editCategory(e, wanted.Value)
	}
	p := &c.Properties[e.at]
	before := *p
	if !e.sameValue(wanted) {
		p.setItem(c.version, list, e.Item, wanted)
	}
	if e.Preferred != wanted.Preferred {
		p.setPreferred(c.version, wanted.Preferred)
	}
	if e.Label != wanted.Label {
		drop := labelBits(list)
		p.Params = p.Params.WithoutTypes(func(word string) bool { return typeBit(word)&drop != 0 }).
			WithTypes(c.version, typesFor(c.version, wanted.Label)...)
	}
	if err := p.fits(); err != nil {
		*p = before
		return err
	}
	if e.Preferred != wanted.Preferred {
		c.onlyPreferred(list, e.at)
	}
	if e.Label == wanted.Label && (wanted.Custom == "" || wanted.Custom == e.Custom) {
		return nil
	}
	if text := labelText(wanted); text != "" || e.Custom == "" {
		return c.setLabelLine(e.at, text)
	}
	return nil // the user's own label stays
}

// RemoveItem takes out the entry that shows old, with the lines that only
// describe it. ErrNoItem if there is none.
func (c *Card) RemoveItem(list string, old Item) error {
	e, err := c.find(list, old)
	if err != nil {
		return err
	}
	if list == ListCategories {
		return c.editCategory(e, "")
	}
	c.removeAt(e.at)
	return nil
}

// SetList makes the list show exactly these entries with the fewest edits.
// Entries that are there already stay untouched; the others are found by their
// value, then by their label. The order of the card stays. Blank entries are
// not written.
func (c *Card) SetList(list string, wanted []Item) error {
	var open []Item
	for _, it := range wanted {
		if it = it.cleaned(list); !it.blank() {
			open = append(open, it)
		}
	}
	have := c.List(list)
	pair := func(fit func(have, wanted Item) bool) error {
		for i := 0; i < len(open); i++ {
			at := slices.IndexFunc(have, func(h Item) bool { return fit(h, open[i]) })
			if at < 0 {
				continue
			}
			if !have[at].shows(open[i]) {
				if err := c.ReplaceItem(list, have[at], open[i]); err != nil {
					return err
				}
			}
			have = slices.Delete(have, at, at+1)
			open = slices.Delete(open, i, i+1)
			i--
		}
		return nil
	}
	fits := []func(have, wanted Item) bool{
		Item.shows,
		Item.sameValue,
		func(h, w Item) bool { return list != ListCategories && h.Label == w.Label },
	}
	for _, fit := range fits {
		if err := pair(fit); err != nil {
			return err
		}
	}
	for _, it := range have {
		if err := c.RemoveItem(list, it); err != nil {
			return err
		}
	}
	for _, it := range open {
		if err := c.AddItem(list, it); err != nil {
			return err
		}
	}
	if !slices.ContainsFunc(wanted, func(it Item) bool { return it.Preferred }) {
		c.onlyPreferred(list, -1) // a second choice moved up
	}
	return nil
}

// find looks for an entry by value; of several with that value the one with
// the same label, else the first.
func (c *Card) find(list string, old Item) (entry, error) {
	if labels[list] == nil {
		return entry{}, fmt.Errorf("%w: there is no list %q", ErrField, list)
	}
	old = old.cleaned(list)
	var found []entry
	for _, e := range c.entries(list) {
		if !e.cleaned(list).sameValue(old) {
			continue
		}
		if e.Label == old.Label && e.Preferred == old.Preferred {
			return e, nil
		}
		found = append(found, e)
	}
	for _, e := range found {
		if e.Label == old.Label {
			return e, nil
		}
	}
	if len(found) == 0 {
		return entry{}, fmt.Errorf("%w: list %s", ErrNoItem, list)
	}
	return found[0], nil
}

func checkItem(list string, it Item) error {
	switch {
	case labels[list] == nil:
		return fmt.Errorf("%w: there is no list %q", ErrField, list)
	case !slices.Contains(labels[list], it.Label):
		return fmt.Errorf("%w: list %s has no label %q", ErrField, list, it.Label)
	case it.blank():
		return fmt.Errorf("%w: a blank entry for list %s", ErrField, list)
	}
	return nil
}

// labelText is what the label line of an entry says, "" for none.
func labelText(it Item) string {
	if text := labelLines[it.Label]; text != "" {
		return text
	}
	return it.Custom
}

// setItem writes the value of an entry. Parts equal in old stay as written.
func (p *Property) setItem(v Version, list string, old, wanted Item) {
	switch list {
	case ListPhone, ListFax:
		p.setPhone(v, wanted.Value)
	case ListAddress:
		if p.Value == "" {
			p.Value = strings.Repeat(";", addressParts-1)
		}
		for i, part := range wanted.Parts {
			if part != old.Parts[i] {
				p.setComponent(v, i, part)
			}
		}
		// What described the old address is not true of the new one.
		p.Params = p.Params.Without("LABEL").Without("GEO").Without("TZ")
	default:
		p.SetText(v, wanted.Value)
	}
}

// onlyPreferred takes the preference from the other entries of the list: there
// is at most one, and neither giving it nor taking it may pass it to another.
func (c *Card) onlyPreferred(list string, at int) {
	for _, e := range c.entries(list) {
		if p := &c.Properties[e.at]; e.at != at && p.preference() != unpreferred {
			p.setPreferred(c.version, false)
		}
	}
}

func (p *Property) setPreferred(v Version, on bool) {
	p.Params = p.Params.Without("PREF").WithoutTypes(func(word string) bool { return typeBit(word) == isPref })
	switch {
	case !on:
	case v == V40:
		p.Params = p.Params.With("PREF", "1")
	default:
		p.Params = p.Params.WithTypes(v, "PREF")
	}
}
