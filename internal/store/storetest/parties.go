package storetest

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
)

func testParty(t *testing.T, s Store) {
	p := contact.Party{ID: "p1", Kind: contact.Company, Origin: "erp/se", State: contact.Joined, Into: "p2", Rev: 7, Fields: map[string]contact.Value{
		"name":       {Text: "Åkerlund & Söner", From: "crm", At: minute(1), Known: true},
		"note":       {Text: ""},
		"phone.work": {Text: "08-1 23", Norm: "+4681 23", From: "crm", At: minute(3), Known: true},
		"email.work": {Text: "info@acme.example", From: "erp/se", At: minute(-999999)},
		"x.colour":   {Text: "two\nlines", Known: true},
	}}
	everyField(t, p)
	everyField(t, p.Fields["phone.work"])
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{{Party: p}}})
	same(t, must[[]contact.Party](t)(s.Parties(t.Context(), []string{"p1", "p2"})), []contact.Party{p})
	p.State, p.Into, p.Rev = contact.Active, "", 8
	p.Fields = map[string]contact.Value{"name": {Text: "Acme", From: "outlook"}}
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{{Party: p, Was: 7}}})
	same(t, must[[]contact.Party](t)(s.Parties(t.Context(), []string{"p1"})), []contact.Party{p})
}

func testPartyMovedOn(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	changed := func(id string, was int64) contact.PartyChange {
		p := person(id)
		p.Rev = was + 1
		return contact.PartyChange{Party: p, Was: was}
	}
	for name, stale := range map[string]contact.PartyChange{
		"older": changed("p1", 0), "newer": changed("p1", 5), "there already": {Party: person("p1")}, "not there": changed("p9", 1),
	} {
		c := contact.Commit{
			Parties: []contact.PartyChange{changed("p2", 1), stale, {Party: person("p3")}},
			Links:   []contact.Link{link("crm", "r1", "")},
		}
		err := s.Commit(t.Context(), c)
		if contact.ClassOf(err) != contact.Conflicting {
			t.Fatalf("%s: got %v, want class conflicting", name, err)
		}
	}
	same(t, must[[]contact.Party](t)(s.Parties(t.Context(), []string{"p2", "p3"})), []contact.Party{person("p2")})
	same(t, remotesOf(must[[]contact.Link](t)(s.LinksByRemote(t.Context(), "crm", contact.Person, []string{"r1"}))), []string{})
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{changed("p1", 1), changed("p2", 1)}})
}

func testPartiesAfter(t *testing.T, s Store) {
	makeParties(t, s, "a", "b", "B", "d")
	removed, company := person("c"), person("bb")
	removed.State, company.Kind = contact.Removed, contact.Company
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{{Party: removed}, {Party: company}}})
	page := func(after string, limit int) []string {
		ids := []string{}
		for _, p := range must[[]contact.Party](t)(s.PartiesAfter(t.Context(), contact.Person, after, limit)) {
			ids = append(ids, p.ID)
		}
		return ids
	}
	same(t, page("", 10), []string{"B", "a", "b", "d"})
	same(t, page("a", 1), []string{"b"})
	same(t, page("d", 10), []string{})
}

// A place may lack something of all active parties, and has to part with what
// it still holds of the others.
func testPartiesFor(t *testing.T, s Store) {
	makeParties(t, s, "a", "b", "e")
	removed, known := person("c"), person("d")
	removed.State, known.State = contact.Removed, contact.Removed
	commit(t, s, contact.Commit{
		Parties: []contact.PartyChange{{Party: removed}, {Party: known}},
		Links:   []contact.Link{link("crm", "r1", "c"), link("erp", "r1", "d"), link("erp", "r2", "a")},
	})
	page := func(place, after string, limit int) []string {
		ids := []string{}
		for _, p := range must[[]contact.Party](t)(s.PartiesFor(t.Context(), contact.Person, place, after, limit)) {
			ids = append(ids, p.ID)
		}
		return ids
	}
	same(t, page("erp", "", 10), []string{"a", "b", "d", "e"})
	same(t, page("crm", "a", 2), []string{"b", "c"})
	same(t, page("never taken", "", 10), []string{"a", "b", "e"})
}

func testReferring(t *testing.T, s Store) {
	employ := func(id string, was int64, companies ...string) contact.PartyChange {
		p := person(id)
		p.Rev = was + 1
		for i, slot := range []string{"company", "company2"} {
			if i < len(companies) {
				p.Fields[slot] = contact.Value{Text: companies[i]}
			}
		}
		p.Fields["note"] = contact.Value{Text: "acme"} // no reference
		return contact.PartyChange{Party: p, Was: was}
	}
	referring := func(ids ...string) []string {
		found := must[[]string](t)(s.Referring(t.Context(), ids))
		slices.Sort(found)
		return append([]string{}, slices.Compact(found)...)
	}
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{employ("p1", 0, "acme"), employ("p2", 0, "acme", "beta"), employ("p3", 0)}})
	same(t, referring("acme"), []string{"p1", "p2"})
	same(t, referring("beta", "acme"), []string{"p1", "p2"})
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{employ("p1", 1, "beta"), employ("p2", 1, "beta", "acme"), employ("p3", 1, "", "acme")}})
	same(t, referring("acme"), []string{"p2", "p3"})
	same(t, referring("beta"), []string{"p1", "p2"})
	same(t, referring("gamma"), []string{})
}

