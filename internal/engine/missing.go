package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
)

// missing puts the links that a complete listing did not show into the inbox,
// as absent. Where the door cannot prove a deletion by a look, a second
// listing of the same state has to agree first, after a while or after a
// person has said of this state that it is right.
func (s *site) missing(ctx context.Context, kind contact.Kind, rd *round) error {
	if err := s.dropMissed(ctx, kind); err != nil {
		return err
	}
	var gone []contact.Glance
	err := s.e.Store.EachGlance(ctx, s.name, kind, func(g contact.Glance) error {
		if !rd.has(g.Remote) && !rd.told[g.Remote] {
			gone = append(gone, g)
		}
		return nil
	})
	if err != nil {
		return err
	}
	now := s.now()
	for chunk := range slices.Chunk(gone, s.e.Batch) {
		if chunk, err = s.visible(ctx, chunk, rd); err != nil {
			return err
		}
		c := contact.Commit{}
		wait := map[int64]bool{}
		for _, g := range chunk {
			if s.abilities.Confirm > 0 {
				m := g.Missing
				if m == nil || m.State != rd.state {
					wait[g.ID] = true
					continue
				}
				if now.Sub(m.At) < s.abilities.Confirm && !s.letsMissing(kind) {
					s.run.waiting(s.name, 1)
					continue
				}
			}
			c.Inbox = append(c.Inbox, contact.InboxRow{Place: s.name, Asked: now, Full: true,
				Record: contact.Record{Kind: kind, ID: g.Remote, Gone: contact.Absent}})
		}
		err := anew(func() error {
			c := c
			if err := s.noteMissing(ctx, &c, wait, rd.state); err != nil {
				return err
			}
			return s.commit(ctx, c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// visible leaves out the records that a listing cannot show yet, because what
// is known of them is younger than the place's lag. They count as shown.
func (s *site) visible(ctx context.Context, gone []contact.Glance, rd *round) ([]contact.Glance, error) {
	if s.abilities.Lag == 0 {
		return gone, nil
	}
	rows := make([]int64, len(gone))
	for i, g := range gone {
		rows[i] = g.ID
	}
	links, err := s.e.Store.LinksByID(ctx, rows)
	if err != nil {
		return nil, err
	}
	young := map[int64]bool{}
	for _, link := range links {
		if rd.asked.Before(link.At.Add(s.abilities.Lag)) {
			young[link.ID] = true
			rd.shown++
		}
	}
	return slices.DeleteFunc(slices.Clone(gone), func(g contact.Glance) bool { return young[g.ID] }), nil
}

// dropMissed takes back what an earlier listing has missed and what nobody has
// folded yet: this listing says it anew, or shows that it is there.
func (s *site) dropMissed(ctx context.Context, kind contact.Kind) error {
	var after int64
	for {
		rows, err := s.e.Store.Inbox(ctx, s.name, kind, after, s.e.Batch)
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].ID
		var c contact.Commit
		for _, r := range rows {
			if r.Record.Gone == contact.Absent {
				c.Done = append(c.Done, r.ID)
			}
		}
		if len(c.Done) == 0 {
			continue
		}
		if err := s.commit(ctx, c); err != nil {
			return err
		}
	}
}

// noteMissing remembers when a record was first missed, and in which state of
// the collection.
func (s *site) noteMissing(ctx context.Context, c *contact.Commit, rows map[int64]bool, state string) error {
	if len(rows) == 0 {
		return nil
	}
	want := make([]int64, 0, len(rows))
	for id := range rows {
		want = append(want, id)
	}
	slices.Sort(want)
	links, err := s.e.Store.LinksByID(ctx, want)
	if err != nil {
		return err
	}
	for _, link := range links {
		there := s.place.Listed[link.Kind].Looked
		if link.Missing != nil {
			there = link.Missing.There
		}
		link.Missing = &contact.Absence{At: s.now(), State: state, There: there}
		s.e.readings.miss(link.ID)
		link.Problem = contact.Because(contact.CodeMissing, s.name)
		link.NotBefore = s.now().Add(s.abilities.Confirm)
		c.Links = append(c.Links, link)
		s.run.waiting(s.name, 1)
	}
	return nil
}
