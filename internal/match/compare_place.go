package match

import "bytes"

// agreement of one part of the organisation.
type agreement int8

const (
	unknown agreement = iota
	agrees
	partly
	differs
)

// org weighs employer, mail domain, exchange and office address as one.
func (c *comparer) org(a, b *row, exchange bool) level {
	name := c.companyAgreement(a, b)
	address := c.addressAgreement(a, b)
	place := exchange || address == agrees
	switch {
	case name == agrees && place:
		return orgSure
	case name == agrees && address == differs:
		return orgMoved
	case name == agrees:
		return orgName
	case name == partly && place:
		return orgNear
	case place && name == unknown:
		return orgPlace
	case place:
		return orgRenamed
	case name == partly, address == partly && name == unknown:
		return orgHint
	case name == differs, address == differs:
		return orgOther
	}
	return noEvidence
}

func (c *comparer) companyAgreement(a, b *row) agreement {
	if a.company != 0 && a.company == b.company || c.sameDomain(a, b) {
		return agrees
	}
	if a.company == 0 || b.company == 0 {
		return unknown
	}
	x, y := c.companyOf(a.company), c.companyOf(b.company)
	if x.skel == y.skel {
		return partly
	}
	sx, sy := c.textOf(a.company, companiesOf), c.textOf(b.company, companiesOf)
	if couldReach(0.92, x.set, y.set, len(sx), len(sy)) && jaroWinkler(sx, sy) >= 0.92 {
		return partly
	}
	return differs
}

func (c *comparer) addressAgreement(a, b *row) agreement {
	code := agreementOf(a.postcode, b.postcode)
	city := agreementOf(a.city, b.city)
	town := code == agrees || city == agrees
	if a.street != 0 && b.street != 0 {
		if a.street == b.street && a.house == b.house && (town || code == unknown && city == unknown) {
			return agrees
		}
		if town && (a.street == b.street || a.house == b.house && a.house != 0 && c.streetsNear(a.street, b.street)) {
			if a.house == b.house {
				return agrees
			}
			return partly
		}
		return differs
	}
	switch {
	case code == agrees:
		return partly
	case code == differs || city == differs:
		return differs
	}
	return unknown
}

func agreementOf(x, y uint32) agreement {
	switch {
	case x == 0 || y == 0:
		return unknown
	case x == y:
		return agrees
	}
	return differs
}

func (c *comparer) streetsNear(x, y uint32) bool {
	sx, sy := c.textOf(x, streetsOf), c.textOf(y, streetsOf)
	return jaroWinkler(sx, sy) >= 0.88
}

// private compares the addresses of persons without employer, and of companies.
func (c *comparer) private(a, b *row, e *evidence) {
	street := noEvidence
	if a.street != 0 && b.street != 0 {
		equal := a.street == b.street
		alike := equal || c.streetsNear(a.street, b.street)
		house := agreementOf(a.house, b.house)
		switch {
		case equal && house == agrees:
			street = streetEqual
		case equal && house == unknown:
			street = streetName
		case alike && house == agrees:
			street = streetNear
		case alike:
			street = streetNumber
		default:
			street = streetOther
		}
	}
	e.pattern = e.with(fieldStreet, street).with(fieldPlace, c.placeLevel(a, b))
}

func (c *comparer) placeLevel(a, b *row) level {
	code, city := agreementOf(a.postcode, b.postcode), agreementOf(a.city, b.city)
	if code == differs && c.codesNear(a.postcode, b.postcode) {
		code = partly
	}
	if city == differs {
		x, y := c.textOf(a.city, citiesOf), c.textOf(b.city, citiesOf)
		if jaroWinkler(x, y) >= 0.88 || near(x, y) {
			city = partly
		}
	}
	switch {
	case code == agrees && (city == agrees || city == partly):
		return placeEqual
	case code == agrees && city == unknown:
		return placeCode
	case code == agrees:
		return placeCodeOnly
	case city == agrees && code == unknown:
		return placeCity
	case city == agrees && code == partly:
		return placeCitySlip
	case city == agrees:
		return placeCityOnly
	case city == partly || code == partly:
		return placeNear
	case code == differs || city == differs:
		return placeOther
	}
	return noEvidence
}

// codesNear reports postcodes one slip apart.
func (c *comparer) codesNear(x, y uint32) bool {
	a, b := c.textOf(x, codesOf), c.textOf(y, codesOf)
	if len(a) < 4 || len(b) < 4 || bytes.Equal(a, b) {
		return false
	}
	return slips(a, b, 1) <= 1
}
