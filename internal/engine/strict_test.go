package engine

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/match"
)

// strictPair is two records and what they are under the plain rules.
type strictPair struct {
	name string
	a, b []string // slots and values
	want match.Verdict
	rule string // which of them makes it so
}

// strictPairs is what `strict` means. Nobody in it has anything in common with
// anybody but the partner.
var strictPairs = []strictPair{
	{"R106 same address", person("Anna", "Aal", "email.work", "anna@aal.de"), person("Anna", "Aal", "email.work", "Anna@Aal.DE"), match.Certain, "same-mail"},
	{"R106 in another field", person("Bea", "Barsch", "email.work", "bea@barsch.de"), person("Bea", "Butt", "email.home", "bea@barsch.de"), match.Certain, "same-mail"},
	{"R106 the third address", person("Cora", "Chub", "email.work", "c1@chub.de", "email.home", "c2@chub.de", "email.other", "c3@chub.de"), person("Curt", "Dorsch", "email.work", "c3@chub.de"), match.Certain, "same-mail"},
	{"R106 an office's address", person("Dirk", "Drossel", "email.work", "info@acme.de"), person("Elke", "Ente", "email.work", "info@acme.de"), match.Certain, "same-mail"},
	{"R106 two spellings of one box are two addresses", person("Falk", "Fink", "email.work", "fa.fi@gmail.com"), person("Frieda", "Falke", "email.work", "fafi@gmail.com"), match.None, ""},
	{"R106 nor is a tag the same", person("Gerd", "Gans", "email.work", "gerd+a@gans.de"), person("Gitte", "Geier", "email.work", "gerd@gans.de"), match.None, ""},
	{"R106 what satisfies a form is no address", person("Hugo", "Hase", "email.work", "test@example.com"), person("Hilde", "Huhn", "email.work", "test@example.com"), match.None, ""},
	{"R107 same last name and mobile", person("Ina", "Igel", "phone.mobile", "0171 1000001"), person("Ivo", "Igel", "phone.mobile", "+49 (0)171/1000001"), match.Certain, "same-mobile"},
	{"R107 the digits say what is a mobile", person("Jan", "Jaguar", "phone.work", "0171 1000002"), person("Jule", "Jaguar", "phone.home", "0171 1000002"), match.Certain, "same-mobile"},
	{"R107 the fourth number", person("Kai", "Kater", "phone.mobile", "0171 1000003", "phone.work", "089 1000003", "phone.home", "089 1000004", "phone.other", "0171 1000005"), person("Kira", "Kater", "phone.mobile", "0171 1000005"), match.Certain, "same-mobile"},
	{"R107 umlauts are written in two ways", person("Lars", "Lönn", "phone.mobile", "0171 1000006"), person("Lea", "LOENN", "phone.mobile", "0171 1000006"), match.Certain, "same-mobile"},
	{"R107 a particle is no part of the name", person("Mia", "van Maus", "phone.mobile", "0171 1000007"), person("Max", "Maus", "phone.mobile", "0171 1000007"), match.Certain, "same-mobile"},
	{"R107 a double name is another one", person("Nils", "Natter", "phone.mobile", "0171 1000008"), person("Nora", "Natter-Nuss", "phone.mobile", "0171 1000008"), match.None, ""},
	{"R107 another last name on one mobile", person("Olaf", "Otter", "phone.mobile", "0171 1000009"), person("Olga", "Okapi", "phone.mobile", "0171 1000009"), match.None, ""},
	{"R107 where digits do not say it the field does", person("Paul", "Panda", "phone.mobile", "+1 212 555 7701"), person("Pia", "Panda", "phone.mobile", "+1 212 555 7701"), match.Certain, "same-mobile"},
	{"R108 and elsewhere it is a number", person("Quin", "Quoll", "phone.mobile", "+1 212 555 7702"), person("Quark", "Quoll", "phone.work", "+1 212 555 7702"), match.Possible, "same-line"},
	{"R108 a landline in the field of mobiles", person("Rolf", "Rabe", "phone.mobile", "089 1000010"), person("Ruth", "Rabe", "phone.mobile", "089 1000010"), match.Possible, "same-line"},
	{"R108 same last name and number", person("Sven", "Specht", "phone.work", "089 1000011"), person("Susi", "Specht", "phone.home", "089/1000011"), match.Possible, "same-line"},
	{"R108 same number alone", person("Tom", "Taube", "phone.work", "089 1000012"), person("Tina", "Tukan", "phone.work", "089 1000012"), match.None, ""},
	{"R108 same name", person("Ulf", "Uhu", "email.work", "ulf@uhu.de"), person("ULF", "Uhu", "phone.work", "089 1000013"), match.Possible, "same-name"},
	{"R108 a title is no part of the name", person("Dr. Vera", "Viper"), person("Vera", "Viper"), match.Possible, "same-name"},
	{"R108 same last name alone", person("Willi", "Wal"), person("Wanda", "Wal"), match.None, ""},
	{"R108 same first name alone", person("Xaver", "Xenops"), person("Xaver", "Xerus"), match.None, ""},
	{"R108 an initial is another first name", person("Y.", "Yak"), person("Yvo", "Yak"), match.None, ""},
	{"R108 a short form is another first name", person("Hans", "Zander"), person("Johannes", "Zander"), match.None, ""},
	{"R106 comes before R108", person("Zoe", "Zebra", "email.work", "zoe@zebra.de", "phone.work", "089 1000014"), person("Zoe", "Zebra", "email.work", "zoe@zebra.de", "phone.work", "089 1000014"), match.Certain, "same-mail"},
}

