package storetest

import (
	"testing"
	"time"

	"kith/internal/contact"
)

// full returns a link with every field set.
func full() contact.Link {
	l := link("crm", "r1", "p1")
	l.Version, l.Shown = `W/"7"`, [16]byte{1, 2, 3, 0, 255}
	l.Seen = contact.Memo{"email": "anna@acme.example", "note": "", "phone": contact.Digest("+46 8 1")}
	l.Sent = contact.Memo{"phone": "+4681"}
	l.At, l.Since, l.NotBefore = minute(1), minute(2), minute(3)
	l.Gone, l.Missing = contact.Hidden, &contact.Absence{At: minute(4), State: "etag", There: minute(3), Beside: []string{"book", "crm"}}
	l.Switch, l.Made, l.Out = contact.Off, true, true
	l.Intent = &contact.Intent{
		Op: contact.Create, Set: contact.Fields{"email": "a@b.example"},
		Marker: "i:p1", Key: contact.Fields{"number": "7"}, Rev: 3, First: minute(5), Last: minute(6), Attempts: 2, Looks: 1, Why: contact.Because("new", "a"), Run: 9,
	}
	l.Late = &contact.Intent{Op: contact.Create, Set: contact.Fields{}, First: minute(7), Last: minute(7), Attempts: 1, Why: contact.Because("lost")}
	l.Held = map[string]string{"email.work": "x@y.example"}
	l.Problem, l.Needs = contact.Because("too-long", "title", "40"), contact.NeedsKey("erp", "number", "17")
	l.Due, l.Reread, l.Tries, l.Rev = true, true, 4, 6
	return l
}

func testLink(t *testing.T, s Store) {
	makeParties(t, s, "p1")
	want := full()
	everyField(t, want)
	commit(t, s, contact.Commit{Links: []contact.Link{want}})
	got := onlyLink(t, s, "crm", "r1")
	if got.ID == 0 {
		t.Fatal("a stored link has no ID")
	}
	want.ID, want.Rev = got.ID, want.Rev+1
	same(t, got, want)
	same(t, must[[]contact.Link](t)(s.LinksByID(t.Context(), []int64{got.ID, 99})), []contact.Link{want})
	same(t, must[[]contact.Link](t)(s.LinksByParty(t.Context(), []string{"p1", "p2"})), []contact.Link{want})

	bare := link("crm", "r1", "")
	bare.ID, bare.Rev, bare.At, bare.Since = got.ID, got.Rev, time.Time{}, time.Time{}
	commit(t, s, contact.Commit{Links: []contact.Link{bare}})
	bare.Rev++
	same(t, onlyLink(t, s, "crm", "r1"), bare)

	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{got}}), contact.Conflicting)
	refused(t, s.Commit(t.Context(), contact.Commit{Drop: []contact.Link{got}}), contact.Conflicting)
	commit(t, s, contact.Commit{Drop: []contact.Link{bare}})
	same(t, remotesOf(must[[]contact.Link](t)(s.LinksByID(t.Context(), []int64{got.ID}))), []string{})
}

func testUnique(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	commit(t, s, contact.Commit{Links: []contact.Link{link("crm", "r1", "p1")}})
	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{link("crm", "r1", "p2")}}), contact.Conflicting)
	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{link("crm", "r2", "p1")}}), contact.Conflicting)

	other := link("crm", "r1", "")
	other.Kind = contact.Company
	wanted := link("erp", "", "p1")
	wanted2 := link("erp", "", "p2")
	upper := link("crm", "R1", "")
	commit(t, s, contact.Commit{Links: []contact.Link{other, wanted, wanted2, upper, link("erp", "r1", "")}})
	same(t, onlyLink(t, s, "crm", "r1").Party, "p1")
}

