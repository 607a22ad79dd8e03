package carddav

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// simCard is a card that another program keeps.
func simCard(uid, title string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + uid + "\r\nN:" + uid + ";;;;\r\nTITLE:" + title + "\r\nEND:VCARD\r\n"
}

// behind opens the book of a simulated server through a gate.
func behind(t *testing.T, soft sim.Software) (*sim.Server, *gate, func() connector.Connector) {
	t.Helper()
	s := sim.New(sim.Options{Software: soft})
	g := newGate(t, s)
	return s, g, func() connector.Connector {
		t.Helper()
		y, err := Open(keys("url", g.url+s.Path("alice", "contacts")))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { y.Close() })
		c, err := y.Open(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// A process that goes on with a round from any of its cursors shows the rest of
// it once, and what changed meanwhile in the round after it.
func TestRoundIsTakenUpByAnother(t *testing.T) {
	for _, sync := range []bool{true, false} {
		t.Run(fmt.Sprintf("tokens=%t", sync), func(t *testing.T) {
			soft := sim.Plain()
			soft.Quirks.NoSync = !sync
			s, _, open := behind(t, soft)
			book := s.Book("alice", "contacts")
			for i := range 3*firstBatch + 1 {
				book.Put(fmt.Sprintf("%03d.vcf", i), simCard(fmt.Sprint(i), "CEO"))
			}
			seen := map[string]int{}
			cursor, pages := "", 0
			for more := true; more; pages++ {
				page, err := open().Pull(t.Context(), contact.Person, cursor) // another one each time
				if err != nil {
					t.Fatal(err)
				}
				if !page.Full {
					t.Fatal("a listing from the start is not complete")
				}
				for _, r := range page.Records {
					seen[r.ID]++
				}
				if pages == 1 && sync {
					book.Put("000.vcf", simCard("0", "CFO"))
				}
				cursor, more = page.Next, page.More
			}
			if pages < 3 || len(seen) != 3*firstBatch+1 {
				t.Fatalf("%d cards on %d pages", len(seen), pages)
			}
			for id, times := range seen {
				if times != 1 {
					t.Errorf("%s was shown %d times", id, times)
				}
			}
			if !sync {
				return
			}
			page, err := open().Pull(t.Context(), contact.Person, cursor)
			if err != nil || page.Full || len(page.Records) != 1 || page.Records[0].Fields["TITLE"] != "CFO" {
				t.Errorf("then %+v, %v", page, err)
			}
		})
	}
}

// A round of changes can be taken up as well; nothing is shown twice.
func TestChangesAreTakenUpByAnother(t *testing.T) {
	s, _, open := behind(t, sim.Plain())
	book := s.Book("alice", "contacts")
	const n = 4 * firstBatch
	for i := range n {
		book.Put(fmt.Sprintf("%03d.vcf", i), simCard(fmt.Sprint(i), "CEO"))
	}
	cursor := ""
	for more := true; more; {
		page, err := open().Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor, more = page.Next, page.More
	}
	for i := range n - 10 { // all witnesses but one are among the changed
		if i != n/2 {
			book.Put(fmt.Sprintf("%03d.vcf", i), simCard(fmt.Sprint(i), "CFO"))
		}
	}
	book.Delete("099.vcf")
	seen, gone := map[string]bool{}, 0
	for more := true; more; {
		page, err := open().Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if page.Full {
			t.Fatal("changes are shown as a complete listing")
		}
		for _, r := range page.Records {
			if seen[r.ID] {
				t.Errorf("%s is shown twice", r.ID)
			}
			seen[r.ID] = true
			if r.Gone == contact.Deleted {
				gone++
			}
		}
		cursor, more = page.Next, page.More
	}
	if len(seen) != n-10 || gone != 1 {
		t.Errorf("%d changes with %d deletions", len(seen), gone)
	}
}

// A member that an answer names both as there and as gone is there if it is.
func TestListedAsThereAndGone(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	s.Book("alice", "contacts").Put("a.vcf", simCard("a", "CEO"))
	gone := "<response><href>" + s.Path("alice", "contacts") + "a.vcf</href><status>HTTP/1.1 404 Not Found</status></response>"
	g.set(func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if !strings.Contains(string(body), "sync-collection") {
			return false
		}
		answer := httptest.NewRecorder()
		g.next.ServeHTTP(answer, r)
		text := strings.Replace(answer.Body.String(), "<sync-token", gone+"<sync-token", 1)
		if text == answer.Body.String() {
			t.Errorf("nothing was put into %s", text)
		}
		w.WriteHeader(http.StatusMultiStatus)
		io.WriteString(w, text)
		return true
	})
	page, err := open().Pull(t.Context(), contact.Person, "")
	if err != nil || len(page.Records) != 1 || page.Records[0].Gone != contact.Here {
		t.Errorf("pulled %+v, %v", page.Records, err)
	}
}

// A server that does not give several cards at once is asked for them one by
// one from then on.
func TestOneByOne(t *testing.T) {
	soft := sim.Plain()
	soft.Quirks.MultigetStatus = 501
	s, g, open := behind(t, soft)
	for i := range 5 {
		s.Book("alice", "contacts").Put(fmt.Sprint(i), simCard(fmt.Sprint(i), "CEO"))
	}
	c := open()
	for range 3 {
		page, err := c.Pull(t.Context(), contact.Person, "")
		if err != nil || len(page.Records) != 5 {
			t.Fatalf("%d records, %v", len(page.Records), err)
		}
	}
	if n := g.count("REPORT"); n != 3+1 { // the changes each time, the cards once
		t.Errorf("%d reports were asked for", n)
	}
}

// With large cards fewer are asked for at once.
func TestLargeCardsComeInSmallBatches(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	var all []string
	for i := range 40 {
		name := fmt.Sprintf("%02d.vcf", i)
		s.Book("alice", "contacts").Put(name, simCard(name, strings.Repeat("x", 60_000)+"\r\nX-A:"+strings.Repeat("y", 60_000)))
		all = append(all, name)
	}
	c, cursor := open(), ""
	var got []string
	most := 0
	for more := true; more; {
		page, err := c.Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatal(err)
		}
		if cursor != "" {
			most = max(most, len(page.Records))
		}
		for _, r := range page.Records {
			got = append(got, r.ID)
		}
		cursor, more = page.Next, page.More
	}
	if !slices.Equal(got, all) {
		t.Errorf("cards %q", got)
	}
	if most > wantSize/120_000 {
		t.Errorf("%d cards of 120 kB were asked for at once, in %d reports", most, g.count("REPORT"))
	}
}

