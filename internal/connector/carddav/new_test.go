package carddav

import (
	"reflect"
	"testing"
	"time"

	"kith/internal/card"
	"kith/internal/contact"
	"kith/internal/vcard"
	"kith/lab"
)

// escaped is what a new card shows where the signs that part values also stand
// within them.
var escaped = contact.Values{
	Fields: contact.Fields{
		"FN": "Meyer, Anna", "N.family": "Meyer; Ek", "N.given": "Anna, Maria", "ORG.1": "Meyer; Söhne", "ORG.2": "Einkauf, Nord",
		"TITLE": "Chef, neu; alt", "NOTE": "C:\\neu\\x, und; mehr\nZeile", "CATEGORIES": "a" + contact.ListSeparator + "b,c" + contact.ListSeparator + "d;e",
	},
	Lists: map[string][]contact.Item{"address": {{Label: "home", Parts: contact.Fields{
		"street": "Str, 1", "city": "Ort;X", "postcode": "123", "country": "SE"}}}},
}

// A new card comes back from every server as it was sent, and in the answer
// nothing counts as an edit by somebody else.
func TestNewCardComesBackAsItWas(t *testing.T) {
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			book := lab.CardDAV(t, server)
			settings := settingsFor(book.URL, book.User, book.Password)
			settings.Fields[contact.Person] = nil
			for name := range escaped.Fields {
				settings.Fields[contact.Person] = append(settings.Fields[contact.Person], name)
			}
			noon := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
			settings.Now = func() time.Time { return noon }
			y, err := Open(settings)
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			c, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			answer, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: escaped})
			if err != nil {
				t.Fatal(err)
			}
			if answer.Moved || !answer.Rewritten {
				t.Errorf("moved %t, rewritten %t", answer.Moved, answer.Rewritten)
			}
			sent, err := card.New(contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: escaped}, answer.UID)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := card.Read(sent, settings.Fields[contact.Person])
			if !reflect.DeepEqual(answer.Values, want.Values) {
				t.Errorf("the answer shows\n%+v\nof\n%+v", answer.Values, want.Values)
			}
			v, err := vcard.Parse([]byte(book.Get(t, answer.ID)))
			if err != nil {
				t.Fatal(err)
			}
			if rev, ok := v.Rev(); !ok || !rev.Equal(noon) {
				t.Errorf("REV is %v", v.Field("REV"))
			}
		})
	}
}
