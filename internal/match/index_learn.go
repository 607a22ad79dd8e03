package match

import "math"

// alikeRows is how many records are compared with the others to learn how many of them
// are like somebody else.
const alikeRows = 5000

// mostAlike is the number of shares in Model.Alike: of so many bits no stranger's
// likeness without being certain.
const mostAlike = 48

// asksFrom is the score from which a record is asked about, so that a place of as many
// strangers as there are records here is asked about no more than reviewed allows for
// both together. Alike holds, from leastReview up in steps of one bit, what share of the
// records scores so much with another one and is not certainly the same. Where that was
// not learnt there is no such score.
func (m *Model) asksFrom(reviewed float64) float64 {
	if m.Alike == nil {
		return math.Inf(-1)
	}
	for i, share := range m.Alike {
		if share <= 2*reviewed {
			return float64(leastReview + i)
		}
	}
	return leastReview + mostAlike
}

// alikeness finds Alike by asking for records of the index whom else they are like. What
// a plain rule would link is left out: it is asked about whatever the limit is.
func (x *Index) alikeness(model *Model, rows []uint32) []float64 {
	a := &asker{model: model}
	a.table, a.extra = x.table, newTable(x.table.kind, "")
	reached := make([]float64, mostAlike)
	asked := 0
	for _, self := range rows {
		x.mu.RLock()
		if x.alive[self] {
			asked++
			row := x.table.rows[self]
			lim := oneSidedLimits(x.opts, x.count)
			lim.possible = leastReview
			x.meet(a, &row, func(y uint32) bool { return y == self })
			if hits := x.hits(a, &row, &lim, 1); len(hits) > 0 && hits[0].Verdict == Possible && !hits[0].Rule.Plain() {
				for i := range reached {
					if hits[0].Score >= float64(leastReview+i) {
						reached[i]++
					}
				}
			}
		}
		x.mu.RUnlock()
	}
	for i := range reached {
		reached[i] /= float64(max(1, asked))
	}
	return reached
}

// Train fits the model to the records of the index, taken as one set that may hold
// duplicates, and uses it from then on. It works beside look-ups and updates, and
// works in first what has changed since the index was built, where that is much.
// What it learns depends on the records alone, not on their order or on what was
// learnt before.
func (x *Index) Train() (*Model, error) {
	x.mu.Lock()
	if x.built == nil && len(x.fresh.list) > len(x.base.entries)/deltaShare {
		x.beginBuild()
	}
	x.mu.Unlock()
	x.Wait()
	x.mu.RLock()
	b := &Batch{table: x.table, sides: [2]int{len(x.table.rows), 0}, one: true, opts: x.opts, model: Default(), index: x.base, lock: x.mu.RLocker()}
	x.mu.RUnlock()
	err := b.train()
	if err != nil {
		return nil, err
	}
	x.mu.RLock()
	model := b.model.measured(x.table, x.count)
	x.mu.RUnlock()
	var rows []uint32
	b.reading(func() { rows = b.sample(0, b.sides[0], alikeRows) })
	model.Alike = x.alikeness(model, rows)
	model.Version = Default().Version + "/" + model.fingerprint()
	x.mu.Lock()
	x.model = model
	x.mu.Unlock()
	return model, nil
}
