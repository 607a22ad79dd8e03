package store_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"kith/internal/contact"
	"kith/internal/store"
	"kith/lab"
)

// both runs a test on either engine.
func both(t *testing.T, run func(*testing.T, *store.Store)) {
	t.Run("SQLite", func(t *testing.T) { run(t, open(t, filepath.Join(t.TempDir(), "kith.db"), store.Options{})) })
	t.Run("PostgreSQL", func(t *testing.T) { run(t, open(t, lab.Postgres(t), store.Options{})) })
}

func ids(t *testing.T) func([]contact.Party, error) []string {
	return func(parties []contact.Party, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range parties {
			ids = append(ids, p.ID)
		}
		return ids
	}
}

func TestSearch(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		var c contact.Commit
		for i := range 5000 {
			p := contact.Party{ID: fmt.Sprintf("p%04d", i), Kind: contact.Person, State: contact.Active, Rev: 1, Fields: map[string]contact.Value{
				"name.family": {Text: fmt.Sprintf("Åkerlund %04d", i)}, "email.work": {Text: fmt.Sprintf("a%d@acme.example", i)},
			}}
			if i == 7 {
				p.State = contact.Removed
			}
			c.Parties = append(c.Parties, contact.PartyChange{Party: p})
		}
		company := contact.Party{ID: "c", Kind: contact.Company, State: contact.Active, Rev: 1, Fields: map[string]contact.Value{"name": {Text: "Acme"}}}
		c.Parties = append(c.Parties, contact.PartyChange{Party: company})
		if err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		for _, test := range []struct {
			kind  contact.Kind
			text  string
			after string
			limit int
			want  []string
		}{
			{contact.Person, "åkerLUND 4999", "", 10, []string{"p4999"}},
			{contact.Person, "ÅKERLUND", "", 2, []string{"p0000", "p0001"}},
			{contact.Person, "åkerlund", "p0005", 2, []string{"p0006", "p0008"}},
			{contact.Person, "A4321@", "", 10, []string{"p4321"}},
			{contact.Person, "", "p4998", 10, []string{"p4999"}},
			{contact.Person, "a4321@acme  åkerlund", "", 10, []string{"p4321"}},
			{contact.Person, "a4321@acme lindgren", "", 10, nil},
			{contact.Company, "acme", "", 10, []string{"c"}},
		} {
			if got := ids(t)(s.Search(t.Context(), test.kind, test.text, test.after, test.limit)); !slices.Equal(got, test.want) {
				t.Errorf("%q after %q: got %v, want %v", test.text, test.after, got, test.want)
			}
		}
	})
}

func TestProblemsAndUnlinked(t *testing.T) {
	both(t, func(t *testing.T, s *store.Store) {
		c := people(0, 1)
		broken := contact.Link{Place: "crm", Kind: contact.Person, Remote: "r1", Problem: contact.Because("refused", "erp", "no")}
		waits := contact.Link{Place: "crm", Kind: contact.Company, Remote: "r2", Problem: contact.Because("waits")}
		gone := contact.Link{Place: "crm", Kind: contact.Person, Remote: "r3", Gone: contact.Deleted}
		other := contact.Link{Place: "erp", Kind: contact.Person, Remote: "r4"}
		c.Links = append(c.Links, broken, waits, gone, other)
		if err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		remotes := func(links []contact.Link, err error) []string {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			var remotes []string
			for _, l := range links {
				remotes = append(remotes, l.Remote)
			}
			return remotes
		}
		counted := func(links []contact.Link, n int, err error) []string {
			return append(remotes(links, err), fmt.Sprint(n))
		}
		for _, test := range []struct {
			codes []string
			limit int
			want  []string
		}{
			{[]string{"refused", "too-long"}, 10, []string{"r1", "1"}},
			{[]string{"refused", "waits"}, 10, []string{"r1", "r2", "2"}},
			{[]string{"refused", "waits"}, 1, []string{"r1", "2"}},
			{[]string{"refuse", "erp"}, 1, []string{"0"}},
			{nil, 1, []string{"0"}},
		} {
			if got := counted(s.ProblemsOf(t.Context(), "crm", test.codes, test.limit)); !slices.Equal(got, test.want) {
				t.Errorf("problems of %v: %v, want %v", test.codes, got, test.want)
			}
		}
		problems, err := s.Problems(t.Context(), "crm", 0, 1)
		if got := remotes(problems, err); !slices.Equal(got, []string{"r1"}) {
			t.Errorf("the first problem: %v", got)
		}
		if got := remotes(s.Problems(t.Context(), "crm", problems[0].ID, 10)); !slices.Equal(got, []string{"r2"}) {
			t.Errorf("the other problems: %v", got)
		}
		if got := remotes(s.Problems(t.Context(), "", 0, 10)); !slices.Equal(got, []string{"r1", "r2"}) {
			t.Errorf("the problems of all places: %v", got)
		}
		if got := remotes(s.Unlinked(t.Context(), "crm", contact.Person, 0, 10)); !slices.Equal(got, []string{"r1"}) {
			t.Errorf("unlinked: %v", got)
		}
		if got := remotes(s.Unlinked(t.Context(), "crm", contact.Person, problems[0].ID, 10)); got != nil {
			t.Errorf("unlinked after the last: %v", got)
		}
	})
}
