package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
)

func testInbox(t *testing.T, s Store) {
	full := contact.InboxRow{Place: "crm", Asked: minute(1), Full: true, Record: contact.Record{
		Kind: contact.Person, ID: "r1", Version: "v", Modified: minute(2), Marker: "i:p1", UID: "urn:uuid:1", Gone: contact.Merged, Into: "r2", Moved: true, Rewritten: true,
		Values: contact.Values{Fields: contact.Fields{"a": "1", "b": ""}, Lists: map[string][]contact.Item{
			"email":   {{Value: "a@b.example", Parts: contact.Fields{"city": "Åre"}, Label: "Arbeit", Preferred: true, Was: &contact.Item{Value: "old"}}},
			"address": {{Parts: contact.Fields{"street": "Storgatan 1", "city": "Åre"}}},
			"phone":   {},
		}},
	}}
	bare := contact.InboxRow{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: "r2"}}
	empty := contact.InboxRow{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: "r3", Values: contact.Values{Fields: contact.Fields{}, Lists: map[string][]contact.Item{}}}}
	company := contact.InboxRow{Place: "crm", Record: contact.Record{Kind: contact.Company, ID: "c1"}}
	other := contact.InboxRow{Place: "erp", Record: contact.Record{Kind: contact.Person, ID: "r1"}}
	commit(t, s, contact.Commit{Inbox: []contact.InboxRow{full, bare, company, other}})
	commit(t, s, contact.Commit{Inbox: []contact.InboxRow{empty}})

	inbox := func(after int64, limit int) []contact.InboxRow {
		return must[[]contact.InboxRow](t)(s.Inbox(t.Context(), "crm", contact.Person, after, limit))
	}
	found := inbox(0, 10)
	if len(found) != 3 {
		t.Fatalf("%d readings, want 3", len(found))
	}
	everyField(t, full.Record)
	everyField(t, full.Record.Lists["email"][0])
	full.ID, bare.ID, empty.ID = found[0].ID, found[1].ID, found[2].ID
	same(t, found, []contact.InboxRow{full, bare, empty})
	if !(0 < full.ID && full.ID < bare.ID && bare.ID < empty.ID) {
		t.Fatal("readings are not in the order in which they came")
	}
	same(t, inbox(full.ID, 1), []contact.InboxRow{bare})
	commit(t, s, contact.Commit{Done: []int64{bare.ID, 999}})
	same(t, inbox(0, 10), []contact.InboxRow{full, empty})
	same(t, must[int](t)(s.DropInbox(t.Context(), "crm")), 3)
	same(t, len(inbox(0, 10)), 0)
	same(t, len(must[[]contact.InboxRow](t)(s.Inbox(t.Context(), "erp", contact.Person, 0, 10))), 1)
}

