package match

import (
	"cmp"
	"math"
	"slices"
)

// Sizes of the samples that a model is trained on.
const (
	blindSide = 1000   // records a side whose pairs are all taken blindly
	trainRows = 40_000 // records whose candidates are compared
)

// sample picks up to n rows of a range by a hash of what they hold, so that neither
// their order nor what they are called matters. Of records that say the same, the
// first, the second and so on have hashes of their own: which is which makes no
// difference, and none of them draws all others along. Nor does a record draw its like
// on the other side along, which would make true pairs out to be frequent.
func (b *Batch) sample(from, to, n int) []uint32 {
	rows := make([]uint32, 0, to-from)
	for i := from; i < to; i++ {
		if _, left := b.copies[uint32(i)]; !left {
			rows = append(rows, uint32(i))
		}
	}
	if len(rows) <= n {
		return rows
	}
	drawn := make([]draw, len(rows))
	for i, row := range rows {
		drawn[i] = draw{mix(b.contents[row], uint64(from)), row}
	}
	slices.SortFunc(drawn, draw.compare)
	same := uint64(0)
	for i, last := 0, uint64(0); i < len(drawn); i++ {
		d := &drawn[i]
		if same++; i == 0 || d.hash != last {
			same = 0
		}
		last, d.hash = d.hash, mix(d.hash, same)
	}
	slices.SortFunc(drawn, draw.compare)
	for i, d := range drawn[:n] {
		rows[i] = d.row
	}
	return rows[:n]
}

// blind is how many records a side are compared blindly. An index is asked meanwhile:
// a tenth of its pairs will do.
func (b *Batch) blind() int {
	if b.lock != nil {
		return min(blindSide, int(math.Sqrt(0.1)*float64(b.sides[0])))
	}
	return blindSide
}

// draw is a row's lot.
type draw struct {
	hash uint64
	row  uint32
}

func (d draw) compare(o draw) int {
	return cmp.Or(cmp.Compare(d.hash, o.hash), cmp.Compare(d.row, o.row))
}

// train fits the model to the records of the batch.
func (b *Batch) train() error {
	b.readContents()
	var left, right, rows []uint32
	searching := b.sides[0]
	b.reading(func() {
		b.model.measure(b.table)
		left = b.sample(0, searching, b.blind())
		if right = left; !b.one {
			right = b.sample(searching, len(b.table.rows), b.blind())
		}
		rows = b.sample(0, searching, trainRows)
	})
	others, pairs := b.blindly(left, right)
	counts := make([]map[pattern]int, max(1, b.opts.Workers))
	err := b.visit("train", rows, func(w int) func(x, y uint32, e *evidence) {
		counts[w] = make(map[pattern]int)
		return func(_, _ uint32, e *evidence) { counts[w][e.pattern]++ }
	})
	if err != nil {
		return err
	}
	for _, more := range counts[1:] {
		for p, n := range more {
			counts[0][p] += n
		}
	}
	cross, most := b.cross(), float64(min(b.sides[0], b.sides[1]))
	if b.one {
		searching -= len(b.copies)
		cross = float64(searching) * float64(searching-1) / 2
		most = cross / 2
	}
	b.model = train(b.model, training{
		pairs: tallies(counts[0]), share: float64(len(rows)) / float64(searching), others: tallies(others), blind: pairs,
		cross: cross, most: most, records: max(b.sides[0], b.sides[1]),
	})
	return nil
}

// blindly compares every record of one sample with every one of another. It answers how
// many pairs that were, and the patterns of those which the search does not find: what
// it finds is counted whole, and so needs no sample.
func (b *Batch) blindly(left, right []uint32) (others map[pattern]int, pairs float64) {
	c, s := &comparer{view: view{table: b.table}}, &search{}
	b.reading(b.ranks)
	place := make(map[uint32]int, len(right))
	for i, y := range right {
		place[y] = i
	}
	met := make(map[[2]int]bool) // by their places in the samples
	for i, x := range left {
		b.reading(func() {
			b.candidates(c, s, x)
			for _, y := range s.found {
				j, drawn := place[y]
				if !drawn || !b.comparesAll() && !c.worth(&b.table.rows[x], &b.table.rows[y]) {
					continue
				}
				if met[[2]int{i, j}] = true; b.one {
					met[[2]int{j, i}] = true
				}
			}
		})
	}
	others = make(map[pattern]int)
	for i, x := range left {
		b.reading(func() {
			for j, y := range right {
				if b.one && j >= i {
					break
				}
				if pairs++; !met[[2]int{i, j}] {
					e := c.compare(&b.table.rows[x], &b.table.rows[y])
					others[e.pattern]++
				}
			}
		})
	}
	return others, pairs
}

// score compares all rows and keeps the pairs that reach the least score.
func (b *Batch) score(least float64) ([]scored, error) {
	rows := make([]uint32, 0, b.sides[0])
	for i := range b.sides[0] {
		rows = append(rows, uint32(i))
	}
	parts := make([][]scored, max(1, b.opts.Workers))
	v := view{table: b.table}
	err := b.visit("compare", rows, func(w int) func(x, y uint32, e *evidence) {
		return func(x, y uint32, e *evidence) {
			s := b.model.plain(e.pattern)
			if s < least-3*rareMost {
				return
			}
			r := b.model.rarities(&v, &b.table.rows[x], &b.table.rows[y], e)
			if s += r.sum(); s >= least {
				parts[w] = append(parts[w], scored{a: x, b: y, score: float32(s), evidence: *e})
			}
		}
	})
	pairs := slices.Concat(parts...)
	slices.SortFunc(pairs, func(p, q scored) int { return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b)) })
	return pairs, err
}
