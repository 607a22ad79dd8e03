package match

import (
	"fmt"
	"slices"
	"testing"
)

// decided links one record with another and answers what they are to each other.
func decided(t *testing.T, kind Kind, a, b Record) (Verdict, []string) {
	t.Helper()
	batch := NewBatch(kind, "DE", Options{OneToOne: true})
	a.ID, b.ID = "a", "b"
	batch.Add(0, &a)
	batch.Add(1, &b)
	pairs, err := batch.Run()
	if err != nil {
		t.Fatal(err)
	}
	if len(pairs) == 0 {
		return None, nil
	}
	return pairs[0].Verdict, pairs[0].Guards.Names()
}

// home is a person in one household with everybody else of it.
func home(first, last string, more ...func(*Record)) Record {
	r := Record{First: first, Last: last, Phones: []string{"089 555121"}, Street: "Gartenweg 1", Postcode: "80331", City: "München"}
	for _, f := range more {
		f(&r)
	}
	return r
}

// desk is a person in one firm, behind one line.
func desk(first, last string, more ...func(*Record)) Record {
	r := Record{First: first, Last: last, Phones: []string{"089 555121 17"}, Company: "Acme GmbH", Street: "Gartenweg 1", Postcode: "80331", City: "München"}
	for _, f := range more {
		f(&r)
	}
	return r
}

func mobile(number string) func(*Record) {
	return func(r *Record) { r.Phones = append([]string{number}, r.Phones...) }
}

func mailbox(mail string) func(*Record) { return func(r *Record) { r.Mails = []string{mail} } }

func born(day string) func(*Record) { return func(r *Record) { r.Birth = day } }

func noLine(r *Record) { r.Phones = nil }

// Whatever else agrees: two first names that are in use are two persons', though they
// are nearly alike, and not in this list but in life. One mistyped is none.
func TestGuardFirstNamesKnowsNames(t *testing.T) {
	two := [][2]string{{"Andrea", "Andreas"}, {"Leon", "Lena"}, {"Emil", "Emilia"}, {"Martin", "Martina"}, {"Daniel", "Daniela"}, {"Simon", "Simone"},
		{"Mila", "Mia"}, {"Christian", "Christiane"}, {"Jan", "Jana"}, {"Julian", "Juliane"}, {"Paul", "Paula"}, {"Erik", "Erika"}, {"Frédéric", "Frédérique"},
		{"Hans-Peter", "Hans-Jörg"}, {"Anna Lena", "Anna Lea"}}
	one := [][2]string{{"Andrea", "Andrae"}, {"Thomas", "Thoams"}, {"Björn", "Bjoern"}, {"Johannes", "Hans"}, {"Stephanie", "Stephaniee"}, {"Katharina", "Kathrina"}}
	number := mobile("0171 4440001")
	for _, make := range []func(string, string, ...func(*Record)) Record{home, desk} {
		for _, names := range two {
			v, guards := decided(t, Person, make(names[0], "Berg", number, mailbox("berg@berg.de")), make(names[1], "Berg", number, mailbox("berg@berg.de")))
			if v != Possible || !slices.Contains(guards, "first-names") {
				t.Errorf("%s and %s: %v %v", names[0], names[1], v, guards)
			}
		}
		for _, names := range one {
			if v, guards := decided(t, Person, make(names[0], "Berg", number), make(names[1], "Berg", number)); v != Certain {
				t.Errorf("%s and %s: %v %v", names[0], names[1], v, guards)
			}
		}
	}
	if v, guards := decided(t, Person, home("Hans", "Berg", mailbox("hans.berg@gmx.de")), home("Hans-Peter", "Berg", mailbox("hans.berg@gmx.de"))); v != Certain {
		t.Errorf("one name within the other, the same address: %v %v", v, guards)
	}
}

