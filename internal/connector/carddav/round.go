package carddav

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

// cursor is where reading goes on. In the midst of a round it says what the
// round is about and how far it has come, so that another process can go on.
type cursor struct {
	Token     string   `json:"token"`               // "" in the midst of a complete listing
	Until     string   `json:"until,omitempty"`     // the token when the round is over; "" = it is
	After     string   `json:"after,omitempty"`     // names up to here have been given
	Listed    bool     `json:"listed,omitempty"`    // tokens are digests of listings: the server has none
	Witnesses []string `json:"witnesses,omitempty"` // see conn.changed
}

func (k cursor) String() string {
	text, _ := json.Marshal(k) // texts and flags can always be written
	return string(text)
}

func parseCursor(text string) (k cursor, err error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&k); err != nil || dec.More() || k.Token == "" && k.Until == "" {
		return k, contact.Fail(contact.CursorExpired, "the cursor is none of an address book")
	}
	return k, nil
}

// round is one way through what changed, or through everything.
type round struct {
	at        cursor          // where it stands
	todo      []string        // names that are still to be given, in order
	gone      map[string]bool // those of them that the server says are no more
	full      bool
	witnesses []string // for the next round
}

// Pull gives the next cards of a round, as many as are read at once.
func (c *conn) Pull(ctx context.Context, kind contact.Kind, text string) (connector.Page, error) {
	if err := c.knows(kind); err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{Asked: c.system.now(), Records: []contact.Record{}}
	r, err := c.round(ctx, kind, text)
	if err != nil {
		return connector.Page{}, err
	}
	names := r.todo[:min(c.batchSize(), len(r.todo))]
	err = c.cards(ctx, names, func(it item) (err error) {
		if it.none && !r.full && !r.gone[it.name] {
			if it, err = c.contradicted(ctx, it.name); err != nil {
				return err
			}
		}
		if record, counts := c.told(kind, it, r.full); counts {
			page.Records = append(page.Records, record)
		}
		return nil
	})
	if err != nil {
		return connector.Page{}, err
	}
	page.Full, page.Next, page.More = r.full, "", len(r.todo) > len(names)
	if page.More {
		r.at.After, r.todo = names[len(names)-1], r.todo[len(names):]
		page.Next = r.at.String()
		c.keep(kind, r)
		return page, nil
	}
	c.keep(kind, nil)
	page.Next = cursor{Token: r.at.Until, Listed: r.at.Listed, Witnesses: r.witnesses}.String()
	return page, nil
}

// told makes a record of a member. In a complete listing one that has just
// gone says nothing, and neither does one of another kind: that it is missing
// leads to a look.
func (c *conn) told(kind contact.Kind, it item, full bool) (r contact.Record, counts bool) {
	r = c.record(kind, it)
	switch {
	case it.none:
		r.Gone = contact.Deleted
		return r, !full
	case it.card != nil && r.Gone != contact.Here:
		return r, !full
	}
	return r, true
}

func (c *conn) keep(kind contact.Kind, r *round) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rounds[kind] = r
}

// round returns the round that a cursor stands in: the one under way, else one
// begun anew from where the cursor says.
func (c *conn) round(ctx context.Context, kind contact.Kind, text string) (*round, error) {
	c.mu.Lock()
	r := c.rounds[kind]
	c.mu.Unlock()
	if r != nil && text == r.at.String() {
		return r, nil
	}
	var at cursor
	if text != "" {
		var err error
		if at, err = parseCursor(text); err != nil {
			return nil, err
		}
	}
	ch, err := c.news(ctx, kind, at)
	switch {
	case errors.Is(err, errToken):
		return nil, contact.Fail(contact.CursorExpired, "the server cannot tell what changed since the last time")
	case err != nil:
		return nil, c.placed(err)
	}
	r = &round{at: at, todo: ch.names(!ch.full), gone: ch.gone(), full: ch.full, witnesses: witnessesOf(at.Witnesses, ch)}
	r.at.Listed = ch.listed
	if at.Until == "" {
		r.at.Until = ch.token
	} else if ch.full != (at.Token == "") {
		return nil, contact.Fail(contact.CursorExpired, "the round cannot be taken up again")
	}
	if ch.full {
		r.at.Token = ""
	}
	after, _ := slices.BinarySearch(r.todo, at.After+"\x00")
	if at.After != "" {
		r.todo = r.todo[after:]
	}
	return r, nil
}

// news asks for what is new since a cursor, of everything where there is none,
// in the best way the server knows.
func (c *conn) news(ctx context.Context, kind contact.Kind, at cursor) (*change, error) {
	if !at.Listed {
		ch, err := c.changed(ctx, at.Token, at.Witnesses)
		if !errors.Is(err, errNoSync) {
			return ch, err
		}
	}
	return c.compared(ctx, kind, at)
}
