package match

import (
	"bytes"
	"cmp"
	"slices"
)

// content is a hash of what a row holds. It is the same whatever the record is called
// and wherever in its list it stands.
func (t *table) content(r *row) uint64 {
	h := mix(uint64(r.birth)<<32|uint64(r.country)<<16|uint64(r.suffix), 3)
	text := func(d *dict, id uint32) {
		if id != 0 {
			h = mix(h, hashOf(d.bytes(id)))
		}
		h = mix(h, 0) // where one value ends and the next begins
	}
	text(&t.names, r.first)
	text(&t.names, r.last)
	for _, m := range r.mails {
		if m != 0 {
			text(&t.locals, t.mail[m].local)
			text(&t.domains, t.mail[m].domain)
		}
	}
	for _, p := range r.phones {
		h = mix(h, t.phones.value[p])
	}
	text(&t.companies, r.company)
	text(&t.streets, r.street)
	text(&t.cities, r.city)
	for _, c := range [...]uint32{r.house, r.postcode, r.region} {
		text(&t.codes, c)
	}
	for _, c := range r.idents {
		text(&t.codes, c)
	}
	return h
}

// readContents hashes what the rows of the batch hold, where that has not been done.
func (b *Batch) readContents() {
	if b.contents != nil {
		return
	}
	n := b.sides[0] + b.sides[1]
	contents := make([]uint64, n)
	if b.lock == nil {
		inParallel(n, b.opts.Workers, func(from, to int) {
			for i := from; i < to; i++ {
				contents[i] = b.table.content(&b.table.rows[i])
			}
		})
	} else {
		const few = 1024 // whoever changes rows meanwhile does not wait long
		for from := 0; from < n; from += few {
			b.reading(func() {
				for i := from; i < min(from+few, n); i++ {
					contents[i] = b.table.content(&b.table.rows[i])
				}
			})
		}
	}
	b.contents = contents
}

// called orders the records of one side by what they are called: numbers by their
// value and before texts. Those that have no id of their own follow, by what stands in
// their lines: a line's number says nothing about the record.
func (b *Batch) called(x, y uint32) int {
	rawX, rawY := b.line(x), b.line(y)
	if rawX == 0 && rawY == 0 {
		return compareIDs(b.id(x), b.id(y))
	}
	return cmp.Or(cmp.Compare(rawX, rawY), cmp.Compare(x, y))
}

// line is a hash of the line of a record without an id; 0 where it has one.
func (b *Batch) line(row uint32) uint64 {
	side := 0
	if int(row) >= b.sides[0] && b.lock == nil {
		side, row = 1, row-uint32(b.sides[0])
	}
	if int(row) >= len(b.lines[side]) {
		return 0
	}
	return b.lines[side][row]
}

// nameless says what stands in the line of the record that is added next to a side and
// has no id of its own.
func (b *Batch) nameless(side int, line uint64) {
	b.lines[side] = append(b.lines[side], make([]uint64, b.sides[side]-len(b.lines[side]))...)
	b.lines[side] = append(b.lines[side], line)
}

// compareIDs orders ids as people would: 2 before 10, and numbers before texts.
func compareIDs(x, y []byte) int {
	numberX, numberY := isNumber(x), isNumber(y)
	switch {
	case numberX && numberY:
		x, y := bytes.TrimLeft(x, "0"), bytes.TrimLeft(y, "0")
		if c := cmp.Or(cmp.Compare(len(x), len(y)), bytes.Compare(x, y)); c != 0 {
			return c
		}
	case numberX:
		return -1
	case numberY:
		return 1
	}
	return bytes.Compare(x, y) // 007 and 7 are two
}

func isNumber(id []byte) bool {
	for _, c := range id {
		if !isDigit(c) {
			return false
		}
	}
	return len(id) > 0
}

// turn makes of each pair of one set the record that is called first the left one, and
// puts the pairs into the order of their lists.
func (b *Batch) turn(pairs []Pair) []Pair {
	if b.one {
		for i := range pairs {
			if p := &pairs[i]; b.called(uint32(p.Right), uint32(p.Left)) < 0 {
				p.Left, p.Right = p.Right, p.Left
			}
		}
	}
	slices.SortFunc(pairs, func(p, q Pair) int { return cmp.Or(cmp.Compare(p.Left, q.Left), cmp.Compare(p.Right, q.Right)) })
	return pairs
}
