package match

import (
	"cmp"
	"slices"
)

// What a pair counts in the growth of groups, in bits: no more than this for or
// against, and for a pair that was not even compared.
const (
	groupMost   = 12
	groupAbsent = -6
)

// grouping grows groups of records of one set that are one person. Groups are joined
// along the best pair first, and only where the pairs between them speak for it in
// the mean: a chain of likenesses does not join its ends.
type grouping struct {
	group   []int32   // of each row
	members [][]int32 // of each group
	near    [][]link  // of each row
}

type link struct {
	to    int32
	score float32
}

// alone is a grouping of n records in which each is its own group.
func alone(n int) *grouping {
	g := &grouping{group: make([]int32, n), members: make([][]int32, n)}
	for i := range n {
		g.group[i], g.members[i] = int32(i), []int32{int32(i)}
	}
	return g
}

func (b *Batch) groupPairs(pairs []scored) *grouping {
	n := len(b.table.rows)
	g := alone(n)
	g.near = make([][]link, n)
	order := make([]int, 0, len(pairs))
	for i, p := range pairs {
		g.near[p.a] = append(g.near[p.a], link{int32(p.b), p.score})
		g.near[p.b] = append(g.near[p.b], link{int32(p.a), p.score})
		if p.score >= 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		if c := cmp.Compare(pairs[j].score, pairs[i].score); c != 0 {
			return c
		}
		return b.comparePairs(&pairs[i], &pairs[j])
	})
	for _, i := range order {
		x, y := g.group[pairs[i].a], g.group[pairs[i].b]
		if x != y && g.fits(x, y) {
			g.join(x, y)
		}
	}
	return g
}

// comparePairs orders pairs by what their records are called, whatever the order of rows.
func (b *Batch) comparePairs(p, q *scored) int {
	pa, pb, qa, qb := p.a, p.b, q.a, q.b
	if b.one {
		if b.called(pa, pb) > 0 {
			pa, pb = pb, pa
		}
		if b.called(qa, qb) > 0 {
			qa, qb = qb, qa
		}
	}
	return cmp.Or(b.called(pa, qa), b.called(pb, qb))
}

// fits reports whether the pairs between two groups speak for one person in the mean.
func (g *grouping) fits(x, y int32) bool {
	if len(g.members[x]) > len(g.members[y]) {
		x, y = y, x
	}
	pairs := len(g.members[x]) * len(g.members[y])
	sum, met := 0.0, 0
	for _, m := range g.members[x] {
		for _, l := range g.near[m] {
			if g.group[l.to] == y {
				sum += min(groupMost, max(-groupMost, float64(l.score)))
				met++
			}
		}
	}
	return sum+float64(pairs-met)*groupAbsent >= 0
}

func (g *grouping) join(x, y int32) {
	if len(g.members[x]) < len(g.members[y]) {
		x, y = y, x
	}
	for _, m := range g.members[y] {
		g.group[m] = x
	}
	g.members[x] = append(g.members[x], g.members[y]...)
	g.members[y] = nil
}

// only is the groups that are left where a record has one partner at most: the pairs
// that one person's records make.
func (g *grouping) only(pairs []Pair) *grouping {
	left := alone(len(g.group))
	for i := range pairs {
		if x, y := int32(pairs[i].Left), int32(pairs[i].Right); g.group[x] == g.group[y] {
			left.join(x, y)
		}
	}
	return left
}