func person(first, last string, more ...string) []string {
	return append([]string{"name.given", first, "name.family", last}, more...)
}

var strictSlots = []string{"name.given", "name.family", "email.work", "email.home", "email.other", "phone.mobile", "phone.work", "phone.home", "phone.other"}

// strictList writes one side of the pairs as somebody's list.
func strictList(side func(strictPair) []string) string {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Write([]string{"id", "First name", "Last name", "Business e-mail", "Home e-mail", "Other e-mail", "Mobile", "Business phone", "Home phone", "Other phone"})
	for _, p := range strictPairs {
		fields := pairs(side(p))
		line := []string{p.name}
		for _, slot := range strictSlots {
			line = append(line, fields[slot])
		}
		w.Write(line)
	}
	w.Flush()
	return out.String()
}

func sideA(p strictPair) []string { return p.a }
func sideB(p strictPair) []string { return p.b }

// strictSides are the two ways in which a pair can be read.
var strictSides = map[string][2]func(strictPair) []string{"a with b": {sideA, sideB}, "b with a": {sideB, sideA}}

// R105, R106, R107, R108: what `kith match --strict` says of each pair.
func TestStrictOfListsR105R106R107R108(t *testing.T) {
	for name, side := range strictSides {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if _, err := match.Link(match.Files{
				Left: strings.NewReader(strictList(side[0])), Right: strings.NewReader(strictList(side[1])), Out: &out,
				Country: "DE", Options: match.Options{Strict: true},
			}); err != nil {
				t.Fatal(err)
			}
			lines, err := csv.NewReader(&out).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			said := map[[2]string][2]string{}
			for _, line := range lines[1:] {
				_, rule, _ := strings.Cut(line[4], "rule ")
				said[[2]string{line[0], line[1]}] = [2]string{line[2], rule}
			}
			for _, p := range strictPairs {
				want := [2]string{p.want.String(), p.rule}
				if p.want == match.None {
					want = [2]string{}
				}
				if got := said[[2]string{p.name, p.name}]; got != want {
					t.Errorf("%s: %v, want %v", p.name, got, want)
				}
				delete(said, [2]string{p.name, p.name})
			}
			if len(said) > 0 {
				t.Errorf("there are other pairs too: %v", said)
			}
		})
	}
}

// strictWorld is two places that recognise persons by the plain rules. Where erp only
// takes, its records are nobody's until a contact is to be created there.
type strictWorld struct {
	*world
	policy contact.Policy
	crm    []string // ids of the records there, by pair
	erp    []string
}

func newStrictWorld(t *testing.T, certain contact.CertainRule, possible contact.PossibleRule, erpTakes bool) *strictWorld {
	var policies []contact.Policy
	for _, place := range []string{"crm", "erp"} {
		p := both(place, contact.Person, []string{"crm"}, strictSlots...)
		p.Country, p.Certain, p.Possible = "DE", certain, possible
		if place == "erp" && erpTakes {
			p.Gives.Create = contact.CreateNever
		}
		policies = append(policies, p)
	}
	return &strictWorld{world: newWorld(t, policies...), policy: policies[0]}
}

