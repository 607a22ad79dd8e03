package store

import (
	"context"
	"database/sql"
	"time"

	"kith/internal/contact"
)

const selectRuns = "SELECT id, cause, started, ended, counts, problem FROM run"

func scanRun(_ *unpacker, rows *sql.Rows) (contact.Run, error) {
	var r contact.Run
	var started, ended int64
	var counts, problem string
	if err := rows.Scan(&r.ID, &r.Cause, &started, &ended, &counts, &problem); err != nil {
		return r, err
	}
	r.Started, r.Ended = instant(started), instant(ended)
	if err := fromJSON(counts, &r.Counts); err != nil {
		return r, err
	}
	var err error
	r.Problem, err = reasonOf(problem)
	return r, err
}

// BeginRun makes a run and returns its number.
func (s *Store) BeginRun(ctx context.Context, cause string, at time.Time) (id int64, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		return tx.one(ctx, "INSERT INTO run (cause, started, ended, counts, problem) VALUES ($1, $2, 0, 'null', '') RETURNING id",
			[]any{cause, millis(at)}, &id)
	})
	return id, err
}

// SaveRun replaces a run. Class NotFound: there is none of that number.
func (s *Store) SaveRun(ctx context.Context, r contact.Run) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		result, err := tx.exec(ctx, "UPDATE run SET cause = $1, started = $2, ended = $3, counts = $4, problem = $5 WHERE id = $6",
			r.Cause, millis(r.Started), millis(r.Ended), toJSON(r.Counts), reasonText(r.Problem), r.ID)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return contact.Fail(contact.NotFound, "there is no run %d", r.ID)
		}
		return nil
	})
}

// Run returns a run. Class NotFound: there is none of that number.
func (s *Store) Run(ctx context.Context, id int64) (contact.Run, error) {
	found, err := list(ctx, s, selectRuns+" WHERE id = $1", []any{id}, scanRun)
	if err != nil {
		return contact.Run{}, err
	}
	if len(found) == 0 {
		return contact.Run{}, contact.Fail(contact.NotFound, "there is no run %d", id)
	}
	return found[0], nil
}

// Runs returns the newest runs, the newest first.
func (s *Store) Runs(ctx context.Context, limit int) ([]contact.Run, error) {
	return list(ctx, s, selectRuns+" ORDER BY id DESC LIMIT $1", []any{limit}, scanRun)
}
