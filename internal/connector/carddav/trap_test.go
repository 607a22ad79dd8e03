package carddav_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// plainCard is a card as another program makes it.
func plainCard(uid, title string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + uid + "\r\nN:" + uid + ";;;;\r\nTITLE:" + title + "\r\nEND:VCARD\r\n"
}

// all reads a round from a cursor to its end.
func all(t *testing.T, c connector.Connector, cursor string) (records map[string]contact.Record, full bool, end string) {
	t.Helper()
	records = map[string]contact.Record{}
	for {
		page, err := c.Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatalf("pull: %v", err)
		}
		for _, r := range page.Records {
			records[r.ID] = r
		}
		full, cursor = page.Full, page.Next
		if !page.More {
			return records, full, cursor
		}
	}
}

func write(title string) contact.Values {
	return contact.Values{Fields: contact.Fields{"TITLE": title}}
}

// named is what a new card needs.
func named(title string) contact.Values {
	return contact.Values{Fields: contact.Fields{"FN": "Anna Berg", "TITLE": title}}
}

func class(t *testing.T, what string, err error, want contact.Class) {
	t.Helper()
	if got := contact.ClassOf(err); got != want {
		t.Errorf("%s: class %q (%v), want %q", what, got, err, want)
	}
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("%s: the error shows the password", what)
	}
}

// A 207 can hide an error: the card was not written.
func TestErrorWithinAMultistatus(t *testing.T) {
	d := simulate(t, sim.Xandikos())
	c := d.open(t)
	d.book.Put("a.vcf", plainCard("a", "CEO"))
	r, err := c.Get(t.Context(), contact.Person, "a.vcf")
	if err != nil {
		t.Fatal(err)
	}
	for status, want := range map[int]contact.Class{412: contact.Refused, 403: contact.Refused, 507: contact.Refused, 500: contact.Refused, 502: contact.Uncertain} {
		d.next(sim.Fault{Inner: status})
		_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version, Values: write("CFO")})
		class(t, fmt.Sprintf("a change with a %d inside", status), err, want)
	}
	if text, _ := d.book.Card("a.vcf"); !strings.Contains(text, "TITLE:CEO") {
		t.Errorf("the card is %q", text)
	}
}

// Garbage that another program has stored is no deletion of what was there, and
// hides nothing else.
func TestGarbageInTheBook(t *testing.T) {
	d := simulate(t, sim.DAViCal())
	for _, name := range []string{"a", "b", "c"} {
		d.book.Put(name+".vcf", plainCard(name, "CEO"))
	}
	c := d.open(t)
	_, _, cursor := all(t, c, "")
	d.book.Put("b.vcf", "no card at all")
	changed, _, _ := all(t, c, cursor)
	if r, shown := changed["b.vcf"]; shown && r.Gone != contact.Hidden {
		t.Errorf("a card that turned into garbage is shown as %q", r.Gone)
	}
	records, full, _ := all(t, c, "")
	if r, shown := records["b.vcf"]; !full || records["a.vcf"].Gone != contact.Here || records["c.vcf"].Gone != contact.Here || shown && r.Gone != contact.Hidden {
		t.Errorf("complete: %t, %v", full, records)
	}
	r, err := c.Get(t.Context(), contact.Person, "b.vcf")
	if err != nil || r.Gone != contact.Hidden {
		t.Errorf("a look at garbage: %q, %v", r.Gone, err)
	}
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "b.vcf", Values: write("CFO")})
	class(t, "writing over garbage", err, contact.Conflicting)
	class(t, "removing garbage", c.Remove(t.Context(), contact.Person, "b.vcf", ""), contact.Conflicting)
}

// A card that goes between the list and the reading is missing from the answer,
// on some servers without a word.
func TestCardGoesBetweenListAndReading(t *testing.T) {
	for _, omits := range []bool{true, false} {
		soft := sim.Plain()
		soft.Quirks.MultigetOmitsMissing = omits
		d := simulate(t, soft)
		for _, name := range []string{"a", "b"} {
			d.book.Put(name+".vcf", plainCard(name, "CEO"))
		}
		c := d.open(t)
		_, _, cursor := all(t, c, "")
		d.book.Put("b.vcf", plainCard("b", "CFO"))
		gone := sim.Fault{Before: func() { d.book.Delete("b.vcf") }}
		d.Fail("addressbook-multiget", 1, gone)
		if changed, _, _ := all(t, c, cursor); changed["b.vcf"].Gone != contact.Deleted || len(changed) != 1 {
			t.Errorf("omits %t: changes are %v", omits, changed)
		}
		d.book.Put("b.vcf", plainCard("b", "CFO"))
		d.Fail("addressbook-multiget", 1, gone)
		if records, full, _ := all(t, c, ""); !full || len(records) != 1 || records["a.vcf"].Gone != contact.Here {
			t.Errorf("omits %t: complete: %t, %v", omits, full, records)
		}
	}
}

