package file

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// cardConn is the one open place of a system of vCards.
type cardConn struct{ system *cards }

// Account names the folders and files.
func (c *cardConn) Account() string {
	parts := []string{"vcard"}
	for _, kind := range c.system.kinds {
		parts = append(parts, fmt.Sprintf("%s=%s", kind, c.system.shelves[kind].path()))
	}
	return strings.Join(parts, " ")
}

func (c *cardConn) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	s, show, err := c.system.of(kind)
	if err != nil {
		return connector.Shape{}, err
	}
	if ctx.Err() != nil {
		return connector.Shape{}, stopped(ctx.Err())
	}
	return connector.Shape{Fields: card.Shape(show.fields), Rows: -1, Note: s.what()}, s.exists()
}

func (c *cardConn) Pull(ctx context.Context, kind contact.Kind, cursor string) (connector.Page, error) {
	s, show, err := c.system.of(kind)
	if err != nil {
		return connector.Page{}, err
	}
	asked := c.now()
	page, err := s.pull(ctx, show, cursor)
	page.Asked, page.Missing = asked, show.missing()
	return page, err
}

func (c *cardConn) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	s, show, err := c.system.of(kind)
	if err != nil {
		return contact.Record{}, err
	}
	return s.get(ctx, show, id)
}

// List implements connector.Lister. A card that cannot be read is listed under
// every kind: it is there.
func (c *cardConn) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	s, _, err := c.system.of(kind)
	if err != nil {
		return err
	}
	return s.each(ctx, func(listed) bool { return false }, func(l listed, _ *shelved) error {
		if l.kind != kind && !l.broken {
			return nil
		}
		return each(l.id, l.version)
	})
}

// Find implements connector.Finder. A marker is found in the index; for a key
// every card is read.
func (c *cardConn) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	s, show, err := c.system.of(kind)
	if err != nil {
		return nil, err
	}
	if marker == "" && len(key) == 0 {
		return nil, contact.Fail(contact.Setup, "find in %s: neither a marker nor a key", s.where())
	}
	for name := range key {
		if !card.Known(name) {
			return nil, contact.Fail(contact.Setup, "find in %s: cards have no field %s", s.where(), name)
		}
	}
	wanted := func(l listed) bool { return l.kind == kind && (marker == "" || l.marker == marker) }
	searched := showing{kind, append(key.Names(), show.fields...)}
	var found []contact.Record
	err = s.each(ctx, wanted, func(_ listed, c *shelved) error {
		if c == nil {
			return nil
		}
		r, ok := searched.record(c)
		if !ok || marker != "" && r.Marker != marker {
			return nil // it has become another meanwhile
		}
		for name, want := range key {
			if marker == "" && r.Fields[name] != want {
				return nil
			}
		}
		r, _ = show.record(c)
		found = append(found, r)
		return nil
	})
	return found, err
}

func (c *cardConn) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	return c.write(ctx, r.Kind, func(s shelf, show showing, e edition) (contact.Record, error) {
		if r.ID == "" {
			return c.create(s, show, e, r)
		}
		return change(s, show, e, r.ID, r.Version, func(k *vcard.Card) error { return card.Apply(k, r) })
	})
}

// Mark implements connector.Marking.
func (c *cardConn) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	return c.write(ctx, kind, func(s shelf, show showing, e edition) (contact.Record, error) {
		return change(s, show, e, id, version, func(k *vcard.Card) error { return card.Mark(k, marker) })
	})
}

func (c *cardConn) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	_, err := c.write(ctx, kind, func(s shelf, show showing, e edition) (contact.Record, error) {
		if _, err := locked(s, show, e, id, version); err != nil {
			return contact.Record{}, err
		}
		_, err := e.set(id, nil)
		return contact.Record{}, err
	})
	return err
}

func (c *cardConn) write(ctx context.Context, kind contact.Kind, do func(shelf, showing, edition) (contact.Record, error)) (contact.Record, error) {
	s, show, err := c.system.of(kind)
	if err != nil {
		return contact.Record{}, err
	}
	if c.system.settings.ReadOnly {
		return contact.Record{}, readOnly(c.system.settings.Name)
	}
	return s.submit(ctx, func(e edition) (contact.Record, error) { return do(s, show, e) })
}

// create makes a card. A UID that another card of the shelf bears is not given
// twice.
func (c *cardConn) create(s shelf, show showing, e edition, r contact.Record) (contact.Record, error) {
	if e.taken(r.UID) {
		r.UID = ""
	}
	k, err := card.New(r, c.system.fresh())
	if err != nil {
		return contact.Record{}, err
	}
	added, err := e.add(k)
	if err != nil {
		return contact.Record{}, err
	}
	return answer(s, show, added)
}

// change carries out one edit of a card. An edit that changes no byte is no
// write.
func change(s shelf, show showing, e edition, id, version string, edit func(*vcard.Card) error) (contact.Record, error) {
	now, err := locked(s, show, e, id, version)
	if err != nil {
		return contact.Record{}, err
	}
	k, err := vcard.Parse(now.text) // should the edit fail half way, the card at hand is still whole
	if err != nil {
		return contact.Record{}, refuseBroken(s.where(), err)
	}
	if err := edit(k); err != nil {
		return contact.Record{}, err
	}
	if edited := k.Bytes(); !bytes.Equal(edited, now.text) {
		if now, err = e.set(id, edited); err != nil {
			return contact.Record{}, err
		}
	}
	return answer(s, show, now)
}

// locked reads the card a write is about, if it is there and has not moved on.
func locked(s shelf, show showing, e edition, id, version string) (*shelved, error) {
	now, err := e.card(id)
	switch {
	case err != nil:
		return nil, err
	case now == nil || now.kind != show.kind:
		return nil, noCard(s.where())
	case version != "" && version != now.version:
		return nil, contact.Fail(contact.Conflicting, "%s: the card has changed since it was read", s.where())
	}
	return now, nil
}

// answer shows a card as it will stand in its file.
func answer(s shelf, show showing, now *shelved) (contact.Record, error) {
	r, ok := show.record(now)
	if !ok {
		return contact.Record{}, contact.Fail(contact.Malformed, "%s: a card would not read as it was written, so it is not", s.where())
	}
	return r, nil
}

func (c *cardConn) now() time.Time { return nowOf(c.system.settings) }
