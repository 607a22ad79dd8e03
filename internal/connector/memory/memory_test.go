package memory

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// clock is a time that a test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time          { return c.at }
func (c *clock) advance(d time.Duration) { c.at = c.at.Add(d) }
func newClock() *clock                   { return &clock{time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)} }

func open(t *testing.T, s *Server) connector.Connector {
	t.Helper()
	c, err := s.Open(connector.Settings{Name: "crm"}).Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func named(name string) contact.Values {
	return contact.Values{Fields: contact.Fields{"name": name}}
}

func put(t *testing.T, c connector.Connector, r contact.Record) contact.Record {
	t.Helper()
	r.Kind = contact.Person
	answer, err := c.Put(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

// names pulls from a cursor to the end of the round: the names by id, "-" for
// records that have gone.
func names(t *testing.T, c connector.Connector, cursor string) (map[string]string, string) {
	t.Helper()
	seen := map[string]string{}
	for {
		page, err := c.Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Records {
			seen[r.ID] = r.Fields["name"]
			if r.Gone != contact.Here {
				seen[r.ID] = "-"
			}
		}
		if cursor = page.Next; !page.More {
			return seen, cursor
		}
	}
}

func expect(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if !maps.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestChangesShowDeletionsOnlyWhereTheyAreVisible(t *testing.T) {
	for _, visible := range []bool{true, false} {
		a := DefaultAbilities()
		a.DeletesVisible = visible
		s := NewServer(Options{Incremental: true, Abilities: a, Page: 2})
		u, c := s.User(""), open(t, s)
		for _, name := range []string{"a", "b", "c", "d"} {
			u.Create(contact.Person, named(name))
		}
		all, cursor := names(t, c, "")
		expect(t, "first", all, map[string]string{"1": "a", "2": "b", "3": "c", "4": "d"})

		if err := errors.Join(u.Edit(contact.Person, "2", named("B")), u.Delete(contact.Person, "3")); err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"2": "B"}
		if visible {
			want["3"] = "-"
		}
		changed, cursor := names(t, c, cursor)
		expect(t, "changed", changed, want)
		rest, _ := names(t, c, cursor)
		expect(t, "nothing since", rest, map[string]string{})
	}
}

func TestEditDuringAListingIsInTheChangesAfterIt(t *testing.T) {
	s := NewServer(Options{Incremental: true, Page: 1})
	u, c := s.User(""), open(t, s)
	u.Create(contact.Person, named("a"))
	u.Create(contact.Person, named("b"))
	page, err := c.Pull(t.Context(), contact.Person, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = u.Edit(contact.Person, "1", named("A"))
	_, cursor := names(t, c, page.Next)
	changed, _ := names(t, c, cursor)
	expect(t, "changed", changed, map[string]string{"1": "A"})
}

func TestLongLogKeepsEveryLatestChange(t *testing.T) {
	s := NewServer(Options{Incremental: true})
	u, c := s.User(""), open(t, s)
	u.Create(contact.Person, named("a"))
	u.Create(contact.Person, named("b"))
	_, cursor := names(t, c, "")
	_ = u.Edit(contact.Person, "2", named("B"))
	for i := range 5000 {
		_ = u.Edit(contact.Person, "1", named(string(rune('a'+i%26))))
	}
	if n := len(s.places[""].tables[contact.Person].log); n > 2000 {
		t.Errorf("the log of two records has %d entries", n)
	}
	changed, _ := names(t, c, cursor)
	expect(t, "changed", changed, map[string]string{"1": string(rune('a' + 4999%26)), "2": "B"})
}

func TestStateOutlivesTheSystem(t *testing.T) {
	s := NewServer(Options{})
	y := s.Open(connector.Settings{Name: "crm"})
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	put(t, c, contact.Record{Values: named("a")})
	_ = y.Close()
	if _, err := c.Get(t.Context(), contact.Person, "1"); contact.ClassOf(err) != contact.Unreachable {
		t.Errorf("a closed system answers %v", err)
	}
	all, _ := names(t, open(t, s), "")
	expect(t, "after reopening", all, map[string]string{"1": "a"})
}

func TestFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault Fault
		class contact.Class
		after int // records there when the call has returned
		last  int // records there when all late writes have arrived
	}{
		{"fails", Fault{Class: contact.Unreachable}, contact.Unreachable, 0, 0},
		{"throttles", Fault{Class: contact.Throttled, After: time.Minute}, contact.Throttled, 0, 0},
		{"loses the answer", Fault{Lost: true}, contact.Uncertain, 1, 1},
		{"writes late", Fault{LateCalls: 2}, contact.Uncertain, 0, 1},
		{"writes after a time", Fault{LateFor: time.Hour}, contact.Uncertain, 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewServer(Options{})
			c := open(t, s)
			s.Fail(OpPut, 1, tt.fault)
			_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: named("a")})
			if got := contact.ClassOf(err); got != tt.class {
				t.Errorf("class %q, want %q", got, tt.class)
			}
			var e *contact.Error
			if errors.As(err, &e) && e.After != tt.fault.After {
				t.Errorf("After is %v, want %v", e.After, tt.fault.After)
			}
			if n := s.User("").Count(contact.Person); n != tt.after {
				t.Errorf("%d records after the call, want %d", n, tt.after)
			}
			s.Settle()
			if n := s.User("").Count(contact.Person); n != tt.last || s.Writes() != tt.last {
				t.Errorf("%d records, %d writes in the end, want %d", n, s.Writes(), tt.last)
			}
		})
	}
}

