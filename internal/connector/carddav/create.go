package carddav

import (
	"cmp"
	"context"
	"errors"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// maxNames is how many names are tried for a new card.
const maxNames = 8

// create makes a card under a name of its own, derived from the marker: a
// create that is repeated because its answer was lost meets the first one. The
// name is looked at before it is used; the server's word that it is free is
// not enough, as one overwrites what is there.
func (c *conn) create(ctx context.Context, r contact.Record) (contact.Record, error) {
	for n := range maxNames {
		id := derivedID(r.Marker, n)
		if r.Marker == "" {
			id = c.system.newID()
		}
		answer, taken, err := c.createAs(ctx, r, id)
		if err != nil || !taken {
			return answer, err
		}
	}
	return contact.Record{}, connector.Refuse(contact.Because(contact.CodeKeyTaken, "UID"), "make a card: other cards have all names it could get")
}

// createAs makes a card with an id. taken says that another card has it.
func (c *conn) createAs(ctx context.Context, r contact.Record, id string) (answer contact.Record, taken bool, err error) {
	name := id + ".vcf"
	it, err := c.get(ctx, name)
	if err != nil {
		return answer, false, err
	}
	if !it.none {
		if !isFor(it.card, r.Marker, cmp.Or(r.UID, id)) {
			return answer, true, nil
		}
		answer, err = c.edit(ctx, r.Kind, name, "", func(v *vcard.Card) error { return card.Apply(v, r) })
		return answer, false, err
	}
	v, err := card.New(r, id)
	if err != nil {
		return answer, false, err
	}
	given, err := c.put(ctx, name, v, map[string]string{"If-None-Match": "*"})
	switch {
	case contact.ClassOf(err) == contact.Conflicting:
		return answer, false, contact.Fail(contact.Uncertain, "make a card: it appeared in the book meanwhile")
	case errors.Is(err, errFails):
		answer, err = c.afterFailure(ctx, contact.Record{Kind: r.Kind}, item{name: name, card: v}, err)
		return answer, false, err
	case errors.Is(err, errUIDTaken) && r.UID == "":
		return answer, true, nil
	case err != nil:
		return answer, false, err
	}
	answer, err = c.readBack(ctx, contact.Record{Kind: r.Kind}, item{name: given.name, card: v}, given.etag)
	return answer, false, err
}

// isFor reports whether a card that is there already was made for a marker. On
// a card that bears none, the UID it would have been given says so: the server
// keeps no such property, or the card was let go of.
func isFor(v *vcard.Card, marker, uid string) bool {
	if v == nil || marker == "" {
		return false
	}
	r, ok := card.Read(v, nil)
	return ok && (r.Marker == marker || r.Marker == "" && vcard.SameUID(r.UID, uid))
}
