package plan

import (
	"maps"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
)

// Unjoin takes back that two parties are one. The one that went is stored as it
// was; what the other one has of it stands in the history.
type Unjoin struct {
	Now     time.Time
	Kept    contact.Party
	Gone    contact.Party
	Via     string          // the party by which Gone came to Kept: itself, or one it was joined with before
	Lost    contact.Fields  // what Via has lost by it, by slot; nil where Via is Gone
	Records map[string]bool // the records that Gone brought along, by contact.RecordKey
	Stay    []contact.Link  // the records that Kept keeps
	History []contact.Entry // of Kept and those joined with it, without Gone's, oldest first
	Refs    Refs
}

// Unjoined is what becomes of two parties that are not the same after all.
type Unjoined struct {
	Kept    contact.Party
	Gone    contact.Party
	Lost    contact.Fields // what Kept has no more, by slot
	Entries []contact.Entry
}

// Unjoin gives both parties what is theirs. A value that came with the join, or
// from a record that goes back, and that nobody has changed since is the one's
// that went; the other gets what it held before. What was edited at a record that
// goes back goes with it, and all other edits stay.
func (b *Book) Unjoin(u Unjoin) Unjoined {
	out := Unjoined{Kept: u.Kept, Gone: u.Gone, Lost: contact.Fields{}}
	out.Kept.Fields, out.Gone.Fields = cloneValues(u.Kept.Fields), cloneValues(u.Gone.Fields)
	voices := b.voices(u.Stay, u.History, u.Refs)
	for _, slot := range slices.Sorted(maps.Keys(u.Kept.Fields)) {
		if slot == contact.FieldUID {
			out.Kept.Fields[slot] = withoutUIDs(u.Kept.Fields[slot], u.Gone.Text(slot))
			continue
		}
		text, from, theirs := u.held(slot)
		if !theirs {
			continue
		}
		was := b.valueFrom(u.Kept.Kind, slot, text, from)
		was.At = u.Now
		if was.From == "" {
			was.From = saidBy(voices, slot, was, u.Kept.Origin)
		}
		lost := u.Kept.Fields[slot].Text
		out.Kept.Fields[slot] = was
		if lost != text {
			out.Lost[slot] = lost
			out.Entries = append(out.Entries, contact.Entry{At: u.Now, Party: u.Kept.ID, Op: contact.Took, Field: slot, Before: lost, After: text,
				Why: contact.Because(contact.CodeSplit)})
		}
	}
	out.Entries = append(out.Entries, contact.Entry{At: u.Now, Party: u.Kept.ID, Op: contact.SplitOff, Before: u.Gone.ID, Why: contact.Because(contact.CodeSplit)})
	if u.Via == u.Gone.ID {
		b.revive(&out, u)
	}
	return out
}

// held says what a slot held before the join, who had set it, and whether what it
// holds now is theirs who goes.
func (u Unjoin) held(slot string) (text, from string, theirs bool) {
	known := false
	for e := range u.setters(slot) {
		theirs = u.isTheirs(e)
		switch {
		case !theirs:
			text, from, known = setTo(e), e.Place, true
		case !known:
			text, known = e.Before, true
		}
	}
	return text, from, theirs
}

// setters goes through the entries that have set a slot of the kept party.
func (u Unjoin) setters(slot string) func(func(contact.Entry) bool) {
	return func(yield func(contact.Entry) bool) {
		for _, e := range u.History {
			if e.Field == slot && (e.Op == contact.Took || decidedTheirs(e)) && !yield(e) {
				return
			}
		}
	}
}

// decidedTheirs reports whether a person has let a party take a place's value.
func decidedTheirs(e contact.Entry) bool {
	return e.Op == contact.Decided && len(e.Why.Args) > 0 && e.Why.Args[0] == string(contact.AnswerTheirs)
}

// setTo is the value that an entry has set.
func setTo(e contact.Entry) string {
	if e.Op == contact.Decided {
		return e.Before
	}
	return e.After
}

