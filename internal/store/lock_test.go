package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
	"kith/internal/store"
)

// A second server on the same file is refused; a person's short decision and
// readers are not.
func TestOneServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	server := open(t, path, store.Options{Exclusive: true})
	_, err := store.Open(t.Context(), path, store.Options{Exclusive: true})
	if contact.ClassOf(err) != contact.Held || !strings.Contains(err.Error(), path+".lock") {
		t.Fatalf("got %v, want class held and the file's name", err)
	}
	decision := open(t, path, store.Options{})
	reader, err := store.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	for i, s := range []*store.Store{server, decision} {
		if err := s.Commit(t.Context(), people(i, 1)); err != nil {
			t.Fatal(err)
		}
		if n := live(t, reader); n != i+1 {
			t.Fatalf("the reader sees %d links, want %d", n, i+1)
		}
	}
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, path, store.Options{Exclusive: true})
}

func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	_, err := store.OpenReadOnly(t.Context(), path)
	if contact.ClassOf(err) != contact.Setup {
		t.Fatalf("got %v, want class setup: there is no store", err)
	}
	if err := open(t, path, store.Options{}).Commit(t.Context(), people(0, 1)); err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, take := s.Take(t.Context(), "crm", "crm", "me", time.Minute)
	_, begin := s.BeginRun(t.Context(), "sync", time.Now())
	_, secret := s.Secret(t.Context())
	_, drop := s.DropInbox(t.Context(), "crm")
	for i, err := range []error{take, begin, secret, drop, s.Commit(t.Context(), people(1, 1)), s.Release(t.Context(), "crm", "me"), s.SaveRun(t.Context(), contact.Run{})} {
		if contact.ClassOf(err) != contact.Forbidden {
			t.Errorf("%d: got %v, want class forbidden", i, err)
		}
	}
	if n := live(t, s); n != 1 {
		t.Fatalf("%d links, want 1", n)
	}
}
