package store

import (
	"context"
	"database/sql"
	"time"
)

// writer runs transactions, on SQLite one at a time.
type writer struct {
	db *sql.DB // PostgreSQL, which takes many writers

	turn chan struct{} // SQLite: holds one token
	stmt *statements   // on its one writing connection
}

// tx is a transaction under way.
type tx struct {
	*statements
}

// writeTimeout bounds a transaction on a database across a network.
const writeTimeout = 60 * time.Second

// write runs do in one transaction. When it returns nil everything is on the
// disk; else nothing is. A transaction once begun is not broken off with the
// caller's context: it takes milliseconds, and breaking off costs the
// connection.
func (s *Store) write(ctx context.Context, do func(context.Context, *tx) error) error {
	if s.writes == nil {
		return errReadOnly
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.writes.transact(ctx, do)
	return s.classify(err)
}

func (w *writer) transact(ctx context.Context, do func(context.Context, *tx) error) error {
	if w.turn == nil {
		return w.transactPooled(ctx, do)
	}
	select {
	case <-w.turn:
		defer func() { w.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := w.stmt.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			// Where SQLite has rolled back by itself (a full disk, a constraint)
			// this fails, and that is as well.
			_, _ = w.stmt.exec(ctx, "ROLLBACK")
		}
	}()
	if err := do(ctx, &tx{w.stmt}); err != nil {
		return err
	}
	_, err := w.stmt.exec(ctx, "COMMIT")
	committed = err == nil
	return err
}

func (w *writer) transactPooled(ctx context.Context, do func(context.Context, *tx) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	began, err := w.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer began.Rollback()
	if err := do(ctx, &tx{newStatements(began, false)}); err != nil {
		return err
	}
	return began.Commit()
}