// A card that the server tells of as changed, and of which it then says once
// that it is not there, has not been deleted.
func TestContradictionIsNoDeletion(t *testing.T) {
	for what, first := range map[string]func(*simulated){
		"all at once": func(*simulated) {},
		"one by one":  func(d *simulated) { d.Fail("addressbook-multiget", 1, sim.Fault{Status: 501}) },
	} {
		for _, wrong := range []sim.Fault{{Status: 404}, {Empty: true}} {
			soft := sim.DAViCal()
			d := simulate(t, soft)
			for _, name := range []string{"a", "b"} {
				d.book.Put(name+".vcf", plainCard(name, "CEO"))
			}
			c := d.open(t)
			_, _, cursor := all(t, c, "")
			first(d)
			if what == "one by one" {
				all(t, c, "") // learns that several at once are not to be had
			}
			d.book.Put("b.vcf", plainCard("b", "CFO"))
			asks := map[string]string{"all at once": "addressbook-multiget", "one by one": "GET"}
			d.Fail(asks[what], 1, wrong)
			changed, full, _ := all(t, c, cursor)
			if r := changed["b.vcf"]; full || r.Gone != contact.Here || r.Fields["TITLE"] != "CFO" {
				t.Errorf("%s, %v: complete: %t, %v", what, wrong.Status, full, changed)
			}
		}
	}
}

// Neither has one that a single look does not find.
func TestOneLookThatFindsNothing(t *testing.T) {
	d := simulate(t, sim.Plain())
	d.book.Put("a.vcf", plainCard("a", "CEO"))
	c := d.open(t)
	once := func() { d.Fail("GET", 1, sim.Fault{Status: 404}) }
	once()
	r, err := c.Get(t.Context(), contact.Person, "a.vcf")
	if err != nil || r.Gone != contact.Here {
		t.Errorf("a look: %q, %v", r.Gone, err)
	}
	once()
	if r, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "a.vcf", Version: r.Version, Values: write("CFO")}); err != nil {
		t.Errorf("a change: %v", err)
	}
	d.Fail("DELETE", 1, sim.Fault{Status: 404})
	class(t, "a removal of what is not found, and is", c.Remove(t.Context(), contact.Person, "a.vcf", r.Version), contact.Uncertain)
	once()
	if err := c.Remove(t.Context(), contact.Person, "a.vcf", r.Version); err != nil {
		t.Errorf("a removal: %v", err)
	}
	if names := d.book.Names(); len(names) != 0 {
		t.Errorf("the book has %q", names)
	}
}

// A name that the door would choose and that somebody else has is left alone,
// also by a server that would overwrite it.
func TestCreateOverwritesNobody(t *testing.T) {
	for _, soft := range []sim.Software{sim.SOGo(), sim.Radicale(), sim.Xandikos(), sim.DAViCal()} {
		t.Run(soft.Name, func(t *testing.T) {
			d := simulate(t, soft)
			c := d.open(t)
			set := contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: named("CEO")}
			first, err := c.Put(t.Context(), set)
			if err != nil {
				t.Fatal(err)
			}
			d.book.Delete(first.ID)
			d.book.Put(first.ID, plainCard("somebody-else", "boss"))
			theirs, _ := d.book.Card(first.ID)
			second, err := c.Put(t.Context(), set)
			if err != nil || second.ID == first.ID {
				t.Fatalf("the second card is %q, %v", second.ID, err)
			}
			if text, _ := d.book.Card(first.ID); text != theirs {
				t.Errorf("somebody else's card became %q", text)
			}
		})
	}
}

