package plan

import (
	"testing"
	"time"

	"kith/internal/contact"
)

// Of two values of a party that becomes one with another the first of these
// decides: a person's word, the leading place, the newer change of the field, the
// name that says more, how many records show it. What loses is in the history.
func TestWhatSurvivesAJoin(t *testing.T) {
	early, late := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	v := func(text, from string, at time.Time, known bool) contact.Value {
		return contact.Value{Text: text, From: from, At: at, Known: known}
	}
	decided := func(slot string) []contact.Entry {
		return []contact.Entry{{Op: contact.Took, Field: slot}, {Op: contact.Decided, Field: slot, Why: contact.Because(contact.CodeDecided, "theirs")}}
	}
	changedSince := func(slot string) []contact.Entry {
		return append(decided(slot), contact.Entry{Op: contact.Took, Field: slot})
	}
	shows := func(place, remote, title string) contact.Link {
		return contact.Link{Place: place, Kind: contact.Person, Remote: remote, Party: "x", Seen: contact.Memo{"title": title}}
	}
	for _, c := range []struct {
		name       string
		slot       string
		kept, gone Side
		values     [2]contact.Value // the kept party's and that of the one that goes
		want       string
	}{
		{name: "a person's word stands against the leading place", slot: "title",
			gone: Side{History: decided("title")}, values: [2]contact.Value{v("CFO", "crm", late, true), v("CEO", "erp", early, true)}, want: "CEO"},
		{name: "a person's word about the one that stays", slot: "title",
			kept: Side{History: decided("title")}, values: [2]contact.Value{v("CFO", "erp", early, true), v("CEO", "crm", late, true)}, want: "CFO"},
		{name: "what was changed since is nobody's word", slot: "title",
			gone: Side{History: changedSince("title")}, values: [2]contact.Value{v("CFO", "crm", late, true), v("CEO", "erp", early, true)}, want: "CFO"},
		{name: "the leading place", slot: "title",
			values: [2]contact.Value{v("CFO", "erp", late, true), v("CEO", "crm", early, true)}, want: "CEO"},
		{name: "the newer change", slot: "name.given",
			values: [2]contact.Value{v("Hans-Peter", "erp", early, true), v("H.", "shop", late, true)}, want: "H."},
		{name: "times that nobody vouches for", slot: "title",
			values: [2]contact.Value{v("CFO", "erp", early, true), v("CEO", "shop", late, false)}, want: "CFO"},
		{name: "the fuller name", slot: "name.given",
			values: [2]contact.Value{v("H.", "erp", early, false), v("Hans-Peter", "shop", early, false)}, want: "Hans-Peter"},
		{name: "the fuller name is there already", slot: "name.given",
			gone:   Side{Links: []contact.Link{{Place: "erp", Kind: contact.Person, Remote: "1", Party: "x", Seen: contact.Memo{"name.given": "H."}}}},
			values: [2]contact.Value{v("Hans-Peter", "erp", early, false), v("H.", "shop", early, false)}, want: "Hans-Peter"},
		{name: "the name as it is written", slot: "name.family",
			values: [2]contact.Value{v("Mueller", "erp", early, false), v("Müller", "shop", early, false)}, want: "Müller"},
		{name: "the value that more records show", slot: "title",
			kept:   Side{Links: []contact.Link{shows("erp", "1", "CFO")}},
			gone:   Side{Links: []contact.Link{shows("erp", "2", "CEO"), shows("shop", "3", "CEO")}},
			values: [2]contact.Value{v("CFO", "erp", early, false), v("CEO", "shop", early, false)}, want: "CEO"},
		{name: "else what is kept", slot: "title",
			values: [2]contact.Value{v("CFO", "erp", early, false), v("CEO", "shop", late, false)}, want: "CFO"},
	} {
		var policies []contact.Policy
		for _, place := range []string{"crm", "erp", "shop"} {
			policies = append(policies, contact.Policy{
				Place: place, System: place, Kind: contact.Person, Gives: &contact.Gives{}, Fields: []contact.FieldRule{{Slots: "all", Leading: []string{"crm"}, Conflict: contact.ConflictLeading}},
				Map: []contact.MapEntry{{Slot: "title", Field: "title"}, {Slot: "name.given", Field: "name.given"}, {Slot: "name.family", Field: "name.family"}},
			})
		}
		book, err := NewBook(policies)
		if err != nil {
			t.Fatal(err)
		}
		c.kept.Party = contact.Party{ID: "kept", Kind: contact.Person, Fields: map[string]contact.Value{c.slot: c.values[0]}}
		c.gone.Party = contact.Party{ID: "gone", Kind: contact.Person, Fields: map[string]contact.Value{c.slot: c.values[1]}}
		j := book.Join(Join{Now: late, Kept: c.kept, Gone: c.gone, Refs: nobody{}})
		if got := j.Kept.Text(c.slot); got != c.want {
			t.Errorf("%s: %q stands, not %q", c.name, got, c.want)
		}
		loser := c.values[0].Text
		if loser == c.want {
			loser = c.values[1].Text
		}
		if e := j.Entries[0]; e.Field != c.slot || e.Before != loser || e.After != c.want {
			t.Errorf("%s: the history says %+v", c.name, e)
		}
	}
}
