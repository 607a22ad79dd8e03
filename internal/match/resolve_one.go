package match

import "slices"

// resolveOne turns the scored pairs of one set into decisions and groups. The groups
// have the last word: a pair within one counts as found though it scores low by
// itself, a pair across two counts as not.
func (b *Batch) resolveOne(pairs []scored) []Pair {
	g := b.groupPairs(pairs)
	met := pairs                // in order
	pairs = b.withCopies(pairs) // which join no group, but that of their like at the end
	lim := newLimits(b.opts, b.sides[0])
	lim.gap = 0 // a record may have several copies: they are no rivals
	v := view{table: b.table}
	best := make([]float32, len(b.table.rows)) // of the links into the own group
	for i := range pairs {
		if p := &pairs[i]; g.group[p.a] == g.group[p.b] {
			best[p.a], best[p.b] = max(best[p.a], p.score), max(best[p.b], p.score)
		}
	}
	out := make([]Pair, 0, len(pairs))
	add := func(p *scored) {
		d := b.decide(&v, &lim, p, far)
		same := g.group[p.a] == g.group[p.b] || b.copies.of(p.a, p.b)
		switch {
		case same:
			if lift := min(best[p.a], best[p.b])/2 + 0.5; p.score < lift && p.score < 0 {
				d.group = float32(grid(float64(lift - p.score)))
			}
			if d.Verdict == None {
				d.Verdict = Possible
			}
		default:
			if p.score >= 0 {
				d.group = -1 - p.score
			}
			if d.Verdict == Certain {
				d.Verdict, d.Guards = Possible, d.Guards|GuardGroup
			}
		}
		d.Score += float64(d.group)
		if d.Verdict != None {
			out = append(out, d)
		}
	}
	for i := range pairs {
		add(&pairs[i])
	}
	b.compareWithin(g, func(p *scored) {
		if _, seen := slices.BinarySearchFunc(met, *p, scored.compare); !seen {
			add(p)
		}
	})
	through(out, g)
	b.joinCopies(g)
	if b.opts.OneToOne {
		out = b.oneToOne(out)
		g = g.only(out)
	}
	b.groups = g
	return out
}

// compareWithin compares every pair within a group, met before or not.
func (b *Batch) compareWithin(g *grouping, emit func(p *scored)) {
	c := &comparer{view: view{table: b.table}}
	for _, members := range g.members {
		for i, x := range members {
			for _, y := range members[:i] {
				p := b.scorePair(c, uint32(x), uint32(y))
				emit(&p)
			}
		}
	}
}

// through makes a pair certain that is possible by itself where a third record of the
// group is certain with both and nothing in the two vetoes it.
func through(list []Pair, g *grouping) {
	const vetoes = GuardFirstNames | GuardSuffix | GuardIdent | GuardLastName | GuardGroup
	key := func(x, y uint32) uint64 { return uint64(max(x, y))<<32 | uint64(min(x, y)) }
	var sure []uint64
	for i := range list {
		if p := &list[i]; p.Verdict == Certain {
			sure = append(sure, key(uint32(p.Left), uint32(p.Right)))
		}
	}
	slices.Sort(sure)
	has := func(x, y uint32) bool { _, ok := slices.BinarySearch(sure, key(x, y)); return ok }
	for i := range list {
		p := &list[i]
		x, y := uint32(p.Left), uint32(p.Right)
		if p.Verdict != Possible || p.Guards&vetoes != 0 || g.group[x] != g.group[y] {
			continue
		}
		for _, z := range g.members[g.group[x]] {
			if z := uint32(z); z != x && z != y && has(x, z) && has(y, z) {
				p.Verdict, p.Rule, p.Guards = Certain, RuleGroup, 0
				break
			}
		}
	}
}