// A create whose answer was lost, or that arrives late, is repeated and leaves
// one card.
func TestRepeatedCreateLeavesOneCard(t *testing.T) {
	for _, soft := range sim.Presets() {
		if soft.Quirks.OwnHrefs {
			continue // the server names the card as it likes: the engine looks for the marker
		}
		for what, fault := range map[string]sim.Fault{
			"lost": {Lost: true}, "1 late": {LateCalls: 1}, "2 late": {LateCalls: 2}, "3 late": {LateCalls: 3}, "at the end": {LateFor: 24 * time.Hour},
		} {
			t.Run(soft.Name+"/"+what, func(t *testing.T) {
				d := simulate(t, soft)
				c := d.open(t)
				set := contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: named("CEO")}
				d.next(fault)
				_, err := c.Put(t.Context(), set)
				class(t, "the create", err, contact.Uncertain)
				for {
					if _, err = c.Put(t.Context(), set); contact.ClassOf(err) != contact.Uncertain {
						break
					}
				}
				if err != nil {
					t.Fatal(err)
				}
				d.Settle()
				if names := d.book.Names(); len(names) != 1 {
					t.Errorf("the book has %q", names)
				}
			})
		}
	}
}

// A removal made from an older version deletes nothing, also where the server
// would.
func TestRemoveLooksFirst(t *testing.T) {
	for _, soft := range []sim.Software{sim.SOGo(), sim.Plain()} {
		d := simulate(t, soft)
		d.book.Put("a.vcf", plainCard("a", "CEO"))
		c := d.open(t)
		r, err := c.Get(t.Context(), contact.Person, "a.vcf")
		if err != nil {
			t.Fatal(err)
		}
		d.book.Put("a.vcf", plainCard("a", "CFO"))
		class(t, "the removal", c.Remove(t.Context(), contact.Person, "a.vcf", r.Version), contact.Conflicting)
		if _, there := d.book.Card("a.vcf"); !there {
			t.Errorf("%s: the card is gone", soft.Name)
		}
	}
}

// A card that was removed and made anew may bear the ETag of the first: the
// content tells them apart.
func TestETagsThatComeAgain(t *testing.T) {
	d := simulate(t, sim.SOGo())
	d.book.Put("a.vcf", plainCard("a", "CEO"))
	c := d.open(t)
	records, _, cursor := all(t, c, "")
	before := d.book.ETag("a.vcf")
	d.book.Delete("a.vcf")
	if d.book.Put("a.vcf", plainCard("a", "CFO")) != before {
		t.Fatal("the server has given another ETag")
	}
	old := records["a.vcf"]
	_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: old.ID, Version: old.Version, Values: write("COO")})
	class(t, "a change of the first card", err, contact.Conflicting)
	class(t, "a removal of the first card", c.Remove(t.Context(), contact.Person, old.ID, old.Version), contact.Conflicting)
	changed, _, _ := all(t, c, cursor)
	if got := changed["a.vcf"]; got.Fields["TITLE"] != "CFO" || got.Version == old.Version {
		t.Errorf("the new card is shown as %v, version %q (was %q)", got.Fields, got.Version, old.Version)
	}
}

// Where tokens have whole seconds, what happens in the second of a token is
// told with the next one.
func TestChangesOfOneSecond(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	s := sim.New(sim.Options{Software: sim.SOGo(), Users: map[string]string{"alice": secret}, Now: func() time.Time { return noon }})
	h := httptest.NewServer(s)
	defer h.Close()
	d := simulate(t, sim.SOGo())
	d.book = s.Book("alice", "contacts")
	d.settings.Keys["url"] = h.URL + s.Path("alice", "contacts")
	c := d.open(t)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		d.book.Put(name+".vcf", plainCard(name, "CEO"))
	}
	_, _, cursor := all(t, c, "")
	d.book.Put("a.vcf", plainCard("a", "first"))
	changed, _, cursor := all(t, c, cursor)
	if changed["a.vcf"].Fields["TITLE"] != "first" {
		t.Errorf("after the first change %v", changed)
	}
	d.book.Put("a.vcf", plainCard("a", "second"))
	d.book.Delete("b.vcf")
	changed, full, cursor := all(t, c, cursor)
	_, shown := changed["b.vcf"]
	if changed["a.vcf"].Fields["TITLE"] != "second" || !full && changed["b.vcf"].Gone != contact.Deleted || full && shown {
		t.Errorf("after the second change: complete: %t, %v", full, changed)
	}
	noon = noon.Add(2 * time.Second)
	d.book.Put("c.vcf", plainCard("c", "third"))
	_, _, cursor = all(t, c, cursor)
	noon = noon.Add(2 * time.Second)
	d.book.Put("d.vcf", plainCard("d", "fourth"))
	changed, full, _ = all(t, c, cursor)
	if full || changed["d.vcf"].Fields["TITLE"] != "fourth" || len(changed) > 2 {
		t.Errorf("a change seconds later: complete: %t, %v", full, changed)
	}
}

