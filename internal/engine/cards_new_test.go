package engine

import (
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
	"kith/internal/vcard"
)

// mangled makes another title of the one a card has, and a note of none, whenever
// a program stores a card anew.
func mangled(text string, _ time.Time) string {
	c, err := vcard.Parse([]byte(text))
	if err != nil || c.Field("X-MANGLED") != "" {
		return text
	}
	for field, value := range map[string]string{"TITLE": strings.ToUpper(c.Field("TITLE")) + "!", "NOTE": "made up", "X-MANGLED": "yes"} {
		if err := c.SetField(field, value); err != nil {
			return text
		}
	}
	return string(c.Bytes())
}

// TestServersRewritingOfANewCard: what a server makes of a card that we have just
// made is no edit, whoever leads and whether or not the server gives ETags. What
// its user changes afterwards is one.
func TestServersRewritingOfANewCard(t *testing.T) {
	slots := []string{"name.given", "name.family", workMail, "title", "note"}
	for _, lead := range []string{"crm", "book"} {
		for _, silent := range []bool{true, false} {
			soft := sim.Plain()
			soft.Quirks.NoETagOnPut, soft.Quirks.Rewrite = silent, []sim.Rewrite{mangled}
			book := newAddressBook(t, soft)
			w := newWorldWith(t, file(t), nil, map[string]*addressBook{"book": book},
				both("crm", contact.Person, []string{lead}, slots...), inCards(both("book", contact.Person, []string{lead}, slots...)))
			addPerson(w, "crm", 1, "title", "CEO")
			w.sync()
			shows := func(title, note string) {
				t.Helper()
				if r := w.user("crm").All(contact.Person)[0]; r.Fields["title"] != title || r.Fields["note"] != note {
					t.Errorf("%s leads, silent %t: the CRM shows %v", lead, silent, r.Fields)
				}
			}
			shows("CEO", "")
			w.quiet()
			shows("CEO", "")
			name := book.book.Names()[0]
			w.edit("book", contact.Person, name, "note", "a user's")
			w.sync()
			w.quiet()
			shows("CEO", "a user's")
			w.edit("crm", contact.Person, "1", "title", "CFO")
			w.sync()
			w.quiet()
			if text := card(book, name); !strings.Contains(text, "TITLE:CFO") {
				t.Errorf("%s leads, silent %t: the card is\n%s", lead, silent, text)
			}
		}
	}
}
