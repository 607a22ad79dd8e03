package carddav

import (
	"testing"

	"kith/internal/contact"
)

func TestMoved(t *testing.T) {
	record := func(title, note string, mails ...string) contact.Record {
		r := contact.Record{Values: contact.Values{Fields: contact.Fields{"TITLE": title, "NOTE": note}, Lists: map[string][]contact.Item{"email": {}}}}
		for _, mail := range mails {
			r.Lists["email"] = append(r.Lists["email"], contact.Item{Value: mail})
		}
		return r
	}
	before := record("CEO", "old", "a", "b")
	given := record("CFO", "old", "a", "b", "c", "d")
	for _, c := range []struct {
		what string
		got  contact.Record
		want bool
	}{
		{"as given", given, false},
		{"our title left out", record("", "old", "a", "b", "c", "d"), false},
		{"our title as before", record("CEO", "old", "a", "b", "c", "d"), false},
		{"a third title", record("COO", "old", "a", "b", "c", "d"), true},
		{"another note", record("CFO", "new", "a", "b", "c", "d"), true},
		{"a note left out that was not ours", record("CFO", "", "a", "b", "c", "d"), true},
		{"the fourth mail left out", record("CFO", "old", "a", "b", "c"), false},
		{"a stranger's mail", record("CFO", "old", "a", "b", "c", "d", "x"), true},
	} {
		if got := moved(before, given, c.got); got != c.want {
			t.Errorf("%s: moved %t", c.what, got)
		}
	}
	same := record("CFO", "old", "a", "b")
	if !moved(before, same, record("CFO", "old", "a")) {
		t.Error("a mail is gone from a list that was not ours, and nobody moved")
	}
}
