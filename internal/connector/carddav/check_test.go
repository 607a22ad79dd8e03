package carddav

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// Each step says what it found; a card that cannot be read is named with why,
// so that somebody can mend it.
func TestCheck(t *testing.T) {
	s := sim.New(sim.Options{Software: sim.DAViCal()})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	book := s.Book("alice", "contacts")
	card := func(more string) string {
		return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + more + "\r\nFN:a\r\nN:a;;;;\r\n" + more + "\r\nEND:VCARD\r\n"
	}
	book.Put("a.vcf", card("NOTE:x"))
	book.Put("b.vcf", card("NOTE:y"))
	book.Put("c.vcf", card("X-ABShowAs:COMPANY"))
	book.Put("d.vcf", card("X-ADDRESSBOOKSERVER-KIND:group"))
	book.Put("e.vcf", "no card at all")
	y, err := Open(keys("url", h.URL+s.Path("alice", "contacts")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	check := y.(connector.Checker)
	steps, err := check.Check(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"login": "alice", "server": "DAViCal", "changes": "told by the server", "book": h.URL + s.Path("alice", "contacts"),
		"cards": "2 persons, 1 company, 1 list of others; 1 cannot be read and take no part: e.vcf (line 1", "writing": "allowed",
	}
	for name, found := range want {
		if i := slices.IndexFunc(steps, func(s connector.Step) bool { return s.Name == name }); i < 0 || !strings.Contains(steps[i].Found, found) {
			t.Errorf("step %s is not told to have found %q: %q", name, found, steps)
		}
	}
	book.Forbid(http.StatusForbidden)
	steps, err = check.Check(t.Context(), "")
	says(t, err, contact.Forbidden)
	if len(steps) > 0 {
		t.Errorf("steps before the failure: %q", steps)
	}
}
