package carddav

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// A server that stumbles over a write may have carried it out all the same:
// what is there decides. A card that it cannot take is refused, so that the
// others go on.
func TestServerStumblesOverAWrite(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	book, c := s.Book("alice", "contacts"), open()
	stumble := func(method string, status int, carriesOut bool) {
		g.set(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != method {
				return false
			}
			if carriesOut {
				g.next.ServeHTTP(discard{}, r)
			}
			w.WriteHeader(status)
			return true
		})
	}
	change := contact.Record{Kind: contact.Person, ID: "a.vcf", Values: contact.Values{Fields: contact.Fields{"TITLE": "CFO"}}}
	made := contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: contact.Values{Fields: contact.Fields{"FN": "Anna"}}}
	book.Put("a.vcf", simCard("a", "CEO"))

	stumble(http.MethodPut, 500, false)
	_, err := c.Put(t.Context(), change)
	says(t, err, contact.Refused, "HTTP 500")
	_, err = c.Put(t.Context(), made)
	says(t, err, contact.Refused, "HTTP 500")
	stumble(http.MethodPut, 500, true)
	if r, err := c.Put(t.Context(), change); err != nil || r.Fields["TITLE"] != "CFO" {
		t.Errorf("a change that was carried out: %+v, %v", r.Fields, err)
	}
	if r, err := c.Put(t.Context(), made); err != nil || r.Marker != "kith:p1" {
		t.Errorf("a card that was made: %+v, %v", r, err)
	}
	stumble(http.MethodPut, 502, false)
	change.Fields["TITLE"] = "COO"
	_, err = c.Put(t.Context(), change)
	says(t, err, contact.Uncertain, "HTTP 502")

	stumble(http.MethodDelete, 500, false)
	says(t, c.Remove(t.Context(), contact.Person, "a.vcf", ""), contact.Refused, "HTTP 500")
	stumble(http.MethodDelete, 500, true)
	if err := c.Remove(t.Context(), contact.Person, "a.vcf", ""); err != nil {
		t.Errorf("a deletion that was carried out: %v", err)
	}
}

// discard takes an answer that nobody gets.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}

// A server that writes a value in its own way has not been written to by
// somebody else: the ETag of its answer still holds. Where it gives none, a
// value that nobody sent is somebody's.
func TestRewrittenIsNotMoved(t *testing.T) {
	for _, silent := range []bool{false, true} {
		soft := sim.Plain()
		soft.Quirks.NoETagOnPut = silent
		s, g, open := behind(t, soft)
		s.Book("alice", "contacts").Put("a.vcf", simCard("a", "CEO"))
		c := open()
		g.set(func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodGet {
				return false
			}
			answer := httptest.NewRecorder()
			g.next.ServeHTTP(answer, r)
			w.Header().Set("ETag", answer.Header().Get("ETag"))
			io.WriteString(w, strings.Replace(answer.Body.String(), "TITLE:CFO", "TITLE:Cfo", 1))
			return true
		})
		r, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "a.vcf", Values: contact.Values{Fields: contact.Fields{"TITLE": "CFO"}}})
		if err != nil || r.Fields["TITLE"] != "Cfo" || r.Moved != silent {
			t.Errorf("silent %t: moved %t, title %q, %v", silent, r.Moved, r.Fields["TITLE"], err)
		}
	}
}
