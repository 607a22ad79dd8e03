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
