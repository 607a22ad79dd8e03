package memory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// cursor is a place in a complete listing (next row, and where to go on after
// it) or in the change log (all after since has not been read).
type cursor struct {
	listing bool
	row     int
	since   int64
}

func (c cursor) String() string {
	if c.listing {
		return fmt.Sprintf("list %d since %d", c.row, c.since)
	}
	return fmt.Sprintf("since %d", c.since)
}

func parseCursor(text string) (c cursor, ok bool) {
	if text == "" {
		return cursor{listing: true, since: -1}, true
	}
	if n, _ := fmt.Sscanf(text, "list %d since %d", &c.row, &c.since); n == 2 {
		c.listing = true
	} else if n, _ := fmt.Sscanf(text, "since %d", &c.since); n != 1 {
		return cursor{}, false
	}
	return c, c.String() == text && c.row >= 0
}

func (c *conn) Pull(ctx context.Context, kind contact.Kind, from string) (connector.Page, error) {
	t, fault, err := c.enter(ctx, OpPull, kind, "")
	if err != nil {
		return connector.Page{}, err
	}
	s := c.server
	page := connector.Page{Asked: c.now()}

	s.mu.Lock()
	at, ok := parseCursor(from)
	if !ok || from != "" && (at.since < s.floor || at.since > s.seq || at.row > len(t.rows)) || !at.listing && !s.opt.Incremental {
		s.mu.Unlock()
		return connector.Page{}, contact.Fail(contact.CursorExpired, "pull %s: the cursor is no longer known", c.system.name())
	}
	view := c.view(kind, t)
	var rows []*version
	if at.listing {
		rows, page.Next, page.More = s.listing(t, at)
		page.Full = true
	} else {
		rows, page.Next, page.More = s.changes(t, at)
	}
	end := s.end(at)
	s.mu.Unlock()

	switch {
	case fault.Empty:
		rows, page.Next, page.More = nil, end, false
	case fault.Half:
		rows, page.Next, page.More = rows[:len(rows)/2], end, false
	}
	page.Missing = view.missing
	page.Records = make([]contact.Record, len(rows))
	for i, v := range rows {
		page.Records[i] = view.record(v)
	}
	return page, nil
}

// end is the cursor after a round that has been read from at. Called with the
// lock held.
func (s *Server) end(at cursor) string {
	switch {
	case !s.opt.Incremental:
		return ""
	case at.listing && at.since >= 0:
		return cursor{since: at.since}.String()
	}
	return cursor{since: s.seen(s.cut(OpPull))}.String()
}

// seen is the last change that a reader sees who sees up to a time.
func (s *Server) seen(cut int64) int64 {
	if cut == always {
		return s.seq
	}
	last := s.floor
	for _, p := range s.places {
		for _, t := range p.tables {
			i, _ := slices.BinarySearchFunc(t.log, cut, func(c change, at int64) int {
				if c.at <= at {
					return -1
				}
				return 1
			})
			if i > 0 {
				last = max(last, t.log[i-1].seq)
			}
		}
	}
	return last
}

// listing returns a page of the complete listing and where it goes on.
func (s *Server) listing(t *table, at cursor) (rows []*version, next string, more bool) {
	cut := s.cut(OpPull)
	if at.since < 0 {
		at.since = s.seen(cut)
	}
	rows = make([]*version, 0, min(s.opt.Page, len(t.rows)-at.row))
	for ; at.row < len(t.rows); at.row++ {
		v := t.rows[at.row].asOf(cut)
		if v == nil || v.gone != contact.Here {
			continue
		}
		if len(rows) == s.opt.Page {
			return rows, at.String(), true
		}
		rows = append(rows, v)
	}
	return rows, s.end(at), false
}

// changes returns a page of the change log and where it goes on.
func (s *Server) changes(t *table, at cursor) (rows []*version, next string, more bool) {
	cut := s.cut(OpPull)
	i, _ := slices.BinarySearchFunc(t.log, at.since, func(c change, since int64) int {
		if c.seq <= since {
			return -1
		}
		return 1
	})
	for ; i < len(t.log) && t.log[i].at <= cut; i++ {
		v := t.rows[t.log[i].row].asOf(cut)
		if v == nil || v.seq != t.log[i].seq || v.gone != contact.Here && !s.opt.Abilities.DeletesVisible {
			continue
		}
		if len(rows) == s.opt.Page {
			return rows, cursor{since: t.log[i-1].seq}.String(), true
		}
		rows = append(rows, v)
	}
	return rows, cursor{since: max(at.since, s.seen(cut))}.String(), false
}

func (c *conn) now() time.Time {
	if c.system.settings.Now != nil {
		return c.system.settings.Now()
	}
	return c.server.opt.Now()
}

func unixNano(at int64) time.Time { return time.Unix(0, at).UTC() }