// What a household or a firm has in common is said once, and stands for no first name.
func TestGuardsOfEvidenceThatOthersShare(t *testing.T) {
	shorter := func(r *Record) { r.Phones = []string{"089 555121 18"} }
	for _, c := range []struct {
		name  string
		a, b  Record
		want  Verdict
		guard string
	}{
		{"no first name, one household", home("Rolf", "Susenhof"), home("", "Susenhof"), Possible, "initial"},
		{"no first name, one birth date too", home("Rolf", "Susenhof", born("1980-03-09")), home("", "Susenhof", born("1980-03-09")), Possible, "initial"},
		{"no first name, the same mobile", home("Rolf", "Susenhof", mobile("0171 4440001")), home("", "Susenhof", mobile("0171 4440001")), Certain, ""},
		{"no first name, the same address", home("Rolf", "Susenhof", mailbox("rs7@gmx.de")), home("", "Susenhof", mailbox("rs7@gmx.de")), Certain, ""},
		{"an initial, one household", home("Rolf", "Susenhof"), home("R.", "Susenhof"), Possible, "initial"},
		{"an initial, one direct line of a firm", desk("Rolf", "Susenhof"), desk("R.", "Susenhof"), Possible, "initial"},
		{"an initial, one firm", desk("Rolf", "Susenhof"), desk("R.", "Susenhof", shorter), Possible, ""},
		{"no first name, one direct line of a firm", desk("Rolf", "Susenhof"), desk("", "Susenhof"), Possible, "initial"},
		{"two bare initials, one direct line of a firm", desk("J.", "Miles"), desk("J.", "Miles"), Possible, "initial"},
		{"two bare initials in two", desk("J. R.", "Miles"), desk("J. R.", "Miles"), Possible, "initial"},
		{"two bare initials, the same mobile", desk("J.", "Miles", mobile("0171 4440001")), desk("J.", "Miles", mobile("0171 4440001")), Certain, ""},
		{"one name in one household", home("Karl", "Weber"), home("Karl", "Weber"), Certain, ""},
		{"one name and address, no line", home("Karl", "Weber", noLine), home("Karl", "Weber", noLine), Certain, ""},
		{"one name in one household, two mobiles", home("Karl", "Weber", mobile("0171 4440001")), home("Karl", "Weber", mobile("0172 5550002")), Possible, "own"},
		{"one name in one household, two addresses", home("Karl", "Weber", mailbox("kw@gmx.de")), home("Karl", "Weber", mailbox("weber44@web.de")), Possible, "own"},
		{"two mobiles, one birth date", home("Karl", "Weber", mobile("0171 4440001"), born("1980-03-09")), home("Karl", "Weber", mobile("0172 5550002"), born("1980-03-09")), Certain, ""},
		{"two mobiles, one firm", desk("Karl", "Weber", mobile("0171 4440001")), desk("Karl", "Weber", mobile("0172 5550002")), Certain, ""},
		{"one of the household is junior", home("Karl", "Weber Jr."), home("Karl", "Weber"), Possible, "suffix"},
		{"one is junior, one mobile", home("Karl", "Weber Jr.", mobile("0171 4440001")), home("Karl", "Weber", mobile("0171 4440001")), Possible, "suffix"},
		{"one is junior, one address", home("Karl", "Weber Jr.", mailbox("weber@gmx.de")), home("Karl", "Weber", mailbox("weber@gmx.de")), Possible, "suffix"},
		{"one is junior, one address and mobile", home("Karl", "Weber Jr.", mailbox("weber@gmx.de"), mobile("0171 4440001")), home("Karl", "Weber", mailbox("weber@gmx.de"), mobile("0171 4440001")), Certain, ""},
		{"one is junior, one birth date", home("Karl", "Weber Jr.", born("1980-03-09")), home("Karl", "Weber", born("1980-03-09")), Certain, ""},
		{"another last name, the same mobile", desk("Ute", "Thal", mobile("0171 4440001")), desk("Ute", "Sander", mobile("0171 4440001")), Possible, "last-name"},
		{"another last name, the same address", desk("Ute", "Thal", mailbox("ute.thal@gmx.de")), desk("Ute", "Sander", mailbox("ute.thal@gmx.de")), Certain, ""},
	} {
		for range 2 {
			got, guards := decided(t, Person, c.a, c.b)
			if got != c.want || c.guard != "" && !slices.Contains(guards, c.guard) {
				t.Errorf("%s: %v %v, want %v with guard %q", c.name, got, guards, c.want, c.guard)
			}
			c.a, c.b = c.b, c.a
		}
	}
}

// Names alone say it only where they are rare, and that is known of many records.
func TestGuardNames(t *testing.T) {
	elsewhere := func(first, last, firm, city string) Record {
		return Record{First: first, Last: last, Company: firm, City: city}
	}
	pairs := []struct {
		name string
		a, b Record
		rare bool // certain, then, among many
	}{
		{"rare names, another firm", elsewhere("Telly", "Strazzari", "Nordwerft AG", "Hamburg"), elsewhere("Telly", "Strazzari", "Bayernbau AG", "München"), true},
		{"rare names, nothing else", Record{First: "Maxi", Last: "Horngacher"}, Record{First: "Maxi", Last: "Horngacher"}, true},
		{"rare names in each other's fields", elsewhere("Asta", "Kirchwald", "Nordwerft AG", "Hamburg"), elsewhere("Kirchwald", "Asta", "Bayernbau AG", "München"), true},
		{"rare names, two mobiles", Record{First: "Woodrow", Last: "Betschart", Phones: []string{"0171 4440001"}}, Record{First: "Woodrow", Last: "Betschart", Phones: []string{"0172 5550002"}}, false},
		{"rare names, two towns of private persons", Record{First: "Lorie", Last: "Kowtun", Postcode: "20095", City: "Hamburg"}, Record{First: "Lorie", Last: "Kowtun", Postcode: "80331", City: "München"}, false},
		{"common names, another firm", elsewhere("Peter", "Müller", "Nordwerft AG", "Hamburg"), elsewhere("Peter", "Müller", "Bayernbau AG", "München"), false},
	}
	for _, others := range []int{40, 3000} {
		b := NewBatch(Person, "DE", Options{OneToOne: true, Workers: 2})
		for side := range 2 {
			for i, p := range pairs {
				r := [2]Record{p.a, p.b}[side]
				r.ID = fmt.Sprint("p", i)
				b.Add(side, &r)
			}
			for i := range others { // each is on both sides, every other one in another firm
				first, last := []string{"Peter", "Anna", "Uwe", "Ute", "Jens"}[i%5], []string{"Müller", "Schmidt", "Weber"}[i/5%3]
				if i%2 > 0 {
					first, last = fmt.Sprint(first, i%90), fmt.Sprint(last, i%700)
				}
				b.Add(side, &Record{ID: fmt.Sprint(i), First: first, Last: last, Mails: []string{fmt.Sprint("box", i, "@post.de")}, Company: fmt.Sprint("Firma", i+i%4/2*side, "x"), City: fmt.Sprint("Ort", i%70)})
			}
		}
		list, err := b.Run()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]Pair{}
		for _, p := range list {
			if l, r := b.IDs(&p); l == r {
				got[l] = p
			}
		}
		for i, c := range pairs {
			if p := got[fmt.Sprint("p", i)]; (p.Verdict == Certain) != (c.rare && others > leastMeasured) {
				t.Errorf("%s among %d: %v %v; %v", c.name, others, p.Verdict, p.Guards.Names(), b.Explain(&p))
			}
		}
	}
}
