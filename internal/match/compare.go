package match

import (
	"bytes"
	"slices"
)

// evidence is the outcome of comparing two rows: the pattern, and which values agree
// where rarity counts.
type evidence struct {
	pattern
	swapped    bool
	sharedWho  uint64 // persons seen with the equal mobile
	sharedMail uint64 // persons seen with the equal address
}

// comparer compares rows of one view. It remembers what pairs of names it has met
// and is not safe for concurrent use.
type comparer struct {
	view
	memo [1 << 15]uint64 // names a<<34 | b<<4 | level; a direct-mapped cache
}

// worth tells in a moment whether two rows can be one at all: they share an address,
// a number or an identifier, or their names do not both differ.
func (c *comparer) worth(a, b *row) bool {
	if a.last == b.last && a.last != 0 || a.first == b.first && a.first != 0 {
		return true
	}
	for _, x := range a.phones {
		if x != 0 && (x == b.phones[0] || x == b.phones[1] || x == b.phones[2]) {
			return true
		}
	}
	for _, x := range a.mails {
		if x != 0 && (x == b.mails[0] || x == b.mails[1]) {
			return true
		}
	}
	if c.kind == Company || a.birth == b.birth && a.birth != 0 || a.street == b.street && a.house == b.house && a.street != 0 && a.company == 0 {
		return true
	}
	fits := func(l level) bool { return l != noEvidence && l <= namePart }
	if l := c.nameLevel(a.last, b.last, false); fits(l) || l == noEvidence {
		return true
	}
	if l := c.nameLevel(a.first, b.first, true); fits(l) {
		return true
	}
	return fits(c.nameLevel(a.first, b.last, true)) || fits(c.nameLevel(a.last, b.first, true))
}

// compare finds the pattern of two rows.
func (c *comparer) compare(a, b *row) evidence {
	var e evidence
	if c.kind == Company {
		e.pattern = e.with(fieldLast, c.nameLevel(a.last, b.last, false))
		e.pattern = e.with(fieldForm, formLevel(a.suffix, b.suffix)).with(fieldIdent, c.identLevel(a, b))
		c.mails(a, b, &e)
		c.phones(a, b, &e)
		c.private(a, b, &e)
		return e
	}
	c.namesOf(a, b, &e)
	e.pattern = e.with(fieldSuffix, suffixLevel(a.suffix, b.suffix))
	e.pattern = e.with(fieldBirth, birthLevel(a.birth, b.birth))
	e.pattern = e.with(fieldIdent, c.identLevel(a, b))
	c.mails(a, b, &e)
	exchange := c.phones(a, b, &e)
	if a.company != 0 || b.company != 0 {
		org := c.org(a, b, exchange)
		e.pattern = e.with(fieldOrg, org)
		if org == orgOther {
			e.pattern = e.pattern.moved()
		}
		return e
	}
	c.private(a, b, &e)
	if l := e.level(fieldMail); l == mailShared || l != mailEqual && c.sameDomain(a, b) {
		e.pattern = e.with(fieldOrg, orgName)
	}
	return e
}

func suffixLevel(a, b uint8) level {
	switch {
	case a == 0 || b == 0:
		return noEvidence
	case a == b:
		return sameEqual
	}
	return sameOther
}

func (c *comparer) namesOf(a, b *row, e *evidence) {
	first, last := c.firstLevel(a, b), c.nameLevel(a.last, b.last, false)
	if (first == noEvidence || first >= nameInitial) && (last == noEvidence || last >= nameInitial) {
		crossA, crossB := c.nameLevel(a.first, b.last, true), c.nameLevel(a.last, b.first, true)
		best, other := min(crossA, crossB), max(crossA, crossB)
		if best == noEvidence { // one of the four fields is empty
			best, other = other, best
		}
		if best != noEvidence && best <= nameClose && other <= nameInitial && (other != noEvidence || first == noEvidence || last == noEvidence) {
			first, last, e.swapped = other, best, true
			e.pattern = e.with(fieldOrder, nameSwapped)
		}
	}
	e.pattern = e.with(fieldFirst, first).with(fieldLast, last)
}

// firstLevel compares first names. One that was taken from an address which the other
// has too only says that address again: then what was given instead of it counts. If
// it contradicts, it does so all the same.
func (c *comparer) firstLevel(a, b *row) level {
	l := c.nameLevel(a.first, b.first, true)
	if a.taken|b.taken == 0 || l > nameInitial {
		return l
	}
	x, y := a.first, b.first
	if a.taken != 0 && slices.Contains(b.mails[:], a.mails[a.taken-1]) {
		x = a.given
	}
	if b.taken != 0 && slices.Contains(a.mails[:], b.mails[b.taken-1]) {
		y = b.given
	}
	return c.nameLevel(x, y, true)
}