func testReviews(t *testing.T, s Store) {
	one := contact.Review{
		At: minute(1), Ask: contact.AskConflict, Place: "crm", Kind: contact.Person, Party: "p1", Remote: "r1", Other: "p2", Slot: "email.work",
		Ours: "a", Theirs: "b", Token: "t", Why: contact.Because("both", "x"), Stranger: "Bo Ek, Acme",
	}
	two := contact.Review{At: minute(2), Ask: contact.AskBrake, Place: "crm", Token: "t2"}
	three := contact.Review{At: minute(3), Ask: contact.AskTwice, Place: "erp", Party: "p2"}
	commit(t, s, contact.Commit{Reviews: []contact.Review{one, two, three}})

	newest := must[[]contact.Review](t)(s.Reviews(t.Context(), true, 10))
	if len(newest) != 3 {
		t.Fatalf("%d reviews, want 3", len(newest))
	}
	three.ID, two.ID, one.ID = newest[0].ID, newest[1].ID, newest[2].ID
	same(t, newest, []contact.Review{three, two, one})

	open := func(place string, parties ...string) []contact.Review {
		return append([]contact.Review{}, must[[]contact.Review](t)(s.OpenReviews(t.Context(), place, parties))...)
	}
	same(t, open("crm"), []contact.Review{one, two})
	same(t, open(""), []contact.Review{one, two, three})
	same(t, open("", "p2"), []contact.Review{one, three})
	same(t, open("", "p1", "p2", "p9"), []contact.Review{one, three})
	same(t, open("crm", "p2"), []contact.Review{one})
	same(t, open("hr"), []contact.Review{})
	same(t, open("", ""), []contact.Review{})

	one.Decided, one.By, one.Closed = "ours", "anna", minute(9)
	everyField(t, one)
	commit(t, s, contact.Commit{Reviews: []contact.Review{one}})
	one.Stranger = "" // whom it was about was kept for the answer alone
	same(t, must[contact.Review](t)(s.Review(t.Context(), one.ID)), one)
	same(t, open("crm"), []contact.Review{two})
	same(t, open("", "p1"), []contact.Review{})
	same(t, must[[]contact.Review](t)(s.Reviews(t.Context(), true, 1)), []contact.Review{three})
	same(t, must[[]contact.Review](t)(s.Reviews(t.Context(), false, 9)), []contact.Review{three, two, one})

	released := func(place string) []contact.Review {
		return append([]contact.Review{}, must[[]contact.Review](t)(s.Released(t.Context(), place))...)
	}
	same(t, released("crm"), []contact.Review{})
	two.Decided = string(contact.AnswerGo)
	three.Decided = string(contact.AnswerNotSame)
	commit(t, s, contact.Commit{Reviews: []contact.Review{two, three}})
	same(t, released("crm"), []contact.Review{two})
	same(t, released("erp"), []contact.Review{})
	two.Closed = minute(10)
	commit(t, s, contact.Commit{Reviews: []contact.Review{two}})
	same(t, released("crm"), []contact.Review{})

	_, err := s.Review(t.Context(), 999)
	refused(t, err, contact.NotFound)
	refused(t, s.Commit(t.Context(), contact.Commit{Reviews: []contact.Review{{ID: 999}}}), contact.NotFound)
}

