package vcard

import (
	"slices"
	"strings"
)

// The lists of a card.
const (
	ListEmail      = "EMAIL"
	ListPhone      = "TEL"
	ListFax        = "FAX" // TEL properties with TYPE=FAX: a family of its own
	ListAddress    = "ADR"
	ListCategories = "CATEGORIES"
)

// ListNames are the lists every card is said to show, empty or not.
var ListNames = []string{ListEmail, ListPhone, ListFax, ListAddress, ListCategories}

// Item is one entry of a list.
type Item struct {
	Value string // mail address, number as typed, category; not for addresses
	// Parts of an address, seven as in RFC 2426 section 3.2.1: P.O. box,
	// second line, street, city, region, postcode, country.
	Parts []string
	// Label is work, home, other, invoice or delivery; for phones also mobile,
	// main, assistant and pager. Categories have none.
	Label string
	// Custom is the user's own label, where there is one beside Label. It is
	// kept on writing unless another is given.
	Custom    string
	Preferred bool // at most one of a list
}

func (it Item) sameValue(other Item) bool {
	return it.Value == other.Value && slices.Equal(it.Parts, other.Parts)
}

// shows reports whether an entry needs no change to be as wanted.
func (it Item) shows(wanted Item) bool {
	return it.sameValue(wanted) && it.Label == wanted.Label && it.Preferred == wanted.Preferred &&
		(wanted.Custom == "" || wanted.Custom == it.Custom)
}

func (it Item) blank() bool {
	return strings.TrimSpace(it.Value) == "" && strings.TrimSpace(strings.Join(it.Parts, "")) == ""
}

// cleaned is the item as it can be written, with seven parts in an address.
func (it Item) cleaned(list string) Item {
	it.Value, it.Custom = clean(it.Value), clean(it.Custom)
	if list != ListAddress {
		it.Parts = nil
		return it
	}
	it.Value = ""
	parts := make([]string, addressParts)
	for i := range parts {
		if i < len(it.Parts) {
			parts[i] = clean(it.Parts[i])
		}
	}
	it.Parts = parts
	return it
}