// A card keeps what no row names, to the last byte: a fourth e-mail, labels,
// properties of other programs.
func TestR049UnknownPropertiesSurvive(t *testing.T) {
	rich := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:rich\r\nFN:Rich\r\nN:Rich;;;;\r\nTITLE:CEO\r\n" +
		"EMAIL;TYPE=WORK:1@x.example\r\nEMAIL;TYPE=HOME:2@x.example\r\nitem1.EMAIL:3@x.example\r\nitem1.X-ABLabel:Third\r\nEMAIL;TYPE=OTHER:4@x.example\r\n" +
		"X-FOO;X-BAR=\"a,b\":kept as it is\\, really\r\nCATEGORIES:one,two\r\nPHOTO;ENCODING=b;TYPE=GIF:R0lGODlhAQABAAAAACw=\r\nnot a property at all\r\nEND:VCARD\r\n"
	d := simulate(t, sim.Xandikos())
	d.book.Put("rich.vcf", rich)
	c := d.open(t)
	r, err := c.Get(t.Context(), contact.Person, "rich.vcf")
	if err != nil || len(r.Lists["email"]) != 4 {
		t.Fatalf("%d e-mails, %v", len(r.Lists["email"]), err)
	}
	first := r.Lists["email"][0]
	set := write("CFO")
	set.Lists = map[string][]contact.Item{"email": {{Value: "new@x.example", Label: first.Label, Was: &first}}}
	if _, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version, Values: set}); err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer("TITLE:CEO", "TITLE:CFO", "1@x.example", "new@x.example").Replace(rich)
	if got, _ := d.book.Card("rich.vcf"); got != want {
		t.Errorf("the card became\n%q, want\n%q", got, want)
	}
}

// A listing that ends early is no listing: whatever is cut off, and however
// well it hides that, no page says that cards are gone.
func TestTruncatedAnswers(t *testing.T) {
	for _, request := range []string{"sync-collection", "addressbook-multiget", "PROPFIND"} {
		for _, clean := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/clean=%t", request, clean), func(t *testing.T) {
				soft := sim.Plain()
				soft.Quirks.NoSync = request == "PROPFIND"
				d := simulate(t, soft)
				for _, name := range []string{"a", "b", "c"} {
					d.book.Put(name+".vcf", plainCard(name, "CEO"))
				}
				c := d.open(t)
				_, _, cursor := all(t, c, "")
				d.book.Put("a.vcf", plainCard("a", "CFO"))
				failures := 0
				for cut := 1; cut < 4000; cut += 7 {
					fault := sim.Fault{Cut: cut, Clean: clean}
					d.Fail(request, 1, fault)
					page, err := c.Pull(t.Context(), contact.Person, "")
					if err == nil && (!page.Full || len(page.Records) != 3) {
						t.Fatalf("cut after %d bytes: complete: %t, %d of 3 cards", cut, page.Full, len(page.Records))
					}
					d.Fail(request, 1, fault)
					page, again := c.Pull(t.Context(), contact.Person, cursor)
					for _, r := range page.Records {
						if again == nil && r.Gone != contact.Here {
							t.Fatalf("cut after %d bytes: %s is %q", cut, r.ID, r.Gone)
						}
					}
					if err != nil {
						failures++
					}
				}
				if failures == 0 && request != "addressbook-multiget" {
					t.Error("no cut was noticed")
				}
				d.Inject(nil)
				if records, _, _ := all(t, c, cursor); records["a.vcf"].Fields["TITLE"] != "CFO" {
					t.Errorf("afterwards the cursor leads to %v", records)
				}
			})
		}
	}
}

