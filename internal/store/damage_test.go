package store_test

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/store"
)

// Whoever goes on to write to other systems meets a damaged file when it is
// opened, wherever the damage is.
func TestDamaged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := open(t, path, store.Options{})
	if err := s.Commit(t.Context(), people(0, 500)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	random := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		damaged := append([]byte(nil), whole...)
		at := random.IntN(len(whole)/page) * page
		for i := range 600 {
			damaged[at+i] = byte(random.Uint32())
		}
		broken := filepath.Join(t.TempDir(), "broken.db")
		if err := os.WriteFile(broken, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		opened, err := store.Open(t.Context(), broken, store.Options{Exclusive: true})
		if err == nil {
			opened.Close()
		}
		if contact.ClassOf(err) != contact.Malformed {
			t.Fatalf("page %d damaged: got %v, want class malformed", at/page, err)
		}
	}
}

// Closing leaves one file, with everything in it.
func TestClose(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	s := open(t, path, store.Options{})
	if err := s.Commit(t.Context(), people(0, 50)); err != nil {
		t.Fatal(err)
	}
	if n := live(t, s); n != 50 {
		t.Fatal(n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) != 1 {
		t.Fatalf("left over: %v, %v", left, err)
	}
}

// A file that cannot have the settings a commit relies on is refused with the
// setting's name.
func TestSettingRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	if err := open(t, path, store.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("PRAGMA journal_mode = delete"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = store.OpenReadOnly(t.Context(), path)
	if contact.ClassOf(err) != contact.Setup || !strings.Contains(err.Error(), "journal_mode is delete") {
		t.Fatalf("got %v, want class setup and the journal mode", err)
	}
}
