package vcard

import (
	"strings"
	"time"
)

// UID gives the identity of the card as written.
func (c *Card) UID() string { return c.Field("UID") }

// SameUID compares two UIDs: urn:uuid: in front and case do not count, since
// 4.0 and servers add and change them.
func SameUID(a, b string) bool { return strings.EqualFold(bareUID(a), bareUID(b)) }

func bareUID(uid string) string {
	uid = strings.TrimSpace(uid)
	if hasPrefixFold(uid, "urn:uuid:") {
		return uid[len("urn:uuid:"):]
	}
	return uid
}

// Rev gives the time of the last change as the card tells it. Servers rewrite
// it: it must not decide anything.
func (c *Card) Rev() (time.Time, bool) {
	s := strings.TrimSpace(c.Field("REV"))
	for _, layout := range [...]string{"20060102T150405Z", time.RFC3339, "20060102T150405Z0700", "2006-01-02T15:04:05", "20060102T150405", "2006-01-02", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// SetRev writes the time of the last change, in whole seconds of UTC and in the
// basic form, which all versions allow (RFC 2426, section 4; RFC 6350, section
// 4.3.5): there is a server that writes a card anew whose REV has another form.
func (c *Card) SetRev(t time.Time) error {
	return c.SetField("REV", t.UTC().Format("20060102T150405Z"))
}

// Kind is what a card stands for.
type Kind int

// The kinds of cards. A group is a list of other cards.
const (
	Person Kind = iota
	Company
	Group
)

// Kind tells from KIND (4.0), X-ABShowAs and X-ADDRESSBOOKSERVER-KIND (Apple)
// what the card stands for.
func (c *Card) Kind() Kind {
	for _, name := range [...]string{"KIND", "X-ADDRESSBOOKSERVER-KIND"} {
		switch strings.ToLower(c.Field(name)) {
		case "group":
			return Group
		case "org", "organization":
			return Company
		}
	}
	if p := c.Get("X-ABSHOWAS"); p != nil && strings.EqualFold(strings.TrimSpace(p.Text()), "COMPANY") {
		return Company
	}
	return Person
}

// SetCompany marks the card as a company, or takes the mark away.
func (c *Card) SetCompany(on bool) error {
	if on == (c.Kind() == Company) {
		return nil
	}
	if !on {
		c.Remove(func(p *Property) bool { return p.Is("X-ABSHOWAS") || p.Is("KIND") })
		return nil
	}
	if c.version == V40 {
		return c.SetField("KIND", "org")
	}
	return c.Add(Property{Name: "X-ABShowAs", Value: "COMPANY"})
}
