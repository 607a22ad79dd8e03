package engine

import (
	"context"
	"fmt"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// lookAfter are the times after a lost answer at which the record is looked
// for. Only when the last look has found nothing is the write repeated.
var lookAfter = []time.Duration{0, 5 * time.Second, 30 * time.Second}

// settleAll settles what was begun and not finished, by a crash or a lost
// answer, before anything else happens to those links.
func (s *site) settleAll(ctx context.Context) error {
	var after int64
	for {
		links, err := s.e.Store.Intents(ctx, s.name, after, s.e.Batch)
		if err != nil || len(links) == 0 {
			return err
		}
		after = links[len(links)-1].ID
		for _, link := range links {
			if link.NotBefore.After(s.now()) {
				continue
			}
			if s.rows[link.Kind] == nil {
				continue
			}
			if err := s.settle(ctx, link); err != nil {
				return err
			}
			s.worked = true
		}
	}
}

// settle looks for what became of one write.
func (s *site) settle(ctx context.Context, link contact.Link) error {
	found, gone, err := s.lookFor(ctx, link)
	if err != nil {
		return err
	}
	return anew(func() error {
		now, err := s.e.Store.LinksByID(ctx, []int64{link.ID})
		if err != nil || len(now) == 0 || now[0].Intent == nil {
			return err // somebody settled it meanwhile
		}
		b, due, err := s.loadDue(ctx, link.Kind, now)
		if err != nil {
			return err
		}
		if err := b.refs.resolve(ctx, s.e, s.name, s.rows[link.Kind].References(found.Fields)); err != nil {
			return err
		}
		return b.decide(ctx, func() error { return b.settleFound(ctx, due[0], found, gone) })
	})
}

// lookFor reads the system itself: the record, or gone when it is not there.
func (s *site) lookFor(ctx context.Context, link contact.Link) (record contact.Record, gone bool, err error) {
	if link.Intent.Op != contact.Create {
		record, err = s.door.Get(ctx, link.Kind, link.Remote)
		if contact.ClassOf(err) == contact.NotFound {
			return contact.Record{}, true, nil
		}
		if err != nil {
			return record, false, fmt.Errorf("settle in %s: %w", s.name, err)
		}
		return record, false, nil
	}
	finder, ok := s.door.(connector.Finder)
	if !ok {
		return contact.Record{}, true, nil
	}
	key := contact.Fields(nil)
	if link.Intent.Marker == "" {
		if key = link.Intent.Key; len(key) == 0 {
			return contact.Record{}, true, nil
		}
	}
	records, err := finder.Find(ctx, link.Kind, link.Intent.Marker, key)
	if err != nil {
		return record, false, fmt.Errorf("settle in %s: %w", s.name, err)
	}
	known, err := s.e.Store.LinksByRemote(ctx, s.name, link.Kind, ids(records))
	if err != nil {
		return record, false, err
	}
	taken := map[string]bool{}
	for _, l := range known {
		taken[l.Remote] = l.Party != "" && l.Party != link.Party
	}
	for _, r := range records {
		if !taken[r.ID] {
			return r, false, nil
		}
	}
	return contact.Record{}, true, nil
}

func (b *batch) settleFound(ctx context.Context, link *linkRow, found contact.Record, gone bool) error {
	intent := link.Intent
	switch {
	case link.Party == "": // it is read again, and written again if it is still owed
		next := link.Link
		next.Intent, next.Reread, next.Due, next.NotBefore = nil, true, true, never
		b.set(link, next)
		return nil
	case intent.Op == contact.Create && !gone:
		return b.foundMade(ctx, link, found, intent)
	case intent.Op == contact.Remove && gone:
		b.s.run.wrote(b.s.name, contact.Remove)
		return b.withdrawn(ctx, link, contact.Record{Kind: b.kind, ID: link.Remote}, intent)
	case intent.Op == contact.Create:
		return b.lookAgain(link)
	case gone:
		next := link.Link
		next.Intent = nil
		b.set(link, next)
		return b.vanish(ctx, link, contact.Record{Kind: b.kind, ID: link.Remote, Gone: contact.Deleted})
	}
	return b.settleThere(ctx, link, found, intent)
}

// foundMade takes a record that a create of ours has left, whose answer never
// came. Should the create arrive a second time, that is ours as well.
func (b *batch) foundMade(ctx context.Context, link *linkRow, found contact.Record, intent *contact.Intent) error {
	link.Late = intent
	b.s.run.wrote(b.s.name, contact.Create)
	ours := b.s.rows[b.kind].Fulfilled(found, contact.Link{}, &b.party(link.Party).Party, intent.Set)
	return b.written(ctx, link, found, intent, ours)
}

// lookAgain waits for a create that has not shown up, and repeats it when it
// has had its time.
func (b *batch) lookAgain(link *linkRow) error {
	next := link.Link
	intent := *link.Intent
	intent.Looks++
	if intent.Looks >= len(lookAfter) {
		next.Late, next.Intent, next.Due, next.NotBefore = &intent, nil, true, never
		next.Problem = contact.Reason{}
		b.vain(&next)
	} else {
		next.Intent, next.NotBefore = &intent, intent.Last.Add(lookAfter[intent.Looks])
	}
	b.set(link, next)
	return nil
}

// settleThere compares a record with the update or removal that was begun: the
// fields that show what we asked for are ours, the rest is a reading.
func (b *batch) settleThere(ctx context.Context, link *linkRow, found contact.Record, intent *contact.Intent) error {
	next := link.Link
	next.Intent, next.Due, next.NotBefore = nil, true, never
	next.Late = intent
	b.vain(&next)
	b.set(link, next)
	if intent.Op != contact.Update {
		return nil // not removed yet: Next asks for it again
	}
	row := b.s.rows[b.kind]
	answered := row.Fulfilled(found, link.Link, &b.party(link.Party).Party, intent.Set)
	if len(answered) == len(intent.Set) {
		b.s.run.wrote(b.s.name, contact.Update)
		return b.written(ctx, link, found, intent, intent.Set)
	}
	return b.foldLinked(ctx, link, found, answered)
}
