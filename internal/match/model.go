package match

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// levels counts the levels of each field, the missing one not counted.
var levels = [numFields]int{7, 7, 1, 7, 4, 4, 8, 5, 8, 5, 2, 2, 2}

// Model holds what agreement is worth: for every level of every field the share of
// true pairs (M) and of others (U) that show it, and how many pairs are true at all.
// It is a value: a decision is reproduced by the same model and the same records.
type Model struct {
	Version string                 // names the defaults and the data it was trained on
	Prior   float64                // log2 of the odds that two records taken blindly are one
	M, U    [numFields][16]float64 // shares per level, from 1; 0 is unused
	Records int                    // records of the larger side in training
	Alike   []float64              // what share of the records is possibly another one, see asksFrom; nil: not learnt
	bits    [numFields][16]float64 // log2(M/U), bounded
	square  [numRarities]float64   // sum of the squared shares of the values, see rarity
	total   [numRarities]float64   // records that hold a value
}

// rarity names the values whose rarity counts.
type rarity uint8

const (
	rareFirst rarity = iota
	rareLast
	rareCompany
	rareStreet
	rareCity
	rarePostcode
	numRarities
)

// Bounds of what single pieces of evidence are worth, in bits.
const (
	maxBits       = 18
	minBits       = -9
	mostOrg       = 13 // however rare a firm is, others work there too, and relatives among them
	rareMost      = 6
	rareLeast     = -8
	swapBits      = -2.5 // names in each other's fields
	suffixSame    = 2
	colleagueBits = -4
	initialBits   = 3.5 // one name in eleven begins with a given letter, however many records have initials
	similarBits   = 4
	movedBits     = 11 // a telling box in another domain; no more, as namesakes would teach otherwise
	suffixDiff    = -7
)

// derive computes the bits from the shares.
func (m *Model) derive() {
	for f := range m.bits {
		for l := 1; l <= levels[f]; l++ {
			m.bits[f][l] = grid(min(maxBits, max(minBits, math.Log2(m.M[f][l]/m.U[f][l]))))
		}
	}
	for l := range m.bits[fieldOrg] {
		m.bits[fieldOrg][l] = min(m.bits[fieldOrg][l], mostOrg)
	}
	m.bits[fieldOrder][nameSwapped] = swapBits
	m.bits[fieldSuffix][sameEqual], m.bits[fieldSuffix][sameOther] = suffixSame, suffixDiff
	for _, f := range [...]field{fieldFirst, fieldLast} {
		m.bits[f][nameInitial] = min(initialBits, m.bits[f][nameInitial])
	}
	// Two boxes of one firm's domain: that it is one domain counts in the organisation,
	// and what is left speaks against. Shared boxes and numbers count there alone.
	m.bits[fieldMail][mailColleague] = colleagueBits
	m.bits[fieldMail][mailSimilar] = min(similarBits, m.bits[fieldMail][mailSimilar])
	m.bits[fieldMail][mailMoved] = min(movedBits, m.bits[fieldMail][mailMoved])
	m.bits[fieldMail][mailShared], m.bits[fieldMobile][phoneShared], m.bits[fieldLine][phoneShared] = 0, 0, 0
}

// fingerprint is short for what the model has learnt.
func (m *Model) fingerprint() string {
	h := math.Float64bits(grid(m.Prior))
	for f := range m.bits {
		for _, b := range m.bits[f] {
			h = mix(h, math.Float64bits(b))
		}
	}
	for _, share := range m.Alike {
		h = mix(h, math.Float64bits(share))
	}
	return strconv.FormatUint(h>>32, 16)
}