// Two links may change places in one commit, by party and by record.
func testSwap(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	commit(t, s, contact.Commit{Links: []contact.Link{link("crm", "r1", "p1"), link("crm", "r2", "p2")}})
	a, b := onlyLink(t, s, "crm", "r1"), onlyLink(t, s, "crm", "r2")
	a.Party, b.Party = b.Party, a.Party
	commit(t, s, contact.Commit{Links: []contact.Link{a, b}})
	same(t, onlyLink(t, s, "crm", "r1").Party, "p2")
	a.Rev, b.Rev = a.Rev+1, b.Rev+1
	a.Remote, b.Remote = b.Remote, a.Remote
	commit(t, s, contact.Commit{Links: []contact.Link{a, b}})
	a.Rev++
	same(t, onlyLink(t, s, "crm", "r2"), a)

	// A party's link moves to another record while the old one is dropped.
	moved := link("crm", "r3", a.Party)
	commit(t, s, contact.Commit{Drop: []contact.Link{a}, Links: []contact.Link{moved}})
	same(t, onlyLink(t, s, "crm", "r3").Party, a.Party)
}

func testLinkGone(t *testing.T, s Store) {
	l := link("crm", "r1", "")
	l.ID = 12345
	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{l}}), contact.Conflicting)
	if err := s.Commit(t.Context(), contact.Commit{Links: []contact.Link{link("crm", "r1", "nobody")}}); err == nil {
		t.Fatal("a link of a party that is not there was taken")
	}
}

func testGlances(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	here, gone, busy, reread := link("crm", "r1", "p1"), link("crm", "r2", ""), link("crm", "r3", ""), link("crm", "r4", "")
	here.Version, here.Shown, here.Missing = "v1", [16]byte{9}, &contact.Absence{At: minute(1), State: "s"}
	gone.Gone = contact.Deleted
	busy.Intent = &contact.Intent{Op: contact.Update, First: base, Last: base}
	reread.Reread = true
	elsewhere, company := link("erp", "r1", "p1"), link("crm", "r1", "")
	company.Kind = contact.Company
	commit(t, s, contact.Commit{Links: []contact.Link{here, gone, busy, reread, elsewhere, company, link("crm", "", "p2")}})

	want := map[string]contact.Glance{
		"r1": {Remote: "r1", Version: "v1", Shown: [16]byte{9}, Missing: here.Missing},
		"r2": {Remote: "r2", Gone: contact.Deleted},
		"r3": {Remote: "r3", Busy: true},
		"r4": {Remote: "r4", Busy: true},
	}
	for remote, g := range want {
		g.ID = onlyLink(t, s, "crm", remote).ID
		want[remote] = g
	}
	same(t, must[map[string]contact.Glance](t)(s.Glances(t.Context(), "crm", contact.Person, []string{"r1", "r2", "r3", "r4", "r5", ""})), want)
	same(t, len(must[map[string]contact.Glance](t)(s.Glances(t.Context(), "crm", contact.Person, nil))), 0)

	delete(want, "r2")
	seen := map[string]contact.Glance{}
	err := s.EachGlance(t.Context(), "crm", contact.Person, func(g contact.Glance) error { seen[g.Remote] = g; return nil })
	if err != nil {
		t.Fatal(err)
	}
	same(t, seen, want)
	err = s.EachGlance(t.Context(), "crm", contact.Person, func(contact.Glance) error { return contact.Fail(contact.Refused, "stop") })
	refused(t, err, contact.Refused)
}

func testDue(t *testing.T, s Store) {
	now, later, past, idle, other := link("crm", "now", ""), link("crm", "later", ""), link("crm", "past", ""), link("crm", "idle", ""), link("erp", "other", "")
	now.Due, later.Due, past.Due, other.Due = true, true, true, true
	later.NotBefore, past.NotBefore, idle.NotBefore = minute(10), minute(-10), minute(1)
	company := link("crm", "company", "")
	company.Kind, company.Due = contact.Company, true
	commit(t, s, contact.Commit{Links: []contact.Link{now, later, past, idle, other, company}})

	due := func(at time.Time, after int64, limit int) []contact.Link {
		return must[[]contact.Link](t)(s.Due(t.Context(), "crm", contact.Person, at, after, limit))
	}
	found := due(base, 0, 10)
	same(t, remotesOf(found), []string{"now", "past"})
	same(t, remotesOf(due(base, 0, 1)), []string{"now"})
	same(t, remotesOf(due(base, found[0].ID, 10)), []string{"past"})
	same(t, remotesOf(due(minute(10), 0, 10)), []string{"now", "later", "past"})
	same(t, must[time.Time](t)(s.NextDue(t.Context(), "crm")), minute(-10))
	done := found[1]
	done.Due = false
	commit(t, s, contact.Commit{Links: []contact.Link{done}})
	same(t, must[time.Time](t)(s.NextDue(t.Context(), "crm")), minute(10))
	same(t, must[time.Time](t)(s.NextDue(t.Context(), "erp")), time.Time{})
}

