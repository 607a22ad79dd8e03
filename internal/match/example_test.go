package match_test

import (
	"fmt"

	"kith/internal/match"
)

// The three worked examples of doc/explanation/matching.md.
func ExampleIndex_Lookup() {
	x := match.NewIndex(match.Person, "DE", match.Options{}, nil)
	x.Put(&match.Record{ID: "p1", First: "Johannes", Last: "Müller", Mails: []string{"info@thal.de"}, Phones: []string{"0171 2345678"}, Company: "Thal GmbH", Street: "Hauptstraße 5", Postcode: "50667", City: "Köln"})
	x.Put(&match.Record{ID: "p2", First: "Emma", Last: "Berg", Mails: []string{"emma.berg@berg-bau.de"}, Phones: []string{"0160 7654321", "0221 998877"}, Company: "Berg Bau GmbH"})
	x.Put(&match.Record{ID: "p3", First: "Ute", Last: "Thal", Mails: []string{"ute.thal@gmx.de"}, Company: "Sand AG"})
	for _, asked := range []match.Record{
		{First: "Hans", Last: "Mueller", Phones: []string{"+49 (0)171 / 234 56 78"}, Company: "Thal", Street: "Hauptstr. 5", Postcode: "D-50667"},
		{First: "Werner", Last: "Berg", Phones: []string{"+491607654321"}, Company: "Berg Bau"},
		{First: "Ute", Last: "Sander", Mails: []string{"Ute.Thal@GMX.de"}},
	} {
		for _, hit := range x.Lookup(match.Query{Record: &asked}) {
			fmt.Printf("%s %s %s %.2f: %s\n", asked.First, asked.Last, hit.Verdict, hit.Score, hit.Explain())
		}
	}
	// Output:
	// Hans Mueller certain 29.61: +4.64 first form | +9.47 last equal | +16.19 mobile equal | +10.28 organisation sure | -10.97 prior | rule same-mobile
	// Werner Berg possible 19.02: -4.78 first other | +9.47 last equal | +16.19 mobile equal | +9.11 organisation name | -10.97 prior | rule evidence | guard first-names
	// Ute Sander certain 8.91: +7.64 first equal | -5.18 last other | +17.42 mail equal | -10.97 prior | rule same-mail
}
