package card

import (
	"errors"
	"maps"
	"slices"
	"unicode/utf8"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// Apply changes a card as a Put asks: Fields, where "" clears, and Lists, where
// an entry with Was replaces that one or, saying nothing, removes it. A marker
// is set where the record bears one. Whatever already shows what is asked for
// stays byte for byte, and so does everything else. Errors are of class Refused;
// the card is then half changed and must not be written.
func Apply(c *vcard.Card, set contact.Record) error {
	kind := contact.Person
	if c.Kind() == vcard.Company {
		kind = contact.Company
	}
	for _, name := range set.Fields.Names() {
		if err := applyField(c, kind, name, set.Fields[name]); err != nil {
			return err
		}
	}
	for _, family := range slices.Sorted(maps.Keys(set.Lists)) {
		if err := applyItems(c, family, set.Lists[family]); err != nil {
			return err
		}
	}
	if set.Marker != "" {
		return Mark(c, set.Marker)
	}
	return nil
}

// Mark sets our marker on a card, or takes it away with "", and leaves all else.
func Mark(c *vcard.Card, marker string) error {
	switch err := c.SetField(markerName, marker); {
	case errors.Is(err, vcard.ErrLimit):
		return tooLong(markerName, maxText)
	case err != nil:
		return refuse(markerName)
	}
	return nil
}

// New makes a card of version 3.0, the one version all servers keep, for a
// record that is to be created. Its UID is the record's, else uid. A card must
// bear a name to be shown: where the record has none, it is the company's, or
// an address.
func New(r contact.Record, uid string) (*vcard.Card, error) {
	if r.UID != "" {
		uid = r.UID
	}
	c := vcard.New(uid)
	if r.Kind == contact.Company {
		if err := c.SetCompany(true); err != nil {
			return nil, refuse("X-ABShowAs")
		}
	}
	if err := Apply(c, r); err != nil {
		return nil, err
	}
	if c.Field("FN") == "" {
		if err := c.SetField("FN", nameFor(c)); err != nil {
			return nil, refuse("FN")
		}
	}
	return c, nil
}

// nameFor finds something to show a nameless card by.
func nameFor(c *vcard.Card) string {
	name := c.Field("N.given")
	if family := c.Field("N.family"); name != "" && family != "" {
		name += " " + family
	} else {
		name += family
	}
	if name == "" {
		name = c.Field("ORG.1")
	}
	for _, list := range []string{vcard.ListEmail, vcard.ListPhone} {
		if items := c.List(list); name == "" && len(items) > 0 {
			name = items[0].Value
		}
	}
	return name
}

func applyField(c *vcard.Card, kind contact.Kind, name, value string) error {
	now, said := field(c, kind, name)
	switch {
	case said && now == value:
		return nil
	case made(name) || !Known(name):
		return refuse(name)
	case name == photoField:
		return applyPhoto(c, value)
	case utf8.RuneCountInString(value) > maxText:
		return tooLong(name, maxText)
	case name == tagsField:
		return applyTags(c, value)
	}
	// A company is shown by FN in some programs and by ORG in others; one that
	// bears another name there keeps it.
	if kind == contact.Company && name == "FN" && c.Field("ORG.1") == now {
		if err := setField(c, "ORG.1", value); err != nil {
			return err
		}
	}
	return setField(c, name, value)
}

func setField(c *vcard.Card, name, value string) error {
	switch err := c.SetField(name, value); {
	case errors.Is(err, vcard.ErrLimit):
		return tooLong(name, maxText)
	case err != nil:
		return refuse(name)
	}
	return nil
}
