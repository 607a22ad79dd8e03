package carddav

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// Properties that a server says it could not give are as good as not there.
func TestPropertiesThatFailed(t *testing.T) {
	lines, _, err := readAnswer(`<multistatus xmlns="DAV:"><response><href>/a</href><propstat><prop><getetag>"no"</getetag></prop>` +
		`<status>HTTP/1.1 403 Forbidden</status></propstat></response></multistatus>`)
	if err != nil || len(lines) != 1 || strings.Contains(lines[0], "no") {
		t.Errorf("read %q, %v", lines, err)
	}
}

// spoilReports changes what the server answers to one kind of report.
func (g *gate) spoilReports(kind string, change func(body, answer string) (int, string)) {
	g.set(func(w http.ResponseWriter, r *http.Request) bool {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if r.Method != "REPORT" || !strings.Contains(string(body), kind) {
			return false
		}
		answer := httptest.NewRecorder()
		g.next.ServeHTTP(answer, r)
		status, text := change(string(body), answer.Body.String())
		w.WriteHeader(status)
		io.WriteString(w, text)
		return true
	})
}

// A card with a character that no XML may hold spoils the answer for all: then
// each is read by itself.
func TestAnswerThatOneCardSpoils(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	for i := range 3 {
		s.Book("alice", "contacts").Put(fmt.Sprint(i), simCard(fmt.Sprint(i), "CEO"))
	}
	g.spoilReports("multiget", func(_, answer string) (int, string) {
		return http.StatusMultiStatus, strings.Replace(answer, "UID:1", "UID:1\x01", 1)
	})
	page, err := open().Pull(t.Context(), contact.Person, "")
	if err != nil || len(page.Records) != 3 {
		t.Errorf("%d records, %v", len(page.Records), err)
	}
}

// A card that was cut off on the way is no card that cannot be read.
func TestCardThatIsCutOff(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	s.Book("alice", "contacts").Put("a.vcf", simCard("a", "CEO"))
	c := open()
	g.set(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet {
			return false
		}
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Type: text/vcard\r\n\r\nBEGIN:VCARD\r\nFN:a\r\n")
			conn.Close()
		}
		return true
	})
	_, err := c.Get(t.Context(), contact.Person, "a.vcf")
	says(t, err, contact.Unreachable, "cut off")
}

// A UID that another card of the book has leads to another UID, not to no card.
func TestDerivedUIDIsTaken(t *testing.T) {
	s, _, open := behind(t, sim.Radicale())
	s.Book("alice", "contacts").Put("theirs.vcf", simCard(derivedID("kith:p1", 0), "CEO"))
	r, err := open().Put(t.Context(), contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: contact.Values{Fields: contact.Fields{"FN": "Anna"}}})
	if err != nil || r.ID != derivedID("kith:p1", 1)+".vcf" {
		t.Errorf("made %q, %v", r.ID, err)
	}
}

