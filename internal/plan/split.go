package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
)

// Split is one record that is taken out of a party after a wrong match.
type Split struct {
	Now     time.Time
	Party   contact.Party
	Leaving contact.Link
	Others  []contact.Link  // the party's other links
	History []contact.Entry // of the party and of those joined with it, oldest first
	Refs    Refs
}

// Split gives a party back what it is without the record that leaves: for every
// slot it had taken from there, what another of its records shows by itself, the
// leading place's first, else what it held before. The record is left without a
// party, and gets back what was its own (see Row.Owed).
func (b *Book) Split(s Split) (contact.Party, []contact.Entry) {
	restored := s.Party
	restored.Fields = cloneValues(s.Party.Fields)
	own := b.voices(s.Others, s.History, s.Refs)
	var entries []contact.Entry
	for slot, v := range s.Party.Fields {
		if len(own) == 0 || !b.isLeavings(s, slot, v) {
			continue // there is nobody else who could say, or it is another's
		}
		old, known := b.firstOf(s.Party.Kind, slot, own)
		if !known {
			before, from := lastOther(s.History, slot, s.Leaving.Place)
			typ, _ := contact.SlotType(s.Party.Kind, slot)
			was := normalize(typ, before, "")
			old = contact.Value{Text: was.text, Norm: was.norm, From: from}
		}
		if old.From == "" || old.From == s.Leaving.Place {
			old.From = own[0].place
		}
		old.At = s.Now
		restored.Fields[slot] = old
		if old.Text != v.Text {
			entries = append(entries, contact.Entry{
				At: s.Now, Party: s.Party.ID, Place: s.Leaving.Place, Op: contact.Took, Field: slot,
				Before: v.Text, After: old.Text, Why: contact.Because(contact.CodeSplit),
			})
		}
	}
	if restored.Origin == s.Leaving.Place && len(own) > 0 {
		restored.Origin = own[0].place
	}
	slices.SortFunc(entries, func(x, y contact.Entry) int { return strings.Compare(x.Field, y.Field) })
	entries = append(entries, contact.Entry{
		At: s.Now, Party: s.Party.ID, Place: s.Leaving.Place, Remote: s.Leaving.Remote, Op: contact.SplitOff,
		Why: contact.Because(contact.CodeSplit),
	})
	return restored, entries
}

// isLeavings reports whether a value came from the record that leaves: from its
// place, and since it was tied. Another record may have been the party's there
// before.
func (b *Book) isLeavings(s Split, slot string, v contact.Value) bool {
	if v.From != s.Leaving.Place {
		return false
	}
	since := -1
	for i, e := range s.History {
		if (s.ties(e) || e.Op == contact.Made && e.Place == s.Leaving.Place) && e.Remote == s.Leaving.Remote {
			since = i
		}
	}
	for i, e := range slices.Backward(s.History) {
		if e.Op == contact.Took && e.Field == slot {
			return i > since && e.Why.Code != contact.CodeJoined
		}
	}
	row := b.Row(s.Leaving.Place, s.Leaving.Kind)
	for _, e := range s.History[:max(0, since)] {
		var before contact.Record
		if !s.ties(e) || row == nil || json.Unmarshal([]byte(e.After), &before) != nil {
			continue
		}
		first := row.read(row.show(before, contact.Link{}, &contact.Party{}, nil), s.Refs)
		if shown, known := first.vals[slot]; known && same(shown, val{v.Text, v.Norm}) {
			return false
		}
	}
	return true
}

// ties reports whether an entry says that a record of the place became the party's.
func (s Split) ties(e contact.Entry) bool {
	return e.Place == s.Leaving.Place && e.Op == contact.Linked && e.After != ""
}

// voice is what a record of a party says by itself.
type voice struct {
	place string
	vals  map[string]val
}

// voices reads what records say by themselves, those of leading places first
// and of places that only follow last. History is that of their party.
func (b *Book) voices(links []contact.Link, history []contact.Entry, refs Refs) []voice {
	var voices []voice
	for _, follows := range []bool{false, true} {
		for _, place := range b.Places() {
			for _, link := range links {
				row := b.Row(place, link.Kind)
				if link.Place != place || row == nil || !link.Live() || follows != (row.Gives == nil) {
					continue
				}
				voices = append(voices, voice{place, row.read(row.Own(link, history), refs).vals})
			}
		}
	}
	return voices
}

// firstOf returns the value of a slot that the first record has.
func (b *Book) firstOf(kind contact.Kind, slot string, own []voice) (contact.Value, bool) {
	best, found := contact.Value{}, false
	for _, o := range own {
		v, shown := o.vals[slot]
		if shown && !v.blank() && (!found || b.leadsSlot(kind, slot, o.place, best.From)) {
			best, found = contact.Value{Text: v.text, Norm: v.norm, From: o.place}, true
		}
	}
	return best, found
}

// lastOther finds what the slot held before the leaving place set it, and who
// had set that.
func lastOther(history []contact.Entry, slot, leaving string) (text, from string) {
	known := false
	for _, e := range history {
		switch {
		case e.Op != contact.Took || e.Field != slot:
		case e.Place != leaving:
			text, from, known = e.After, e.Place, true
		case !known:
			text, known = e.Before, true
		}
	}
	return text, from
}