// What a server says no to is not what has been deleted.
func TestRefusalsAreNoDeletions(t *testing.T) {
	later := time.Now().Add(90 * time.Second).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	for _, f := range []struct {
		fault sim.Fault
		want  contact.Class
		after func(time.Duration) bool
	}{
		{sim.Fault{Status: 401}, contact.Credentials, nil},
		{sim.Fault{Status: 403}, contact.Forbidden, nil},
		{sim.Fault{Status: 404}, contact.Setup, nil},
		{sim.Fault{Status: 410}, contact.Setup, nil},
		{sim.Fault{Status: 429, RetryAfter: "17"}, contact.Throttled, func(d time.Duration) bool { return d == 17*time.Second }},
		{sim.Fault{Status: 503, RetryAfter: later}, contact.Throttled, func(d time.Duration) bool { return d > 0 && d <= 90*time.Second }},
		{sim.Fault{Status: 429}, contact.Throttled, func(d time.Duration) bool { return d > 0 }},
		{sim.Fault{Status: 503}, contact.Throttled, func(d time.Duration) bool { return d > 0 }},
		{sim.Fault{Status: 500}, contact.Unreachable, nil},
		{sim.Fault{Status: 502}, contact.Unreachable, nil},
		{sim.Fault{LoginPage: true}, contact.Malformed, nil},
		{sim.Fault{Drop: true}, contact.Unreachable, nil},
	} {
		t.Run(fmt.Sprintf("%d %s", f.fault.Status, f.want), func(t *testing.T) {
			d := simulate(t, sim.Plain())
			d.book.Put("a.vcf", plainCard("a", "CEO"))
			c := d.open(t)
			_, _, cursor := all(t, c, "")
			d.Break(f.fault)
			for what, from := range map[string]string{"a listing": "", "changes": cursor} {
				_, err := c.Pull(t.Context(), contact.Person, from)
				if from != "" && contact.ClassOf(err) == contact.CursorExpired && f.after == nil {
					continue // servers say all this of tokens too; the listing that follows tells
				}
				class(t, what, err, f.want)
				var failed *contact.Error
				if f.after != nil && (!errors.As(err, &failed) || !f.after(failed.After)) {
					t.Errorf("%s: come back after %v", what, failed)
				}
			}
			list := c.(connector.Lister)
			class(t, "a list of keys", list.List(t.Context(), contact.Person, func(string, string) error { return nil }), f.want)
		})
	}
}

// A book that is taken away from the user, or moved away, is no empty book.
func TestBookThatIsGone(t *testing.T) {
	for _, soft := range []sim.Software{sim.Plain(), sim.Radicale(), sim.Xandikos(), sim.DAViCal(), sim.SOGo()} {
		t.Run(soft.Name, func(t *testing.T) {
			d := simulate(t, soft)
			d.book.Put("a.vcf", plainCard("a", "CEO"))
			c := d.open(t)
			_, _, cursor := all(t, c, "")
			refused := func(what string, want contact.Class) {
				_, err := c.Pull(t.Context(), contact.Person, "")
				class(t, "a listing of "+what, err, want)
				if _, err = c.Pull(t.Context(), contact.Person, cursor); contact.ClassOf(err) != contact.CursorExpired {
					class(t, "changes of "+what, err, want)
				}
			}
			d.book.Forbid(403)
			refused("a book that is forbidden", contact.Forbidden)
			d.book.Forbid(0)
			d.book.Unmake()
			refused("a book that is gone", contact.Setup)
			_, err := d.system(t).Open(t.Context(), "")
			class(t, "opening a book that is gone", err, contact.Setup)
		})
	}
}

// A token the server has lost leads to a complete listing, in whatever way it
// says so: what was deleted meanwhile comes to light.
func TestLostTokens(t *testing.T) {
	for name, set := range quirks() {
		if !strings.HasPrefix(name, "unknown token") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			soft := sim.Plain()
			set(&soft.Quirks)
			d := simulate(t, soft)
			for n := range 20 {
				d.book.Put(fmt.Sprintf("c%d.vcf", n), plainCard(fmt.Sprint("c", n), "CEO"))
			}
			c := d.open(t)
			_, _, cursor := all(t, c, "")
			d.book.Delete("c7.vcf")
			d.book.Put("c8.vcf", plainCard("c8", "CFO"))
			d.ForgetTokens()
			page, err := c.Pull(t.Context(), contact.Person, cursor)
			if err != nil {
				class(t, "a lost token", err, contact.CursorExpired)
				cursor = ""
			} else if !page.Full {
				t.Fatalf("a lost token gives %d cards that are no complete listing", len(page.Records))
			}
			records, full, _ := all(t, c, cursor)
			if _, shown := records["c7.vcf"]; shown || !full || len(records) != 19 || records["c8.vcf"].Fields["TITLE"] != "CFO" {
				t.Errorf("complete: %t, %d cards; the deleted one is shown: %t", full, len(records), shown)
			}
		})
	}
}

