package store

import (
	"context"
	"database/sql"
	"time"

	"kith/internal/contact"
)

const selectPlaces = "SELECT name, system, account, cursors, listed, fence, due, visited, paused, release, tally FROM place"

func scanPlace(rows *sql.Rows) (contact.Place, error) {
	var p contact.Place
	var cursors, listed, paused, tally string
	var due, visited int64
	err := rows.Scan(&p.Name, &p.System, &p.Account, &cursors, &listed, &p.Fence, &due, &visited, &paused, &p.Release, &tally)
	if err != nil {
		return p, err
	}
	p.Due, p.Visited = instant(due), instant(visited)
	if p.Paused, err = reasonOf(paused); err != nil {
		return p, err
	}
	if err := fromJSON(cursors, &p.Cursor); err != nil {
		return p, err
	}
	if err := fromJSON(listed, &p.Listed); err != nil {
		return p, err
	}
	return p, fromJSON(tally, &p.Tally)
}

// Places returns every place that was ever taken, by name.
func (s *Store) Places(ctx context.Context) (map[string]contact.Place, error) {
	found := map[string]contact.Place{}
	err := s.reads.each(ctx, selectPlaces, nil, func(rows *sql.Rows) error {
		p, err := scanPlace(rows)
		found[p.Name] = p
		return err
	})
	return found, s.classify(err)
}

// Take makes holder the holder of a place until the lease ends, raises the
// place's fence and returns the row, which is made where there is none. Class
// Held: another holder's lease has not ended. A holder may take its place
// again at any time.
func (s *Store) Take(ctx context.Context, place, system, holder string, lease time.Duration) (contact.Place, error) {
	if _, ok := s.names.Load().numberOf(place); !ok {
		if err := s.intern(ctx, map[string]bool{place: true}); err != nil {
			return contact.Place{}, err
		}
	}
	num, _ := s.names.Load().numberOf(place)
	var taken contact.Place
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		if _, err := tx.exec(ctx, insertPlace, num, place, system); err != nil {
			return err
		}
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		result, err := tx.exec(ctx, "UPDATE place SET fence = fence + 1, holder = $1, lease = $2, system = $3"+
			" WHERE name = $4 AND (lease <= $5 OR holder = $1)", holder, now+lease.Milliseconds(), system, place, now)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return contact.Fail(contact.Held, "another process is working on place %s", place)
		}
		return tx.each(ctx, selectPlaces+" WHERE name = $1", []any{place}, func(rows *sql.Rows) error {
			taken, err = scanPlace(rows)
			return err
		})
	})
	return taken, err
}

const insertPlace = "INSERT INTO place (num, name, system, account, cursors, listed, fence, holder, lease, due, visited, paused, release, tally)" +
	" VALUES ($1, $2, $3, '', '{}', '{}', 0, '', 0, 0, 0, '', '', '[]') ON CONFLICT (name) DO NOTHING"

// Release ends holder's lease. It is no error where another holds the place by
// now. The fence stays, so what holder still commits is refused only when
// somebody else has taken the place.
func (s *Store) Release(ctx context.Context, place, holder string) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, "UPDATE place SET holder = '', lease = 0 WHERE name = $1 AND holder = $2", place, holder)
		return err
	})
}

// now is the time leases are measured with, in ms.
func (s *Store) now(ctx context.Context, tx *tx) (now int64, err error) {
	if s.dialect.clock == "" {
		return s.options.Now().UnixMilli(), nil
	}
	err = tx.one(ctx, "SELECT "+s.dialect.clock, nil, &now)
	return now, err
}
