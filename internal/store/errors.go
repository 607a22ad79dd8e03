package store

import (
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kith/internal/contact"
)

// classify gives an engine's error the class that decides what happens next.
// What has none is a fault in the program.
func (s *Store) classify(err error) error {
	if err == nil || contact.ClassOf(err) != "" {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return s.classifySQLite(lite)
	}
	if s.dialect == &postgresDialect {
		return s.classifyPostgres(err)
	}
	return err
}

func (s *Store) classifySQLite(err *sqlite.Error) error {
	class, sentence := contact.Unreachable, "the store %s could not be read or written"
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return contact.Fail(contact.Conflicting, "what was to be saved has changed meanwhile: %w", err)
	}
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_FULL:
		return s.full(err)
	case sqlite3.SQLITE_IOERR:
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		class, sentence = contact.Held, "another process has been writing the store %s for too long"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		class, sentence = contact.Malformed, "the store %s is damaged: restore it from a backup"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		class, sentence = contact.Setup, "the store %s cannot be used: it and the directory it lies in must be there and writable for this user, because SQLite keeps files beside it"
	default:
		return err
	}
	return contact.Fail(class, sentence+": %w", s.path, err)
}

// full says that nothing could be saved for want of room, and that no system is
// to blame.
func (s *Store) full(err error) error {
	return &contact.Error{
		Class: contact.Unreachable, Reason: contact.Because(contact.CodeStoreFull, s.path),
		Err: fmt.Errorf("the disk that holds the store %s is full: nothing was saved; it goes on by itself when there is room: %w", s.path, err),
	}
}

// none reports whether an error says that there is no such row.
func none(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// bug makes the error of a commit that no correct caller makes.
func bug(format string, args ...any) error {
	return fmt.Errorf("commit: "+format, args...)
}
