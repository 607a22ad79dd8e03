package card

import (
	"errors"
	"slices"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// families ties each family of contact.Families to the list of a card.
var families = map[string]string{
	"email": vcard.ListEmail, "phone": vcard.ListPhone, "fax": vcard.ListFax, "address": vcard.ListAddress,
}

// addressParts are the parts in the order of RFC 2426, section 3.2.1.
var addressParts = [...]string{"box", "extra", "street", "city", "region", "postcode", "country"}

// readLists gives the lists of a card that have entries. A user's own label
// stays on the card: the entry bears the label of its TYPE.
func readLists(c *vcard.Card) map[string][]contact.Item {
	lists := make(map[string][]contact.Item, len(families))
	for family, list := range families {
		entries := c.List(list)
		if len(entries) == 0 {
			continue
		}
		items := make([]contact.Item, len(entries))
		for i, e := range entries {
			items[i] = contact.Item{Value: e.Value, Label: e.Label, Preferred: e.Preferred, Parts: partsOf(e)}
		}
		lists[family] = items
	}
	return lists
}

// partsOf names the parts of an address that are not blank.
func partsOf(e vcard.Item) contact.Fields {
	if e.Parts == nil {
		return nil
	}
	parts := contact.Fields{}
	for i, name := range addressParts {
		if e.Parts[i] != "" {
			parts[name] = e.Parts[i]
		}
	}
	return parts
}

// entryOf is an item as an entry of a card. A label the list does not know
// becomes none.
func entryOf(list string, item contact.Item) vcard.Item {
	e := vcard.Item{Value: item.Value, Label: item.Label, Preferred: item.Preferred}
	if !slices.Contains(vcard.Labels(list), e.Label) {
		e.Label = "other"
	}
	if list == vcard.ListAddress {
		e.Value, e.Parts = "", make([]string, len(addressParts))
		for i, name := range addressParts {
			e.Parts[i] = item.Parts[name]
		}
	}
	return e
}

// applyItems changes the entries of one family, see contact.Item.
func applyItems(c *vcard.Card, family string, items []contact.Item) error {
	list, known := families[family]
	if !known {
		return connector.Refuse(contact.Because(contact.CodeNoSuchField, family), "vCard: there is no list %s", family)
	}
	for _, item := range items {
		err := applyItem(c, list, item)
		switch {
		case errors.Is(err, vcard.ErrLimit):
			return tooLong(family, maxText)
		case err != nil:
			return connector.Refuse(contact.Because(contact.CodeNoSuchField, family), "vCard: list %s: %w", family, err)
		}
	}
	return nil
}

// applyItem adds, replaces or removes one entry. An entry that is to be
// replaced and is no longer there is added; one that is there already is not
// added again.
func applyItem(c *vcard.Card, list string, item contact.Item) error {
	wanted := entryOf(list, item)
	have := c.List(list)
	at := -1
	if item.Was != nil {
		at = find(have, entryOf(list, *item.Was))
	}
	switch {
	case item.Empty() && at >= 0:
		return c.RemoveItem(list, have[at])
	case item.Empty():
		return nil
	case at < 0:
		if i := find(have, wanted); i >= 0 && have[i].Label == wanted.Label {
			return nil
		}
		return c.AddItem(list, wanted)
	}
	if item.Preferred == item.Was.Preferred {
		wanted.Preferred = have[at].Preferred // who says nothing about it does not take it away
	}
	if same(have[at], wanted) && have[at].Label == wanted.Label && have[at].Preferred == wanted.Preferred {
		return nil
	}
	return c.ReplaceItem(list, have[at], wanted)
}

// same reports whether two entries show the same value.
func same(a, b vcard.Item) bool { return a.Value == b.Value && slices.Equal(a.Parts, b.Parts) }

// find finds an entry by value and label, else by value.
func find(have []vcard.Item, e vcard.Item) int {
	at := slices.IndexFunc(have, func(h vcard.Item) bool { return same(h, e) && h.Label == e.Label })
	if at < 0 {
		at = slices.IndexFunc(have, func(h vcard.Item) bool { return same(h, e) })
	}
	return at
}