// The date that servers stamp on cards is no change of them; anything else is.
func TestVersionIsContent(t *testing.T) {
	s, _, open := behind(t, sim.Plain())
	book, c := s.Book("alice", "contacts"), open()
	version := func(text string) string {
		book.Put("a.vcf", text)
		r, err := c.Get(t.Context(), contact.Person, "a.vcf")
		if err != nil {
			t.Fatal(err)
		}
		return r.Version
	}
	plain := simCard("a", "CEO")
	first := version(plain)
	for what, text := range map[string]string{
		"REV":       strings.Replace(plain, "END:", "REV:20260101T000000Z\r\nEND:", 1),
		"PRODID":    strings.Replace(plain, "END:", "PRODID:-//x//\r\nEND:", 1),
		"line ends": strings.ReplaceAll(plain, "\r\n", "\n"),
		"folding":   strings.Replace(plain, "TITLE:CEO", "TITLE:C\r\n EO", 1),
	} {
		if version(text) != first {
			t.Errorf("%s makes another version", what)
		}
	}
	for what, text := range map[string]string{
		"a value":     simCard("a", "CFO"),
		"a parameter": strings.Replace(plain, "TITLE:", "TITLE;LANGUAGE=en:", 1),
		"a property":  strings.Replace(plain, "END:", "X-FOO:1\r\nEND:", 1),
		"the order":   strings.Replace(plain, "FN:a\r\nN:a;;;;\r\n", "N:a;;;;\r\nFN:a\r\n", 1),
	} {
		if version(text) == first {
			t.Errorf("%s makes no other version", what)
		}
	}
}

// What stands before a server may answer with a page to log in, as if all were
// well: it is no card, and nothing was written or deleted.
func TestWebPages(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	s.Book("alice", "contacts").Put("a.vcf", simCard("a", "CEO"))
	c := open()
	page := func(method string) {
		g.set(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method {
				return false
			}
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			io.WriteString(w, "<html><body>Please log in</body></html>")
			return true
		})
	}
	page(http.MethodGet)
	_, err := c.Get(t.Context(), contact.Person, "a.vcf")
	says(t, err, contact.Malformed, "a web page")
	page(http.MethodPut)
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "a.vcf", Values: contact.Values{Fields: contact.Fields{"TITLE": "CFO"}}})
	says(t, err, contact.Uncertain, "a web page")
	page(http.MethodDelete)
	says(t, c.Remove(t.Context(), contact.Person, "a.vcf", ""), contact.Uncertain, "a web page")
}

// Where the server tells nothing, another process reads nothing of a book that
// is as it was.
func TestUnchangedListing(t *testing.T) {
	soft := sim.Plain()
	soft.Quirks.NoSync = true
	s, _, open := behind(t, soft)
	s.Book("alice", "contacts").Put("a.vcf", simCard("a", "CEO"))
	first, err := open().Pull(t.Context(), contact.Person, "")
	if err != nil {
		t.Fatal(err)
	}
	page, err := open().Pull(t.Context(), contact.Person, first.Next)
	if err != nil || page.Full || len(page.Records) > 0 {
		t.Errorf("an unchanged book is shown as %+v, %v", page, err)
	}
}
