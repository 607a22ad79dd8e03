package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

const (
	// overlap is how far a watermark reaches back: a transaction that took its
	// stamp when it began may become visible that much later.
	overlap = 2 * time.Minute

	// skew is how wrong the stamps may be. They are made by the server's clock
	// or by that of one of the application's own machines.
	skew = time.Minute

	pageSize = 1000
)

// system is one database under one login.
type system struct {
	settings connector.Settings
	traits   traits
	dialect  dialect
	db       *sql.DB
	address  string
	zone     *time.Location
	now      func() time.Time
	page     int
}

// Open prepares a system from its settings; it does not connect. An error is of
// class Setup.
func Open(s connector.Settings) (connector.System, error) { return open(s, traits{}) }

func open(s connector.Settings, known traits) (*system, error) {
	y := &system{settings: s, traits: known, dialect: dialectOf(s.Keys["dialect"]), zone: s.Zone, now: s.Now, page: pageSize}
	if y.dialect == nil {
		return nil, y.fail(contact.Setup, "dialect: %q is none of postgres, mysql, sqlserver, sqlite", s.Keys["dialect"])
	}
	if s.Keys["dsn"] == "" {
		return nil, y.fail(contact.Setup, "dsn: the address of the database is missing")
	}
	for _, kind := range contact.Kinds {
		c, ok := s.Collections[kind]
		if ok && (c.Name == "" || c.ID == "") {
			return nil, y.fail(contact.Setup, "%s: a row of a database needs both `collection` and `id`", kind)
		}
	}
	if y.zone == nil {
		y.zone = time.UTC
	}
	if y.now == nil {
		y.now = time.Now
	}
	var err error
	if y.db, y.address, err = y.dialect.connect(s.Keys["dsn"], session{y.zone, y.now, s.ReadOnly}); err != nil {
		return nil, y.fail(contact.Setup, "dsn: %w", err)
	}
	// Reading goes on beside the writes, except in SQLite, where one connection
	// is all that makes sense.
	open := y.dialect.parallel()
	if open > 1 {
		open++
	}
	y.db.SetMaxOpenConns(open)
	y.db.SetMaxIdleConns(open)
	y.db.SetConnMaxIdleTime(5 * time.Minute)
	y.db.SetConnMaxLifetime(time.Hour) // clocks go forward and back, see session
	return y, nil
}

// Abilities implements connector.System.
func (y *system) Abilities() connector.Abilities {
	a := connector.Abilities{
		ReadOnly: y.settings.ReadOnly, CompareAlways: true, VersionIsContent: true, Locks: true,
		Skew: -1, Parallel: y.dialect.parallel(),
	}
	for _, kind := range contact.Kinds {
		c, ok := y.settings.Collections[kind]
		if !ok {
			continue
		}
		a.Kinds = append(a.Kinds, kind)
		a.Marker = a.Marker || c.Marker != ""
		if c.Changed != "" {
			a.Skew, a.Overlap = skew, overlap
		}
	}
	return a
}

// Places implements connector.System: a database is one place.
func (y *system) Places(context.Context) ([]string, error) { return []string{""}, nil }

// Open implements connector.System. It looks at the schema: a table, key, stamp
// or marker that is not there is class Setup. A mapped column that is not there
// is named by Pull and by Describe, so that the rest can still be looked at.
func (y *system) Open(ctx context.Context, name string) (connector.Connector, error) {
	if name != "" {
		return nil, y.fail(contact.Setup, "a database is one place, there is no %q in it", name)
	}
	p := &place{system: y, layouts: map[contact.Kind]*layout{}}
	for _, kind := range contact.Kinds {
		if _, ok := y.settings.Collections[kind]; !ok {
			continue
		}
		_, err := run(ctx, p, call{kind: kind}, func(_ context.Context, l *layout) (*layout, error) { return l, nil })
		if err != nil {
			return nil, err
		}
	}
	p.account = p.describeAccount()
	if !y.Abilities().Marker {
		return connector.With(p, p, p, nil), nil
	}
	return connector.With(p, p, p, marking{p}), nil
}

// Close implements connector.System.
func (y *system) Close() error { return y.db.Close() }

// fail is contact.Fail with the system's name in front.
func (y *system) fail(class contact.Class, format string, args ...any) error {
	return contact.Fail(class, "%s: %w", y.settings.Name, fmt.Errorf(format, args...))
}
