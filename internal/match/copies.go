package match

// mostCopies is how many records of one list may be the same in every value before
// all but one of them are left out of the search. The pairs of more would be too many
// for lists of candidates, and for whoever reads the result.
const mostCopies = 60

// copies maps rows that are left out of the search to the one that stands for them:
// that which is called first, so that the order of rows does not matter.
type copies map[uint32]uint32

// of reports whether one of two rows stands for the other.
func (c copies) of(x, y uint32) bool {
	for _, turn := range [...][2]uint32{{x, y}, {y, x}} {
		if first, ok := c[turn[0]]; ok && first == turn[1] {
			return true
		}
	}
	return false
}

// findCopies looks for rows of one set that say the same, where they are many.
func (b *Batch) findCopies() {
	if !b.one || b.cross() <= allPairs {
		return
	}
	count := make(map[row]uint32)
	for i := range b.table.rows {
		if r := &b.table.rows[i]; b.table.common(r) {
			count[*r]++
		}
	}
	for r, n := range count {
		if n <= mostCopies || r == (row{side: r.side}) {
			delete(count, r)
		}
	}
	if len(count) == 0 {
		return
	}
	first := make(map[row]uint32, len(count))
	each := func(do func(i uint32, r row)) {
		for i, r := range b.table.rows {
			if _, many := count[r]; many {
				do(uint32(i), r)
			}
		}
	}
	each(func(i uint32, r row) {
		if have, ok := first[r]; !ok || b.called(i, have) < 0 {
			first[r] = i
		}
	})
	b.copies = make(copies)
	each(func(i uint32, r row) {
		if first[r] != i {
			b.copies[i] = first[r]
		}
	})
}

// common reports whether every name, address and number of a row is that of many: of
// most lists no row is left, and none has to be counted.
func (t *table) common(r *row) bool {
	few := func(id uint32, count func() uint32) bool { return id != 0 && count() <= mostCopies }
	return !few(r.first, func() uint32 { return t.name[r.first].count[0] }) &&
		!few(r.last, func() uint32 { return t.name[r.last].count[1] }) &&
		!few(r.mails[0], func() uint32 { return t.mail[r.mails[0]].count }) &&
		!few(r.phones[0], func() uint32 { return t.phone[r.phones[0]].count })
}

// withCopies adds the pairs that copies make with the rows that stand for them.
func (b *Batch) withCopies(pairs []scored) []scored {
	c := &comparer{view: view{table: b.table}}
	for x := range b.table.rows {
		y, ok := b.copies[uint32(x)]
		if !ok {
			continue
		}
		pairs = append(pairs, b.scorePair(c, uint32(x), y))
	}
	return pairs
}

// scorePair compares two rows, in one set the later one with the earlier.
func (b *Batch) scorePair(c *comparer, x, y uint32) scored {
	p := scored{a: x, b: y}
	if b.one {
		p = scored{a: max(x, y), b: min(x, y)}
	}
	ra, rb := &b.table.rows[p.a], &b.table.rows[p.b]
	p.evidence = c.compare(ra, rb)
	r := b.model.rarities(&c.view, ra, rb, &p.evidence)
	p.score = float32(b.model.plain(p.pattern) + r.sum())
	return p
}

// joinCopies puts copies into the group of the row that stands for them.
func (b *Batch) joinCopies(g *grouping) {
	for x := range uint32(len(b.table.rows)) {
		if y, ok := b.copies[x]; ok && g.group[x] != g.group[y] {
			g.join(g.group[x], g.group[y])
		}
	}
}
