package plan

import (
	"fmt"
	"sync"
	"testing"

	"kith/internal/contact"
)

// TestImpliedEntriesAreMadeOnce: many readers share the entries of list slots,
// and what is no slot has none however often it is asked for.
func TestImpliedEntriesAreMadeOnce(t *testing.T) {
	book, err := NewBook([]contact.Policy{{
		Place: "home", System: "home", Kind: contact.Person, Gives: &contact.Gives{}, Lists: true,
		Skip: []string{"phone.*"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	row := book.Row("home", contact.Person)
	var wg sync.WaitGroup
	first := make([]*entry, 8)
	for w := range first {
		wg.Go(func() {
			for n := 2; n < 40; n++ {
				if e := row.listEntry(fmt.Sprint("email.work", n)); e == nil || e.typ != contact.TypeEmail {
					t.Errorf("email.work%d: %v", n, e)
				}
			}
			first[w] = row.listEntry("email.work7")
		})
	}
	wg.Wait()
	for _, e := range first {
		if e != row.listEntry("email.work7") {
			t.Error("an entry was made twice")
		}
	}
	for _, slot := range []string{"phone.work", "email.work1", "email.nowhere", "name.given", "x.own"} {
		if es := row.carries(slot); es != nil {
			t.Errorf("%s carries %v", slot, es[0].MapEntry)
		}
	}
}
