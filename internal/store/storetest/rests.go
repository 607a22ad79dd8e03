package storetest

import (
	"slices"
	"testing"
	"time"

	"kith/internal/contact"
)

// testRests refuses what was decided from a state that has moved on, although
// nothing of it is changed by the commit.
func testRests(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	change := func(was int64) contact.PartyChange {
		p := person("p1")
		p.Rev = was + 1
		return contact.PartyChange{Party: p, Was: was}
	}
	commit(t, s, contact.Commit{Links: []contact.Link{link("crm", "r1", "p1")}, Rests: map[string]int64{"p1": 1, "p2": 1}})
	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{link("erp", "r1", "p1")}, Rests: map[string]int64{"p1": 2}}), contact.Conflicting)

	refused(t, s.Commit(t.Context(), contact.Commit{Parties: []contact.PartyChange{change(1)}, Ties: map[string]int{"p1": 0}}), contact.Conflicting)
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{change(1)}, Ties: map[string]int{"p1": 1}})
	refused(t, s.Commit(t.Context(), contact.Commit{Parties: []contact.PartyChange{change(2)}, Ties: map[string]int{"p1": 2}}), contact.Conflicting)
}

// testListings refuses what was decided before a place was listed, and keeps
// who is left out apart from what the holder of the place saves.
func testListings(t *testing.T, s Store) {
	rev := func() int64 { return must[int64](t)(s.Listings(t.Context())) }
	erp := must[contact.Place](t)(s.Take(t.Context(), "erp", "erp", "me", time.Hour))
	erp.Listed = map[contact.Kind]contact.Listing{contact.Person: {At: minute(1), Under: "h"}, contact.Company: {At: minute(1), Under: "h"}}
	unattended := func() []contact.Kind {
		kinds := []contact.Kind{}
		for _, kind := range contact.Kinds {
			if must[map[string]contact.Place](t)(s.Places(t.Context()))["erp"].Listed[kind].Unattended {
				kinds = append(kinds, kind)
			}
		}
		return kinds
	}
	before := rev()
	commit(t, s, contact.Commit{Place: "erp", Fence: erp.Fence, SavePlace: &erp}) // nobody has to know
	commit(t, s, contact.Commit{Listings: before, Links: []contact.Link{link("crm", "r1", "")}})
	same(t, rev(), before)

	commit(t, s, contact.Commit{Place: "erp", Fence: erp.Fence, SavePlace: &erp, Relisted: []contact.Kind{contact.Person}})
	after := rev()
	if after <= before {
		t.Fatalf("a place was listed, and %d became %d", before, after)
	}
	refused(t, s.Commit(t.Context(), contact.Commit{Listings: before, Links: []contact.Link{link("crm", "r2", "")}}), contact.Conflicting)
	commit(t, s, contact.Commit{Listings: after, Links: []contact.Link{link("crm", "r2", "")}})
	same(t, rev(), after)

	note := map[string][]contact.Kind{"erp": {contact.Person}}
	refused(t, s.Commit(t.Context(), contact.Commit{Listings: before, Unattended: note}), contact.Conflicting)
	same(t, unattended(), []contact.Kind{})
	commit(t, s, contact.Commit{Listings: after, Unattended: note})
	refused(t, s.Commit(t.Context(), contact.Commit{Listings: after}), contact.Conflicting)
	same(t, unattended(), []contact.Kind{contact.Person})
	commit(t, s, contact.Commit{Unattended: map[string][]contact.Kind{"erp": {contact.Company}, "never taken": {contact.Person}}})
	commit(t, s, contact.Commit{Place: "erp", Fence: erp.Fence, SavePlace: &erp}) // who holds it need not know
	same(t, unattended(), contact.Kinds)
	same(t, must[contact.Place](t)(s.Take(t.Context(), "erp", "erp", "me", time.Hour)).Listed[contact.Person].Unattended, true)
	commit(t, s, contact.Commit{SavePlace: &erp, Relisted: []contact.Kind{contact.Person}})
	same(t, unattended(), []contact.Kind{contact.Company})
}

// testClaims refuses a second party with the key of one that was made since
// the key was looked up.
func testClaims(t *testing.T, s Store) {
	made := func(id string, next int64, keys ...contact.Key) contact.Commit {
		return contact.Commit{
			Parties: []contact.PartyChange{{Party: person(id)}}, NextParty: next,
			Keys: []contact.KeyChange{{Kind: contact.Person, Owner: id, Keys: keys}},
		}
	}
	empty := must[int64](t)(s.NextParty(t.Context()))
	commit(t, s, made("p1", empty, 7, 8))
	refused(t, s.Commit(t.Context(), made("p2", empty, 8)), contact.Conflicting)
	commit(t, s, made("p2", empty, 9))
	commit(t, s, made("p3", must[int64](t)(s.NextParty(t.Context())), 8)) // it was seen, and judged another
	commit(t, s, made("p4", 0, 8))                                        // nobody asks

	next := must[int64](t)(s.NextParty(t.Context()))
	makeParties(t, s, "p5", "p6")
	same(t, slices.Sorted(slices.Values(must[[]string](t)(s.PartiesFrom(t.Context(), contact.Person, next)))), []string{"p5", "p6"})
	same(t, len(must[[]string](t)(s.PartiesFrom(t.Context(), contact.Company, next))), 0)
	same(t, len(must[[]string](t)(s.PartiesFrom(t.Context(), contact.Person, empty))), 6)
}