// nameLevel compares two names; nicknames count for first names only.
func (c *comparer) nameLevel(a, b uint32, isFirst bool) level {
	if a == 0 || b == 0 {
		return noEvidence
	}
	if a == b {
		if c.nameOf(a).initials {
			return nameInitial // J. and J. fit, as J. and Jan do
		}
		return nameExact
	}
	if a > b {
		a, b = b, a
	}
	if b >= asked {
		return c.nameLikeness(a, b, isFirst)
	}
	kind := uint64(0)
	if isFirst {
		kind = 8
	}
	key := uint64(a)<<34 | uint64(b)<<4 | kind
	slot := &c.memo[(uint64(a)*0x9e3779b97f4a7c15+uint64(b)*0xc2b2ae3d27d4eb4f+kind)>>(64-15)]
	if *slot&^7 == key {
		return level(*slot & 7)
	}
	l := c.nameLikeness(a, b, isFirst)
	*slot = key | uint64(l)
	return l
}

func (c *comparer) nameLikeness(ida, idb uint32, isFirst bool) level {
	a, b := c.nameOf(ida), c.nameOf(idb)
	if a.key == b.key || a.skel == b.skel {
		if a.initials || b.initials {
			return nameInitial
		}
		return nameForm
	}
	if a.length == 1 || b.length == 1 {
		if a.initial == b.initial {
			return nameInitial
		}
		return nameOther
	}
	if isFirst && a.nick && b.nick && knownNicknames().has(a.key, b.key) {
		return nameForm
	}
	sa, sb := c.nameBytes(ida), c.nameBytes(idb)
	if a.words > 1 || b.words > 1 {
		if slips(sa, sb, 1) <= 1 {
			return nameClose
		}
		if l := partLevel(sa, sb); l != noEvidence {
			return l
		}
	}
	vague := couldReach(0.75, a.letters, b.letters, len(sa), len(sb))
	jw := 0.0
	if vague {
		jw = jaroWinkler(sa, sb)
	}
	switch {
	case jw >= 0.92 && a.words == 1 && b.words == 1, jw >= 0.75 && len(sa) >= 4 && len(sb) >= 4 && slips(sa, sb, 1) <= 1:
		return nameClose
	case len(sa) == 3 && len(sb) == 3 && a.letters == b.letters && slips(sa, sb, 1) <= 1:
		return nameClose // Leo, Elo
	case a.sound == b.sound && a.sound != 0 && jw >= 0.6:
		return namePart
	case jw >= 0.75:
		return nameVague
	}
	return nameOther
}

// partLevel compares names of several words by their best pair of words, and initials
// by their letters.
func partLevel(a, b []byte) level {
	if initialsOf(a, b) || initialsOf(b, a) {
		return nameInitial
	}
	for x := range bytes.SplitSeq(a, []byte{' '}) {
		if len(x) < 3 {
			continue
		}
		for y := range bytes.SplitSeq(b, []byte{' '}) {
			if len(y) >= 3 && jaroWinkler(x, y) >= 0.94 {
				return namePart
			}
		}
	}
	return noEvidence
}

// initialsOf reports whether short is single letters that begin the words of long,
// "h p" for "hans peter".
func initialsOf(short, long []byte) bool {
	for len(short) > 0 {
		if len(long) == 0 || short[0] != long[0] || len(short) > 1 && short[1] != ' ' {
			return false
		}
		short = short[min(2, len(short)):]
		if i := bytes.IndexByte(long, ' '); i >= 0 {
			long = long[i+1:]
		} else {
			long = nil
		}
	}
	return true
}

func birthLevel(a, b uint32) level {
	if a == 0 || b == 0 {
		return noEvidence
	}
	if a == b {
		return birthEqual
	}
	ya, yb, ma, mb, da, db := a/10000, b/10000, a/100%100, b/100%100, a%100, b%100
	if ya == 0 || yb == 0 { // a day without its year says less
		if ma == mb && da == db {
			return birthTwo
		}
		return birthOther
	}
	if ya == yb && ma == db && da == mb {
		return birthSlip
	}
	if digitSlip(uint64(a), uint64(b), 8) {
		return birthSlip
	}
	same := 0
	for _, eq := range [...]bool{ya == yb, ma == mb, da == db} {
		if eq {
			same++
		}
	}
	switch same {
	case 2:
		return birthTwo
	case 1:
		return birthOne
	}
	return birthOther
}

// digitSlip reports whether two numbers differ in one digit or by two neighbours swapped.
func digitSlip(a, b uint64, digits int) bool {
	for i := 0; i < digits; i++ {
		if x, y := a%10, b%10; x != y {
			// the rest must be equal, or the next two the same the other way round
			a, b = a/10, b/10
			return a == b || a/10 == b/10 && a%10 == y && b%10 == x
		}
		a, b = a/10, b/10
	}
	return false
}

// identLevel compares numbers of the same kind: a VAT id says nothing about a customer
// number. One of them that is equal outweighs another that differs.
func (c *comparer) identLevel(a, b *row) level {
	l := noEvidence
	for _, x := range a.idents {
		for _, y := range b.idents {
			switch {
			case x == 0 || y == 0:
			case x == y:
				return sameEqual
			case sameKind(c.textOf(x, codesOf), c.textOf(y, codesOf)):
				l = sameOther
			}
		}
	}
	return l
}

// sameKind compares what stands before the colon of two identifiers.
func sameKind(x, y []byte) bool {
	kind, _, _ := bytes.Cut(x, []byte{':'})
	other, _, _ := bytes.Cut(y, []byte{':'})
	return bytes.Equal(kind, other)
}
