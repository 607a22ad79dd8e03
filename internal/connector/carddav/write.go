package carddav

import (
	"context"
	"errors"
	"maps"
	"net/http"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// maxTries is how often a write is tried anew when a card changes under it.
const maxTries = 4

// Put changes a card, or makes one.
func (c *conn) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	if err := c.mayWrite(r.Kind); err != nil {
		return contact.Record{}, err
	}
	if r.ID == "" {
		return c.create(ctx, r)
	}
	return c.edit(ctx, r.Kind, r.ID, r.Version, func(v *vcard.Card) error { return card.Apply(v, r) })
}

// Mark implements connector.Marking.
func (c *conn) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	if err := c.mayWrite(kind); err != nil {
		return contact.Record{}, err
	}
	return c.edit(ctx, kind, id, version, func(v *vcard.Card) error { return card.Mark(v, marker) })
}

func (c *conn) mayWrite(kind contact.Kind) error {
	if c.system.settings.ReadOnly {
		return connector.Refuse(contact.Because(contact.CodeReadOnly), "%s: the system is read only", c.system.settings.Name)
	}
	return c.knows(kind)
}

// current reads the card that a write is about and holds it against the
// version the write was made from.
func (c *conn) current(ctx context.Context, kind contact.Kind, id, version string) (item, contact.Record, error) {
	it, err := c.surely(ctx, id)
	if err != nil {
		return it, contact.Record{}, err
	}
	if it.none {
		return it, contact.Record{}, errNoCard
	}
	r := c.record(kind, it)
	switch {
	case r.Gone != contact.Here:
		return it, r, contact.Fail(contact.Conflicting, "the card can no longer be read as a %s", kind)
	case version != "" && version != r.Version:
		return it, r, contact.Fail(contact.Conflicting, "the card has changed since it was read")
	}
	return it, r, nil
}

// edit changes a card that is there. The server is given its ETag back, so
// that nobody else's change is written over; where it does not match though
// the card is as it was, the look is repeated.
func (c *conn) edit(ctx context.Context, kind contact.Kind, id, version string, change func(*vcard.Card) error) (contact.Record, error) {
	release, err := c.busy.take(ctx, id)
	if err != nil {
		return contact.Record{}, err
	}
	defer release()
	return c.editAlone(ctx, kind, id, version, change)
}

// editAlone is edit for who is the only one at work on the card.
func (c *conn) editAlone(ctx context.Context, kind contact.Kind, id, version string, change func(*vcard.Card) error) (contact.Record, error) {
	last := ""
	for try := 1; ; try++ {
		it, before, err := c.current(ctx, kind, id, version)
		if err != nil {
			return contact.Record{}, err
		}
		if err := c.pictures.around(it.card, change); err != nil {
			return contact.Record{}, err
		}
		if !it.card.Changed() {
			return before, nil
		}
		given, err := c.put(ctx, id, it.card, map[string]string{"If-Match": matching(it.etag, last)})
		switch {
		case err == nil:
			answer, err := c.readBack(ctx, before, it, given.etag)
			return c.withPicture(ctx, it, answer, err)
		case errors.Is(err, errFails):
			return c.afterFailure(ctx, before, it, err)
		case contact.ClassOf(err) != contact.Conflicting || try == maxTries:
			return contact.Record{}, err
		}
		last = it.etag
	}
}

// matching is what a write asks the server to compare. A server that refused an
// ETag which the card still has cannot compare it: what is there then has to be
// there still, at least.
func matching(etag, refused string) string {
	if etag == "" || etag == refused {
		return "*"
	}
	return etag
}

// receipt is what a server says of a card it has taken.
type receipt struct {
	name string // under which it keeps it
	etag string // "" where it does not say
}

// put sends a card.
func (c *conn) put(ctx context.Context, name string, v *vcard.Card, conditions map[string]string) (receipt, error) {
	text := string(v.Bytes())
	if c.book.maxSize > 0 && int64(len(text)) > c.book.maxSize {
		return receipt{}, connector.Refuse(contact.Reason{}, "write a card: it has %d bytes, the server takes %d", len(text), c.book.maxSize)
	}
	headers := map[string]string{"Content-Type": "text/vcard; charset=utf-8"}
	maps.Copy(headers, conditions)
	a, err := c.client.do(ctx, ask{method: http.MethodPut, url: c.book.address(name), body: text, headers: headers, limit: maxError})
	if err != nil {
		return receipt{}, err
	}
	defer a.close()
	given := receipt{name: name, etag: a.header.Get("ETag")}
	// A server may choose another name (RFC 5995) and has to say which.
	if where := a.header.Get("Location"); a.status == http.StatusCreated && where != "" {
		if other, ok, err := c.book.member(where); err == nil && ok {
			given.name = other
		}
	}
	return given, a.written("write a card")
}

// readBack returns what a write has left. Servers rewrite what they are given,
// so only what is read counts. Whether somebody else wrote in between shows in
// the ETag; where the server gave none, in that something else came back. Of a
// card just made, whose name nobody else knows, it is what the server has made of
// it.
func (c *conn) readBack(ctx context.Context, before contact.Record, sent item, etag string) (contact.Record, error) {
	it, err := c.get(ctx, sent.name)
	switch {
	case err != nil:
		return contact.Record{}, contact.Fail(contact.Uncertain, "the card was written and cannot be read back: %w", err)
	case it.none:
		return contact.Record{}, contact.Fail(contact.Uncertain, "the card was written and is not there")
	}
	r := c.record(before.Kind, it)
	if r.Gone != contact.Here {
		return contact.Record{}, contact.Fail(contact.Malformed, "the server has made something else of a card it was given")
	}
	switch {
	case before.Version == "":
		r.Rewritten = true
	case etag == "" || etag != it.etag:
		given, _ := card.Read(sent.card, c.system.settings.Fields[before.Kind])
		r.Moved = moved(before, given, r)
	}
	return r, nil
}

// Remove deletes a card after a look at what is there: a server that ignores
// the ETag would delete what nobody has seen.
func (c *conn) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	if err := c.mayWrite(kind); err != nil {
		return err
	}
	release, err := c.busy.take(ctx, id)
	if err != nil {
		return err
	}
	defer release()
	last := ""
	for try := 1; ; try++ {
		it, _, err := c.current(ctx, kind, id, version)
		if err != nil {
			return err
		}
		a, err := c.client.do(ctx, ask{
			method: http.MethodDelete, url: c.book.address(id), limit: maxError,
			headers: map[string]string{"If-Match": matching(it.etag, last)},
		})
		if err != nil {
			return err
		}
		err = a.written("delete a card")
		a.close()
		switch {
		case errors.Is(err, errFails):
			return c.stillThere(ctx, it, err)
		case contact.ClassOf(err) == contact.NotFound:
			// It was there a moment ago: gone now, or not found by mistake.
			if there, looked := c.exists(ctx, id); looked != nil || there {
				return contact.Fail(contact.Uncertain, "%w, and then it is", err)
			}
			return err
		case contact.ClassOf(err) != contact.Conflicting || try == maxTries:
			return err
		}
		last = it.etag
	}
}
