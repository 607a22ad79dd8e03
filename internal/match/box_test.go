package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// addresses is the level of the addresses of two records.
func addresses(a, b *Record) level {
	batch := NewBatch(Person, "", Options{})
	batch.Add(0, a)
	batch.Add(1, b)
	c := &comparer{view: view{table: batch.table}}
	e, f := c.compare(&batch.table.rows[0], &batch.table.rows[1]), c.compare(&batch.table.rows[1], &batch.table.rows[0])
	if e != f {
		return 15 // not the same from the other side
	}
	return e.level(fieldMail)
}

// A box is called what its owner is called, by every firm and in every spelling:
// that two have the same one in two domains says their names once more.
func TestBoxMadeOfTheNameIsNoEvidence(t *testing.T) {
	for _, c := range []struct {
		first, last, box string
		want             level
	}{
		{"Björn", "Sjöberg", "bjorn.sjoberg", noEvidence},
		{"Björn", "Sjöberg", "bjoern.sjoeberg", noEvidence},
		{"Björn", "Sjöberg", "björn.sjöberg", noEvidence},
		{"Bjoern", "Sjoeberg", "bjorn.sjoberg", noEvidence},
		{"Bjorn", "Sjoberg", "bjoern_sjoeberg", noEvidence},
		{"Jörg", "Müller", "jorgmuller", noEvidence},
		{"Jörg", "Müller", "j.muller", noEvidence},
		{"Jörg", "Müller", "mullerj", noEvidence},
		{"Jörg", "Müller", "jorg", noEvidence},
		{"Jörg", "Müller", "muller77", noEvidence},
		{"Åsa", "Håkansson", "asahakansson", noEvidence},
		{"Søren", "Bjørk", "soren.bjork", noEvidence},
		{"François", "Lefèvre", "francoislefevre", noEvidence},
		{"Anne-Sophie", "Müller-Lüdenscheidt", "annesophie.ludenscheidt", noEvidence},
		{"Anne-Sophie", "Müller-Lüdenscheidt", "as.mueller", noEvidence},
		{"Hans Peter", "Groß", "hp.gross", noEvidence},
		{"Wolfgang", "Groß", "wolfi.gros", noEvidence},
		{"Joris", "van der Meer", "jorisvandermeer", noEvidence},
		{"Andreas", "Schmidt", "andreasschmidt", noEvidence},
		{"Anna", "Eklund", "annaeklund", noEvidence},
		{"Björn", "Sjöberg", "bjosjo", noEvidence},
		{"Евгений", "Кузнецов", "evgeny.kuznetsov", noEvidence},
		{"Юлия", "Соловьёва", "yulia.solovyeva", noEvidence},
		{"Uta", "Groß", "uta", noEvidence},
		{"Ralf", "Groß", "ralf", noEvidence},
		{"", "Groß", "ralf.gross", noEvidence}, // who he is nobody has written down
		{"R.", "Groß", "ralf.gross", noEvidence},
		{"Ute", "Sander", "anna", noEvidence}, // a name, if not hers
		{"Ute", "Sander", "vd", noEvidence},
		{"Ute", "Sander", "blaumeise", mailMoved},
		{"Ute", "Sander", "ute.blaumeise", mailMoved},
		{"Jörg", "Müller", "0171998877", mailMoved},
	} {
		r := &Record{ID: "a", First: c.first, Last: c.last, Mails: []string{c.box + "@nordwerft.com"}, Company: "Nordwerft"}
		s := &Record{ID: "b", First: c.first, Last: c.last, Mails: []string{c.box + "@bayernbau.de"}, Company: "Bayernbau"}
		if got := addresses(r, s); got != c.want {
			t.Errorf("%s %s, %s: level %d, want %d", c.first, c.last, c.box, got, c.want)
		}
	}
}

// One slip makes another address of nobody's name and a number; of a name alone it
// makes another firm's, or another name's, address.
func TestSlipsInAddresses(t *testing.T) {
	for _, c := range []struct {
		last, x, y string
		want       level
	}{
		{"Thal", "uta@a.de", "uta@b.de", noEvidence},
		{"Thal", "uta.thal@bad.de", "uta.thal@bau.de", noEvidence},
		{"Thal", "uta.thal@hotmail.de", "uta.thal@hotmail.se", noEvidence},
		{"Thal", "uta.thal@nordwerft.com", "uta.thal@nordwreft.com", mailSimilar},
		{"Thal", "uta.thal7@nordwerft.com", "uta.thal7@nordwreft.com", mailSlip},
		{"Thal", "blaumeise@nordwerft.com", "blaumeise@nordwreft.com", mailSlip},
		{"Thal", "utathal7@gmx.de", "uttathal7@gmx.de", mailSimilar},
		{"Thal", "uta.thal@gmx.de", "uta.tahl@gmx.de", mailSimilar},
		{"Meier", "j.meier@nordwerft.com", "j.maier@nordwerft.com", noEvidence},
	} {
		a, b := &Record{ID: "a", First: "Uta", Last: c.last, Mails: []string{c.x}}, &Record{ID: "b", First: "Uta", Last: c.last, Mails: []string{c.y}}
		if strings.HasPrefix(c.x, "j.") {
			a.First, b.First, b.Last = "Jan", "Jan", "Maier"
		}
		if got := addresses(a, b); got != c.want {
			t.Errorf("%s, %s: level %d, want %d", c.x, c.y, got, c.want)
		}
	}
}