// pages reads so many pages, each in a process of its own.
func pages(t *testing.T, open func() connector.Connector, cursor string, n int) (string, bool) {
	t.Helper()
	more := true
	for ; n > 0 && more; n-- {
		page, err := open().Pull(t.Context(), contact.Person, cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor, more = page.Next, page.More
	}
	return cursor, more
}

// A round cannot be taken up where what it was about has changed under it: it
// begins anew, and nothing is taken for deleted.
func TestRoundThatCannotBeTakenUp(t *testing.T) {
	fill := func(s *sim.Server, title string) {
		for i := range 3 * firstBatch {
			s.Book("alice", "contacts").Put(fmt.Sprintf("%03d.vcf", i), simCard(fmt.Sprint(i), title))
		}
	}
	expired := func(what string, open func() connector.Connector, cursor string) {
		t.Helper()
		if _, err := open().Pull(t.Context(), contact.Person, cursor); contact.ClassOf(err) != contact.CursorExpired {
			t.Errorf("%s: %v", what, err)
		}
	}
	soft := sim.Plain()
	soft.Quirks.NoSync = true
	s, _, open := behind(t, soft)
	fill(s, "CEO")
	cursor, _ := pages(t, open, "", 1)
	s.Book("alice", "contacts").Put("000.vcf", simCard("0", "CFO"))
	expired("a listing that has changed", open, cursor)

	s, _, open = behind(t, sim.DAViCal())
	fill(s, "CEO")
	s.Book("alice", "contacts").Put("zzz.vcf", simCard("z", "CEO")) // the witness
	cursor, _ = pages(t, open, "", 99)
	fill(s, "CFO")
	cursor, more := pages(t, open, cursor, 1)
	if !more {
		t.Fatal("the changes are one page")
	}
	s.ForgetTokens()
	expired("changes since a token that is lost", open, cursor)
	cursor, _ = pages(t, open, "", 99)
	s.ForgetTokens()
	cursor, _ = pages(t, open, cursor, 1) // everything, on several pages
	if _, more = pages(t, open, cursor, 99); more {
		t.Error("a complete listing after a lost token is not taken up")
	}
}

// A server that does not even know the token it has just given is listed.
func TestServerForgetsAtOnce(t *testing.T) {
	soft := sim.Plain()
	soft.Quirks.SyncPage = 2
	s, g, open := behind(t, soft)
	for i := range 5 {
		s.Book("alice", "contacts").Put(fmt.Sprint(i), simCard(fmt.Sprint(i), "CEO"))
	}
	g.spoilReports("sync-collection", func(body, answer string) (int, string) {
		if anyToken.MatchString(body) {
			return http.StatusForbidden, ""
		}
		return http.StatusMultiStatus, answer
	})
	page, err := open().Pull(t.Context(), contact.Person, "")
	if err != nil || !page.Full || len(page.Records) != 5 {
		t.Errorf("%d records, %v", len(page.Records), err)
	}
}

// Markers that were found once are found again after other cards changed.
func TestMarkersAreRemembered(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	book := s.Book("alice", "contacts")
	for i := range 5 {
		text := strings.Replace(simCard(fmt.Sprint(i), "CEO"), "END:", fmt.Sprintf("X-KITH-ID:kith:m%d\r\nEND:", i), 1)
		book.Put(fmt.Sprint(i), text)
	}
	c := open()
	for i := range 5 {
		found, err := c.(connector.Finder).Find(t.Context(), contact.Person, fmt.Sprintf("kith:m%d", i), nil)
		if err != nil || len(found) != 1 || found[0].ID != fmt.Sprint(i) {
			t.Errorf("marker %d is found on %+v, %v", i, found, err)
		}
		book.Put("9", simCard("9", fmt.Sprint("title ", i)))
	}
	if n := g.count("REPORT"); n > 16 {
		t.Errorf("%d reports for five looks: the book was read more than once", n)
	}
}

// A book that was emptied while its token got lost is an empty book, not one in
// which nothing changed: the answer to the token names nobody either way.
func TestEmptiedBookWithALostToken(t *testing.T) {
	for _, soft := range []sim.Software{sim.DAViCal(), sim.SOGo()} {
		s, _, open := behind(t, soft)
		book := s.Book("alice", "contacts")
		for i := range 3 {
			book.Put(fmt.Sprint(i), simCard(fmt.Sprint(i), "CEO"))
		}
		c := open()
		first, err := c.Pull(t.Context(), contact.Person, "")
		if err != nil {
			t.Fatal(err)
		}
		book.Unmake()
		book.Make()
		page, err := c.Pull(t.Context(), contact.Person, first.Next)
		if err == nil && !page.Full || err != nil && contact.ClassOf(err) != contact.CursorExpired || len(page.Records) > 0 {
			t.Errorf("%s: complete %t, %d records, %v", soft.Name, page.Full, len(page.Records), err)
		}
	}
}