func testRuns(t *testing.T, s Store) {
	first := must[int64](t)(s.BeginRun(t.Context(), "sync", minute(1)))
	second := must[int64](t)(s.BeginRun(t.Context(), "serve", minute(2)))
	same(t, must[contact.Run](t)(s.Run(t.Context(), first)), contact.Run{ID: first, Cause: "sync", Started: minute(1)})
	done := contact.Run{
		ID: first, Cause: "sync", Started: minute(1), Ended: minute(3),
		Counts: map[string]contact.Counts{"crm": {Read: 3, Created: 1}}, Problem: contact.Because("offline", "crm"),
	}
	everyField(t, done)
	if err := s.SaveRun(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	same(t, must[[]contact.Run](t)(s.Runs(t.Context(), 10)), []contact.Run{{ID: second, Cause: "serve", Started: minute(2)}, done})
	same(t, len(must[[]contact.Run](t)(s.Runs(t.Context(), 1))), 1)
	_, err := s.Run(t.Context(), 999)
	refused(t, err, contact.NotFound)
	refused(t, s.SaveRun(t.Context(), contact.Run{ID: 999}), contact.NotFound)
}

func testEntries(t *testing.T, s Store) {
	makeParties(t, s, "p1", "p2")
	a := contact.Entry{At: minute(1), Run: 1, Party: "p1", Place: "crm", Remote: "r1", Op: contact.Took, Field: "email.work", Before: "a", After: "b", Why: contact.Because("edit", "crm")}
	b := contact.Entry{At: minute(2), Run: 1, Party: "p2", Place: "erp", Op: contact.Linked, After: `{"a":1}`}
	c := contact.Entry{At: minute(3), Op: contact.Decided, Party: "p1"}
	d := contact.Entry{At: minute(4), Run: 2, Op: contact.Failed, Place: "crm", Remote: "r9"}
	seq := a
	seq.Seq = 1
	everyField(t, seq)
	commit(t, s, contact.Commit{Entries: []contact.Entry{a, b}})
	commit(t, s, contact.Commit{Entries: []contact.Entry{c, d}})
	entries := func(party string, run int64, limit int) []contact.Entry {
		found := must[[]contact.Entry](t)(s.Entries(t.Context(), party, run, limit))
		last := int64(1) << 62
		for i := range found {
			if found[i].Seq <= 0 || found[i].Seq >= last {
				t.Fatalf("history is not the newest first: %+v", found)
			}
			last, found[i].Seq = found[i].Seq, 0
		}
		return append([]contact.Entry{}, found...)
	}
	same(t, entries("p1", 0, 10), []contact.Entry{c, a})
	same(t, entries("p1", 0, 1), []contact.Entry{c})
	same(t, entries("", 1, 10), []contact.Entry{b, a})
	same(t, entries("", 2, 10), []contact.Entry{d})
	same(t, entries("p1", 1, 10), []contact.Entry{a})
	same(t, entries("nobody", 0, 10), []contact.Entry{})
	same(t, entries("", 0, 10), []contact.Entry{d, c, b, a})
}

func testSecret(t *testing.T, s Store) {
	secret := must[[]byte](t)(s.Secret(t.Context()))
	if len(secret) != 32 || strings.Trim(string(secret), "\x00") == "" {
		t.Fatalf("the secret is no 32 random bytes")
	}
	same(t, must[[]byte](t)(s.Secret(t.Context())), secret)
}

// What likeness has learnt is kept for each kind by itself, the last one alone.
func testModel(t *testing.T, s Store) {
	model := func(kind contact.Kind) string { return string(must[[]byte](t)(s.Model(t.Context(), kind))) }
	same(t, model(contact.Person), "")
	for _, text := range []string{"first", "second\x00"} {
		if err := s.KeepModel(t.Context(), contact.Person, []byte(text)); err != nil {
			t.Fatal(err)
		}
		same(t, model(contact.Person), text)
	}
	same(t, model(contact.Company), "")
	if err := s.KeepModel(t.Context(), contact.Company, []byte("third")); err != nil {
		t.Fatal(err)
	}
	same(t, model(contact.Person)+model(contact.Company), "second\x00third")
}

// Whatever part of a commit is refused, the rest of it is not there either.
func testAllOrNothing(t *testing.T, s Store) {
	makeParties(t, s, "p1")
	commit(t, s, contact.Commit{Links: []contact.Link{link("crm", "r1", "p1")}, Inbox: []contact.InboxRow{{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: "r1"}}}})
	waiting := must[[]contact.InboxRow](t)(s.Inbox(t.Context(), "crm", contact.Person, 0, 9))
	kept := onlyLink(t, s, "crm", "r1")
	p := person("p1")
	p.Rev = 2
	whole := contact.Commit{
		Parties: []contact.PartyChange{{Party: p, Was: 1}, {Party: person("p2")}},
		Links:   []contact.Link{link("crm", "r2", "p2")},
		Drop:    []contact.Link{kept},
		Keys:    []contact.KeyChange{{Kind: contact.Person, Owner: "p2", Keys: []contact.Key{5}}},
		Inbox:   []contact.InboxRow{{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: "r3"}}},
		Done:    []int64{waiting[0].ID},
		Entries: []contact.Entry{{Party: "p1", Op: contact.Took}},
		NotSame: []contact.Pair{{A: "p1", B: "p2"}},
		Reviews: []contact.Review{{Ask: contact.AskBrake, Place: "crm"}, {ID: 999}},
	}
	refused(t, s.Commit(t.Context(), whole), contact.NotFound)
	same(t, must[[]contact.Party](t)(s.Parties(t.Context(), []string{"p1", "p2"})), []contact.Party{person("p1")})
	same(t, onlyLink(t, s, "crm", "r1"), kept)
	same(t, must[[]contact.InboxRow](t)(s.Inbox(t.Context(), "crm", contact.Person, 0, 9)), waiting)
	same(t, len(must[[]contact.KeyHit](t)(s.FindKeys(t.Context(), "", contact.Person, []contact.Key{5}))), 0)
	same(t, len(must[[]contact.Entry](t)(s.Entries(t.Context(), "p1", 0, 9))), 0)
	same(t, len(must[[]contact.Review](t)(s.Reviews(t.Context(), false, 9))), 0)
	same(t, len(must[[]contact.Pair](t)(s.NotSame(t.Context(), whole.NotSame))), 0)
}

