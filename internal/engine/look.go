package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// round is a complete listing on its way: which ids it has shown.
type round struct {
	asked    time.Time // our clock before it began
	seen     map[uint64]struct{}
	shown    int
	told     map[string]bool     // ids of which it said itself how they went away
	pulled   map[uint64]struct{} // ids that an incremental look has shown
	repeats  bool                // it has shown a record twice
	complete bool                // it has come to its end
	state    string
	missing  []string // fields the collection no longer has, which nobody has let go
	without  []string // those that somebody has
}

func newRound(asked time.Time) *round {
	return &round{asked: asked, seen: map[uint64]struct{}{}, told: map[string]bool{}, pulled: map[uint64]struct{}{}}
}

func (r *round) see(id string) {
	if r.has(id) {
		r.repeats = true
		return
	}
	r.seen[idHash(id)] = struct{}{}
	r.shown++
}

func (r *round) has(id string) bool { _, ok := r.seen[idHash(id)]; return ok }

func idHash(id string) uint64 {
	h := fnv.New128a()
	h.Write([]byte(id))
	return binary.BigEndian.Uint64(h.Sum(nil)[:8])
}

// look reads what is new at the place into the inbox: pages since the cursor,
// or everything where the row is new, the cursor has expired, or a full look
// was asked for. Missing keys are looked for where the door does not tell of
// deletions.
func (s *site) look(ctx context.Context, kind contact.Kind, o visitOptions) (err error) {
	full := o.full || !s.listed(kind)
	cursor := s.place.Cursor[kind]
	if full {
		cursor = ""
	}
	rd := newRound(s.now())
	s.rounds[kind] = nil
	complete := false
	known, err := s.e.Store.Count(ctx, s.name)
	if err != nil {
		return err
	}
	blank := known.Live+known.Unlinked+known.Problems == 0 && s.place.Listed[kind].At.IsZero()
	defer func() {
		err = errors.Join(err, s.settled(ctx))
		s.blank = false
	}()
	for {
		if err := s.keep(ctx); err != nil {
			return err
		}
		page, err := s.door.Pull(ctx, kind, cursor)
		if contact.ClassOf(err) == contact.CursorExpired && cursor != "" {
			cursor, rd = "", newRound(s.now())
			continue
		}
		if err != nil {
			return fmt.Errorf("pull %s %s: %w", s.name, kind, err)
		}
		if rd.missing = s.lacking(kind, page.Missing); len(rd.missing) > 0 {
			return s.columnsGone(kind, rd)
		}
		for i := range page.Records {
			switch r := &page.Records[i]; {
			case r.Gone != contact.Here:
				rd.told[r.ID] = true
			case page.Full:
				rd.see(r.ID)
			default:
				rd.pulled[idHash(r.ID)] = struct{}{}
			}
		}
		if page.Full {
			complete, rd.state = true, page.State
		}
		s.blank = blank && page.Full && !rd.repeats
		rd.without = page.Missing
		if err := anew(func() error { return s.takePage(ctx, kind, page) }); err != nil {
			return err
		}
		s.e.Progress.Step(s.name, "read", s.run.read(s.name, len(page.Records)), 0)
		if !page.More {
			cursor = page.Next
			break
		}
		if page.Next == cursor {
			return contact.Fail(contact.Malformed, "%s answers the same page of %s again and again", s.name, kind)
		}
		cursor = page.Next
	}
	if err := s.settled(ctx); err != nil {
		return err
	}
	if err := s.keepWithout(ctx, kind, rd.without); err != nil {
		return err
	}
	s.rounds[kind] = rd
	if complete {
		return s.endListing(ctx, kind, rd, cursor)
	}
	return s.compareKeys(ctx, kind, rd)
}

// takePage sorts a page: what shows nothing new is an echo, the rest joins the
// inbox in the transaction that moves the cursor.
func (s *site) takePage(ctx context.Context, kind contact.Kind, page connector.Page) error {
	var glances map[string]contact.Glance
	if !s.blank {
		var err error
		if glances, err = s.e.Store.Glances(ctx, s.name, kind, ids(page.Records)); err != nil {
			return err
		}
	}
	place := clonePlace(s.place)
	place.Cursor[kind] = page.Next
	c := contact.Commit{}
	row := s.rows[kind]
	var versions []contact.Glance
	for _, record := range page.Records {
		g, known := glances[record.ID]
		if known && !g.Busy && g.Gone == record.Gone && g.Missing == nil && g.Shown == row.ShownHash(record) {
			if g.Version != record.Version {
				g.Version = record.Version
				versions = append(versions, g)
			}
			continue
		}
		if !known && record.Gone != contact.Here {
			continue
		}
		c.Inbox = append(c.Inbox, contact.InboxRow{Place: s.name, Record: record, Asked: page.Asked, Full: page.Full})
	}
	if err := s.keepVersions(ctx, &c, versions); err != nil {
		return err
	}
	if len(c.Inbox) == 0 && len(c.Links) == 0 && s.place.Cursor[kind] == page.Next {
		return nil
	}
	if !page.Full { // a complete listing starts over after a crash
		c.SavePlace = &place
	}
	if s.direct(kind, page) {
		s.worked = s.worked || len(c.Inbox) > 0
		return s.foldAhead(ctx, kind, c.Inbox, c)
	}
	return s.commit(ctx, c)
}

