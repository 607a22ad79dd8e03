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
// name is looked at before it is used, until the server has shown that it does
// not write over what is there: one does.
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
	guarded := c.guard.holds()
	if !guarded {
		if it, err := c.get(ctx, name); err != nil || !it.none {
			return c.meet(ctx, r, it, id, err)
		}
	}
	v, err := card.New(r, id)
	if err != nil {
		return answer, false, err
	}
	// One server writes a card anew, and loses what is escaped in it, to give it a
	// REV of this form. Where the card has one it is kept as it is.
	if err := v.SetRev(c.system.now()); err != nil {
		return answer, false, err
	}
	given, err := c.put(ctx, name, v, onlyNew)
	switch {
	case contact.ClassOf(err) == contact.Conflicting && guarded:
		if it, err := c.get(ctx, name); err != nil || !it.none {
			return c.meet(ctx, r, it, id, err)
		}
		return answer, false, err
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
	given = c.guard.try(given, func() (receipt, error) { return c.put(ctx, given.name, v, onlyNew) })
	answer, err = c.readBack(ctx, contact.Record{Kind: r.Kind}, item{name: given.name, card: v}, given.etag)
	return answer, false, err
}

// meet deals with a card that has the name a new one was to get.
func (c *conn) meet(ctx context.Context, r contact.Record, it item, id string, err error) (contact.Record, bool, error) {
	if err != nil {
		return contact.Record{}, false, err
	}
	if !isFor(it.card, r.Marker, cmp.Or(r.UID, id)) {
		return contact.Record{}, true, nil
	}
	answer, err := c.edit(ctx, r.Kind, it.name, "", func(v *vcard.Card) error { return card.Apply(v, r) })
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
