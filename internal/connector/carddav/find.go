package carddav

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kith/internal/card"
	"kith/internal/contact"
)

// markers are the markers that cards of the book bear, so that looking for
// many, as after a crash, reads the book once and then only what changed.
type markers struct {
	token     string
	witnesses []string
	of        map[string]string // by name; cards without one are left out
}

// List implements connector.Lister. What kind a card is of stands in the card,
// so all are read. What cannot be read counts as being there.
func (c *conn) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	if err := c.knows(kind); err != nil {
		return err
	}
	return c.scan(ctx, func(it item) error {
		r := c.record(kind, it)
		if it.none || it.card != nil && r.Gone != contact.Here {
			return nil
		}
		return each(r.ID, r.Version)
	})
}

// scan reads all cards of the book.
func (c *conn) scan(ctx context.Context, use func(item) error) error {
	all, err := c.everything(ctx)
	if err != nil {
		return err
	}
	return c.cards(ctx, all.names(false), use)
}

// Find implements connector.Finder. No query is sent: of four servers one
// fails on queries and one leaves out the filters it does not know.
func (c *conn) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	if err := c.knows(kind); err != nil {
		return nil, err
	}
	if marker != "" {
		return c.findMarked(ctx, kind, marker)
	}
	if len(key) == 0 {
		return nil, contact.Fail(contact.Setup, "find a card: neither a marker nor a key")
	}
	return c.findKeyed(ctx, kind, key)
}

// findMarked looks where a card made for the marker would be; only where it is
// not there are all cards looked at.
func (c *conn) findMarked(ctx context.Context, kind contact.Kind, marker string) ([]contact.Record, error) {
	id := derivedID(marker, 0)
	it, err := c.get(ctx, id+".vcf")
	if err != nil {
		return nil, err
	}
	if !it.none && it.card != nil {
		if r := c.record(kind, it); r.Gone == contact.Here && r.Marker == marker {
			return []contact.Record{r}, nil
		}
	}
	names, err := c.marked(ctx, marker)
	if err != nil {
		return nil, err
	}
	var found []contact.Record
	err = c.cards(ctx, names, func(it item) error {
		if r := c.record(kind, it); !it.none && r.Gone == contact.Here && r.Marker == marker {
			found = append(found, r)
		}
		return nil
	})
	return found, err
}

// marked returns the names of the cards that bear a marker.
func (c *conn) marked(ctx context.Context, marker string) ([]string, error) {
	release, err := c.marking.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := c.learnMarkers(ctx); err != nil {
		c.markers = nil
		return nil, err
	}
	var names []string
	for name, m := range c.markers.of {
		if m == marker {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// learnMarkers reads the markers of all cards, or of those that changed since
// the last time.
func (c *conn) learnMarkers(ctx context.Context) error {
	known := c.markers
	if known == nil || known.token == "" {
		known = &markers{}
	}
	ch, err := c.changed(ctx, known.token, known.witnesses)
	if errors.Is(err, errToken) || errors.Is(err, errNoSync) {
		ch, err = c.everything(ctx)
	}
	if err != nil {
		return c.placed(err)
	}
	next := &markers{token: ch.token, witnesses: witnessesOf(known.witnesses, ch), of: map[string]string{}}
	if !ch.full {
		maps.Copy(next.of, known.of)
	}
	err = c.cards(ctx, ch.names(!ch.full), func(it item) error {
		delete(next.of, it.name)
		if it.card == nil {
			return nil
		}
		if r, ok := card.Read(it.card, nil); ok && r.Marker != "" {
			next.of[it.name] = r.Marker
		}
		return nil
	})
	if err == nil {
		c.markers = next
	}
	return err
}

// findKeyed reads all cards for those that show what a key says.
func (c *conn) findKeyed(ctx context.Context, kind contact.Kind, key contact.Fields) (found []contact.Record, err error) {
	names := key.Names()
	for _, name := range names {
		if !card.Known(name) {
			return nil, contact.Fail(contact.Setup, "find a card: cards have no field %s", name)
		}
	}
	err = c.scan(ctx, func(it item) error {
		if it.card == nil {
			return nil
		}
		if shown, ok := card.Read(it.card, names); !ok || !maps.Equal(shown.Fields, key) {
			return nil
		}
		if r := c.record(kind, it); r.Gone == contact.Here {
			found = append(found, r)
		}
		return nil
	})
	return found, err
}
