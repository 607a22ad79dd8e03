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

// sample picks up to n rows of a range by a hash of their ids, so that the order of
// the records does not matter.
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
	hash := make([]uint64, to-from)
	for i := range hash {
		hash[i] = hashOf(string(b.id(uint32(from + i))))
	}
	slices.SortFunc(rows, func(x, y uint32) int { return cmp.Compare(hash[int(x)-from], hash[int(y)-from]) })
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

// train fits the model to the records of the batch.
func (b *Batch) train() error {
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
	c := &comparer{view: view{table: b.table}}
	blind := make(map[pattern]int)
	for i, x := range left {
		b.reading(func() {
			for j, y := range right {
				if b.one && j >= i {
					break
				}
				e := c.compare(&b.table.rows[x], &b.table.rows[y])
				blind[e.pattern]++
			}
		})
	}
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
		pairs: tallies(counts[0]), share: float64(len(rows)) / float64(searching), blind: tallies(blind),
		cross: cross, most: most, records: max(b.sides[0], b.sides[1]),
	})
	return nil
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