func testKeys(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	find := func(scope string, kind contact.Kind, keys ...contact.Key) map[contact.KeyHit]bool {
		hits := map[contact.KeyHit]bool{}
		for _, hit := range must[[]contact.KeyHit](t)(s.FindKeys(t.Context(), scope, kind, keys)) {
			hits[hit] = true
		}
		return hits
	}
	change := func(scope, owner string, keys ...contact.Key) contact.KeyChange {
		return contact.KeyChange{Scope: scope, Kind: contact.Person, Owner: owner, Keys: keys}
	}
	commit(t, s, contact.Commit{Keys: []contact.KeyChange{
		change("", "p1", 1, -2, 3, 3), change("", "p2", 3), change("crm", "r1", 3, 1<<62), change("erp", "r1", 3),
	}})
	same(t, find("", contact.Person, 1, -2, 3, 4), map[contact.KeyHit]bool{{Key: 1, Owner: "p1"}: true, {Key: -2, Owner: "p1"}: true, {Key: 3, Owner: "p1"}: true, {Key: 3, Owner: "p2"}: true})
	same(t, find("crm", contact.Person, 3, 1<<62), map[contact.KeyHit]bool{{Key: 3, Owner: "r1"}: true, {Key: 1 << 62, Owner: "r1"}: true})
	same(t, find("", contact.Company, 1, 3), map[contact.KeyHit]bool{})
	same(t, find("nowhere", contact.Person, 3), map[contact.KeyHit]bool{})
	has := func(scope string, kind contact.Kind) bool { return must[bool](t)(s.HasKeys(t.Context(), scope, kind)) }
	same(t, has("crm", contact.Person), true)
	same(t, has("crm", contact.Company), false)
	same(t, has("nowhere", contact.Person), false)

	commit(t, s, contact.Commit{Keys: []contact.KeyChange{change("", "p1", -2, 5), change("crm", "r1"), change("erp", "r1", 7), change("crm", "never seen")}})
	same(t, find("", contact.Person, 1, -2, 3, 5), map[contact.KeyHit]bool{{Key: -2, Owner: "p1"}: true, {Key: 5, Owner: "p1"}: true, {Key: 3, Owner: "p2"}: true})
	same(t, find("crm", contact.Person, 3, 1<<62), map[contact.KeyHit]bool{})
	same(t, has("crm", contact.Person), false)
	same(t, find("erp", contact.Person, 3, 7), map[contact.KeyHit]bool{{Key: 7, Owner: "r1"}: true})

	// A change of the party keeps its keys, and may bring new ones along.
	p := person("p2")
	p.Rev = 2
	commit(t, s, contact.Commit{Parties: []contact.PartyChange{{Party: p, Was: 1}}})
	same(t, find("", contact.Person, 3), map[contact.KeyHit]bool{{Key: 3, Owner: "p2"}: true})
	p.Rev = 3
	commit(t, s, contact.Commit{
		Parties: []contact.PartyChange{{Party: p, Was: 2}, {Party: person("p3")}},
		Keys:    []contact.KeyChange{change("", "p2", 9), change("", "p3", 9)},
	})
	same(t, find("", contact.Person, 3, 9), map[contact.KeyHit]bool{{Key: 9, Owner: "p2"}: true, {Key: 9, Owner: "p3"}: true})
	commit(t, s, contact.Commit{Keys: []contact.KeyChange{change("", "p2")}})
	same(t, find("", contact.Person, 9), map[contact.KeyHit]bool{{Key: 9, Owner: "p3"}: true})
}

func testNotSame(t *testing.T, s Store) {
	record := contact.RecordKey("crm", contact.Person, "r1")
	commit(t, s, contact.Commit{NotSame: []contact.Pair{{A: "p2", B: "p1"}, {A: "p1", B: record}}})
	commit(t, s, contact.Commit{NotSame: []contact.Pair{{A: "p1", B: "p2"}}})
	asked := []contact.Pair{{A: "p1", B: "p2"}, {A: "p1", B: "p3"}, {A: record, B: "p1"}}
	found := must[[]contact.Pair](t)(s.NotSame(t.Context(), asked))
	slices.SortFunc(found, func(x, y contact.Pair) int { return slices.Index(asked, x) - slices.Index(asked, y) })
	same(t, found, []contact.Pair{asked[0], asked[2]})
	same(t, len(must[[]contact.Pair](t)(s.NotSame(t.Context(), nil))), 0)

	apart := func(from ...string) []contact.Pair {
		found := must[[]contact.Pair](t)(s.Apart(t.Context(), from))
		slices.SortFunc(found, func(x, y contact.Pair) int { return cmp.Or(strings.Compare(x.A, y.A), strings.Compare(x.B, y.B)) })
		return append([]contact.Pair{}, found...)
	}
	same(t, apart("p1"), []contact.Pair{{A: "p1", B: record}, {A: "p1", B: "p2"}})
	same(t, apart("p2", record, "p9"), []contact.Pair{{A: record, B: "p1"}, {A: "p2", B: "p1"}})
	same(t, apart(), []contact.Pair{})

	// What is forgotten goes first: a pair that is said anew stays.
	commit(t, s, contact.Commit{
		Forget:  []contact.Pair{{A: "p2", B: "p1"}, {A: "p1", B: record}, {A: "p8", B: "p9"}},
		NotSame: []contact.Pair{{A: record, B: "p1"}},
	})
	same(t, apart("p1", "p2"), []contact.Pair{{A: "p1", B: record}})
}
