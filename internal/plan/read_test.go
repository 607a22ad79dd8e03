package plan

import (
	"testing"

	"kith/internal/contact"
)

// TestComputedSlotOfFieldsThatAreNotShown: a field that a record does not show
// says nothing, unless ?? says what counts then.
func TestComputedSlotOfFieldsThatAreNotShown(t *testing.T) {
	for _, c := range []struct {
		expr   string
		native contact.Fields
		want   string
		says   bool
	}{
		{`src.Mail ?? src.Mail2`, contact.Fields{"Mail": "a@x.example", "Mail2": "b@x.example"}, "a@x.example", true},
		{`src.Mail ?? src.Mail2`, contact.Fields{"Mail2": "b@x.example"}, "b@x.example", true},
		{`src.Mail ?? src.Mail2`, contact.Fields{"Mail": "", "Mail2": "b@x.example"}, "", true},
		{`src.Mail ?? src.Mail2`, contact.Fields{"Other": "x"}, "", false},
		{`src.Mail ?: src.Mail2`, contact.Fields{"Mail2": "b@x.example"}, "", false},
	} {
		book, err := NewBook([]contact.Policy{{
			Place: "crm", System: "crm", Kind: contact.Person, Gives: &contact.Gives{},
			Map: []contact.MapEntry{{Slot: "email.work", Expr: c.expr}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		link := contact.Link{Place: "crm", Kind: contact.Person, Remote: "1", Party: "p"}
		out := book.Fold(In{Linking: true, Refs: nobody{}, Link: link, Record: contact.Record{ID: "1", Values: contact.Values{Fields: c.native}},
			Party: contact.Party{ID: "p", Kind: contact.Person}})
		v, says := out.Party.Fields["email.work"]
		if v.Text != c.want || says != (c.want != "") {
			t.Errorf("%s of %v gives %q", c.expr, c.native, v.Text)
		}
		if got := book.Row("crm", contact.Person).read(c.native, nobody{}); (got.vals["email.work"].text != c.want) || len(got.vals) > 0 != c.says {
			t.Errorf("%s of %v reads %v, says something: %t", c.expr, c.native, got.vals, c.says)
		}
	}
}

// nobody knows no company.
type nobody struct{}

func (nobody) Company(string, string, string) (string, bool) { return "", false }
func (nobody) Shown(string, string, string) (string, bool)   { return "", false }
func (nobody) Party(string) *contact.Party                   { return nil }
