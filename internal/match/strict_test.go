package match

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// strictPairs links lists by the plain rules alone and answers the pairs as
// "left right verdict rule", sorted.
func strictPairs(t *testing.T, left, right, country string) []string {
	t.Helper()
	out, _, _ := linkLists(t, left, right, Files{Country: country, Options: Options{Strict: true, Workers: 2}})
	var pairs []string
	for line := range strings.Lines(out) {
		cells := strings.SplitN(strings.TrimSpace(line), ",", 5)
		if cells[0] == "left" {
			continue
		}
		_, rule, _ := strings.Cut(cells[4], "rule ")
		pairs = append(pairs, strings.Join([]string{cells[0], cells[1], cells[2], rule}, " "))
	}
	slices.Sort(pairs)
	return pairs
}

// R105, R106, R107, R108: what each rule looks at, and what it does not.
func TestStrictFactsR105R106R107R108(t *testing.T) {
	for _, c := range []struct {
		name string
		of   Record
		want string
	}{
		{"every address, as it is written", Record{Mails: []string{"mailto:A.B+x@Gmail.com", "Info@Acme.de", "c@acme.de"}}, "same-mail a.b+x@gmail.com; same-mail info@acme.de; same-mail c@acme.de"},
		{"what is typed to satisfy a form is no address", Record{Mails: []string{"test@example.com", "none@none.com", "no mail", ""}}, ""},
		{"the digits say that it is a mobile's", Record{Last: "Ek", Phones: []string{"0171 2345678"}}, "same-mobile ek +491712345678; same-line ek +491712345678"},
		{"a landline is none wherever it stands", Record{Last: "Ek", Phones: []string{"089 444444"}, Mobiles: 1}, "same-line ek +4989444444"},
		{"where digits do not say it the field does", Record{Last: "Smith", Phones: []string{"+1 212 555 7788", "+1 212 555 7799"}, Mobiles: 1},
			"same-mobile smith +12125557788; same-line smith +12125557788; same-line smith +12125557799"},
		{"a number without a last name says nothing", Record{First: "Bo", Phones: []string{"0171 2345678"}}, ""},
		{"particles, titles and suffixes are no part of the name", Record{First: "Dr. Leo", Last: "van Laar jun."}, "same-name laar, leo"},
		{"a name in one field", Record{Name: "Anna Müller"}, "same-name mueller, anna"},
		{"umlauts are written in two ways", Record{First: "Jörg", Last: "MUELLER"}, "same-name mueller, joerg"},
		{"a last name alone says nothing", Record{Last: "Ek"}, ""},
		{"the record's own country", Record{Last: "Ek", Country: "Sweden", Phones: []string{"070-123 45 67"}}, "same-mobile ek +46701234567; same-line ek +46701234567"},
	} {
		var got []string
		for _, f := range Facts(Person, "DE", &c.of) {
			got = append(got, f.Rule.String()+" "+f.Text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %s, want %s", c.name, strings.Join(got, "; "), c.want)
		}
	}
}

// A number whose country nobody knows is the same as one written like it.
func TestStrictNumbersOfNoCountryR107(t *testing.T) {
	in := "id,last_name,mobile\n1,Ek,0171 2345678\n2,Ek,0171/2345678\n3,Ek,0171 2345679\n"
	if got := strictPairs(t, in, "", ""); !slices.Equal(got, []string{"1 2 certain same-mobile"}) {
		t.Errorf("%q", got)
	}
}

// A company is certainly the same by its numbers, or by its name at its postcode; what
// a customer number says is for `match: number`.
func TestStrictCompanies(t *testing.T) {
	facts := func(r Record) (got []string) {
		for _, f := range Facts(Company, "DE", &r) {
			if f.Verdict() != Certain {
				t.Errorf("%v is %v", f, f.Verdict())
			}
			got = append(got, f.Rule.String()+" "+f.Text)
		}
		return got
	}
	one := facts(Record{Name: "Acme GmbH & Co. KG", Postcode: "D-50667", Idents: []string{"vat:DE 123.456.789", "registration:HRB 7", "number:4711"}})
	if strings.Join(one, "; ") != "same-number vat:de123456789; same-number registration:hrb7; same-site acme 50667" {
		t.Errorf("%q", one)
	}
	if got := facts(Record{Name: "Acme GmbH", Mails: []string{"info@acme.de"}}); len(got) != 0 {
		t.Errorf("a name alone, or an address, makes two companies one: %q", got)
	}
}

// R106 holds in lists of every size: no list of candidates is cut.
func TestStrictFindsEveryPairR106(t *testing.T) {
	const shared, all = 200, 6_000 // beyond what is compared pair by pair
	var list strings.Builder
	list.WriteString("id,first_name,last_name,email\n")
	for i := range all {
		mail := fmt.Sprintf("own%d@a%d.example", i, i)
		if i%(all/shared) == 0 {
			mail = "info@acme.de"
		}
		fmt.Fprintf(&list, "%d,F%d,L%d,%s\n", i, i, i, mail)
	}
	got := strictPairs(t, list.String(), "", "")
	if want := shared * (shared - 1) / 2; len(got) != want {
		t.Errorf("%d pairs of %d", len(got), want)
	}
	if other := slices.IndexFunc(got, func(p string) bool { return !strings.HasSuffix(p, " certain same-mail") }); other >= 0 {
		t.Error(got[other])
	}
}

// R106, R107: every address and every number counts, in whatever column they stand.
func TestStrictComparesAllAddressesAndNumbersR106R107(t *testing.T) {
	left := "id,last_name,e-mail,e-mail 2,e-mail 3,phone,phone 2,phone 3,phone 4\n1,Kay,a@k1.de,b@k1.de,shared@k1.de,,,,\n2,Low,,,,089 111111,089 222222,089 333333,0171 4444444\n"
	right := "id,last_name,e-mail,phone,phone 2,phone 3,phone 4\nA,Berg,shared@k1.de,,,,\nB,Low,,089 555555,089 666666,089 777777,0171 4444444\n"
	if got := strictPairs(t, left, right, "DE"); !slices.Equal(got, []string{"1 A certain same-mail", "2 B certain same-mobile"}) {
		t.Errorf("%q", got)
	}
}

// R107, R108: the column says what an American number is.
func TestStrictNumberWithoutClassR107R108(t *testing.T) {
	list := "id,first_name,last_name,%s\n1,John,Smith,+1 212 555 7788\n2,Mary,Smith,+1 212 555 7788\n"
	for column, want := range map[string]string{"phone": "1 2 possible same-line", "mobile": "1 2 certain same-mobile"} {
		if got := strictPairs(t, fmt.Sprintf(list, column), "", "US"); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %s", column, got, want)
		}
	}
}

