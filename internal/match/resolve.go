package match

import (
	"cmp"
	"math"
	"slices"
)

// Pair is a decision on two records of a batch.
type Pair struct {
	Left, Right int // rows: the order of Add within the side
	Verdict     Verdict
	Rule        Rule
	Guards      Guards
	Score       float64 // log2 of the odds that the two are one
	pattern
	ahead   float32
	group   float32 // bits that the groups add, see grouping
	swapped bool
}

// far is the lead of a pair that has no runner-up.
const far = 99

// leads finds for every pair how far it is ahead of the next best of either side.
// Where one partner is all a record can have, a rival that has certainly found its
// own (taken, by its pair) is none any more.
func leads(pairs []scored, rows int, taken []int32) []float32 {
	type best struct{ first, second float32 }
	low := float32(math.Inf(-1))
	top := make([]best, rows)
	for i := range top {
		top[i] = best{low, low}
	}
	put := func(x uint32, s float32) {
		t := &top[x]
		if s > t.first {
			t.first, t.second = s, t.first
		} else if s > t.second {
			t.second = s
		}
	}
	for i := range pairs {
		p := &pairs[i]
		if free(taken, p.b, i) {
			put(p.a, p.score)
		}
		if free(taken, p.a, i) {
			put(p.b, p.score)
		}
	}
	out := make([]float32, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		lead := float32(far)
		for _, x := range [...]uint32{p.a, p.b} {
			other := top[x].first
			if p.score == other {
				other = top[x].second
			}
			lead = min(lead, p.score-other)
		}
		out[i] = lead
	}
	return out
}

func free(taken []int32, x uint32, pair int) bool {
	return taken == nil || taken[x] == 0 || taken[x] == int32(pair)+1
}

// resolve turns scored pairs of two sets into decisions, ordered by the left row.
func (b *Batch) resolve(pairs []scored) []Pair {
	lim := newLimits(b.opts, b.sides[0])
	if !b.opts.OneToOne {
		lim.gap = 0 // a record may have several partners: they are no rivals
	}
	v := view{table: b.table}
	decisions := make([]Pair, len(pairs))
	taken := make([]int32, len(b.table.rows))
	for round := 0; ; round++ {
		lead := leads(pairs, len(b.table.rows), taken)
		more := false
		for i := range pairs {
			p := &pairs[i]
			decisions[i] = b.decide(&v, &lim, p, lead[i])
			if decisions[i].Verdict == Certain && lim.gap > 0 && taken[p.a] == 0 && taken[p.b] == 0 {
				taken[p.a], taken[p.b], more = int32(i)+1, int32(i)+1, true
			}
		}
		if !more || round == maxRounds {
			break
		}
	}
	out := make([]Pair, 0, len(pairs)/2)
	for i := range pairs {
		if d := decisions[i]; d.Verdict != None {
			out = append(out, d)
		}
	}
	if b.opts.OneToOne {
		out = b.oneToOne(out)
	}
	return out
}

// maxRounds bounds how often rivals are looked at again.
const maxRounds = 4

func (b *Batch) decide(v *view, lim *limits, p *scored, lead float32) Pair {
	x, y := &b.table.rows[p.a], &b.table.rows[p.b]
	verdict, rule, guards := lim.judge(v, x, y, &p.evidence, float64(p.score), float64(lead))
	right := int(p.b)
	if !b.one {
		right -= b.sides[0]
	}
	return Pair{Left: int(p.a), Right: right, Verdict: verdict, Rule: rule, Guards: guards, Score: float64(p.score), pattern: p.pattern, ahead: lead, swapped: p.swapped}
}

// oneToOne keeps at most one pair of each record, the certain before the possible,
// then the highest score first.
func (b *Batch) oneToOne(list []Pair) []Pair {
	rows := func(p *Pair) (x, y uint32) {
		if b.one {
			return uint32(p.Left), uint32(p.Right)
		}
		return uint32(p.Left), uint32(p.Right + b.sides[0])
	}
	slices.SortFunc(list, func(p, q Pair) int {
		if c := cmp.Or(cmp.Compare(max(Possible, q.Verdict), max(Possible, p.Verdict)), cmp.Compare(q.Score, p.Score)); c != 0 {
			return c
		}
		var a, o scored
		a.a, a.b = rows(&p)
		o.a, o.b = rows(&q)
		return b.comparePairs(&a, &o)
	})
	taken := make([]bool, len(b.table.rows))
	return slices.DeleteFunc(list, func(p Pair) bool {
		x, y := rows(&p)
		if taken[x] || taken[y] {
			return true
		}
		taken[x], taken[y] = true, true
		return false
	})
}
