package plan

import (
	"testing"
	"time"

	"kith/internal/contact"
)

// Of a join that is taken back each value goes to whom it belongs: what the join
// gave and nobody has changed, and what was edited at a record that goes back, to
// the one; all else stays with the other, as it was before where the join had
// changed it.
func TestWhoseValueItIsAfterAnUnjoin(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	var policies []contact.Policy
	for _, place := range []string{"crm", "erp", "hr"} {
		policies = append(policies, contact.Policy{Place: place, System: place, Kind: contact.Person, Country: "SE", Gives: &contact.Gives{}, Map: []contact.MapEntry{
			{Slot: "title", Field: "title"}, {Slot: "phone.mobile", Field: "phone.mobile"}, {Slot: "email.work", Field: "email.work"},
		}})
	}
	book, err := NewBook(policies)
	if err != nil {
		t.Fatal(err)
	}
	joined := func(slot, before, after string) contact.Entry {
		return contact.Entry{Op: contact.Took, Field: slot, Before: before, After: after, Why: contact.Because(contact.CodeJoined, "gone")}
	}
	edited := func(place, remote, slot, before, after string) contact.Entry {
		return contact.Entry{Op: contact.Took, Place: place, Remote: remote, Field: slot, Before: before, After: after, Why: contact.Because(contact.CodeEdited, slot, place)}
	}
	decided := func(place, remote, slot, theirs, ours, answer string) contact.Entry {
		return contact.Entry{Op: contact.Decided, Place: place, Remote: remote, Field: slot, Before: theirs, After: ours, Why: contact.Because(contact.CodeDecided, answer)}
	}
	for _, c := range []struct {
		name    string
		slot    string
		kept    string // what the kept party holds now
		gone    contact.Fields
		history []contact.Entry
		want    contact.Value // of the kept party
		slotOf  string        // of the other, where it is another
		theirs  string
	}{
		{name: "what the join gave", slot: "title", kept: "CEO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{joined("title", "CFO", "CEO")}, want: contact.Value{Text: "CFO", From: "hr"}, theirs: "CEO"},
		{name: "what lost by the join", slot: "title", kept: "CFO", gone: contact.Fields{"title": "CEO"},
			want: contact.Value{Text: "CFO", From: "crm"}, theirs: "CEO"},
		{name: "what another join gave", slot: "title", kept: "CTO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{joined("title", "CFO", "CEO"), {Op: contact.Took, Field: "title", Before: "CEO", After: "CTO", Why: contact.Because(contact.CodeJoined, "third")}},
			want:    contact.Value{Text: "CTO", From: "crm"}, theirs: "CEO"},
		{name: "what was edited since at a record that stays", slot: "title", kept: "CTO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{joined("title", "CFO", "CEO"), edited("crm", "1", "title", "CEO", "CTO")}, want: contact.Value{Text: "CTO", From: "crm"}, theirs: "CEO"},
		{name: "what was edited since at a record that goes back", slot: "title", kept: "CTO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{edited("crm", "1", "title", "", "CFO"), joined("title", "CFO", "CEO"), edited("erp", "9", "title", "CEO", "CTO")},
			want:    contact.Value{Text: "CFO", From: "crm"}, theirs: "CTO"},
		{name: "what a person has decided for a record that goes back", slot: "title", kept: "CTO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{edited("crm", "1", "title", "", "CFO"), decided("erp", "9", "title", "CTO", "CFO", "theirs")},
			want:    contact.Value{Text: "CFO", From: "crm"}, theirs: "CTO"},
		{name: "what a person has decided against it", slot: "title", kept: "CFO", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{decided("erp", "9", "title", "CTO", "CFO", "ours")}, want: contact.Value{Text: "CFO", From: "crm"}, theirs: "CEO"},
		{name: "what a record that goes back has cleared", slot: "title", kept: "", gone: contact.Fields{"title": "CEO"},
			history: []contact.Entry{edited("crm", "1", "title", "", "CFO"), edited("erp", "9", "title", "CFO", "")}, want: contact.Value{Text: "CFO", From: "crm"}, theirs: ""},
		{name: "a number, in the country of its place", slot: "phone.mobile", kept: "070-765 43 21", gone: contact.Fields{"phone.mobile": "070-765 43 21"},
			history: []contact.Entry{edited("crm", "1", "phone.mobile", "", "070-123 45 67"), joined("phone.mobile", "070-123 45 67", "070-765 43 21")},
			want:    contact.Value{Text: "070-123 45 67", Norm: "+46701234567", From: "crm"}, theirs: "070-765 43 21"},
		{name: "an entry of a list under another label, edited since", slot: "email.work2", kept: "new@x.example", gone: contact.Fields{"email.work": "old@x.example"},
			history: []contact.Entry{joined("email.work2", "", "old@x.example"), edited("erp", "9", "email.work2", "old@x.example", "new@x.example")},
			want:    contact.Value{From: "crm"}, slotOf: "email.work", theirs: "new@x.example"},
		{name: "the UIDs of cards", slot: contact.FieldUID, kept: "a\nB\nc", gone: contact.Fields{contact.FieldUID: "urn:uuid:b"},
			want: contact.Value{Text: "a\nc", From: "crm"}, theirs: "urn:uuid:b"},
	} {
		gone := map[string]contact.Value{}
		for slot, text := range c.gone {
			gone[slot] = contact.Value{Text: text, From: "erp"}
		}
		out := book.Unjoin(Unjoin{
			Now: now, Via: "gone", Records: map[string]bool{contact.RecordKey("erp", contact.Person, "9"): true}, History: c.history, Refs: nobody{},
			Kept: contact.Party{ID: "kept", Kind: contact.Person, Origin: "crm", State: contact.Active, Fields: map[string]contact.Value{c.slot: {Text: c.kept, From: "crm"}}},
			Gone: contact.Party{ID: "gone", Kind: contact.Person, Origin: "erp", State: contact.Joined, Into: "kept", Fields: gone},
			Stay: []contact.Link{{Place: "hr", Kind: contact.Person, Remote: "5", Party: "kept", Seen: contact.Memo{"title": "CFO"}}},
		})
		got := out.Kept.Fields[c.slot]
		got.At = time.Time{}
		if got != c.want {
			t.Errorf("%s: the one that stayed holds %+v, want %+v", c.name, got, c.want)
		}
		slot := c.slot
		if c.slotOf != "" {
			slot = c.slotOf
		}
		if got := out.Gone.Text(slot); got != c.theirs {
			t.Errorf("%s: the one that came back holds %q, want %q", c.name, got, c.theirs)
		}
		if out.Gone.State != contact.Active || out.Gone.Into != "" {
			t.Errorf("%s: %s into %q", c.name, out.Gone.State, out.Gone.Into)
		}
	}
}
