package plan

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/norm"
)

// survival says which of two values stands when two parties become one.
type survival struct {
	book               *Book
	kind               contact.Kind
	keptSaid, goneSaid map[string]bool // by slot: the value was decided by a person
	voices             []voice         // what the records of both say by themselves
}

func (b *Book) survivalOf(j Join) survival {
	return survival{
		book: b, kind: j.Kept.Party.Kind, keptSaid: decidedSlots(j.Kept.History), goneSaid: decidedSlots(j.Gone.History),
		voices: slices.Concat(b.voices(j.Kept.Links, j.Kept.History, j.Refs), b.voices(j.Gone.Links, j.Gone.History, j.Refs)),
	}
}

// decidedSlots returns the slots whose values a person has decided, and that no
// record has changed since.
func decidedSlots(history []contact.Entry) map[string]bool {
	said := map[string]bool{}
	for _, e := range history {
		if e.Field != "" && (e.Op == contact.Decided || e.Op == contact.Took) {
			said[e.Field] = e.Op == contact.Decided
		}
	}
	return said
}

// gone reports whether the value of the party that goes stands against that of
// the one that stays: a person's decision first, then the leading place's value,
// then the one that is known to be newer, then the one that says more, then the
// one that more records show by themselves.
func (s survival) gone(slot string, theirs, ours contact.Value) bool {
	switch {
	case s.goneSaid[slot] != s.keptSaid[slot]:
		return s.goneSaid[slot]
	case s.book.leadsSlot(s.kind, slot, theirs.From, ours.From):
		return true
	case s.book.leadsSlot(s.kind, slot, ours.From, theirs.From):
		return false
	case theirs.Known && ours.Known && !theirs.At.Equal(ours.At):
		return theirs.At.After(ours.At)
	case saysMore(slot, theirs.Text, ours.Text):
		return true
	case saysMore(slot, ours.Text, theirs.Text):
		return false
	}
	return s.shown(slot, theirs) > s.shown(slot, ours)
}

// shown counts the records that show a value by themselves.
func (s survival) shown(slot string, v contact.Value) (n int) {
	for _, o := range s.voices {
		if own, known := o.vals[slot]; known && same(own, val{v.Text, v.Norm}) {
			n++
		}
	}
	return n
}

// saysMore reports whether a name is the fuller one: Hans-Peter and H., Müller
// and Mueller.
func saysMore(slot, text, other string) bool {
	if !strings.HasPrefix(slot, "name.") {
		return false
	}
	x, y := norm.Name(text), norm.Name(other)
	if norm.Skeleton(x) == norm.Skeleton(y) {
		return foreign(text) > foreign(other)
	}
	return strings.HasPrefix(x, strings.TrimSuffix(y, "."))
}

// foreign counts the letters beyond the English alphabet.
func foreign(text string) (n int) {
	for _, c := range text {
		if c > 127 {
			n++
		}
	}
	return n
}

// mostNumbered is how many values of one label two parties may bring together.
const mostNumbered = 9

// freeSlot returns the next slot of a label that holds nothing: email.work2 where
// email.work is taken, "" where there is none.
func freeSlot(p *contact.Party, slot string) string {
	family, label, _ := contact.SplitSlot(slot)
	label = strings.TrimRight(label, "0123456789")
	for n := 2; n <= mostNumbered; n++ {
		next := family + "." + label + strconv.Itoa(n)
		if _, there := contact.SlotType(p.Kind, next); there && !holdsAny(p, next) {
			return next
		}
	}
	return ""
}

// holdsAny reports whether a party has a value in a slot, or in any part of an
// address.
func holdsAny(p *contact.Party, slot string) bool {
	if p.Text(slot) != "" {
		return true
	}
	for _, part := range contact.AddressParts {
		if p.Text(slot+"."+part) != "" {
			return true
		}
	}
	return false
}

// joinAddresses brings the addresses of two parties together, each as a whole:
// parts of two addresses make no third one.
func (b *Book) joinAddresses(j *Joined, now time.Time) {
	for _, label := range contact.Labels(j.Gone.Kind, "address") {
		for n := 1; n <= mostNumbered; n++ {
			at := numberedSlot("address", label, n)
			if !holdsAny(&j.Gone, at) || hasAddress(&j.Kept, &j.Gone, at) {
				continue
			}
			to := at
			if holdsAny(&j.Kept, at) {
				to = freeAddress(&j.Kept, label)
			}
			j.moveAddress(at, to, now)
		}
	}
}

func freeAddress(p *contact.Party, label string) string {
	for n := 2; n <= mostNumbered; n++ {
		if at := numberedSlot("address", label, n); !holdsAny(p, at) {
			return at
		}
	}
	return ""
}

// hasAddress reports whether the kept party has an address of the one that goes,
// under any label.
func hasAddress(kept, gone *contact.Party, at string) bool {
	for _, label := range contact.Labels(kept.Kind, "address") {
		for n := 1; n <= mostNumbered; n++ {
			if to := numberedSlot("address", label, n); holdsAny(kept, to) && sameAddress(kept, to, gone, at) {
				return true
			}
		}
	}
	return false
}

func sameAddress(p *contact.Party, at string, q *contact.Party, to string) bool {
	street := func(p *contact.Party, at string) [2]string {
		name, number := norm.SplitStreet(p.Text(at + ".street"))
		return [2]string{name, number}
	}
	return street(p, at) == street(q, to) &&
		norm.Postcode(p.Text(at+".postcode")) == norm.Postcode(q.Text(to+".postcode")) &&
		norm.City(p.Text(at+".city")) == norm.City(q.Text(to+".city"))
}

// moveAddress takes an address over as a whole, "" only into history.
func (j *Joined) moveAddress(from, to string, now time.Time) {
	for _, part := range contact.AddressParts {
		v := j.Gone.Fields[from+"."+part]
		switch {
		case v.Text == "":
		case to == "":
			j.Entries = append(j.Entries, j.entry(now, from+"."+part, v.Text, "", contact.Lost))
		default:
			j.take(to+"."+part, v, now)
		}
	}
}