// keepVersions remembers the new versions of records that show nothing new, so
// that the next write expects the right one.
func (s *site) keepVersions(ctx context.Context, c *contact.Commit, glances []contact.Glance) error {
	if len(glances) == 0 {
		return nil
	}
	versions := map[int64]string{}
	var rows []int64
	for _, g := range glances {
		versions[g.ID] = g.Version
		rows = append(rows, g.ID)
	}
	links, err := s.e.Store.LinksByID(ctx, rows)
	if err != nil {
		return err
	}
	for _, link := range links {
		link.Version, link.At = versions[link.ID], s.now()
		c.Links = append(c.Links, link)
	}
	return nil
}

// direct reports whether a page may be folded at once: the place has no links
// yet, so there is nothing a mass change could harm.
func (s *site) direct(kind contact.Kind, page connector.Page) bool {
	return page.Full && s.place.Listed[kind].At.IsZero()
}

// endListing closes a complete listing: what it did not show is looked for,
// the place counts as listed under its present row, and reading goes on from
// where the listing ended.
func (s *site) endListing(ctx context.Context, kind contact.Kind, rd *round, cursor string) error {
	rd.complete = true
	if err := s.missing(ctx, kind, rd); err != nil {
		return err
	}
	place := clonePlace(s.place)
	l := place.Listed[kind]
	hash := s.rows[kind].Hash()
	if l.Unattended || l.Under != "" && l.Under != hash {
		l.Swept, l.Unattended = unattended, false
	}
	l.At, l.Compared, l.Under = s.now(), s.now(), hash
	if l.Accepted == "" {
		l.Accepted = l.Under
	}
	place.Listed[kind], place.Cursor[kind] = l, cursor
	return s.commit(ctx, contact.Commit{SavePlace: &place})
}

// compareKeys finds deletions where the door does not tell of them, and
// records that the watermark has missed: new ones, and those whose version is
// another one because they were written in a transaction that ended late.
func (s *site) compareKeys(ctx context.Context, kind contact.Kind, rd *round) error {
	lister, ok := s.door.(connector.Lister)
	last := s.place.Listed[kind].Compared
	due := s.abilities.CompareAlways || s.now().Sub(last) >= s.rows[kind].Compare && s.rows[kind].Compare > 0
	if !ok || s.abilities.DeletesVisible && !due || !due {
		return nil
	}
	rd.seen, rd.shown = map[uint64]struct{}{}, 0
	asked := s.now()
	rd.asked = asked
	var batch, versions, news []string
	check := func() error {
		if err := s.keep(ctx); err != nil {
			return err
		}
		glances, err := s.e.Store.Glances(ctx, s.name, kind, batch)
		if err != nil {
			return err
		}
		for i, id := range batch {
			if _, pulled := rd.pulled[idHash(id)]; pulled {
				continue
			}
			g, known := glances[id]
			moved := g.Version != versions[i] && g.Version != "" && versions[i] != ""
			if !known || g.Gone != contact.Here || g.Missing != nil || moved {
				news = append(news, id)
			}
		}
		batch, versions = batch[:0], versions[:0]
		return nil
	}
	err := lister.List(ctx, kind, func(id, version string) error {
		rd.see(id)
		batch, versions = append(batch, id), append(versions, version)
		if len(batch) < 1000 {
			return nil
		}
		return check()
	})
	if err == nil {
		err = check()
	}
	if err != nil {
		return fmt.Errorf("list %s %s: %w", s.name, kind, err)
	}
	if err := s.fetch(ctx, kind, news, asked); err != nil {
		return err
	}
	rd.complete = true
	if err := s.missing(ctx, kind, rd); err != nil {
		return err
	}
	return s.save(ctx, func(p *contact.Place) {
		l := p.Listed[kind]
		l.Compared = s.now()
		p.Listed[kind] = l
	})
}

// fetch reads records by id into the inbox.
func (s *site) fetch(ctx context.Context, kind contact.Kind, want []string, asked time.Time) error {
	for chunk := range slices.Chunk(want, s.e.Batch) {
		var page connector.Page
		page.Asked, page.Next = asked, s.place.Cursor[kind]
		for _, id := range chunk {
			if err := s.keep(ctx); err != nil {
				return err
			}
			record, err := s.door.Get(ctx, kind, id)
			switch contact.ClassOf(err) {
			case contact.NotFound:
				continue // gone again meanwhile
			case "":
			default:
				return fmt.Errorf("get from %s: %w", s.name, err)
			}
			if err != nil {
				return fmt.Errorf("get from %s: %w", s.name, err)
			}
			page.Records = append(page.Records, record)
		}
		if err := anew(func() error { return s.takePage(ctx, kind, page) }); err != nil {
			return err
		}
	}
	return nil
}

func ids(records []contact.Record) []string {
	out := make([]string, len(records))
	for i := range records {
		out[i] = records[i].ID
	}
	return out
}