// A box that several domains have is a post's, whatever it is called.
func TestBoxOfManyDomainsIsNobodysOwn(t *testing.T) {
	for domains, want := range map[int]level{2: mailMoved, 3: noEvidence} {
		b := NewBatch(Person, "", Options{})
		for i := range domains {
			b.Add(0, &Record{ID: fmt.Sprint(i), First: "Ute", Last: "Thal", Mails: []string{fmt.Sprintf("stadtbezirk@firma%d.de", i)}})
		}
		c := &comparer{view: view{table: b.table}}
		if e := c.compare(&b.table.rows[0], &b.table.rows[1]); e.level(fieldMail) != want {
			t.Errorf("in %d domains: level %d, want %d", domains, e.level(fieldMail), want)
		}
	}
}

// Thousands of different persons of three countries, none twice, many of one name,
// each with an address that their firm made of it and that drops umlauts and accents:
// hardly two of them may be one.
func TestQualityDifferentPersons(t *testing.T) {
	countries := [][2][]string{
		{strings.Fields("Lars Anders Björn Göran Håkan Jörgen Sören Mårten Jan Per Åsa Märta Anna Eva Karin Maria Malin Sofia Johan Stefan Ulf Bo Kjell"),
			strings.Fields("Andersson Jönsson Lindström Bergström Sjöberg Engström Björk Håkansson Löfgren Söderberg Nordström Mårtensson Åberg Öberg Sjögren Ekström")},
		{strings.Fields("Jörg Jürgen Günter Björn Käthe Sönke Thomas Peter Anna Ute Götz Jörn Rüdiger Bärbel Uta Ralf"),
			strings.Fields("Müller Schäfer Köhler Krüger Möller Weiß Böhm Krämer Kühn Größl Schröder Jäger Günther König Schmidt Weber Bäcker")},
		{strings.Fields("François Jérôme Hélène Zoé Chloé Étienne Benoît Gaël Cédric Aurélie Pierre Marie Céline"),
			strings.Fields("Lefèvre Béranger Gérard Françoise Château Hébert Crépin Noël Rivière Pâris Durand Mégret")},
	}
	middles := strings.Fields("å en er in ö el sta ker ber nau rö mü lé ié tal hol kam rin")
	ends := strings.Fields("gård mark strand höfer bäck dal löw mühl ière eau stein ström feld brück ville")
	random := rand.New(rand.NewPCG(11, 4))
	b, taken := NewBatch(Person, "", Options{Workers: 2}), map[string]bool{}
	for i := range 6000 {
		k := i % len(countries)
		first, last := pick(random, countries[k][0]), pick(random, countries[k][1])
		if random.IntN(5) > 0 { // most last names are rare
			last += pick(random, middles) + pick(random, ends)
		}
		f, l := bare(first), bare(last)
		local := [...]string{f + "." + l, f[:1] + "." + l, f + l, l + "." + f, l, f + "_" + l}[random.IntN(6)]
		firm := random.IntN(3000)
		if box := fmt.Sprint(local, firm); taken[box] {
			continue // no firm gives an address twice
		} else {
			taken[box] = true
		}
		b.Add(0, &Record{ID: fmt.Sprint(i), First: first, Last: last, Country: [...]string{"SE", "DE", "FR"}[k], Company: fmt.Sprintf("Firma %d", firm),
			Mails: []string{fmt.Sprintf("%s@firma%d.eu", local, firm)}, Phones: []string{fmt.Sprintf("+4915%09d", random.IntN(1_000_000_000))}, Postcode: fmt.Sprint(10_000 + 7*firm), City: fmt.Sprintf("Stadt %d", firm%300)})
	}
	pairs, err := b.Run()
	if err != nil {
		t.Fatal(err)
	}
	certain := 0
	for i := range pairs {
		if pairs[i].Verdict != Certain {
			continue
		}
		if certain++; certain < 4 {
			left, right := b.IDs(&pairs[i])
			t.Logf("%s, %s: %s", left, right, b.Explain(&pairs[i]))
		}
	}
	t.Logf("certain: %d, possible: %d", certain, len(pairs)-certain)
	if certain > 6 {
		t.Errorf("%d pairs of different persons are certain", certain)
	}
}

// bare writes a name as addresses are: small letters without their accents.
func bare(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) && r < unicode.MaxASCII {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(name))
}
