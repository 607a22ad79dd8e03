package match

import "kith/internal/norm"

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
	la, lb := c.textOf(ma.local, localsOf), c.textOf(mb.local, localsOf)
	same, slip := ma.local == mb.local, !sameDomain && c.domainSlip(ma.domain, mb.domain)
	alike := same || (sameDomain || slip) && len(la)+len(lb) < 64 && near(la, lb)
	switch {
	case !alike:
	case slip && (numbered(la) || c.telling(la, a, b) && c.telling(lb, a, b)):
		return mailSlip
	case same && !slip:
		if c.telling(la, a, b) && c.boxesOf(ma.local) <= fewBoxes {
			return mailMoved
		}
		return noEvidence
	case !same && !numbered(la) && (c.madeOf(la, a) || c.madeOf(la, b)) && (c.madeOf(lb, a) || c.madeOf(lb, b)):
		return noEvidence // boxes are as alike as the names they are made of
	default:
		return mailSimilar
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

// domainSlip reports whether one of two domains may be the other mistyped. Two short
// ones are alike by chance (web.de, wab.de), and two that several records have, or
// that anyone can have an address in, are two.
func (c *comparer) domainSlip(x, y uint32) bool {
	dx, dy := c.domainOf(x), c.domainOf(y)
	if dx.count > 1 && dy.count > 1 || dx.free && dy.free {
		return false
	}
	bx, by := c.textOf(x, domainsOf), c.textOf(y, domainsOf)
	return min(len(bx), len(by)) >= slipDomain && near(bx, by)
}

// slipDomain is the least length of a domain, with its end, in which a slip is told
// from another domain.
const slipDomain = 8

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

// phones compares all numbers with all. Mobiles and lines are evidence of their own;
// two lines of one exchange speak for the firm, which is the result. A number that both
// have is not another than the rest: a switchboard does not contradict a direct line.
func (c *comparer) phones(a, b *row, e *evidence) (exchange bool) {
	var of phoneLevels
	var metA, metB [maxPhones]bool
	for i, x := range a.phones {
		for j, y := range b.phones {
			if x == 0 || y == 0 || !c.sameNumber(x, y) {
				continue
			}
			metA[i], metB[j] = true, true
			px, py := c.phoneOf(x), c.phoneOf(y)
			fixed, l := px.class == norm.PhoneFixed || py.class == norm.PhoneFixed, phoneEqual
			if many(px.persons|py.persons) || px.count > 64 || py.count > 64 {
				l, exchange = phoneShared, true
			}
			if !fixed {
				e.sharedWho |= px.persons | py.persons
			}
			of.take(fixed, l)
		}
	}
	for i, x := range a.phones {
		for j, y := range b.phones {
			if x == 0 || y == 0 || metA[i] || metB[j] {
				continue
			}
			fixed, nx, ny := c.phoneOf(x).class == norm.PhoneFixed, c.phoneNumber(x)&^looseBit, c.phoneNumber(y)&^looseBit
			switch {
			case fixed != (c.phoneOf(y).class == norm.PhoneFixed):
			case fixed && sameExchange(nx, ny):
				exchange = true
			case digitSlip(nx, ny, 16):
				of.take(fixed, phoneSlip)
			default:
				of.take(fixed, phoneOther)
			}
		}
	}
	e.pattern = e.with(fieldMobile, of.mobile).with(fieldLine, of.line)
	return exchange
}

// phoneLevels are the best levels met so far.
type phoneLevels struct{ mobile, line level }

func (p *phoneLevels) take(fixed bool, l level) {
	have := &p.mobile
	if fixed {
		have = &p.line
	}
	if *have == noEvidence || l < *have {
		*have = l
	}
}

// sameNumber reports one number, also where one of the two lacks its country's code.
func (c *comparer) sameNumber(x, y uint32) bool {
	nx, ny := c.phoneNumber(x), c.phoneNumber(y)
	return x == y || (nx|ny)&looseBit != 0 && sameTail(nx&^looseBit, ny&^looseBit)
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