// An emptied book shows that it is empty, one card after the other or as a
// complete listing: the engine's brake counts both.
func TestEmptiedBook(t *testing.T) {
	for _, soft := range sim.Presets() {
		t.Run(soft.Name, func(t *testing.T) {
			d := simulate(t, soft)
			for n := range 12 {
				d.book.Put(fmt.Sprintf("c%d.vcf", n), plainCard(fmt.Sprint("c", n), "CEO"))
			}
			c := d.open(t)
			_, _, cursor := all(t, c, "")
			d.book.Clear()
			records, full, _ := all(t, c, cursor)
			gone := 0
			for _, r := range records {
				if r.Gone == contact.Deleted {
					gone++
				}
			}
			if full && len(records) != 0 || !full && gone != 12 {
				t.Errorf("complete: %t, %d records, %d of them deleted", full, len(records), gone)
			}
		})
	}
}

// A card too large for the server is refused with a sentence, and never sent.
func TestSizeLimit(t *testing.T) {
	soft := sim.Plain()
	soft.Quirks.MaxSize = 400
	d := simulate(t, soft)
	c := d.open(t)
	_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: named(strings.Repeat("long ", 100))})
	class(t, "a large card", err, contact.Refused)
	if n := d.Writes(); n != 0 {
		t.Errorf("%d writes", n)
	}
	for _, line := range d.Log() {
		if line.Method == "PUT" {
			t.Errorf("sent all the same: %s", line)
		}
	}
}

