package storetest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"kith/internal/contact"
)

// base is a time that survives being stored: whole milliseconds, UTC.
var base = time.Date(2026, 3, 4, 5, 6, 7, 8_000_000, time.UTC)

func minute(n int) time.Time { return base.Add(time.Duration(n) * time.Minute) }

func commit(t *testing.T, s Store, c contact.Commit) {
	t.Helper()
	if err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, class contact.Class) {
	t.Helper()
	if contact.ClassOf(err) != class {
		t.Fatalf("got %v, want class %q", err, class)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("got  %+v\nwant %+v", got, want)
	}
}

// must is for reads in which the error itself is not the point.
func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func person(id string) contact.Party {
	return contact.Party{ID: id, Kind: contact.Person, Origin: "crm", State: contact.Active, Rev: 1, Fields: map[string]contact.Value{}}
}

// makeParties stores persons with the given ids.
func makeParties(t *testing.T, s Store, ids ...string) {
	t.Helper()
	var c contact.Commit
	for _, id := range ids {
		c.Parties = append(c.Parties, contact.PartyChange{Party: person(id)})
	}
	commit(t, s, c)
}

func link(place, remote, party string) contact.Link {
	return contact.Link{Place: place, Kind: contact.Person, Remote: remote, Party: party, At: base, Since: base}
}

// remotesOf and idsOf say in short what a reading found.
func remotesOf(links []contact.Link) []string {
	remotes := []string{}
	for _, l := range links {
		remotes = append(remotes, l.Remote)
	}
	return remotes
}

func inIDOrder(links []contact.Link) []contact.Link {
	slices.SortFunc(links, func(x, y contact.Link) int { return cmp.Compare(x.ID, y.ID) })
	return links
}

// onlyLink returns the one link of a record.
func onlyLink(t *testing.T, s Store, place, remote string) contact.Link {
	t.Helper()
	found := must[[]contact.Link](t)(s.LinksByRemote(t.Context(), place, contact.Person, []string{remote}))
	if len(found) != 1 {
		t.Fatalf("%d links of %s at %s, want 1", len(found), remote, place)
	}
	return found[0]
}

func numbered(prefix string, n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("%s%06d", prefix, i)
	}
	return texts
}

// everyField fails where a field of a struct is zero, so that a field somebody
// adds is not forgotten by the stores.
func everyField(t *testing.T, v any) {
	t.Helper()
	value := reflect.ValueOf(v)
	for i := range value.NumField() {
		if name := value.Type().Field(i).Name; value.Field(i).IsZero() && name != "ID" {
			t.Fatalf("the test sets no %s.%s: add it here and to the store", value.Type().Name(), name)
		}
	}
}
