package card

import (
	"strings"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// Read makes a record of a card: its kind, the named native fields (blank where
// the card does not show them), all lists, marker and UID. What identifies the
// record in its collection, ID and Version, is left to the caller. ok is false
// for a group, which is a list of other cards and nobody by itself.
//
// A picture that cannot be read is left out of the fields, which says nothing
// about it: it is no blank.
func Read(c *vcard.Card, names []string) (r contact.Record, ok bool) {
	if r.Kind, r.Marker, ok = Who(c); !ok {
		return r, false
	}
	r.UID = c.UID()
	r.Fields = make(contact.Fields, len(names))
	for _, name := range names {
		if text, said := field(c, r.Kind, name); said {
			r.Fields[name] = text
		}
	}
	r.Lists = readLists(c)
	return r, true
}

// Who is what Read tells of a card first: what it stands for, and our marker.
func Who(c *vcard.Card) (kind contact.Kind, marker string, ok bool) {
	switch c.Kind() {
	case vcard.Group:
		return "", "", false
	case vcard.Company:
		kind = contact.Company
	default:
		kind = contact.Person
	}
	return kind, c.Field(markerName), true
}

// field reads one field; said is false where the card does not tell.
func field(c *vcard.Card, kind contact.Kind, name string) (text string, said bool) {
	switch {
	case name == photoField:
		return readPhoto(c)
	case name == tagsField:
		return readTags(c), true
	case !Known(name):
		return "", false
	}
	text = c.Field(name)
	if name == "FN" && text == "" && kind == contact.Company {
		text = c.Field("ORG.1")
	}
	return text, true
}

// readTags joins the categories. One that spans lines becomes one line: the
// separator is a line end.
func readTags(c *vcard.Card) string {
	items := c.List(vcard.ListCategories)
	tags := make([]string, len(items))
	for i, item := range items {
		tags[i] = strings.ReplaceAll(item.Value, contact.ListSeparator, " ")
	}
	return strings.Join(tags, contact.ListSeparator)
}
