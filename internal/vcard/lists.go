package vcard

import "strings"

const addressParts = 7

// entry is an item with its place in the card.
type entry struct {
	Item
	at int // property
	in int // element of CATEGORIES
}

// Lists gives all lists of ListNames. Entries without a value are left out.
func (c *Card) Lists() map[string][]Item {
	lists := make(map[string][]Item, len(ListNames))
	for _, name := range ListNames {
		lists[name] = c.List(name)
	}
	return lists
}

// List gives one list in the order of the card.
func (c *Card) List(list string) []Item {
	entries := c.entries(list)
	items := make([]Item, len(entries))
	for i := range entries {
		items[i] = entries[i].Item
	}
	return items
}

func (c *Card) entries(list string) []entry {
	if list == ListCategories {
		return c.categories()
	}
	var entries []entry
	best, rank := -1, unpreferred
	for i := range c.Properties {
		p := &c.Properties[i]
		if !p.inList(list) {
			continue
		}
		e := entry{Item: p.item(list), at: i}
		if e.blank() {
			continue
		}
		e.Label, e.Custom = c.label(list, p)
		if r := p.preference(); r < rank {
			best, rank = len(entries), r
		}
		entries = append(entries, e)
	}
	if best >= 0 {
		entries[best].Preferred = true
	}
	return entries
}

// inList reports whether the property is an entry of the list. A number that
// is said to take voice and fax is a phone.
func (p *Property) inList(list string) bool {
	switch list {
	case ListEmail, ListAddress:
		return p.Is(list)
	case ListPhone, ListFax:
		return p.Is("TEL") && (list == ListFax) == p.types().isFax()
	}
	return false
}

func (p *Property) item(list string) Item {
	switch list {
	case ListAddress:
		parts := make([]string, addressParts)
		copy(parts, p.Components())
		return Item{Parts: parts}
	case ListPhone, ListFax:
		return Item{Value: p.phone()}
	}
	value := p.Text()
	if hasPrefixFold(value, "mailto:") {
		value = value[len("mailto:"):]
	}
	return Item{Value: value}
}

func (c *Card) categories() []entry {
	var entries []entry
	for i, p := range c.All(ListCategories) {
		for n, value := range p.List() {
			if value = strings.TrimSpace(value); value != "" {
				entries = append(entries, entry{Item: Item{Value: value}, at: i, in: n})
			}
		}
	}
	return entries
}

const unpreferred = 1 << 20

// preference orders properties: the PREF of 4.0, TYPE=pref of the others.
func (p *Property) preference() int {
	if s := p.Params.Get("PREF"); s != "" && isDigits(s) && len(s) <= 3 {
		n := 0
		for _, c := range s {
			n = 10*n + int(c-'0')
		}
		return n
	}
	if p.types()&isPref != 0 {
		return 1
	}
	return unpreferred
}
