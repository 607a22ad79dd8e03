package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/store"
)

// people returns a commit of n persons with links, keys and history.
func people(from, n int) contact.Commit {
	var c contact.Commit
	for i := from; i < from+n; i++ {
		id := fmt.Sprintf("p%06d", i)
		c.Parties = append(c.Parties, contact.PartyChange{Party: contact.Party{
			ID: id, Kind: contact.Person, Origin: "crm", State: contact.Active, Rev: 1,
			Fields: map[string]contact.Value{"note": {Text: strings.Repeat(id, 20)}, "name.family": {Text: "Ärlig " + id}},
		}})
		c.Links = append(c.Links, contact.Link{Place: "crm", Kind: contact.Person, Remote: id, Party: id})
		c.Keys = append(c.Keys, contact.KeyChange{Kind: contact.Person, Owner: id, Keys: []contact.Key{contact.Key(i), contact.Key(-i)}})
		c.Entries = append(c.Entries, contact.Entry{Party: id, Op: contact.Linked, After: id})
	}
	return c
}

func live(t *testing.T, s *store.Store) int {
	t.Helper()
	n, err := s.CountLive(t.Context(), "crm", contact.Person)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A full disk loses nothing, breaks nothing, and is over without a
// restart when there is room again.
func TestDiskFull(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "kith.db"), store.Options{Exclusive: true})
	if err := s.Exec(t.Context(), "PRAGMA max_page_count = 200"); err != nil {
		t.Fatal(err)
	}
	var err error
	n := 0
	for ; err == nil && n < 10_000; n += 100 {
		err = s.Commit(t.Context(), people(n, 100))
	}
	n -= 100
	if contact.ClassOf(err) != contact.Unreachable || !strings.Contains(err.Error(), "is full") {
		t.Fatalf("got %v, want class unreachable and that the disk is full", err)
	}
	var full *contact.Error
	if !errors.As(err, &full) || full.Reason.Code != contact.CodeStoreFull {
		t.Errorf("the reason is %+v", full)
	}
	if got := live(t, s); got != n || n == 0 {
		t.Fatalf("%d links after %d were committed", got, n)
	}
	if err := s.Commit(t.Context(), people(n, 100)); contact.ClassOf(err) != contact.Unreachable {
		t.Fatalf("got %v, want class unreachable again", err)
	}
	if err := s.Exec(t.Context(), "PRAGMA max_page_count = 100000"); err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), people(n, 100)); err != nil {
		t.Fatal(err)
	}
	if got := live(t, s); got != n+100 {
		t.Fatalf("%d links, want %d", got, n+100)
	}
	if ok, err := s.Value(t.Context(), "PRAGMA integrity_check"); ok != "ok" || err != nil {
		t.Fatal(ok, err)
	}
}
