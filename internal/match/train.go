package match

import (
	"math"
	"slices"
)

// tally is a pattern and how many pairs show it.
type tally struct {
	pattern
	count float64
}

// tallies sorts counted patterns, so that sums come out the same in every order.
func tallies(counts map[pattern]int) []tally {
	list := make([]tally, 0, len(counts))
	for p, n := range counts {
		list = append(list, tally{p, float64(n)})
	}
	slices.SortFunc(list, func(a, b tally) int {
		switch {
		case a.pattern < b.pattern:
			return -1
		case a.pattern > b.pattern:
			return 1
		}
		return 0
	})
	return list
}

// training is what the model learns from.
type training struct {
	pairs   []tally // compared pairs: nearly all true ones are among them
	share   float64 // of the records whose pairs were compared
	blind   float64 // how many pairs were taken blindly
	others  []tally // those of them that are not compared
	cross   float64 // number of all pairs
	most    float64 // how many of them can be true
	records int
}

// Strength of the defaults, as pairs seen before the first real one.
const (
	trustM = 60
	trustU = 200
	rounds = 60
)

// train estimates the shares of the levels without labels (Fellegi and Sunter 1969,
// by expectation and maximisation). The prior and the shares among untrue pairs are
// taken over all pairs of the two sides, not only over those compared: inside the
// compared ones both drift, and files with few fields collapse.
func train(start *Model, t training) *Model {
	m := *start
	if t.blind == 0 || t.cross == 0 {
		return &m
	}
	// How often each level is met among all pairs, true ones included: those compared are
	// known, and what the others show is known from a sample.
	var met [numFields][16]float64
	scale := t.cross / t.blind
	add := func(list []tally, times float64) {
		for _, p := range list {
			for f := field(0); f < numFields; f++ {
				met[f][p.level(f)] += p.count * times
			}
		}
	}
	add(t.pairs, 1/t.share)
	add(t.others, scale)
	matches := math.Max(1, math.Min(t.most, 0.3*math.Sqrt(t.cross)))
	for range rounds {
		m.Prior = math.Log2(matches / math.Max(1, t.cross-matches))
		m.derive()
		var seen [numFields][16]float64
		sum := 0.0
		for _, p := range t.pairs {
			w := p.count * likely(m.plain(p.pattern)) / t.share
			sum += w
			for f := field(0); f < numFields; f++ {
				seen[f][p.level(f)] += w
			}
		}
		if sum > t.most { // more cannot be
			for f := range seen {
				for l := range seen[f] {
					seen[f][l] *= t.most / sum
				}
			}
			sum = t.most
		}
		matches = math.Max(1, sum)
		for f := range m.M {
			trueOnes, others := 0.0, 0.0
			for l := 1; l <= levels[f]; l++ {
				trueOnes += seen[f][l]
				others += math.Max(0, met[f][l]-seen[f][l])
			}
			for l := 1; l <= levels[f]; l++ {
				m.M[f][l] = (seen[f][l] + trustM*start.M[f][l]) / (trueOnes + trustM)
				left := math.Max(0, met[f][l]-seen[f][l])
				// One pair met blindly stands for scale pairs: so much is its weight.
				m.U[f][l] = (left + trustU*math.Max(1, scale)*start.U[f][l]) / (others + trustU*math.Max(1, scale))
			}
		}
		m.keepNames()
	}
	m.Prior = math.Log2(matches / math.Max(1, t.cross-matches))
	m.Records = t.records
	m.derive()
	m.Version = start.Version + "/" + m.fingerprint()
	return &m
}

// likely is the probability that belongs to a score.
func likely(bits float64) float64 { return 1 / (1 + math.Exp2(-bits)) }

// keepNames bounds how often one person may go by two different names. Where firms
// are full of colleagues and relatives, the most frequent group of like pairs is
// theirs, and without this bound the model would learn to find colleagues.
func (m *Model) keepNames() {
	for _, c := range [...]struct {
		f    field
		l    level
		most float64
	}{{fieldFirst, nameOther, 0.03}, {fieldFirst, nameVague, 0.03}, {fieldLast, nameOther, 0.05}, {fieldLast, nameVague, 0.03}} {
		share := m.M[c.f][c.l]
		if share <= c.most {
			continue
		}
		for l := 1; l <= levels[c.f]; l++ {
			m.M[c.f][l] *= (1 - c.most) / (1 - share)
		}
		m.M[c.f][c.l] = c.most
	}
}
