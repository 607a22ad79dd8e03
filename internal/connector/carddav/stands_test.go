package carddav

import (
	"net/http/httptest"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// In a book that is not there no card is, but none of them was deleted.
func TestNoCardOfALostBookIsDeleted(t *testing.T) {
	for _, soft := range []sim.Software{sim.Plain(), sim.Radicale(), sim.Xandikos(), sim.DAViCal(), sim.SOGo()} {
		t.Run(soft.Name, func(t *testing.T) {
			s := sim.New(sim.Options{Software: soft})
			h := httptest.NewServer(s)
			t.Cleanup(h.Close)
			book := s.Book("alice", "contacts")
			book.Put("a.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:a\r\nFN:a\r\nN:a;;;;\r\nEND:VCARD\r\n")
			y, err := Open(keys("url", h.URL+s.Path("alice", "contacts")))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { y.Close() })
			opened, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			c := newConn(y.(*system), opened.(*conn).book) // has not seen the book yet
			book.Unmake()
			_, err = c.Get(t.Context(), contact.Person, "a.vcf")
			says(t, err, contact.Setup, "no address book at")
			says(t, c.Remove(t.Context(), contact.Person, "a.vcf", ""), contact.Setup)
			book.Make()
			_, err = c.Get(t.Context(), contact.Person, "a.vcf")
			says(t, err, contact.NotFound)
		})
	}
}