// UnmarshalJSON reads a model that was kept as JSON and makes it ready for use. One
// whose shares are not between 0 and 1 is damaged.
func (m *Model) UnmarshalJSON(data []byte) error {
	type plain Model
	if err := json.Unmarshal(data, (*plain)(m)); err != nil {
		return fmt.Errorf("read the matching model: %w", err)
	}
	for f := range m.M {
		for l := 1; l <= levels[f]; l++ {
			if !(m.M[f][l] > 0 && m.M[f][l] <= 1 && m.U[f][l] > 0 && m.U[f][l] <= 1) {
				return fmt.Errorf("read the matching model: the shares of %s are damaged", fieldNames[f])
			}
		}
	}
	m.derive()
	return nil
}

// Shipped reports whether the model began with the shares that this version of the
// program comes with.
func (m *Model) Shipped() bool {
	shipped, _, _ := strings.Cut(m.Version, "/")
	return shipped == shippedVersion
}

// grid rounds bits to a 64th. Sums of such numbers are exact in any order and in
// either width of floating point.
func grid(bits float64) float64 { return math.Round(bits*64) / 64 }

// plain is the score of a pattern without rarity: log2 of the odds.
func (m *Model) plain(p pattern) float64 {
	s := grid(m.Prior)
	for f := field(0); p != 0; f, p = f+1, p>>4 {
		s += m.bits[f][p&15]
	}
	return s
}

// shippedVersion changes whenever a share of Default does.
const shippedVersion = "default-2"

// Default is the model that holds until data have been seen: the shares of a mean
// between address books, customer files and registers.
func Default() *Model {
	m := &Model{Version: shippedVersion}
	set := func(f field, mu ...[2]float64) {
		for i, x := range mu {
			m.M[f][i+1], m.U[f][i+1] = x[0], x[1]
		}
	}
	set(fieldFirst, [2]float64{.80, .004}, [2]float64{.05, .002}, [2]float64{.06, .003}, [2]float64{.015, .004}, [2]float64{.03, .006}, [2]float64{.01, .02}, [2]float64{.035, .961})
	set(fieldLast, [2]float64{.85, .0012}, [2]float64{.03, .0003}, [2]float64{.07, .0012}, [2]float64{.015, .002}, [2]float64{.002, .001}, [2]float64{.006, .0143}, [2]float64{.027, .98})
	set(fieldOrder, [2]float64{.02, .1})
	set(fieldMail, [2]float64{.70, .000004}, [2]float64{.05, .000002}, [2]float64{.04, .00003}, [2]float64{.02, .00001}, [2]float64{.01, .0008}, [2]float64{.16, .9987}, [2]float64{.02, .0004})
	set(fieldMobile, [2]float64{.75, .00001}, [2]float64{.04, .00005}, [2]float64{.20, .9998}, [2]float64{.01, .0001})
	set(fieldLine, [2]float64{.65, .00003}, [2]float64{.05, .00005}, [2]float64{.28, .9997}, [2]float64{.02, .0002})
	set(fieldOrg, [2]float64{.50, .0004}, [2]float64{.22, .0004}, [2]float64{.08, .0003}, [2]float64{.02, .0002}, [2]float64{.01, .0002}, [2]float64{.03, .0001}, [2]float64{.04, .01}, [2]float64{.10, .9885})
	set(fieldStreet, [2]float64{.70, .0001}, [2]float64{.04, .0008}, [2]float64{.09, .0005}, [2]float64{.07, .005}, [2]float64{.10, .9936})
	set(fieldPlace, [2]float64{.60, .002}, [2]float64{.06, .003}, [2]float64{.06, .01}, [2]float64{.07, .002}, [2]float64{.03, .001}, [2]float64{.05, .01}, [2]float64{.05, .02}, [2]float64{.08, .952})
	set(fieldBirth, [2]float64{.83, .0001}, [2]float64{.09, .002}, [2]float64{.03, .01}, [2]float64{.03, .13}, [2]float64{.02, .8579})
	set(fieldSuffix, [2]float64{.95, .3}, [2]float64{.05, .7})
	set(fieldForm, [2]float64{.93, .2}, [2]float64{.07, .8})
	set(fieldIdent, [2]float64{.97, .00001}, [2]float64{.03, .99999})
	m.Prior = -13
	m.derive()
	return m
}
