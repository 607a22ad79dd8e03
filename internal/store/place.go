package store

import (
	"context"
	"database/sql"
	"time"

	"kith/internal/contact"
)

const selectPlaces = "SELECT name, fence, unattended, body FROM place"

func scanPlace(rows *sql.Rows) (contact.Place, error) {
	var p contact.Place
	var name, body string
	var fence, unattended int64
	if err := rows.Scan(&name, &fence, &unattended, &body); err != nil {
		return p, err
	}
	err := fromJSON(body, &p)
	p.Name, p.Fence = name, fence
	for i, kind := range kinds {
		if l, listed := p.Listed[kind]; listed && unattended>>i&1 == 1 {
			l.Unattended = true
			p.Listed[kind] = l
		}
	}
	return p, err
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
		made := contact.Place{Name: place, System: system}
		if _, err := tx.exec(ctx, insertPlace, num, place, toJSON(made)); err != nil {
			return err
		}
		// The row is locked before the clock is read: a wait for the holder
		// before us counts.
		var by string
		var until int64
		if err := tx.one(ctx, "SELECT holder, lease FROM place WHERE name = $1"+s.dialect.lock, []any{place}, &by, &until); err != nil {
			return err
		}
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		result, err := tx.exec(ctx, "UPDATE place SET fence = fence + 1, holder = $1, lease = $2"+
			" WHERE name = $3 AND (lease <= $4 OR holder = $1)", holder, now+lease.Milliseconds(), place, now)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return contact.Fail(contact.Held, "%s works on %s and holds it until %s; if it has died, the place is free then",
				by, place, time.UnixMilli(until).UTC().Format("15:04:05 MST"))
		}
		return tx.each(ctx, selectPlaces+" WHERE name = $1", []any{place}, func(rows *sql.Rows) error {
			taken, err = scanPlace(rows)
			return err
		})
	})
	taken.System = system
	return taken, err
}

const insertPlace = "INSERT INTO place (num, name, fence, holder, lease, body) VALUES ($1, $2, 0, '', 0, $3) ON CONFLICT DO NOTHING"

// Renew lets the lease of a place that is held under a fence end later. Class
// Held: somebody else holds it by now.
func (s *Store) Renew(ctx context.Context, place, holder string, fence int64, lease time.Duration) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		result, err := tx.exec(ctx, "UPDATE place SET lease = $1 WHERE name = $2 AND holder = $3 AND fence = $4",
			now+lease.Milliseconds(), place, holder, fence)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return contact.Fail(contact.Held, "another process has taken over place %s", place)
		}
		return nil
	})
}

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
