package plan

import (
	"maps"
	"slices"
	"time"

	"kith/internal/contact"
)

// Joined is what becomes of two parties found to be the same.
type Joined struct {
	Kept    contact.Party
	Gone    contact.Party
	Links   []contact.Link // the links of the one that goes, moved or let go
	Entries []contact.Entry
}

// Join makes one party of two. The one that keeps its id is the one asked for
// first. Of two values the leading place's stands and the other goes into
// history. A record in a place where the kept party has one already stays
// known there as a second record and is not kept in step.
func (b *Book) Join(kept, gone contact.Party, keptLinks, goneLinks []contact.Link, now time.Time) Joined {
	j := Joined{Kept: kept, Gone: gone}
	j.Kept.Fields = cloneValues(kept.Fields)
	for _, slot := range slices.Sorted(maps.Keys(gone.Fields)) {
		theirs := gone.Fields[slot]
		ours, ok := j.Kept.Fields[slot]
		switch {
		case slot == contact.FieldUID:
			j.Kept.Fields[slot] = bothUIDs(ours, theirs)
		case theirs.Text == "" || ok && same(val{ours.Text, ours.Norm}, val{theirs.Text, theirs.Norm}):
		case !ok || ours.Text == "" || b.leadsSlot(kept.Kind, slot, theirs.From, ours.From):
			j.Kept.Fields[slot] = theirs
			j.Entries = append(j.Entries, j.entry(now, slot, ours.Text, theirs.Text, contact.Took))
		default:
			j.Entries = append(j.Entries, j.entry(now, slot, theirs.Text, ours.Text, contact.Lost))
		}
	}
	taken := map[string]bool{}
	for _, link := range keptLinks {
		taken[link.Place] = true
	}
	for _, link := range goneLinks {
		if taken[link.Place] {
			link.Party, link.Problem = "", contact.Because(contact.CodeSecond, link.Place)
			link.Due = false
		} else {
			link.Party, link.Due = kept.ID, true
		}
		j.Links = append(j.Links, link)
	}
	j.Gone.State, j.Gone.Into = contact.Joined, kept.ID
	j.Entries = append(j.Entries, contact.Entry{At: now, Party: kept.ID, Op: contact.JoinedTo, Before: gone.ID, Why: contact.Because(contact.CodeJoined)})
	return j
}

func (j *Joined) entry(at time.Time, slot, before, after string, op contact.Event) contact.Entry {
	return contact.Entry{At: at, Party: j.Kept.ID, Op: op, Field: slot, Before: before, After: after, Why: contact.Because(contact.CodeJoined)}
}

// leadsSlot reports whether a place's value of a slot comes before another's.
func (b *Book) leadsSlot(kind contact.Kind, slot, place, other string) bool {
	row := b.Row(place, kind)
	return row != nil && b.rankAt(row, slot, place) < b.rankAt(row, slot, other)
}