func (w *strictWorld) fill(place string, side func(strictPair) []string) (ids []string) {
	for _, p := range strictPairs {
		ids = append(ids, w.add(place, contact.Person, side(p)...))
	}
	return ids
}

// link is the link of a record, or of what is to become one.
func (w *strictWorld) link(t *testing.T, place string, fits func(contact.Link) bool) contact.Link {
	t.Helper()
	party := ""
	for _, l := range w.linksOf("crm", contact.Person) {
		if fits(l) {
			party = l.Party
		}
	}
	links, err := w.store.LinksByParty(w.ctx, []string{party})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range links {
		if l.Place == place {
			return l
		}
	}
	return contact.Link{}
}

// said is what became of a pair: a verdict as the rules of the place put it, and the
// rule it rests on.
func (w *strictWorld) said(t *testing.T, i int) string {
	t.Helper()
	ours := w.link(t, "erp", func(l contact.Link) bool { return l.Remote == w.crm[i] })
	theirs, err := w.store.LinksByRemote(w.ctx, "erp", contact.Person, []string{w.erp[i]})
	if err != nil || len(theirs) != 1 {
		t.Fatalf("%v, %v", theirs, err)
	}
	rule := func(why contact.Reason) string {
		for _, arg := range why.Args {
			if rule, is := strings.CutPrefix(arg, "rule="); is {
				return " " + rule
			}
		}
		return ""
	}
	asked := slices.IndexFunc(w.openReviews(), func(r contact.Review) bool { return r.Ask == contact.AskMatch && r.Remote == w.erp[i] })
	switch {
	case ours.Remote == w.erp[i]:
		entries, err := w.store.Entries(w.ctx, ours.Party, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Op == contact.Linked && e.Remote == w.erp[i] {
				return "linked" + rule(e.Why)
			}
		}
		return "linked without a word"
	case asked >= 0 && ours.Remote == "":
		return "asked" + rule(w.openReviews()[asked].Why)
	case ours.Problem.Code == contact.CodeCertain && ours.Remote == "" && theirs[0].Party == "":
		return "refused" + rule(ours.Problem)
	case ours.Remote != "" && theirs[0].Party != ours.Party:
		return "two"
	}
	return fmt.Sprintf("%q %v and %q %v", ours.Remote, ours.Problem, theirs[0].Party, theirs[0].Problem)
}

// want is what has to become of a pair.
func (w *strictWorld) want(p strictPair) string {
	switch {
	case p.want == match.Certain:
		return map[contact.CertainRule]string{contact.CertainLink: "linked", contact.CertainRefuse: "refused", contact.CertainAsk: "asked"}[w.policy.Certain] + " " + p.rule
	case p.want == match.Possible && w.policy.Possible == contact.PossibleAsk:
		return "asked " + p.rule
	}
	return "two"
}

// R105, R106, R107, R108, R109: `match: strict` says of each pair what the lists say,
// whichever record is there first, and whether a record finds its contact or a
// contact its record.
func TestStrictOfPlacesR105R106R107R108R109(t *testing.T) {
	for _, certain := range []contact.CertainRule{contact.CertainLink, contact.CertainRefuse, contact.CertainAsk} {
		for _, possible := range []contact.PossibleRule{contact.PossibleAsk, contact.PossibleCreate} {
			for name, side := range strictSides {
				t.Run(fmt.Sprintf("%s %s %s, a contact finds its record", certain, possible, name), func(t *testing.T) {
					w := newStrictWorld(t, certain, possible, true)
					w.erp = w.fill("erp", side[1])
					w.sync()
					w.crm = w.fill("crm", side[0])
					w.strictVerdicts(t)
				})
				t.Run(fmt.Sprintf("%s %s %s, a record finds its contact", certain, possible, name), func(t *testing.T) {
					w := newStrictWorld(t, certain, possible, false)
					w.crm, w.erp = w.fill("crm", side[0]), w.fill("erp", side[1])
					w.strictVerdicts(t)
				})
			}
		}
	}
}

func (w *strictWorld) strictVerdicts(t *testing.T) {
	t.Helper()
	w.sync()
	for i, p := range strictPairs {
		if got, want := w.said(t, i), w.want(p); got != want {
			t.Errorf("%s: %s, want %s", p.name, got, want)
		}
	}
}
