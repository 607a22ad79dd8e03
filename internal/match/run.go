package match

import "slices"

// Run decides on all pairs of the batch that are worth a word, in the order of their
// left, then right records. Among them are pairs with the verdict None that are likelier
// than not and would be Possible if Options.Reviewed were larger. In one set the left record is the one whose id comes first:
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
