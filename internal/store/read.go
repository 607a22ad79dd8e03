package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// read runs a reading, and once more where it met names that another process
// has added in the meantime. do starts from nothing each time.
func (s *Store) read(ctx context.Context, do func() error) error {
	err := do()
	var unknown errUnknownName
	if errors.As(err, &unknown) {
		if err := s.loadNames(ctx); err != nil {
			return s.classify(err)
		}
		err = do()
	}
	return s.classify(err)
}

// scanner reads rows of one type.
type scanner[T any] func(u *unpacker, rows *sql.Rows) (T, error)

// list returns the rows of a query.
func list[T any](ctx context.Context, s *Store, text string, args []any, scan scanner[T]) ([]T, error) {
	var found []T
	err := s.read(ctx, func() error {
		found = nil
		u := &unpacker{names: s.names.Load()}
		return s.reads.each(ctx, text, args, func(rows *sql.Rows) error {
			row, err := scan(u, rows)
			found = append(found, row)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// listIn returns the rows of a lookup.
func listIn[T any](ctx context.Context, s *Store, l lookup, args, values []any, scan scanner[T]) ([]T, error) {
	var found []T
	err := s.read(ctx, func() error {
		found = nil
		u := &unpacker{names: s.names.Load()}
		return s.reads.eachIn(ctx, s.dialect, l, args, values, func(rows *sql.Rows) error {
			row, err := scan(u, rows)
			found = append(found, row)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// place returns a place's number, false where nothing was ever stored of it.
// Another process may have made it since the names were loaded.
func (s *Store) place(ctx context.Context, name string) (int64, bool, error) {
	if num, ok := s.names.Load().numberOf(name); ok {
		return num, true, nil
	}
	if err := s.loadNames(ctx); err != nil {
		return 0, false, fmt.Errorf("place %s: %w", name, s.classify(err))
	}
	num, ok := s.names.Load().numberOf(name)
	return num, ok, nil
}
