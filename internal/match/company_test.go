package match

import (
	"slices"
	"testing"
)

// Two companies of one name: branches, sisters and general partners are told from one
// that has moved or is written otherwise.
func TestCompaniesOfOneName(t *testing.T) {
	site := func(name, street, postcode, city, phone, mail string, more ...string) Record {
		return Record{Name: name, Street: street, Postcode: postcode, City: city, Phones: []string{phone}, Mails: []string{mail}, Idents: more}
	}
	cologne := func(name string, more ...string) Record {
		return site(name, "Domstr. 20", "50668", "Köln", "0221 149000", "markt@acme.de", more...)
	}
	for _, c := range []struct {
		name  string
		a, b  Record
		want  Verdict
		guard string
	}{
		{"the same", cologne("Acme Markt GmbH"), cologne("ACME Markt"), Certain, ""},
		{"a branch", cologne("Acme Markt GmbH"), site("Acme Markt GmbH", "Torstr. 1", "10115", "Berlin", "030 200100", "markt@acme.de"), Possible, "branch"},
		{"a branch across the street", cologne("Acme Markt GmbH"), site("Acme Markt GmbH", "Rheinufer 1", "50668", "Köln", "0221 987650", "markt@acme.de"), Possible, "branch"},
		{"a branch without a street", site("Acme Markt GmbH", "", "50668", "Köln", "", "markt@acme.de"), site("Acme Markt GmbH", "", "50999", "Köln", "", "markt@acme.de"), Possible, "branch"},
		{"a branch, by its own number the same", cologne("Acme Markt GmbH", "vat:DE123456789"), site("Acme Markt GmbH", "Torstr. 1", "10115", "Berlin", "030 200100", "markt@acme.de", "vat:DE123456789"), Certain, ""},
		{"moved, the number taken along", cologne("Acme Markt GmbH"), site("Acme Markt GmbH", "Torstr. 1", "10115", "Berlin", "0221 149000", "markt@acme.de"), Certain, ""},
		{"another number at the same address", cologne("Acme Markt GmbH"), site("Acme Markt GmbH", "Domstr. 20", "50668", "Köln", "0221 987650", "markt@acme.de"), Certain, ""},
		{"another house in the street", cologne("Acme Markt GmbH"), site("Acme Markt GmbH", "Domstr. 22", "50668", "Köln", "", "markt@acme.de"), Certain, ""},
		{"the general partner", cologne("Acme GmbH & Co. KG"), cologne("Acme GmbH"), Possible, "form"},
		{"the general partner by its number", cologne("Acme GmbH & Co. KG", "vat:DE123456789"), cologne("Acme GmbH", "vat:DE123456789"), Certain, ""},
		{"a general partner that says so", cologne("Acme GmbH & Co. KG"), cologne("Acme Verwaltungs GmbH"), Possible, ""},
		{"the same without its last word", cologne("Acme GmbH & Co. KG"), cologne("Acme GmbH & Co."), Certain, ""},
		{"the same in short", cologne("Acme GmbH & Co. KG"), cologne("Acme KG"), Certain, ""},
		{"its sister", cologne("Acme GmbH"), cologne("Acme AG"), Possible, "form"},
	} {
		for range 2 {
			got, guards := decided(t, Company, c.a, c.b)
			if got != c.want || c.guard != "" && !slices.Contains(guards, c.guard) {
				t.Errorf("%s: %v %v, want %v with guard %q", c.name, got, guards, c.want, c.guard)
			}
			c.a, c.b = c.b, c.a
		}
	}
}
