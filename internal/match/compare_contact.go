package match

import (
	"bytes"

	"kith/internal/norm"
)

// mails compares all addresses with all and keeps the best level.
func (c *comparer) mails(a, b *row, e *evidence) {
	best := noEvidence
	for _, x := range a.mails {
		for _, y := range b.mails {
			if x == 0 || y == 0 {
				continue
			}
			l := c.mailLevel(x, y, a, b)
			if x == y {
				e.sharedMail |= c.mailOf(x).persons
			}
			if best == noEvidence || l != noEvidence && l < best {
				best = l
			}
		}
	}
	e.pattern = e.with(fieldMail, best)
}

func (c *comparer) mailLevel(x, y uint32, a, b *row) level {
	ma, mb := c.mailOf(x), c.mailOf(y)
	if x == y {
		if ma.generic {
			return mailShared
		}
		return mailEqual
	}
	if ma.generic || mb.generic {
		return noEvidence
	}
	sameDomain := ma.domain == mb.domain
	if ma.local == mb.local {
		if c.domainsNear(ma.domain, mb.domain) {
			return mailSlip
		}
		local := c.textOf(ma.local, localsOf)
		if len(local) < 4 || c.madeOf(local, a) || c.madeOf(local, b) {
			return noEvidence
		}
		return mailMoved
	}
	la, lb := c.textOf(ma.local, localsOf), c.textOf(mb.local, localsOf)
	if len(la)+len(lb) < 64 && near(la, lb) {
		if sameDomain {
			return mailSimilar
		}
		if c.domainsNear(ma.domain, mb.domain) {
			return mailSlip
		}
	}
	if sameDomain && !c.domainOf(ma.domain).free {
		if c.madeOf(la, a) && c.madeOf(lb, a) || c.madeOf(la, b) && c.madeOf(lb, b) {
			return noEvidence // j.doe and john.doe: one person's alias, or a namesake's
		}
		return mailColleague
	}
	return mailOther
}

// near reports two texts at most two slips apart that are long enough for it. Digits
// must be the same: anna55 and anna56 are two persons, bau12.de and bau13.de two firms.
func near(a, b []byte) bool {
	short, limit := min(len(a), len(b)), 1
	if short >= 8 {
		limit = 2
	}
	if short < 4 || max(len(a), len(b))-short > limit || !sameDigits(a, b) {
		return false
	}
	return slips(a, b, limit) <= limit
}

func sameDigits(a, b []byte) bool {
	j := 0
	for _, ch := range a {
		if ch < '0' || ch > '9' {
			continue
		}
		for j < len(b) && (b[j] < '0' || b[j] > '9') {
			j++
		}
		if j == len(b) || b[j] != ch {
			return false
		}
		j++
	}
	for ; j < len(b); j++ {
		if '0' <= b[j] && b[j] <= '9' {
			return false
		}
	}
	return true
}

func (c *comparer) domainsNear(x, y uint32) bool {
	return near(c.textOf(x, domainsOf), c.textOf(y, domainsOf))
}

func (c *comparer) sameDomain(a, b *row) bool {
	for _, x := range a.mails {
		for _, y := range b.mails {
			if x != 0 && y != 0 {
				if d := c.mailOf(x).domain; d == c.mailOf(y).domain && !c.domainOf(d).free {
					return true
				}
			}
		}
	}
	return false
}

// madeOf reports whether a box is named after the person: last name alone or with
// first name or initial, in any order and with any separator.
func (c *comparer) madeOf(local []byte, r *row) bool {
	if r.last == 0 {
		return false
	}
	var room, box [80]byte
	last := squeeze(room[:0], c.nameBytes(r.last))
	l := squeeze(box[:0], local)
	if len(last) < 2 {
		return false
	}
	rest, ok := bytes.CutPrefix(l, last)
	if !ok {
		if rest, ok = bytes.CutSuffix(l, last); !ok {
			return r.first != 0 && bytes.Equal(l, c.nameBytes(r.first))
		}
	}
	if len(rest) == 0 {
		return true
	}
	if r.first == 0 {
		return len(rest) == 1
	}
	var names [80]byte
	return bytes.HasPrefix(squeeze(names[:0], c.nameBytes(r.first)), rest)
}

// squeeze keeps the letters of a text.
func squeeze(dst, s []byte) []byte {
	for _, ch := range s {
		if 'a' <= ch && ch <= 'z' && len(dst) < cap(dst) {
			dst = append(dst, ch)
		}
	}
	return dst
}

// phones compares all numbers with all. Mobiles and lines are evidence of their own;
// two lines of one exchange speak for the firm, which is the result.
func (c *comparer) phones(a, b *row, e *evidence) (exchange bool) {
	mobile, line := noEvidence, noEvidence
	take := func(have *level, l level) {
		if *have == noEvidence || l < *have {
			*have = l
		}
	}
	for _, x := range a.phones {
		for _, y := range b.phones {
			if x == 0 || y == 0 {
				continue
			}
			px, py := c.phoneOf(x), c.phoneOf(y)
			nx, ny := c.phoneNumber(x), c.phoneNumber(y)
			if x == y || (nx|ny)&looseBit != 0 && sameTail(nx&^looseBit, ny&^looseBit) {
				l := phoneEqual
				if many(px.persons|py.persons) || px.count > 64 || py.count > 64 {
					l, exchange = phoneShared, true
				}
				if px.class == norm.PhoneFixed || py.class == norm.PhoneFixed {
					take(&line, l)
				} else {
					e.sharedWho |= px.persons | py.persons
					take(&mobile, l)
				}
				continue
			}
			if (px.class == norm.PhoneFixed) != (py.class == norm.PhoneFixed) {
				continue
			}
			nx, ny = nx&^looseBit, ny&^looseBit
			if px.class == norm.PhoneFixed {
				if sameExchange(nx, ny) {
					exchange = true
				} else if digitSlip(nx, ny, 16) {
					take(&line, phoneSlip)
				} else {
					take(&line, phoneOther)
				}
				continue
			}
			if digitSlip(nx, ny, 16) {
				take(&mobile, phoneSlip)
			} else {
				take(&mobile, phoneOther)
			}
		}
	}
	e.pattern = e.with(fieldMobile, mobile).with(fieldLine, line)
	return exchange
}

// sameTail reports that the longer number is the shorter one behind the code of a
// country, of one to three digits, or that both have one.
func sameTail(x, y uint64) bool {
	x, y = min(x, y), max(x, y)
	if x < 1_000_000 {
		return false
	}
	over := uint64(10_000_000)
	for over <= x {
		over *= 10
	}
	code := y / over
	return y%over == x && code < 1000
}

// many reports a set of persons too large for one direct line.
func many(persons uint64) bool {
	n := 0
	for ; persons != 0; persons &= persons - 1 {
		n++
	}
	return n > 4
}

// sameExchange reports two lines that differ in their last digits only, as the
// extensions of one switchboard do: eight digits or more in common, four at most
// after them.
func sameExchange(x, y uint64) bool {
	for dx := 0; dx <= 4 && x >= 10_000_000; dx++ {
		v := y
		for dy := 0; dy <= 4 && v >= x; dy++ {
			if v == x {
				return true
			}
			v /= 10
		}
		x /= 10
	}
	return false
}
