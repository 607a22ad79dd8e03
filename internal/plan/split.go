package plan

import (
	"time"

	"kith/internal/contact"
)

// Split takes one record out of a party after a wrong match. The party gets
// back, for every slot it had taken from that place, the value it held before;
// history is the party's entries, oldest first. The record is left without a
// party and is judged anew by whoever calls, as one that is not the same.
func (b *Book) Split(party contact.Party, leaving contact.Link, history []contact.Entry, now time.Time) (contact.Party, []contact.Entry) {
	restored := party
	restored.Fields = cloneValues(party.Fields)
	var entries []contact.Entry
	for slot, v := range party.Fields {
		if v.From != leaving.Place {
			continue
		}
		before, from := lastOther(history, slot, leaving.Place)
		if before == "" && from == "" && party.Origin == leaving.Place {
			continue // the party began with this record
		}
		if from == "" && party.Origin != leaving.Place {
			from = party.Origin
		}
		typ, _ := contact.SlotType(party.Kind, slot)
		old := normalize(typ, before, "")
		restored.Fields[slot] = contact.Value{Text: old.text, Norm: old.norm, From: from, At: now}
		entries = append(entries, contact.Entry{
			At: now, Party: party.ID, Place: leaving.Place, Op: contact.Took, Field: slot,
			Before: v.Text, After: old.text, Why: contact.Because(contact.CodeSplit),
		})
	}
	entries = append(entries, contact.Entry{
		At: now, Party: party.ID, Place: leaving.Place, Remote: leaving.Remote, Op: contact.SplitOff,
		Why: contact.Because(contact.CodeSplit),
	})
	return restored, entries
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
