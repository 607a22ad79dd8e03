package storetest

import (
	"slices"
	"testing"

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