// The plain rules know no groups; those of one list are what the certain pairs hold
// together, and nothing that is merely alike.
func TestStrictGroupsAreItsCertainPairs(t *testing.T) {
	in := "id,first_name,last_name,email,city\n1,Anna,Ek,info@ek.se,Lund\n2,Olof,Palm,info@ek.se,Oslo\n3,Ute,Thal,ute@thal.de,Bonn\n4,Ute,Thal,,Bonn\n"
	out, groups, s := linkLists(t, in, "", Files{Options: Options{Strict: true}})
	if !strings.Contains(out, "\n1,2,certain,") || !strings.Contains(out, "\n3,4,possible,") || groups != "group,id\n1,1\n1,2\n" || s.Groups != 1 {
		t.Errorf("pairs:\n%sgroups:\n%s", out, groups)
	}
}

// Where one partner is all a record may have, a certain one comes before a possible
// one, and who fits better before who fits less.
func TestStrictOneToOne(t *testing.T) {
	left := "id,first_name,last_name,email\n1,Anna,Berg,berg@berg.de\n2,Bo,Berg,berg@berg.de\n3,Cia,Dahl,cia@dahl.se\n"
	right := "id,first_name,last_name,email\nA,Bo,Berg,berg@berg.de\nB,Anna,Berg,berg@berg.de\nC,Cia,Dahl,\nD,Ida,Holm,cia@dahl.se\n"
	out, _, s := linkLists(t, left, right, Files{Options: Options{Strict: true, OneToOne: true}})
	for _, want := range []string{"1,B,certain", "2,A,certain", "3,D,certain"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %s in\n%s", want, out)
		}
	}
	if s.Certain != 3 || s.Possible != 0 {
		t.Errorf("%+v", s)
	}
}

// What more records have in common than anybody can read pairs of is listed with one
// of them, in any order of lines, and that is said.
func TestStrictListsTheCommonestValuesInStars(t *testing.T) {
	lines := make([]string, 0, 5_000)
	for i := range cap(lines) {
		lines = append(lines, fmt.Sprintf("%d,L%d,info@acme.de\n", 10_000+i, i))
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 2 {
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		var notes []string
		out, groups, s := linkLists(t, "id,last_name,email\n"+strings.Join(lines, ""), "", Files{
			Options: Options{Strict: true, Workers: 2}, Note: func(n string) { notes = append(notes, n) },
		})
		if s.Certain != len(lines)-1 || s.Groups != 1 || strings.Count(groups, "\n") != len(lines)+1 || strings.Count(out, "10000") != len(lines)-1 {
			t.Errorf("%+v", s)
		}
		if len(notes) != 1 || !strings.Contains(notes[0], "have in common: 1;") {
			t.Errorf("notes %q", notes)
		}
	}
	two := "id,last_name,email\n" + strings.Join(lines, "")
	_, _, s := linkLists(t, two, two, Files{Options: Options{Strict: true, Workers: 2}})
	if s.Certain != 2*len(lines)-1 {
		t.Errorf("two lists: %+v", s)
	}
}
