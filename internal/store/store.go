package store

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"kith/internal/contact"
)

// Options are the choices at opening a store.
type Options struct {
	// Exclusive takes the lock of the one process that may read and write
	// places: serve, sync and apply. A second one is refused with class Held.
	// Without it the store may be opened beside a running server for a short
	// commit. PostgreSQL needs no such lock: there the places' leases count.
	Exclusive bool

	// Now is the clock that leases are measured with on SQLite; nil is
	// time.Now. On PostgreSQL the database's clock counts, because the nodes'
	// own may differ.
	Now func() time.Time

	// Random fills the installation's secret; nil is crypto/rand.
	Random func(b []byte)
}

// Store is an open store. It is safe for concurrent use.
type Store struct {
	options    Options
	dialect    *dialect
	path       string // of the SQLite file
	numbers    numbers
	names      atomic.Pointer[names]
	reads      *statements
	recentKeys atomic.Int64   // added to recent_key since they were last moved
	writes     *writer        // nil: opened for reading
	opened     []func() error // what Close ends, the last one first
}

// Open opens a store to read and write it, and makes or upgrades its tables
// where needed. dsn is the path of an SQLite file or a postgres:// address.
func Open(ctx context.Context, dsn string, options Options) (*Store, error) {
	return open(ctx, dsn, options, false)
}

// OpenReadOnly opens an existing store for reading, beside a running server if
// need be. Methods that change anything fail.
func OpenReadOnly(ctx context.Context, dsn string) (*Store, error) {
	return open(ctx, dsn, Options{}, true)
}

func open(ctx context.Context, dsn string, options Options, readOnly bool) (*Store, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Random == nil {
		options.Random = randomBytes
	}
	s := &Store{options: options}
	var err error
	if isPostgres(dsn) {
		err = s.openPostgres(ctx, dsn, readOnly)
	} else {
		err = s.openSQLite(ctx, dsn, readOnly)
	}
	if err == nil {
		err = s.loadNames(ctx)
	}
	if err != nil {
		s.Close()
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return s, nil
}

// Close ends all connections and gives the process lock back.
func (s *Store) Close() error {
	var first error
	for i := len(s.opened) - 1; i >= 0; i-- {
		if err := s.opened[i](); err != nil && first == nil {
			first = err
		}
	}
	s.opened = nil
	return first
}

func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// errReadOnly is what a change meets in a store opened for reading.
var errReadOnly = contact.Fail(contact.Forbidden, "the store was opened for reading only")
