package store

import "context"

// Exec runs a statement on the writing connection of an SQLite store.
func (s *Store) Exec(ctx context.Context, text string) error {
	_, err := s.writes.stmt.on.ExecContext(ctx, text)
	return err
}

// Value returns the first column of a statement's first row, likewise.
func (s *Store) Value(ctx context.Context, text string) (value string, err error) {
	err = s.writes.stmt.one(ctx, text, nil, &value)
	return value, err
}

// MoveRecentKeys makes the next commit with keys move all recent ones.
func (s *Store) MoveRecentKeys() { s.recentKeys.Store(recentKeyLimit) }