func TestLateWriteArrivesWithTheNamedCallOrTime(t *testing.T) {
	clock := newClock()
	s := NewServer(Options{Now: clock.now})
	c, u := open(t, s), s.User("")
	s.Fail(OpPut, 1, Fault{LateCalls: 2})
	_, _ = c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: named("a")})
	for call, want := range []int{0, 1} {
		all, _ := names(t, c, "")
		if len(all) != want {
			t.Errorf("call %d sees %d records, want %d", call+1, len(all), want)
		}
	}
	s.Fail(OpPut, 1, Fault{LateFor: time.Minute})
	_, _ = c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: named("b")})
	clock.advance(59 * time.Second)
	if n := u.Count(contact.Person); n != 1 {
		t.Errorf("%d records before the time", n)
	}
	clock.advance(time.Second)
	if n := u.Count(contact.Person); n != 2 {
		t.Errorf("%d records at the time", n)
	}
}

func TestRacedWriteIsSaidToHaveMoved(t *testing.T) {
	s := NewServer(Options{})
	c := open(t, s)
	s.Fail(OpPut, 1, Fault{Race: func(u *User, id string) {
		_ = u.Edit(contact.Person, id, contact.Values{Fields: contact.Fields{"title": "Boss"}})
	}})
	answer := put(t, c, contact.Record{Values: named("a")})
	if !answer.Moved || answer.Fields["title"] != "Boss" || answer.Fields["name"] != "a" {
		t.Errorf("answer %+v", answer)
	}
	if answer = put(t, c, contact.Record{ID: answer.ID, Version: answer.Version, Values: named("b")}); answer.Moved {
		t.Error("a write nobody raced is said to have moved")
	}
}

func TestLaggingReadsShowTheOlderState(t *testing.T) {
	for _, incremental := range []bool{false, true} {
		clock := newClock()
		s := NewServer(Options{Now: clock.now, Incremental: incremental})
		u, c := s.User(""), open(t, s)
		u.Create(contact.Person, named("a"))
		u.Create(contact.Person, named("b"))
		_, cursor := names(t, c, "")
		s.Lag(time.Minute)
		_ = u.Edit(contact.Person, "1", named("A"))
		_ = u.Delete(contact.Person, "2")
		u.Create(contact.Person, named("c"))

		all, _ := names(t, c, "")
		expect(t, "during the lag", all, map[string]string{"1": "a", "2": "b"})
		if incremental {
			changed, next := names(t, c, cursor)
			expect(t, "changes during the lag", changed, map[string]string{})
			cursor = next
		}
		if r, err := c.Get(t.Context(), contact.Person, "1"); err != nil || r.Fields["name"] != "A" {
			t.Errorf("get is not the truth: %v %v", r, err)
		}
		clock.advance(2 * time.Minute)
		all, _ = names(t, c, "")
		expect(t, "after the lag", all, map[string]string{"1": "A", "3": "c"})
		if incremental {
			changed, _ := names(t, c, cursor)
			expect(t, "changes after the lag", changed, map[string]string{"1": "A", "3": "c"})
		}
	}
}

func TestBrokenAnswers(t *testing.T) {
	s := NewServer(Options{})
	u, c := s.User(""), open(t, s)
	for _, name := range []string{"a", "b", "c", "d"} {
		u.Create(contact.Person, named(name))
	}
	s.Break(Fault{Empty: true})
	all, _ := names(t, c, "")
	expect(t, "empty", all, map[string]string{})
	s.Break(Fault{Half: true})
	all, _ = names(t, c, "")
	expect(t, "half", all, map[string]string{"1": "a", "2": "b"})
	s.Break(Fault{Class: contact.Credentials})
	if _, err := c.Pull(t.Context(), contact.Person, ""); contact.ClassOf(err) != contact.Credentials {
		t.Errorf("refused login: %v", err)
	}
	s.Inject(nil)

	mapped, err := s.Open(connector.Settings{Name: "crm", Fields: map[contact.Kind][]string{contact.Person: {"name"}}}).Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	s.Vanish(contact.Person, "name")
	page, err := mapped.Pull(t.Context(), contact.Person, "")
	if err != nil || !slices.Equal(page.Missing, []string{"name"}) {
		t.Fatalf("missing %q, %v", page.Missing, err)
	}
	if _, shown := page.Records[0].Fields["name"]; shown {
		t.Error("a vanished column is shown")
	}
}

