package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"modernc.org/sqlite"

	"kith/internal/contact"
)

// pragma is a setting every connection has to have. Set is "" where the driver
// sets it as the file is opened.
type pragma struct{ name, set, is string }

// A commit that has returned survives a power cut only with synchronous=FULL
// (2), and readers beside a writer need the write-ahead log, so both are
// looked at on every connection, not trusted.
var sqlitePragmas = []pragma{
	{"busy_timeout", "5000", "5000"},
	{"journal_mode", "wal", "wal"},
	{"synchronous", "full", "2"},
	{"foreign_keys", "on", "1"},
}

// Settings for speed, which need no proof. The log is copied into the file
// when it has 128 MiB, and cut back to 64 MiB then.
var (
	writerPragmas = []pragma{{name: "cache_size", set: "-65536"}, {name: "wal_autocheckpoint", set: "32768"}, {name: "journal_size_limit", set: "67108864"}, {name: "temp_store", set: "memory"}}
	readerPragmas = []pragma{{name: "cache_size", set: "-16384"}, {name: "temp_store", set: "memory"}}
)

// openSQLite opens or makes the file at path.
func (s *Store) openSQLite(ctx context.Context, path string, readOnly bool) error {
	s.dialect, s.path = &sqliteDialect, path
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return contact.Fail(contact.Setup, "the store needs the path of a file")
	}
	existing, err := isFile(path)
	if err != nil {
		return err
	}
	if readOnly && !existing {
		return contact.Fail(contact.Setup, "there is no store %s yet", path)
	}
	if s.options.Exclusive {
		unlock, err := lockFile(path + ".lock")
		if err != nil {
			return err
		}
		s.opened = append(s.opened, unlock)
	}
	if !readOnly {
		if err := makePrivate(path); err != nil {
			return err
		}
		if err := s.openWriter(ctx, path, existing); err != nil {
			return s.classify(err)
		}
	}
	if err := s.openReaders(ctx, path, readOnly); err != nil {
		return s.classify(err)
	}
	return s.freePlaces(ctx)
}

// freePlaces ends the leases of whoever held places before: with the process
// lock in our hands, they are dead.
func (s *Store) freePlaces(ctx context.Context) error {
	if !s.options.Exclusive {
		return nil
	}
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, "UPDATE place SET lease = 0")
		return err
	})
}

func (s *Store) openWriter(ctx context.Context, path string, existing bool) error {
	db, err := openFile(path, "rwc", writerPragmas)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	s.opened = append(s.opened, db.Close)
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	w := &writer{stmt: newStatements(conn, true), turn: make(chan struct{}, 1)}
	w.turn <- struct{}{}
	s.writes = w
	s.opened = append(s.opened, conn.Close, w.stmt.close)
	if existing && s.options.Exclusive {
		if err := quickCheck(ctx, conn, path); err != nil {
			return err
		}
	}
	return s.migrateShipped(ctx)
}

func (s *Store) openReaders(ctx context.Context, path string, readOnly bool) error {
	db, err := openFile(path, "ro", readerPragmas)
	if err != nil {
		return err
	}
	readers := max(4, runtime.NumCPU())
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	s.opened = append(s.opened, db.Close)
	s.reads = newStatements(db, true)
	s.opened = append(s.opened, s.reads.close)
	if !readOnly {
		return nil
	}
	return s.checkSchema(ctx)
}

func isFile(path string) (bool, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, contact.Fail(contact.Setup, "%w", err)
	case info.IsDir():
		return false, contact.Fail(contact.Setup, "%s is a directory, the store is a file", path)
	}
	return info.Size() > 0, nil
}

// makePrivate makes a new store readable for its owner only, because it holds
// what contacts are told and written about. SQLite gives the files beside it
// the same rights. One that is there keeps the rights it was given.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, os.ErrExist):
		return nil
	case err != nil:
		return contact.Fail(contact.Setup, "%w", err)
	}
	return file.Close()
}

// quickCheck reads every page and fails where one is damaged. It takes one to
// four seconds per gigabyte, and is run by the processes that go on to write to
// other systems: a damaged memory must not be acted on.
func quickCheck(ctx context.Context, conn *sql.Conn, path string) error {
	var found string
	if err := conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return contact.Fail(contact.Malformed, "the store %s is damaged (%s): restore it from a backup", path, found)
	}
	return nil
}

// openFile makes a pool whose every connection is checked.
func openFile(path, mode string, more []pragma) (*sql.DB, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%w", err)
	}
	absolute = filepath.ToSlash(absolute)
	if !strings.HasPrefix(absolute, "/") { // C:/…
		absolute = "/" + absolute
	}
	query := url.Values{"mode": {mode}, "_dqs": {"0"}, "_error_rc": {"1"}}
	for _, p := range append(sqlitePragmas, more...) {
		if mode == "ro" && p.name == "journal_mode" {
			continue // a writer's to set; it is still looked at
		}
		query.Add("_pragma", p.name+"("+p.set+")")
	}
	address := url.URL{Scheme: "file", Path: absolute, RawQuery: query.Encode()}
	connector, err := sqlite.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(&checked{connector, sqlitePragmas}), nil
}

// checked looks at the pragmas of every connection it makes.
type checked struct {
	driver.Connector
	want []pragma
}

func (c *checked) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range c.want {
		if err := checkPragma(ctx, conn, p); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

func checkPragma(ctx context.Context, conn driver.Conn, p pragma) error {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "PRAGMA "+p.name, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	value := make([]driver.Value, 1)
	if err := rows.Next(value); err != nil && err != io.EOF {
		return err
	}
	if is := fmt.Sprint(value[0]); is != p.is {
		return contact.Fail(contact.Setup, "the database says %s is %s and it has to be %s: a commit could be lost or readers blocked on this disk", p.name, is, p.is)
	}
	return nil
}
