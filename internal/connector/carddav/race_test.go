package carddav

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// Somebody who writes between our look and our write is not written over, nor
// is what they wrote deleted.
func TestEditBetweenLookAndWrite(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	book, c := s.Book("alice", "contacts"), open()
	book.Put("a.vcf", simCard("a", "CEO"))
	between := func(method, title string) {
		var once sync.Once
		g.set(func(_ http.ResponseWriter, r *http.Request) bool {
			if r.Method == method {
				once.Do(func() { book.Put("a.vcf", simCard("a", title)) })
			}
			return false
		})
	}
	shows := func(what, title string) {
		t.Helper()
		if text, _ := book.Card("a.vcf"); !strings.Contains(text, "TITLE:"+title) {
			t.Errorf("%s: the card is %q", what, text)
		}
	}
	note := contact.Values{Fields: contact.Fields{"NOTE": "ours"}}
	r, err := c.Get(t.Context(), contact.Person, "a.vcf")
	if err != nil {
		t.Fatal(err)
	}
	between(http.MethodPut, "CFO")
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Version: r.Version, Values: note})
	says(t, err, contact.Conflicting)
	shows("a change from an older version", "CFO")

	between(http.MethodPut, "COO")
	if r, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: r.ID, Values: note}); err != nil || r.Fields["NOTE"] != "ours" {
		t.Errorf("a change from no version: %+v, %v", r.Fields, err)
	}
	shows("a change from no version", "COO")

	between(http.MethodDelete, "CIO")
	says(t, c.Remove(t.Context(), contact.Person, r.ID, r.Version), contact.Conflicting)
	shows("a removal of an older version", "CIO")
}

// A server that cannot compare the ETags it gives away is asked to compare
// nothing, once the card has been seen to be as it was.
func TestETagThatCannotBeCompared(t *testing.T) {
	s, g, open := behind(t, sim.Plain())
	book, c := s.Book("alice", "contacts"), open()
	book.Put("a.vcf", simCard("a", "CEO"))
	g.set(func(w http.ResponseWriter, r *http.Request) bool {
		refused := isWrite(r) && r.Header.Get("If-Match") != "*"
		if refused {
			w.WriteHeader(http.StatusPreconditionFailed)
		}
		return refused
	})
	r, err := c.Get(t.Context(), contact.Person, "a.vcf")
	if err != nil {
		t.Fatal(err)
	}
	r.Values = contact.Values{Fields: contact.Fields{"TITLE": "CFO"}}
	if r, err = c.Put(t.Context(), r); err != nil || r.Fields["TITLE"] != "CFO" {
		t.Errorf("put: %+v, %v", r.Fields, err)
	}
	if err := c.Remove(t.Context(), contact.Person, r.ID, r.Version); err != nil {
		t.Errorf("remove: %v", err)
	}
}
