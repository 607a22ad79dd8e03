package match

import "math"

// fewest is the size below which an index is not taken to be smaller: even of a
// handful of records two may be namesakes.
const fewest = 1000

// measured is the model for look-ups in a table: with the rarities of its values,
// and with the prior that the one asked about is as likely in it as not.
func (m *Model) measured(t *table, records int) *Model {
	c := *m
	c.measure(t)
	c.Prior = grid(-1 - math.Log2(float64(max(records, fewest))))
	return &c
}

// measure takes from a table how common its values are.
func (m *Model) measure(t *table) {
	add := func(r rarity, count uint32) {
		c := float64(count)
		m.square[r] += c * c
		m.total[r] += c
	}
	m.square, m.total = [numRarities]float64{}, [numRarities]float64{}
	for i := range t.name {
		add(rareFirst, t.name[i].count[0])
		add(rareLast, t.name[i].count[1])
	}
	words := [...]struct {
		r rarity
		e []wordEntry
	}{{rareCompany, t.company}, {rareStreet, t.street}, {rareCity, t.city}}
	for _, w := range words {
		for i := 1; i < len(w.e); i++ {
			add(w.r, w.e[i].count)
		}
	}
	for i := 1; i < len(t.code); i++ {
		if b := t.codes.bytes(uint32(i)); len(b) >= 4 {
			add(rarePostcode, t.code[i].count)
		}
	}
	for r := range m.square {
		if m.total[r] > 0 {
			m.square[r] /= m.total[r] * m.total[r]
		}
	}
}

// rare is what the rarity of an equal value adds: log2 of how much rarer it is than
// values met by chance are. One of the records that hold it is the one asked about,
// and says nothing about how many others do.
func (m *Model) rare(r rarity, count uint32) float64 {
	if m.total[r] < 50 || count == 0 || m.square[r] == 0 {
		return 0
	}
	return grid(min(rareMost, max(rareLeast, math.Log2(m.square[r]*m.total[r]/float64(max(1, count-1))))))
}

// rarities are the bits that rarity adds to the fields of one pair.
type rarities struct{ first, last, org, street, place float64 }

func (r rarities) sum() float64 { return r.first + r.last + r.org + r.street + r.place }

func (m *Model) rarities(v *view, a, b *row, e *evidence) rarities {
	var out rarities
	firsts, lasts := e.level(fieldFirst), e.level(fieldLast)
	switch {
	case e.swapped:
		// Which of the two is the last name nobody knows: the reading that is worth less counts.
		if lasts == nameExact || lasts == nameForm {
			out.last = min(m.rareName(v, rareLast, a.first, b.last), m.rareName(v, rareLast, a.last, b.first))
			if firsts == nameExact || firsts == nameForm {
				out.last = min(m.rareName(v, rareLast, a.first, b.last)+m.rareName(v, rareFirst, a.last, b.first),
					m.rareName(v, rareLast, a.last, b.first)+m.rareName(v, rareFirst, a.first, b.last))
			}
		}
	default:
		if firsts == nameExact || firsts == nameForm {
			out.first = m.rareName(v, rareFirst, a.first, b.first)
		}
		if lasts == nameExact || lasts == nameForm {
			out.last = m.rareName(v, rareLast, a.last, b.last)
		}
	}
	switch e.level(fieldOrg) {
	case orgSure, orgName, orgMoved:
		if a.company != 0 && a.company == b.company && a.company < asked {
			out.org = m.rare(rareCompany, v.table.company[a.company].count)
		}
	}
	if l := e.level(fieldStreet); (l == streetEqual || l == streetName) && a.street < asked {
		out.street = min(2, m.rare(rareStreet, v.table.street[a.street].count))
	}
	switch e.level(fieldPlace) {
	case placeEqual, placeCode, placeCodeOnly:
		if a.postcode < asked {
			out.place = min(2, m.rare(rarePostcode, v.table.code[a.postcode].count))
		}
	case placeCity, placeCitySlip, placeCityOnly:
		if a.city < asked {
			out.place = min(2, m.rare(rareCity, v.table.city[a.city].count))
		}
	}
	return out
}

// rareName takes the commoner of two spellings, so that a slip is not a rare name.
func (m *Model) rareName(v *view, r rarity, x, y uint32) float64 {
	count := uint32(1)
	for _, id := range [...]uint32{x, y} {
		if id != 0 && id < asked {
			e := &v.table.name[id]
			if r == rareLast {
				count = max(count, e.count[1])
			} else {
				count = max(count, e.count[0])
			}
		}
	}
	return m.rare(r, count)
}
