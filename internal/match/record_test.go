package match

import "testing"

func TestWholeNames(t *testing.T) {
	for whole, want := range map[string][2]string{
		"Müller, Jan":         {"jan", "mueller"},
		"Müller, Eva":         {"eva", "mueller"},
		"Müller, J.":          {"j", "mueller"},
		"Li, Ma":              {"ma", "li"},
		"Ek, Dr. Anna":        {"anna", "ek"},
		"Ek,Anna":             {"anna", "ek"},
		"Meer, Joris van der": {"joris", "meer"},
		"Anna Ek, Dr.":        {"anna", "ek"},
		"Anna Ek, Jr.":        {"anna", "ek"},
		"Anna Ek, MBA":        {"anna", "ek"},
		"Smith, Jr.":          {"", "smith"},
		"Anna Ek,":            {"anna", "ek"},
		"Anna von der Heide":  {"anna", "heide"},
		"Ek":                  {"", "ek"},
	} {
		var f form
		f.names(&Record{Name: whole})
		if f.first != want[0] || f.last != want[1] {
			t.Errorf("%q: %q, %q", whole, f.first, f.last)
		}
	}
}

func TestFirstNameFromTheAddress(t *testing.T) {
	for _, c := range []struct{ first, last, mail, want string }{
		{"", "Susenhof", "elias.susenhof@web.de", "elias"},
		{"", "Susenhof", "elias.susenhof@gmail.com", "elias"},
		{"E.", "Susenhof", "Elias.Susenhof+news@googlemail.com", "elias"},
		{"", "Müller", "jorg.muller@web.de", "jorg"},
		{"", "Müller", "jorg_mueller77@web.de", "jorg"},
		{"Rolf", "Susenhof", "elias.susenhof@web.de", "rolf"},
		{"R.", "Susenhof", "elias.susenhof@web.de", "r"},
		{"", "Susenhof", "elias.berg@web.de", ""},
		{"", "Susenhof", "familie.susenhof@web.de", ""},
		{"", "Susenhof", "eliassusenhof@gmail.com", ""},
	} {
		var f form
		f.normalise(Person, &Record{First: c.first, Last: c.last, Mails: []string{c.mail}}, "")
		if f.first != c.want {
			t.Errorf("%q %s, %s: %q, want %q", c.first, c.last, c.mail, f.first, c.want)
		}
	}
}

// An equal address says what it says once: the first name that was read from it is
// none of the record. Where it contradicts the other's name, it does.
func TestAddressCountsOnce(t *testing.T) {
	for _, c := range []struct {
		first, mail string
		want        level
	}{
		{"Anna", "anna.keller@kwerk.de", nameInitial},
		{"Anton", "anna.keller@kwerk.de", nameOther},
		{"Anna", "anna.keller@web.de", nameExact},
	} {
		b := NewBatch(Person, "", Options{})
		b.Add(0, &Record{ID: "a", First: "A.", Last: "Keller", Mails: []string{"anna.keller@kwerk.de"}})
		b.Add(1, &Record{ID: "b", First: c.first, Last: "Keller", Mails: []string{c.mail}})
		rows := b.table.rows
		comp := &comparer{view: view{table: b.table}}
		x, y := comp.compare(&rows[0], &rows[1]), comp.compare(&rows[1], &rows[0])
		if got := x.level(fieldFirst); got != c.want || x != y {
			t.Errorf("%s, %s: level %d and %d, want %d", c.first, c.mail, got, y.level(fieldFirst), c.want)
		}
	}
}

// A household's box is not one person's, and not nothing either.
func TestHouseholdBoxIsSharedEvidence(t *testing.T) {
	b := NewBatch(Person, "", Options{})
	b.Add(0, &Record{ID: "a", First: "Werner", Last: "Ek", Mails: []string{"familie.ek@gmx.de"}})
	b.Add(1, &Record{ID: "b", First: "Erika", Last: "Ek", Mails: []string{"familie.ek@gmx.de"}})
	e := (&comparer{view: view{table: b.table}}).compare(&b.table.rows[0], &b.table.rows[1])
	if e.level(fieldMail) != mailShared || e.level(fieldOrg) != orgName {
		t.Errorf("mail %d, organisation %d", e.level(fieldMail), e.level(fieldOrg))
	}
}