// More rows than any one statement takes, and reads of as many.
func testManyRows(t *testing.T, s Store) {
	const n = 3000
	ids, remotes := numbered("p", n), numbered("r", n)
	var c contact.Commit
	for i, id := range ids {
		c.Parties = append(c.Parties, contact.PartyChange{Party: person(id)})
		c.Links = append(c.Links, link("crm", remotes[i], id))
		c.Keys = append(c.Keys, contact.KeyChange{Kind: contact.Person, Owner: id, Keys: []contact.Key{contact.Key(i), contact.Key(i + n)}})
		c.Entries = append(c.Entries, contact.Entry{Party: id, Op: contact.Linked, After: id})
		c.Inbox = append(c.Inbox, contact.InboxRow{Place: "crm", Record: contact.Record{Kind: contact.Person, ID: remotes[i]}})
	}
	commit(t, s, c)
	same(t, len(must[[]contact.Party](t)(s.Parties(t.Context(), ids))), n)
	same(t, len(must[[]contact.Link](t)(s.LinksByParty(t.Context(), ids))), n)
	links := must[[]contact.Link](t)(s.LinksByRemote(t.Context(), "crm", contact.Person, remotes))
	same(t, len(links), n)
	same(t, len(must[map[string]contact.Glance](t)(s.Glances(t.Context(), "crm", contact.Person, remotes))), n)
	each := 0
	if err := s.EachGlance(t.Context(), "crm", contact.Person, func(contact.Glance) error { each++; return nil }); err != nil {
		t.Fatal(err)
	}
	same(t, each, n)
	for i := range links {
		links[i].Due = true
	}
	commit(t, s, contact.Commit{Links: links})
	same(t, len(must[[]contact.Link](t)(s.Due(t.Context(), "crm", contact.Person, base, 0, n+1))), n)
	for i, l := range inIDOrder(links) {
		if l.Remote != remotes[i] {
			t.Fatal("the IDs of new links do not follow the order of the commit")
		}
	}
}

// What systems hand over is not always what a database expects.
func testOddTexts(t *testing.T, s Store) {
	makeParties(t, s, "p1")
	odd := "zero \x00 broken \xff long " + strings.Repeat("ä", 5000)
	clean := strings.NewReplacer("\x00", "\uFFFD", "\xff", "\uFFFD").Replace(odd)
	l := link("crm", "r'1\"; drop table link --", "p1")
	l.Seen = contact.Memo{"note": odd, "": "no name"}
	p := person("p1")
	p.Rev, p.Fields = 2, map[string]contact.Value{"note": {Text: odd}}
	commit(t, s, contact.Commit{
		Parties: []contact.PartyChange{{Party: p, Was: 1}}, Links: []contact.Link{l},
		Entries: []contact.Entry{{Party: "p1", Remote: odd, Before: odd, After: odd, Why: contact.Because("odd", odd)}},
		Reviews: []contact.Review{{Place: "crm", Party: "p1", Ours: odd, Theirs: odd, Remote: odd}},
	})
	same(t, onlyLink(t, s, "crm", l.Remote).Seen, l.Seen)
	same(t, must[[]contact.Party](t)(s.Parties(t.Context(), []string{"p1"}))[0].Fields, p.Fields)
	same(t, must[[]contact.Entry](t)(s.Entries(t.Context(), "p1", 0, 1))[0].After, clean)
	same(t, must[[]contact.Review](t)(s.Reviews(t.Context(), true, 1))[0].Ours, clean)
}

// A place of which nothing was ever stored has nothing, which is no error.
func testUnknown(t *testing.T, s Store) {
	for i, err := range []error{
		second(s.LinksByRemote(t.Context(), "hr", contact.Person, []string{"r"})),
		second(s.Glances(t.Context(), "hr", contact.Person, []string{"r"})),
		s.EachGlance(t.Context(), "hr", contact.Person, func(contact.Glance) error { return fmt.Errorf("there is none") }),
		second(s.CountLive(t.Context(), "hr", contact.Person)),
		second(s.Count(t.Context(), "hr")),
		second(s.Due(t.Context(), "hr", contact.Person, time.Now(), 0, 1)),
		second(s.NextDue(t.Context(), "hr")),
		second(s.Intents(t.Context(), "hr", 0, 1)),
		second(s.Inbox(t.Context(), "hr", contact.Person, 0, 1)),
		second(s.DropInbox(t.Context(), "hr")),
		second(s.OpenReviews(t.Context(), "hr", nil)),
		s.Release(t.Context(), "hr", "me"),
	} {
		if err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