func testWake(t *testing.T, s Store) {
	key := contact.NeedsKey("erp", "number", "17")
	waiting, other := link("crm", "r1", ""), link("crm", "r2", "")
	waiting.Needs, other.Needs = key, contact.NeedsKey("erp", "number", "18")
	waiting.Problem = contact.Because("no-company")
	commit(t, s, contact.Commit{Links: []contact.Link{waiting, other}})
	same(t, remotesOf(must[[]contact.Link](t)(s.LinksByNeeds(t.Context(), []string{key, "nobody waits for this", ""}))), []string{"r1"})
	late := link("crm", "r3", "") // begins to wait in the very commit that brings what it waits for
	late.Needs = key
	commit(t, s, contact.Commit{Links: []contact.Link{late}, Wake: []string{key, "nobody waits for this"}})
	for _, remote := range []string{"r1", "r3"} {
		got := onlyLink(t, s, "crm", remote)
		if !got.Due || !got.Reread || got.Needs != "" {
			t.Fatalf("%s was not woken: %+v", remote, got)
		}
	}
	same(t, onlyLink(t, s, "crm", "r1").Problem, waiting.Problem)
	stale := onlyLink(t, s, "crm", "r1")
	stale.Rev-- // as before it was woken
	refused(t, s.Commit(t.Context(), contact.Commit{Links: []contact.Link{stale}}), contact.Conflicting)
	if got := onlyLink(t, s, "crm", "r2"); got.Due || got.Reread || got.Needs == "" {
		t.Fatalf("r2 was woken: %+v", got)
	}
}

func testIntents(t *testing.T, s Store) {
	var c contact.Commit
	for _, remote := range []string{"r1", "r2", "r3"} {
		l := link("crm", remote, "")
		if remote != "r2" {
			l.Intent = &contact.Intent{Op: contact.Remove, First: base, Last: base}
		}
		c.Links = append(c.Links, l)
	}
	commit(t, s, c)
	found := must[[]contact.Link](t)(s.Intents(t.Context(), "crm", 0, 10))
	same(t, remotesOf(found), []string{"r1", "r3"})
	same(t, remotesOf(must[[]contact.Link](t)(s.Intents(t.Context(), "crm", found[0].ID, 10))), []string{"r3"})
	same(t, remotesOf(must[[]contact.Link](t)(s.Intents(t.Context(), "erp", 0, 10))), []string{})
	found[0].Intent = nil
	commit(t, s, contact.Commit{Links: found[:1]})
	same(t, remotesOf(must[[]contact.Link](t)(s.Intents(t.Context(), "crm", 0, 1))), []string{"r3"})
}

func testCount(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2", "p3")
	there, left, unlinked, broken := link("crm", "r1", "p1"), link("crm", "r2", "p2"), link("crm", "r3", ""), link("crm", "", "p3")
	left.Gone = contact.Deleted
	unlinked.Due = true
	broken.Problem = contact.Because("refused")
	company := link("crm", "c1", "")
	company.Kind = contact.Company
	commit(t, s, contact.Commit{
		Links: []contact.Link{there, left, unlinked, broken, company},
		Inbox: []contact.InboxRow{{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: "r9"}, Asked: base}},
	})
	same(t, must[int](t)(s.CountLive(t.Context(), "crm", contact.Person)), 1)
	same(t, must[int](t)(s.CountLive(t.Context(), "crm", contact.Company)), 0)
	same(t, must[contact.PlaceCount](t)(s.Count(t.Context(), "crm")), contact.PlaceCount{Live: 1, Unlinked: 2, Due: 1, Problems: 1, Inbox: 1})
	same(t, must[contact.PlaceCount](t)(s.Count(t.Context(), "erp")), contact.PlaceCount{})
}
