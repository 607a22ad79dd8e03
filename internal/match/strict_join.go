package match

import (
	"cmp"
	"iter"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// fact is a Fact of a row as a number. Among ten million facts two different ones
// have the same hash once in some hundred thousand runs.
type fact struct {
	hash uint64
	row  uint32
	rule Rule
}

func factsOf(kind Kind, country string, r *Record) []fact {
	said := Facts(kind, country, r)
	facts := make([]fact, len(said))
	for i, f := range said {
		facts[i] = fact{hash: mix(uint64(f.Rule), hashOf(f.Text)), rule: f.Rule}
	}
	return facts
}

// mostStrictPairs is how many pairs are listed, at most but for two of each fact. All
// pairs of a fact that is said some thousand times would be more than anybody reads:
// of the commonest ones each record is listed with one that stands for them.
const mostStrictPairs = 10_000_000

// Thin is the number of values that so many records have in common that not every
// pair of them is listed: each of those records is listed with one of them. Valid
// after Run with Options.Strict.
func (b *Batch) Thin() int { return b.thin }

// runStrictly joins the records on what they say. Likeness decides nothing; its score
// says how well a pair fits, by which the partner is chosen where one is all a record
// may have.
func (b *Batch) runStrictly() ([]Pair, error) {
	slices.SortFunc(b.facts, func(p, q fact) int {
		return cmp.Or(cmp.Compare(p.hash, q.hash), cmp.Compare(p.rule, q.rule), cmp.Compare(p.row, q.row))
	})
	met, err := b.meet()
	if err != nil {
		return nil, err
	}
	out, err := b.weigh(met)
	if err != nil {
		return nil, err
	}
	if b.opts.OneToOne {
		out = b.oneToOne(out)
	}
	if b.one {
		b.groups = alone(len(b.table.rows))
		for i := range out {
			if p := &out[i]; p.Verdict == Certain && b.groups.group[p.Left] != b.groups.group[p.Right] {
				b.groups.join(b.groups.group[p.Left], b.groups.group[p.Right])
			}
		}
	}
	return b.turn(out), b.opts.cancelled()
}

// meeting is a pair of rows that have a fact in common: in two sets the left one
// first, in one set the later one.
type meeting struct {
	a, b uint32
	rule Rule
}

// meet lists the pairs that have a fact in common, once each, by the first of the
// rules that apply.
func (b *Batch) meet() ([]meeting, error) {
	longest := b.longest()
	var met []meeting
	for same := range b.common() {
		if err := b.opts.cancelled(); err != nil {
			return nil, err
		}
		if b.pairsOf(same) > longest {
			b.thin++
			met = b.star(met, same)
		} else {
			met = b.all(met, same)
		}
	}
	slices.SortFunc(met, func(p, q meeting) int {
		return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b), cmp.Compare(p.rule, q.rule))
	})
	return slices.CompactFunc(met, func(p, q meeting) bool { return p.a == q.a && p.b == q.b }), nil
}

// common parts the facts by what they say, each with the rows in their order.
func (b *Batch) common() iter.Seq[[]fact] {
	return func(yield func([]fact) bool) {
		for rest := b.facts; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].hash == rest[0].hash && rest[n].rule == rest[0].rule {
				n++
			}
			if n > 1 && !yield(rest[:n]) {
				return
			}
			rest = rest[n:]
		}
	}
}

// leftOf cuts the rows of one fact in two where the left set ends.
func (b *Batch) leftOf(same []fact) (left, right []fact) {
	n, _ := slices.BinarySearchFunc(same, uint32(b.sides[0]), func(f fact, row uint32) int { return cmp.Compare(f.row, row) })
	return same[:n], same[n:]
}

func (b *Batch) pairsOf(same []fact) int {
	if b.one {
		return len(same) * (len(same) - 1) / 2
	}
	left, right := b.leftOf(same)
	return len(left) * len(right)
}

// longest is how many pairs a fact may have for all of them to be listed.
func (b *Batch) longest() int {
	var sizes []int
	for same := range b.common() {
		sizes = append(sizes, b.pairsOf(same))
	}
	slices.Sort(sizes)
	sum := 0
	for _, n := range sizes {
		if sum += n; sum > mostStrictPairs {
			return n - 1 // the others of this size are listed like this one, whatever their order
		}
	}
	return math.MaxInt
}

// all adds every pair of rows that say the same.
func (b *Batch) all(met []meeting, same []fact) []meeting {
	if b.one {
		for i, x := range same {
			for _, y := range same[:i] {
				met = append(met, meeting{x.row, y.row, x.rule})
			}
		}
		return met
	}
	left, right := b.leftOf(same)
	for _, x := range left {
		for _, y := range right {
			met = append(met, meeting{x.row, y.row, x.rule})
		}
	}
	return met
}

// star adds the pairs of each row with the one that is called first.
func (b *Batch) star(met []meeting, same []fact) []meeting {
	first := func(rows []fact) fact {
		return slices.MinFunc(rows, func(p, q fact) int { return b.called(p.row, q.row) })
	}
	if b.one {
		at := first(same)
		for _, x := range same {
			if x.row != at.row {
				met = append(met, meeting{max(x.row, at.row), min(x.row, at.row), x.rule})
			}
		}
		return met
	}
	left, right := b.leftOf(same)
	x, y := first(left), first(right)
	met = b.all(met, append(slices.Clone(left), y))
	return b.all(met, append([]fact{x}, right...))
}

// weigh makes decisions of pairs, with the score that likeness gives them.
func (b *Batch) weigh(met []meeting) ([]Pair, error) {
	b.model.measure(b.table)
	out := make([]Pair, len(met))
	const chunk = 10_000
	var wg sync.WaitGroup
	var done atomic.Int64
	for range max(1, b.opts.Workers) {
		wg.Go(func() {
			c := &comparer{view: view{table: b.table}}
			for b.opts.cancelled() == nil {
				hi := int(done.Add(chunk))
				lo := hi - chunk
				if lo >= len(met) {
					return
				}
				for i := lo; i < min(hi, len(met)); i++ {
					out[i] = b.weighed(c, met[i])
				}
			}
		})
	}
	wg.Wait()
	return out, b.opts.cancelled()
}

func (b *Batch) weighed(c *comparer, m meeting) Pair {
	p := b.scorePair(c, m.a, m.b)
	right := int(m.b)
	if !b.one {
		right -= b.sides[0]
	}
	return Pair{
		Left: int(m.a), Right: right, Verdict: m.rule.strictly(), Rule: m.rule,
		Score: float64(p.score), pattern: p.pattern, ahead: far, swapped: p.swapped,
	}
}
