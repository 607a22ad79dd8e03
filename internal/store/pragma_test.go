package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"modernc.org/sqlite"

	"kith/internal/contact"
)

// Every connection of the pool has the settings, however many are opened.
func TestPragmas(t *testing.T) {
	s := newSQLite(t, filepath.Join(t.TempDir(), "kith.db"))
	readers := s.reads.on.(*sql.DB)
	conns := []preparer{s.writes.stmt.on}
	for range readers.Stats().MaxOpenConnections {
		conn, err := readers.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conns = append(conns, conn)
	}
	for i, conn := range conns {
		for _, p := range sqlitePragmas {
			rows, err := conn.QueryContext(t.Context(), "PRAGMA "+p.name)
			if err != nil {
				t.Fatal(err)
			}
			var is string
			for rows.Next() {
				if err := rows.Scan(&is); err != nil {
					t.Fatal(err)
				}
			}
			rows.Close()
			if is != p.is {
				t.Errorf("connection %d: %s is %s, want %s", i, p.name, is, p.is)
			}
		}
	}
}

// A connection that lacks a setting is not handed out.
func TestPragmaMissing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	for _, missing := range sqlitePragmas {
		dsn := "file:" + path + "?"
		for _, p := range sqlitePragmas {
			if p != missing {
				dsn += fmt.Sprintf("_pragma=%s(%s)&", p.name, p.set)
			}
		}
		dsn += map[string]string{"synchronous": "_pragma=synchronous(1)", "journal_mode": "_pragma=journal_mode(delete)"}[missing.name]
		connector, err := sqlite.NewConnector(dsn)
		if err != nil {
			t.Fatal(err)
		}
		_, err = (&checked{connector, sqlitePragmas}).Connect(context.Background())
		if contact.ClassOf(err) != contact.Setup || !strings.Contains(err.Error(), missing.name) {
			t.Errorf("without %s: got %v, want class setup and its name", missing.name, err)
		}
	}
}

// Going through all of a place keeps no reading open, so the write-ahead log
// can be emptied while the caller works on what it is given.
func TestLogIsBounded(t *testing.T) {
	s := newSQLite(t, filepath.Join(t.TempDir(), "kith.db"))
	err := s.Commit(t.Context(), contact.Commit{Links: []contact.Link{{Place: "crm", Kind: contact.Person, Remote: "r1"}, {Place: "crm", Kind: contact.Person, Remote: "r2"}}})
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	err = s.EachGlance(t.Context(), "crm", contact.Person, func(g contact.Glance) error {
		calls++
		if err := s.Commit(t.Context(), contact.Commit{Wake: []string{"n"}, Entries: []contact.Entry{{After: "x"}}}); err != nil {
			return err
		}
		var busy, pages, copied int
		if err := s.writes.stmt.one(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &pages, &copied); err != nil {
			return err
		}
		if busy != 0 || pages != 0 {
			return fmt.Errorf("the log was not emptied: %d %d %d", busy, pages, copied)
		}
		return nil
	})
	if err != nil || calls != 2 {
		t.Fatal(calls, err)
	}
	var limit int
	if err := s.writes.stmt.one(t.Context(), "PRAGMA wal_autocheckpoint", nil, &limit); err != nil || limit != 32768 {
		t.Fatalf("the log is copied at %d pages, %v", limit, err)
	}
}
