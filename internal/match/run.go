package match

import "slices"

// Run decides on all pairs of the batch that are worth a word, in the order of their
// left, then right records. In one set the left record is the one whose id comes first:
// numbers by their value, before texts. Records must not be added afterwards.
func (b *Batch) Run() ([]Pair, error) {
	b.one = !b.two && b.sides[1] == 0
	if b.opts.Strict {
		return b.runStrictly()
	}
	b.blocks()
	if b.cross() == 0 {
		return nil, b.opts.cancelled() // nothing to compare, and nothing to learn from
	}
	if err := b.train(); err != nil {
		return nil, err
	}
	least := float64(leastReview)
	if b.one {
		least = -groupMost
	}
	pairs, err := b.score(least)
	if err != nil {
		return nil, err
	}
	if b.one {
		return b.turn(b.ration(b.resolveOne(pairs))), b.opts.cancelled()
	}
	return b.turn(b.ration(b.resolve(pairs))), nil
}

// ration keeps the number of reviews within the share of the records that Options
// allow: of the pairs that are rather not one, the least likely go.
func (b *Batch) ration(pairs []Pair) []Pair {
	possible, unlikely := 0, []float64(nil)
	for i := range pairs {
		if p := &pairs[i]; p.Verdict == Possible {
			possible++
			if p.Score < 0 && p.Rule == NoRule {
				unlikely = append(unlikely, p.Score)
			}
		}
	}
	over := possible - int(b.opts.reviewed()*float64(b.sides[0]+b.sides[1]))
	if over <= 0 || len(unlikely) == 0 {
		return pairs
	}
	slices.Sort(unlikely)
	bound := unlikely[min(over, len(unlikely))-1]
	return slices.DeleteFunc(pairs, func(p Pair) bool {
		return p.Verdict == Possible && p.Score <= bound && p.Score < 0 && p.Rule == NoRule
	})
}

// Model answers the model that decided; valid after Run.
func (b *Batch) Model() *Model { return b.model }

// IDs answers the ids of a pair's records.
func (b *Batch) IDs(p *Pair) (left, right string) {
	side := 1
	if b.one {
		side = 0
	}
	return b.ids[0].text(uint32(p.Left) + 1), b.ids[side].text(uint32(p.Right) + 1)
}

// Explain takes a decision apart.
func (b *Batch) Explain(p *Pair) Explanation {
	v := view{table: b.table}
	from := b.sides[0]
	if b.one {
		from = 0
	}
	r := b.model.rarities(&v, &b.table.rows[p.Left], &b.table.rows[p.Right+from], &evidence{pattern: p.pattern, swapped: p.swapped})
	x := explained{model: b.model, pattern: p.pattern, rare: r, group: p.group, ahead: p.ahead}
	return x.explanation(p.Verdict, p.Rule, p.Guards)
}

// Groups lists the groups of two records and more of one set, as rows in their order;
// valid after Run.
func (b *Batch) Groups() [][]int {
	if b.groups == nil {
		return nil
	}
	done := make([]bool, len(b.groups.members))
	var out [][]int
	for row := range b.table.rows {
		g := b.groups.group[row]
		if done[g] || len(b.groups.members[g]) < 2 {
			continue
		}
		done[g] = true
		var list []int
		for _, m := range b.groups.members[g] {
			list = append(list, int(m))
		}
		slices.Sort(list)
		out = append(out, list)
	}
	return out
}