// A server that has moved is followed, with method and body, for reading and
// writing.
func TestMovedServer(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		soft := sim.Plain()
		soft.Layout.Old, soft.Layout.OldStatus = "/old/", status
		d := simulate(t, soft)
		d.settings.Keys["url"] = strings.Replace(d.url, "/dav/", "/old/", 1)
		c := d.open(t)
		r, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: named("CEO")})
		if err != nil {
			t.Fatalf("%d: %v", status, err)
		}
		if names := d.book.Names(); !slices.Equal(names, []string{r.ID}) {
			t.Errorf("%d: the book has %q", status, names)
		}
		if err := c.Remove(t.Context(), contact.Person, r.ID, r.Version); err != nil {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// The password goes to no other host unless the configuration names it; the
// error says with which line.
func TestOtherHosts(t *testing.T) {
	soft := sim.ICloud()
	s := sim.New(sim.Options{Software: soft, Users: map[string]string{"alice": secret}})
	first, other := httptest.NewServer(s), httptest.NewServer(s)
	defer first.Close()
	defer other.Close()
	s.HomeAt(other.URL)
	otherHost := strings.TrimPrefix(other.URL, "http://")
	d := simulate(t, soft)
	d.settings.Keys["url"] = first.URL
	_, err := d.system(t).Open(t.Context(), "")
	class(t, "a home on another host", err, contact.Setup)
	if err == nil || !strings.Contains(err.Error(), "hosts: ["+otherHost+"]") {
		t.Errorf("the error does not say what to add: %v", err)
	}
	for _, line := range s.Log() {
		if line.Host == otherHost && line.Login {
			t.Errorf("the password went to %s: %s", otherHost, line)
		}
	}
	d.settings.Keys["hosts"] = otherHost
	y, err := carddav.Open(d.settings)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	s.Book("alice", "contacts").Put("a.vcf", plainCard("a", "CEO"))
	if records, _, _ := all(t, c, ""); len(records) != 1 {
		t.Errorf("the book on the other host shows %v", records)
	}
	s.ClearLog()
	s.Break(sim.Fault{Status: 307, Location: "http://attacker.example/"})
	_, err = c.Pull(t.Context(), contact.Person, "")
	class(t, "a redirect to a stranger", err, contact.Setup)
}

// A host is enough where it leads to one book; where it leads to several, the
// error names them.
func TestDiscovery(t *testing.T) {
	for _, soft := range sim.Presets() {
		t.Run(soft.Name, func(t *testing.T) {
			d := simulate(t, soft)
			at := d.url
			d.settings.Keys["url"] = at[:strings.Index(at[len("http://"):], "/")+len("http://")]
			c := d.open(t)
			if !strings.Contains(c.Account(), at) {
				t.Errorf("the book found is %s, want %s", c.Account(), at)
			}
			d.Book("alice", "private").Make()
			_, err := d.system(t).Open(t.Context(), "")
			class(t, "a home with two books", err, contact.Setup)
			for _, book := range []string{"contacts", "private"} {
				if err != nil && !strings.Contains(err.Error(), d.Path("alice", book)) {
					t.Errorf("the error does not name %s: %v", book, err)
				}
			}
		})
	}
}

// Names that servers write in ways of their own are the same cards: in lists,
// in changes, in answers to several at once.
func TestOddNames(t *testing.T) {
	names := []string{"o b@å+c.vcf", "100%.vcf", "what?.vcf", "semi;colon,&=.vcf", "hash#.vcf", "no-suffix", "e\u0301.vcf", "'quote\".vcf"}
	softs := sim.Presets()
	for name, set := range quirks() {
		if strings.HasPrefix(name, "hrefs") || name == "no sync" {
			soft := sim.Plain()
			soft.Name = name
			set(&soft.Quirks)
			softs = append(softs, soft)
		}
	}
	for _, soft := range softs {
		t.Run(soft.Name, func(t *testing.T) {
			d := simulate(t, soft)
			for n := range 10 {
				d.book.Put(fmt.Sprintf("c%d.vcf", n), plainCard(fmt.Sprint("c", n), "CEO"))
			}
			for i, name := range names {
				d.book.Put(name, plainCard(fmt.Sprint("odd", i), "CEO"))
			}
			c := d.open(t)
			records, _, cursor := all(t, c, "")
			for _, name := range names {
				r := records[name]
				if r.Fields["TITLE"] != "CEO" {
					t.Errorf("%q is not in the listing", name)
					continue
				}
				if _, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version, Values: write("CFO")}); err != nil {
					t.Errorf("%q: %v", name, err)
				}
			}
			changed, _, cursor := all(t, c, cursor)
			for _, name := range names {
				if changed[name].Fields["TITLE"] != "CFO" {
					t.Errorf("%q is not among the changes", name)
				}
				d.book.Delete(name)
			}
			changed, full, _ := all(t, c, cursor)
			for _, name := range names {
				if r, shown := changed[name]; !full && r.Gone != contact.Deleted || full && shown {
					t.Errorf("%q was deleted and is %q", name, r.Gone)
				}
			}
			if got := len(d.book.Names()); got != 10 {
				t.Errorf("%d cards are left", got)
			}
		})
	}
}

// What a server makes of a value it was given is no edit by somebody else, also
// where it says nothing about having changed the card.
func TestServersOwnChangesAreNoEdits(t *testing.T) {
	for _, silent := range []bool{true, false} {
		soft := sim.Plain()
		soft.Quirks.NoETagOnPut = silent
		soft.Quirks.Rewrite = []sim.Rewrite{sim.DropUnknown}
		d := simulate(t, soft)
		d.settings.Fields[contact.Person] = append(d.settings.Fields[contact.Person], "X-NUMBER")
		c := d.open(t)
		d.book.Put("a.vcf", plainCard("a", "CEO"))
		r, err := c.Get(t.Context(), contact.Person, "a.vcf")
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range []contact.Fields{{"X-NUMBER": "7"}, {"X-NUMBER": "7", "TITLE": "CFO"}} {
			answer, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version, Values: contact.Values{Fields: set}})
			if err != nil || answer.Moved || answer.Fields["X-NUMBER"] != "" {
				t.Errorf("silent %t, %v: answered %v, moved %t, %v", silent, set, answer.Fields, answer.Moved, err)
			}
			r = answer
		}
		d.next(sim.Fault{After: func() { d.book.Put("a.vcf", plainCard("a", "user")) }})
		answer, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version,
			Values: contact.Values{Fields: contact.Fields{"NOTE": "ours"}}})
		if err != nil || !answer.Moved || answer.Fields["TITLE"] != "user" {
			t.Errorf("silent %t: a raced write answers %v, moved %t, %v", silent, answer.Fields, answer.Moved, err)
		}
	}
}
