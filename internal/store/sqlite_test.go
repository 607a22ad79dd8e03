package store_test

import (
	"path/filepath"
	"testing"

	"kith/internal/store"
	"kith/internal/store/storetest"
)

func open(t testing.TB, path string, options store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		return open(t, filepath.Join(t.TempDir(), "kith.db"), store.Options{Exclusive: true})
	})
}

func TestSQLiteModel(t *testing.T) {
	storetest.RunModel(t, open(t, filepath.Join(t.TempDir(), "kith.db"), store.Options{Exclusive: true}))
}

func TestSQLiteShared(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) func() storetest.Store {
		path := filepath.Join(t.TempDir(), "kith.db")
		return func() storetest.Store { return open(t, path, store.Options{}) }
	})
}
