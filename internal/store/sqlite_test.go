package store_test

import (
	"os"
	"path/filepath"
	"runtime"
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

// TestPrivateStore: other users of the machine cannot read a new store, nor the
// files beside it.
func TestPrivateStore(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("rights of files are not these there")
	}
	path := filepath.Join(t.TempDir(), "kith.db")
	open(t, path, store.Options{Exclusive: true})
	for _, name := range []string{path, path + "-wal", path + "-shm", path + ".lock"} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if rights := info.Mode().Perm(); rights != 0o600 {
			t.Errorf("%s has the rights %o", filepath.Base(name), rights)
		}
	}
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