func TestExpiredCursor(t *testing.T) {
	s := NewServer(Options{Incremental: true, Page: 1})
	u, c := s.User(""), open(t, s)
	u.Create(contact.Person, named("a"))
	u.Create(contact.Person, named("b"))
	page, err := c.Pull(t.Context(), contact.Person, "")
	if err != nil {
		t.Fatal(err)
	}
	_, end := names(t, c, "")
	s.ExpireCursors()
	for _, cursor := range []string{page.Next, end} {
		if _, err := c.Pull(t.Context(), contact.Person, cursor); contact.ClassOf(err) != contact.CursorExpired {
			t.Errorf("cursor %q: %v", cursor, err)
		}
	}
	all, end := names(t, c, "")
	if len(all) != 2 {
		t.Errorf("listing after expiry: %q", all)
	}
	if _, err := c.Pull(t.Context(), contact.Person, end); err != nil {
		t.Errorf("fresh cursor: %v", err)
	}
}

func TestNormalisers(t *testing.T) {
	tests := []struct {
		by             Normaliser
		given, becomes string
	}{
		{Trim, "  a ", "a"}, {Lower, "A", "a"}, {Upper, "ö", "Ö"}, {Cut(2), "äöü", "äö"},
		{CRLF, "a\nb\r\nc", "a\r\nb\r\nc"}, {Digits, "+46 (70) 1", "+46701"},
		{Grouped, "0701234", "070 123 4"}, {KeepOnBlank, "", "old"}, {Only(Upper, "title"), "a", "a"},
	}
	for _, tt := range tests {
		s := NewServer(Options{})
		c := open(t, s)
		id := put(t, c, contact.Record{Values: named("old")}).ID
		s.Normalise(tt.by)
		if got := put(t, c, contact.Record{ID: id, Values: named(tt.given)}).Fields["name"]; got != tt.becomes {
			t.Errorf("%q became %q, want %q", tt.given, got, tt.becomes)
		}
	}
}

func TestListEntries(t *testing.T) {
	a := DefaultAbilities()
	a.Lists = []string{"email"}
	s := NewServer(Options{Abilities: a})
	c := open(t, s)
	work := contact.Item{Value: "a@acme.example", Label: "work"}
	home := contact.Item{Value: "a@home.example", Label: "home"}
	lists := func(items ...contact.Item) contact.Values {
		return contact.Values{Lists: map[string][]contact.Item{"email": items}}
	}
	id := put(t, c, contact.Record{Values: lists(work, home)}).ID
	moved := contact.Item{Value: "b@acme.example", Label: "work", Preferred: true, Was: &work}
	got := put(t, c, contact.Record{ID: id, Values: lists(moved, contact.Item{Was: &home})}).Lists["email"]
	if len(got) != 1 || got[0].Value != "b@acme.example" || !got[0].Preferred || got[0].Was != nil {
		t.Errorf("entries %+v", got)
	}
	got[0].Value = "changed by the caller"
	r, err := c.Get(t.Context(), contact.Person, id)
	if err != nil || r.Lists["email"][0].Value != "b@acme.example" {
		t.Errorf("the caller reached into the server: %+v %v", r.Lists, err)
	}
}

func TestCopyTakesTheMarkerAlong(t *testing.T) {
	s := NewServer(Options{})
	c := open(t, s)
	id := put(t, c, contact.Record{Marker: "kith:p1", Values: named("a")}).ID
	if _, err := s.User("").Copy(contact.Person, id); err != nil {
		t.Fatal(err)
	}
	found, err := c.(connector.Finder).Find(t.Context(), contact.Person, "kith:p1", nil)
	if err != nil || len(found) != 2 {
		t.Errorf("found %d records, %v", len(found), err)
	}
}

func TestHangingCallEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewServer(Options{})
		c := open(t, s)
		s.Break(Fault{Hang: true, Lost: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := c.Get(ctx, contact.Person, "1"); err == nil {
			t.Error("a hanging read has an answer")
		}
		_, err := c.Put(ctx, contact.Record{Kind: contact.Person, Values: named("a")})
		if contact.ClassOf(err) == contact.Uncertain {
			t.Errorf("a write that never left is uncertain: %v", err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, err = c.Put(ctx, contact.Record{Kind: contact.Person, Values: named("a")})
		if contact.ClassOf(err) != contact.Uncertain || time.Since(start) != time.Minute {
			t.Errorf("a write that hangs after it happened: %v after %v", err, time.Since(start))
		}
		if n := s.User("").Count(contact.Person); n != 1 {
			t.Errorf("%d records", n)
		}
	})
}
