package plan

import (
	"maps"
	"slices"
	"time"

	"kith/internal/contact"
)

// Join is two parties found to be the same. The one that was asked for first
// keeps its id.
type Join struct {
	Now        time.Time
	Kept, Gone Side
	Refs       Refs
}

// Side is one of two parties that become one.
type Side struct {
	Party   contact.Party
	Links   []contact.Link
	History []contact.Entry // of the party and of those joined with it, oldest first
}

// Joined is what becomes of two parties found to be the same.
type Joined struct {
	Kept    contact.Party
	Gone    contact.Party
	Links   []contact.Link // the links of the one that goes, moved or let go
	Replace []string       // places where a moved link stands for what the kept party had there: no record, or one that is gone
	Entries []contact.Entry
}

// Join makes one party of two. Of two values the one that survives stands and
// the other goes into history; e-mail addresses and numbers of both are kept,
// each under a label of its own. A record in a place where the kept party has one
// already stays known there as a second record and is not kept in step.
func (b *Book) Join(join Join) Joined {
	kept, gone, now := join.Kept.Party, join.Gone.Party, join.Now
	j := Joined{Kept: kept, Gone: gone}
	j.Kept.Fields = cloneValues(kept.Fields)
	s := b.survivalOf(join)
	for _, slot := range slices.Sorted(maps.Keys(gone.Fields)) {
		if family, _, _ := contact.SplitSlot(slot); family != "address" {
			b.joinSlot(&j, s, slot, now)
		}
	}
	b.joinAddresses(&j, now)
	ours := map[string]contact.Link{}
	for _, link := range join.Kept.Links {
		ours[link.Place] = link
	}
	for _, link := range join.Gone.Links {
		if link.Remote != "" { // it comes along, and goes back should the two part again
			j.Entries = append(j.Entries, contact.Entry{At: now, Party: kept.ID, Place: link.Place, Remote: link.Remote, Op: contact.JoinedTo,
				Before: gone.ID, Why: contact.Because(contact.CodeJoined, gone.ID)})
		}
		there, known := ours[link.Place]
		switch {
		case known && (there.Live() || there.Intent != nil || !link.Live()):
			link.Party, link.Problem = "", contact.Because(contact.CodeSecond, link.Place, kept.ID)
			link.Due = false
		case known:
			link.Switch, link.Late = there.Switch, there.Late
			j.Replace = append(j.Replace, link.Place)
			fallthrough
		default:
			link.Party, link.Due = kept.ID, true
		}
		j.Links = append(j.Links, link)
	}
	j.Gone.State, j.Gone.Into = contact.Joined, kept.ID
	j.Entries = append(j.Entries, contact.Entry{At: now, Party: kept.ID, Op: contact.JoinedTo, Before: gone.ID, Why: contact.Because(contact.CodeJoined, gone.ID)})
	return j
}

// joinSlot makes one value of two.
func (b *Book) joinSlot(j *Joined, s survival, slot string, now time.Time) {
	theirs, ours := j.Gone.Fields[slot], j.Kept.Fields[slot]
	switch {
	case slot == contact.FieldUID:
		j.Kept.Fields[slot] = bothUIDs(ours, theirs)
		return
	case theirs.Text == "" || b.hasAlready(j, slot, theirs):
		return
	case ours.Text == "":
		j.take(slot, theirs, now)
		return
	}
	stands, other := ours, theirs
	if s.gone(slot, theirs, ours) {
		stands, other = theirs, ours
		j.take(slot, theirs, now)
	}
	if isList(slot) {
		if free := freeSlot(&j.Kept, slot); free != "" {
			j.take(free, other, now)
			return
		}
	}
	if stands == ours {
		j.Entries = append(j.Entries, j.entry(now, slot, other.Text, stands.Text, contact.Lost))
	}
}

// take lets the kept party have a value.
func (j *Joined) take(slot string, v contact.Value, now time.Time) {
	j.Entries = append(j.Entries, j.entry(now, slot, j.Kept.Fields[slot].Text, v.Text, contact.Took))
	j.Kept.Fields[slot] = v
}

func (j *Joined) entry(at time.Time, slot, before, after string, op contact.Event) contact.Entry {
	return contact.Entry{At: at, Party: j.Kept.ID, Op: op, Field: slot, Before: before, After: after, Why: contact.Because(contact.CodeJoined, j.Gone.ID)}
}

// hasAlready reports whether the kept party has a value, of a list under any
// label.
func (b *Book) hasAlready(j *Joined, slot string, v contact.Value) bool {
	equal := func(other contact.Value) bool { return same(val{v.Text, v.Norm}, val{other.Text, other.Norm}) }
	if !isList(slot) {
		ours, known := j.Kept.Fields[slot]
		return known && equal(ours)
	}
	family, _, _ := contact.SplitSlot(slot)
	for other, ours := range j.Kept.Fields {
		if of, _, _ := contact.SplitSlot(other); of == family && equal(ours) {
			return true
		}
	}
	return false
}

// isList reports whether a person may have several values of a slot's kind.
func isList(slot string) bool {
	switch family, _, _ := contact.SplitSlot(slot); family {
	case "email", "phone", "fax", "im", "url":
		return true
	}
	return false
}

// leadsSlot reports whether a place's value of a slot comes before another's.
func (b *Book) leadsSlot(kind contact.Kind, slot, place, other string) bool {
	row := b.Row(place, kind)
	return row != nil && b.rankAt(row, slot, place) < b.rankAt(row, slot, other)
}
