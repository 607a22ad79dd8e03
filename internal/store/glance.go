package store

import (
	"context"
	"database/sql"
	"fmt"

	"kith/internal/contact"
)

const selectGlances = "SELECT id, remote, gone, reread + pending, echo FROM link WHERE place = $1 AND kind = $2 AND "

func scanGlance(u *unpacker, rows *sql.Rows) (contact.Glance, error) {
	var g contact.Glance
	var echo sql.RawBytes
	var gone, busy int64
	if err := rows.Scan(&g.ID, &g.Remote, &gone, &busy, &echo); err != nil {
		return g, err
	}
	g.Busy = busy > 0
	g.Shown, g.Version, g.Missing = u.echo(echo)
	if err := u.end("link"); err != nil {
		return g, fmt.Errorf("%w (%d)", err, g.ID)
	}
	var err error
	g.Gone, err = wordOf(gones, gone)
	return g, err
}

// Glances returns what tells an echo from news, by remote id.
func (s *Store) Glances(ctx context.Context, place string, kind contact.Kind, remotes []string) (map[string]contact.Glance, error) {
	found := make(map[string]contact.Glance, len(remotes))
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return found, err
	}
	var u unpacker // a glance holds no names
	find := lookup{text: selectGlances + "remote <> '' AND remote IN"}
	err = s.reads.eachIn(ctx, s.dialect, find, []any{num, code}, values(remotes), func(rows *sql.Rows) error {
		g, err := scanGlance(&u, rows)
		found[g.Remote] = g
		return err
	})
	return found, s.classify(err)
}

// glancePage is how many rows EachGlance reads at a time. No reading stays
// open while each runs: it would keep the write-ahead log growing.
const glancePage = 4096

// EachGlance calls each for every link of a place that has a remote id and is
// not gone: first those without a party, then the others. What is committed
// meanwhile may or may not show, or show twice.
func (s *Store) EachGlance(ctx context.Context, place string, kind contact.Kind, each func(contact.Glance) error) error {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return err
	}
	for _, standing := range []int64{standsUnlinked, standsLinked} {
		for after, more := int64(0), true; more; {
			page, err := list(ctx, s, selectGlances+"standing = $3 AND id > $4 ORDER BY id LIMIT $5",
				[]any{num, code, standing, after, glancePage}, scanGlance)
			if err != nil {
				return err
			}
			for i := range page {
				if err := each(page[i]); err != nil {
					return err
				}
			}
			if more = len(page) == glancePage; more {
				after = page[len(page)-1].ID
			}
		}
	}
	return ctx.Err()
}

const countStanding = "SELECT COUNT(*) FROM link WHERE place = $1 AND kind = $2 AND standing = $3"

// CountLive counts the records there that belong to a party.
func (s *Store) CountLive(ctx context.Context, place string, kind contact.Kind) (int, error) {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return 0, err
	}
	var live int
	err = s.reads.one(ctx, countStanding, []any{num, code, int64(standsLinked)}, &live)
	return live, s.classify(err)
}

// Count returns the figures a list of places shows.
func (s *Store) Count(ctx context.Context, place string) (contact.PlaceCount, error) {
	var c contact.PlaceCount
	num, ok, err := s.place(ctx, place)
	if !ok {
		return c, err
	}
	err = s.reads.one(ctx, countPlace, []any{num}, &c.Live, &c.Unlinked, &c.Due, &c.Problems, &c.Inbox)
	return c, s.classify(err)
}

// countPlace names both kinds, so that an index alone answers.
const countPlace = "SELECT" +
	" (SELECT COUNT(*) FROM link WHERE place = $1 AND kind IN (0, 1) AND standing = 1)," +
	" (SELECT COUNT(*) FROM link WHERE place = $1 AND kind IN (0, 1) AND standing = 2)," +
	" (SELECT COUNT(*) FROM link WHERE place = $1 AND due = 1)," +
	" (SELECT COUNT(*) FROM link WHERE place = $1 AND problem IS NOT NULL)," +
	" (SELECT COUNT(*) FROM inbox WHERE place = $1)"
