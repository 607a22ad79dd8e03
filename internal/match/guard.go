package match

import "bytes"

// Bits by which evidence must be more where a pair leaves room for another person.
const (
	doubtSlip    = 2.5 // a name with a slip, or in part
	doubtOwn     = 4   // numbers or boxes of their own that differ: namesakes in one firm have them
	doubtMissing = 12  // no first or last name to compare, or an initial: a relative's is the same
	doubtBirth   = 1.5 // birth dates with a slip: among many records some namesakes were born so
)

// doubt is how many bits more than the limit the evidence must have. Two whole names
// are worth most.
func doubt(e *evidence) float64 {
	first, last := e.level(fieldFirst), e.level(fieldLast)
	d := 0.0
	switch {
	case whole(first) && whole(last):
	case missing(first) || missing(last):
		d = doubtMissing
	default:
		d = doubtSlip
	}
	if e.level(fieldMobile) == phoneOther || e.level(fieldLine) == phoneOther || e.level(fieldMail) == mailColleague {
		d = max(d, doubtOwn)
	}
	if e.level(fieldBirth) == birthSlip {
		d += doubtBirth
	}
	return d
}

// whole reports a name that is written out on both sides, the same.
func whole(n level) bool { return n == nameExact || n == nameForm }

// missing reports a name that at least one side does not write out.
func missing(n level) bool { return n == noEvidence || n == nameInitial }

// wanting finds what evidence of whatever weight lacks to be certain. A firm's or a
// household's telephone, street and town are those of all who work or live there:
// they never stand for a first name, nor do they outweigh what each has for himself.
func (l *limits) wanting(v *view, a, b *row, e *evidence) Guards {
	if e.level(fieldMail) == mailEqual || e.level(fieldMobile) == phoneEqual {
		return 0
	}
	var g Guards
	firm, birth := sameFirm(e.level(fieldOrg)), e.level(fieldBirth)
	if missing(e.level(fieldFirst)) || missing(e.level(fieldLast)) {
		g |= GuardInitial
	}
	switch {
	case firm, birth != noEvidence && birth <= birthSlip:
	case e.household():
		if e.ownDiffers() && a.company == 0 && b.company == 0 {
			g |= GuardOwn
		}
	case !l.rareNames(v, a, b, e):
		g |= GuardNames
	}
	return g
}

// sameFirm reports one firm by its name, if nearly, or by its address or exchange.
func sameFirm(org level) bool { return org != noEvidence && org <= orgHint }

// household reports whether the two have one line, or one private address.
func (e *evidence) household() bool {
	street, place := e.level(fieldStreet), e.level(fieldPlace)
	return e.level(fieldLine) == phoneEqual || street != noEvidence && street <= streetNear && place != placeOther
}

// ownDiffers reports whether the two have mobiles or boxes that only one of them uses.
func (e *evidence) ownDiffers() bool {
	mail := e.level(fieldMail)
	return e.level(fieldMobile) == phoneOther || mail == mailOther || mail == mailColleague
}

// What makes names rare enough to say it alone.
const (
	leastMeasured = 2000 // records below which the rarity of names is not known
	namesakesIn   = 32   // one pair of namesakes among so many, at most, by chance
	rareLess      = 2    // bits that need not be there: what the score bounds of rarity is counted here
)

// rareNames reports whether whole names are so rare among the records that chance does
// not bring them together, and nothing but the firm speaks against the pair: many
// change that, and with it town, line and address.
func (l *limits) rareNames(v *view, a, b *row, e *evidence) bool {
	records := len(v.table.rows)
	if records < leastMeasured || !whole(e.level(fieldFirst)) || !whole(e.level(fieldLast)) || e.ownDiffers() ||
		e.level(fieldLine) == phoneOther || e.level(fieldPlace) > placeCity || e.level(fieldStreet) == streetOther {
		return false
	}
	x, y := b.first, b.last
	if e.swapped {
		x, y = y, x
	}
	return (l.others(v, a.first, x, false, e.swapped)+1)*(l.others(v, a.last, y, true, e.swapped)+1)*namesakesIn <= uint64(records)
}

// others counts the records beside the pair's that hold a name: a first name as first
// and a last name as last, or, where the two records do not agree on which is which,
// in either place.
func (l *limits) others(v *view, x, y uint32, isLast, either bool) uint64 {
	n := bearers(v.nameOf(x), isLast, either)
	if x != y {
		n += bearers(v.nameOf(y), isLast, either)
	}
	return n - min(n, uint64(l.counted))
}

func bearers(n *nameEntry, isLast, either bool) uint64 {
	switch {
	case either:
		return uint64(n.count[0]) + uint64(n.count[1])
	case isLast:
		return uint64(n.count[1])
	}
	return uint64(n.count[0])
}

// guards finds the vetoes that lie in the values themselves.
func (l *limits) guards(v *view, a, b *row, e *evidence) Guards {
	var g Guards
	if e.level(fieldSuffix) == sameOther || a.suffix != b.suffix && !e.onlyOne() {
		g |= GuardSuffix // where one is called junior there is another of the name
	}
	if birth := e.level(fieldBirth); birth > birthSlip {
		g |= GuardBirth
	}
	if e.level(fieldIdent) == sameOther {
		g |= GuardIdent
	}
	first := e.level(fieldFirst)
	if !e.swapped && (first == nameClose || first == namePart) && a.first != 0 && b.first != 0 {
		g |= l.firstNames(v, a.first, b.first, first)
	}
	if last := e.level(fieldLast); whole(first) && (last == noEvidence || last <= namePart) {
		return g
	}
	// Who else has been seen with the value? One of the two may be that other.
	own := v.personsOf(a.first) | v.personsOf(b.first)
	if e.level(fieldMail) == mailEqual && e.sharedMail&^own != 0 {
		g |= GuardSharedMail
	}
	if e.level(fieldMobile) == phoneEqual && e.level(fieldMail) != mailEqual && e.sharedWho&^own != 0 {
		g |= GuardSharedPhone
	}
	return g
}

// onlyOne reports whether what agrees is not even a father's and his son's of one name.
func (e *evidence) onlyOne() bool {
	return e.level(fieldBirth) == birthEqual || e.level(fieldMail) == mailEqual && e.level(fieldMobile) == phoneEqual
}

// firstNames judges two first names that are nearly alike. Both in use as they stand,
// they are two persons' (Andrea, Andreas); one with another name inside it may be the
// same person's (Hans, Hans-Peter).
func (l *limits) firstNames(v *view, x, y uint32, n level) Guards {
	nx, ny := v.nameOf(x), v.nameOf(y)
	within := nx.words != ny.words && partOfName(v.nameBytes(x), v.nameBytes(y))
	var g Guards
	if !within && l.established(nx) && l.established(ny) {
		g |= GuardFirstNames
	}
	if n == namePart && (nx.words > 1 || ny.words > 1) {
		g |= GuardNamePart
	}
	return g
}

// established reports whether a first name is one, and not another mistyped: it is
// known, or so many bear it here.
func (l *limits) established(n *nameEntry) bool { return n.known || n.count[0] >= l.common }

// partOfName reports whether every word of the shorter name is one of the longer.
func partOfName(x, y []byte) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	for word := range bytes.SplitSeq(x, []byte{' '}) {
		found := false
		for other := range bytes.SplitSeq(y, []byte{' '}) {
			found = found || bytes.Equal(word, other)
		}
		if !found {
			return false
		}
	}
	return true
}
