package carddav

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// Cards are made without a look before each, once the server has shown that it
// does not write over what is there; on the server that does, every name is
// looked at. Nowhere is another's card written over, and a create that is
// repeated meets the first one.
func TestNamesAreLookedAtWhereTheServerWouldOverwrite(t *testing.T) {
	const cards = 10
	for _, c := range []struct {
		soft  sim.Software
		looks int32 // before a card is made; each is read once after it
	}{
		{sim.Plain(), guardAfter}, {sim.Radicale(), guardAfter}, {sim.Xandikos(), guardAfter}, {sim.DAViCal(), guardAfter}, {sim.SOGo(), cards},
	} {
		t.Run(c.soft.Name, func(t *testing.T) {
			s := sim.New(sim.Options{Software: c.soft})
			h := httptest.NewServer(s)
			t.Cleanup(h.Close)
			y, err := Open(keys("url", h.URL+s.Path("alice", "contacts")))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { y.Close() })
			conn, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			var gets atomic.Int32
			s.Inject(func(r sim.Request) sim.Fault {
				if r.Method == http.MethodGet {
					gets.Add(1)
				}
				return sim.Fault{}
			})
			put := func(marker, name string) (contact.Record, error) {
				return conn.Put(t.Context(), contact.Record{Kind: contact.Person, Marker: marker, Values: contact.Values{Fields: contact.Fields{"FN": name}}})
			}
			for i := range cards {
				if _, err := put(fmt.Sprintf("kith:%d", i), fmt.Sprintf("Card %d", i)); err != nil {
					t.Fatal(err)
				}
			}
			if want := c.looks + cards; gets.Load() != want {
				t.Errorf("%d cards took %d reads, want %d", cards, gets.Load(), want)
			}

			book := s.Book("alice", "contacts")
			theirs := derivedID("kith:new", 0) + ".vcf"
			book.Put(theirs, "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:theirs\r\nFN:Theirs\r\nN:Theirs;;;;\r\nEND:VCARD\r\n")
			made, err := put("kith:new", "Ours")
			if err != nil {
				t.Fatal(err)
			}
			if text, ok := book.Card(theirs); made.ID == theirs || !ok || !strings.Contains(text, "FN:Theirs") {
				t.Errorf("another's card was written over: %q", text)
			}
			if again, err := put("kith:new", "Ours"); err != nil || again.ID != made.ID {
				t.Errorf("a repeated create made %q beside %q: %v", again.ID, made.ID, err)
			}
		})
	}
}
