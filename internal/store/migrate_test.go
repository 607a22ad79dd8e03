package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
)

func newSQLite(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// frozen makes a file as the first released version left it.
func frozen(t *testing.T, version int) string {
	t.Helper()
	dump, err := os.ReadFile(fmt.Sprintf("testdata/schema-%d.sql", version))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kith.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(string(dump)); err != nil {
		t.Fatal(err)
	}
	return path
}

// Every released schema is upgraded with its data. A new version adds a frozen
// dump of its own.
func TestUpgrade(t *testing.T) {
	steps, err := loadMigrations()
	if err != nil {
		t.Fatal(err)
	}
	for version := 1; version <= len(steps); version++ {
		path := frozen(t, version)
		s := newSQLite(t, path)
		parties, err := s.PartiesAfter(t.Context(), contact.Person, "", 10)
		if err != nil || len(parties) != 2 || parties[1].Text("name.family") != "Ärlig" {
			t.Fatalf("version %d: parties %+v, %v", version, parties, err)
		}
		links, err := s.LinksByRemote(t.Context(), "crm", contact.Person, []string{"r1", "r2"})
		if err != nil || len(links) != 2 || links[0].Seen["FirstName"] != "Anna" || links[0].Intent == nil || links[0].Held["title"] != "CEO" {
			t.Fatalf("version %d: links %+v, %v", version, links, err)
		}
		entries, err := s.Entries(t.Context(), parties[0].ID, 0, 10)
		if err != nil || len(entries) != 1 || entries[0].Field != "title" {
			t.Fatalf("version %d: history %+v, %v", version, entries, err)
		}
		inbox, err := s.Inbox(t.Context(), "crm", contact.Person, 0, 10)
		if err != nil || len(inbox) != 1 || inbox[0].Record.Lists["email"][0].Value != "a@b.example" {
			t.Fatalf("version %d: inbox %+v, %v", version, inbox, err)
		}
		_, err = os.Stat(fmt.Sprintf("%s.v%d", path, version))
		if copied := err == nil; copied != (version < len(steps)) {
			t.Fatalf("version %d of %d: a copy was left: %v", version, len(steps), copied)
		}
	}
}

// A migration that was released is never edited.
func TestReleasedMigrations(t *testing.T) {
	steps, err := loadMigrations()
	if err != nil {
		t.Fatal(err)
	}
	made := newSQLite(t, filepath.Join(t.TempDir(), "kith.db"))
	last := newSQLite(t, frozen(t, len(steps)))
	if got, want := schema(t, made), schema(t, last); got != want {
		t.Fatalf("the migrations make\n%s\nthe frozen schema is\n%s", got, want)
	}
}

func schema(t *testing.T, s *Store) string {
	t.Helper()
	var texts []string
	err := s.reads.each(t.Context(), "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'", nil, func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		texts = append(texts, strings.Join(strings.Fields(text), " "))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(texts)
	return strings.Join(texts, "\n")
}

// An upgrade that breaks off at any statement leaves the version it began
// with; the next try takes it up, after a copy.
func TestUpgradeBreaksOff(t *testing.T) {
	steps, err := loadMigrations()
	if err != nil {
		t.Fatal(err)
	}
	good := []string{"CREATE TABLE extra (x BIGINT)", "ALTER TABLE run ADD COLUMN note TEXT", "INSERT INTO extra VALUES (1)"}
	next := migration{version: int64(len(steps) + 1), text: strings.Join(good, ";\n") + ";\n"}
	path := filepath.Join(t.TempDir(), "kith.db")
	s := newSQLite(t, path)
	before := schema(t, s)
	for n := range len(good) + 1 {
		broken := next
		broken.text = strings.Join(append(slices.Clone(good[:n]), "nonsense"), ";\n")
		if err := s.migrate(t.Context(), append(slices.Clone(steps), broken)); err == nil {
			t.Fatal("nonsense was taken")
		}
		if schema(t, s) != before {
			t.Fatalf("broken off after %d statements:\n%s", n, schema(t, s))
		}
	}
	if err := s.migrate(t.Context(), append(slices.Clone(steps), next)); err != nil {
		t.Fatal(err)
	}
	if schema(t, s) == before {
		t.Fatal("nothing was upgraded")
	}
	copied := fmt.Sprintf("%s.v%d", path, len(steps))
	if _, err := os.Stat(copied); err != nil {
		t.Fatal(err)
	}
	if schema(t, newSQLite(t, copied)) != before {
		t.Fatal("the copy is not the old version")
	}
	// This program does not know the version it has now.
	for name, open := range map[string]func() (*Store, error){
		"write": func() (*Store, error) { return Open(context.Background(), path, Options{}) },
		"read":  func() (*Store, error) { return OpenReadOnly(context.Background(), path) },
	} {
		_, err := open()
		if contact.ClassOf(err) != contact.Setup || !strings.Contains(err.Error(), "newer Kith") {
			t.Fatalf("%s: got %v, want class setup: a newer Kith", name, err)
		}
	}
}
