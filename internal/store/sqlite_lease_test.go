package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"kith/internal/store"
)

// TestSQLiteDeadHoldersLetGo: whoever has the process lock knows that every
// other holder is dead, so a crash keeps no place until its lease has run out.
func TestSQLiteDeadHoldersLetGo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	dead := open(t, path, store.Options{})
	if _, err := dead.Take(t.Context(), "crm", "crm", "dead", time.Hour); err != nil {
		t.Fatal(err)
	}
	next := open(t, path, store.Options{Exclusive: true})
	if _, err := next.Take(t.Context(), "crm", "crm", "next", time.Hour); err != nil {
		t.Errorf("the place of a dead process cannot be taken: %v", err)
	}
}

// TestSQLiteHolderIsNamed: who is refused learns who holds the place, and when
// it is free should that one have died.
func TestSQLiteHolderIsNamed(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := open(t, filepath.Join(t.TempDir(), "kith.db"), store.Options{Now: func() time.Time { return now }})
	if _, err := s.Take(t.Context(), "crm", "crm", "process 7 on web1", 2*time.Minute); err != nil {
		t.Fatal(err)
	}
	_, err := s.Take(t.Context(), "crm", "crm", "another", time.Hour)
	const want = "process 7 on web1 works on crm and holds it until 09:02:00 UTC; if it has died, the place is free then"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}
