package contact

import (
	"maps"
	"slices"
)

// Fields holds single values by name: native names at a door and in links,
// slots in a party. A missing key says nothing; "" says "shown blank".
type Fields map[string]string

// Clone returns a copy that shares nothing with f. A nil map stays nil.
func (f Fields) Clone() Fields { return maps.Clone(f) }

// Names returns the keys in ascending order.
func (f Fields) Names() []string { return slices.Sorted(maps.Keys(f)) }

// Item is one entry of a list a record shows: an e-mail address, a phone
// number, a postal address.
type Item struct {
	Value     string `json:"value,omitempty"` // the text; empty where Parts say it
	Parts     Fields `json:"parts,omitempty"` // address parts: street, extra, box, postcode, city, region, country
	Label     string `json:"label,omitempty"` // work, home, mobile …; "" = no label; anything else is the user's own
	Preferred bool   `json:"preferred,omitempty"`

	// Was is used in a Put only: the entry this one replaces, as it was last
	// shown. Nil adds an entry. An Item with Was and neither Value nor Parts
	// removes it.
	Was *Item `json:"was,omitempty"`
}

// Empty reports whether the item carries no value at all.
func (i Item) Empty() bool {
	if i.Value != "" {
		return false
	}
	for _, v := range i.Parts {
		if v != "" {
			return false
		}
	}
	return true
}

// Values is all that a record shows, or, in a Put, all that shall change.
type Values struct {
	Fields Fields            `json:"fields,omitempty"`
	Lists  map[string][]Item `json:"lists,omitempty"` // by family: email, phone, fax, address
}

// Clone returns a deep copy.
func (v Values) Clone() Values {
	c := Values{Fields: v.Fields.Clone()}
	if v.Lists != nil {
		c.Lists = make(map[string][]Item, len(v.Lists))
		for name, items := range v.Lists {
			copied := slices.Clone(items)
			for i := range copied {
				copied[i].Parts = copied[i].Parts.Clone()
			}
			c.Lists[name] = copied
		}
	}
	return c
}