// isTheirs reports whether an entry has set a value of the party that goes: by
// the join, or by a record that it brought along.
func (u Unjoin) isTheirs(e contact.Entry) bool {
	if e.Why.Code != contact.CodeJoined {
		return u.Records[contact.RecordKey(e.Place, u.Kept.Kind, e.Remote)]
	}
	if len(e.Why.Args) == 0 || e.Why.Args[0] != u.Via {
		return false
	}
	if u.Lost == nil {
		return true
	}
	for slot, lost := range u.Lost {
		if lost == e.After && sameFamily(slot, e.Field) {
			return true
		}
	}
	return false
}

// revive lets the party that went go on as it was, with what was edited since at
// the records that it takes back.
func (b *Book) revive(out *Unjoined, u Unjoin) {
	out.Gone.State, out.Gone.Into = contact.Active, ""
	for slot := range u.Kept.Fields { // its records were made to show it
		if _, known := out.Gone.Fields[slot]; !known && slot != contact.FieldUID {
			out.Gone.Fields[slot] = contact.Value{From: u.Gone.Origin, At: u.Now}
		}
	}
	moved := map[string]string{} // where the join had put a value of theirs
	for _, e := range u.History {
		if e.Field == "" || e.Op != contact.Took && !decidedTheirs(e) || !u.isTheirs(e) {
			continue
		}
		if e.Why.Code == contact.CodeJoined {
			moved[e.Field] = slotOf(u.Gone, e.Field, e.After)
			continue
		}
		slot := e.Field
		if from := moved[slot]; from != "" {
			slot = from
		}
		before := out.Gone.Fields[slot]
		v := b.valueFrom(u.Gone.Kind, slot, setTo(e), e.Place)
		v.At = e.At
		out.Gone.Fields[slot] = v
		if before.Text != v.Text {
			out.Entries = append(out.Entries, contact.Entry{At: u.Now, Party: u.Gone.ID, Place: e.Place, Remote: e.Remote, Op: contact.Took, Field: slot,
				Before: before.Text, After: v.Text, Why: contact.Because(contact.CodeSplit)})
		}
	}
}

// slotOf is where a party has a value that stands in a slot of the same family
// elsewhere, "" where it has none.
func slotOf(p contact.Party, like, text string) string {
	for _, slot := range slices.Sorted(maps.Keys(p.Fields)) {
		if p.Text(slot) == text && sameFamily(slot, like) {
			return slot
		}
	}
	return ""
}

// sameFamily reports whether two slots hold the same thing, perhaps under another
// label: email.work and email.work2, the cities of two addresses.
func sameFamily(x, y string) bool {
	of, _, part := contact.SplitSlot(x)
	family, _, other := contact.SplitSlot(y)
	if isList(x) || of == "address" {
		return of == family && part == other
	}
	return x == y
}

// valueFrom reads a text as a place shows it.
func (b *Book) valueFrom(kind contact.Kind, slot, text, from string) contact.Value {
	country := ""
	if row := b.Row(from, kind); row != nil {
		country = row.Country
	}
	typ, _ := contact.SlotType(kind, slot)
	v := normalize(typ, text, country)
	return contact.Value{Text: v.text, Norm: v.norm, From: from}
}

// saidBy is the place whose record shows a value by itself, else another one.
func saidBy(voices []voice, slot string, v contact.Value, otherwise string) string {
	for _, o := range voices {
		if shown, known := o.vals[slot]; known && same(shown, val{v.Text, v.Norm}) {
			return o.place
		}
	}
	return otherwise
}

// withoutUIDs takes the UIDs of cards that go back from those that are known.
func withoutUIDs(known contact.Value, theirs string) contact.Value {
	gone := strings.Split(theirs, contact.ListSeparator)
	uids := slices.DeleteFunc(strings.Split(known.Text, contact.ListSeparator), func(uid string) bool {
		return slices.ContainsFunc(gone, func(other string) bool { return normalUID(uid) == normalUID(other) })
	})
	known.Text = strings.Join(uids, contact.ListSeparator)
	return known
}
