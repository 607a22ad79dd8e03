package match

import (
	"cmp"
	"slices"
	"sync"
)

// Options steer a decision.
type Options struct {
	Wrong    float64 // wrong links per 10,000 certain ones that the rules aim at; 0 means 5
	Reviewed float64 // questions (pairs that are Possible) for each record, at most; 0 means 0.03
	Strict   bool    // of a batch: the plain rules decide, see Facts, and nothing else
	OneToOne bool    // a record of one side has at most one partner on the other
	Workers  int     // goroutines to compare with; 0 means 1
	Progress func(stage string, done, total int)
	// Cancelled tells whether to give up, by the error to give up with; nil never does.
	// The Err method of a context fits.
	Cancelled func() error
}

func (o Options) cancelled() error {
	if o.Cancelled == nil {
		return nil
	}
	return o.Cancelled()
}

// Batch links two sets of records, or finds the duplicates in one. Fill it with Add,
// then call Run once.
type Batch struct {
	table *table
	sides [2]int // rows of each side; the second's stand behind the first's
	two   bool   // a second side is meant, though it may turn out empty
	one   bool
	opts  Options
	model *Model
	index *postings
	rank  []uint64 // of each row of one set, see ranks

	facts []fact // what the rows say under the plain rules
	thin  int    // values whose pairs are not all listed, see Thin

	contents []uint64    // of each row, see content; nil until they are wanted
	lines    [2][]uint64 // of the records of each side that have no id, see line

	copies copies
	ids    [2]dict // of each side; a record's number is its row there, from 1
	groups *grouping
	lock   sync.Locker // held while rows are read; nil where nobody changes them
}

// NewBatch makes an empty batch. country is assumed for records that name none.
func NewBatch(kind Kind, country string, opts Options) *Batch {
	return &Batch{table: newTable(kind, country), opts: opts, model: Default(), ids: [2]dict{newDict(), newDict()}}
}

// Add takes a record in; all of side 0 come before the first of side 1. It answers
// false, and does nothing, when the side has a record of this id. The record and its
// strings may be used again afterwards.
func (b *Batch) Add(side int, r *Record) bool {
	var f form
	b.read(&f, r)
	return b.addForm(side, r.ID, &f)
}

// read fills f from r with what the batch compares.
func (b *Batch) read(f *form, r *Record) {
	f.normalise(b.table.kind, r, b.table.country)
	if b.opts.Strict {
		f.facts = factsOf(b.table.kind, b.table.country, r)
	}
}

func (b *Batch) addForm(side int, id string, f *form) bool {
	if _, isNew := b.ids[side].add(id); !isNew {
		return false
	}
	b.addRow(side, f)
	return true
}

// addRow enters a record whose id is known already.
func (b *Batch) addRow(side int, f *form) {
	row := b.table.intern(f)
	row.side = uint8(side)
	for _, said := range f.facts {
		said.row = uint32(len(b.table.rows))
		b.facts = append(b.facts, said)
	}
	b.table.count(&row, 1)
	b.table.rows = append(b.table.rows, row)
	b.sides[side]++
}

// id is the id of a row; where the table is an index's, that knows it.
func (b *Batch) id(row uint32) []byte {
	switch {
	case b.lock != nil:
		return b.table.ids.bytes(row + 1)
	case int(row) < b.sides[0]:
		return b.ids[0].bytes(row + 1)
	}
	return b.ids[1].bytes(row - uint32(b.sides[0]) + 1)
}

// scored is a compared pair, its rows as numbers.
type scored struct {
	a, b  uint32
	score float32
	evidence
}

// compare orders pairs by their rows.
func (p scored) compare(q scored) int { return cmp.Or(cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b)) }

// blocks indexes the side that is searched: the second, or the only one.
func (b *Batch) blocks() {
	v := view{table: b.table}
	from := 0
	if b.two || b.sides[1] > 0 {
		from = b.sides[0]
	}
	b.findCopies()
	b.index = buildPostings(len(b.table.rows), b.opts.Workers, func(i int, k *keyList) {
		k.n = 0
		if _, left := b.copies[uint32(i)]; i >= from && !left {
			v.keys(&b.table.rows[i], k)
		}
	})
}

// allPairs is how many pairs are few enough to compare every one.
const allPairs = 2_000_000

// comparesAll reports whether every pair is compared. An index has its keys already,
// and wants to be back soon.
func (b *Batch) comparesAll() bool { return b.lock == nil && b.cross() <= allPairs }

// cross is the number of pairs there are.
func (b *Batch) cross() float64 {
	if b.one {
		n := float64(b.sides[0])
		return n * (n - 1) / 2
	}
	return float64(b.sides[0]) * float64(b.sides[1])
}

// weakMost is how long a list of candidates under a weak key may be. In one set all
// records of a person stand under the same keys, and each of them must be found: lists
// may be longer there, and become shorter by degrees as the set grows.
func (b *Batch) weakMost() int {
	if !b.one {
		return weakList(b.sides[1])
	}
	return max(2*weakInLarge, min(weakInSmall, weakInSmall*largeSet/max(1, b.sides[0])))
}

// ranks gives each row of one set its place in an order that follows from what it holds.
// Where lists are cut, x may find y and y not find x: which of the two does the
// searching must not depend on the order of rows, nor on the hash they are sampled by.
func (b *Batch) ranks() {
	if !b.one || b.rank != nil {
		return
	}
	b.rank = make([]uint64, b.sides[0])
	for i := range b.rank {
		b.rank[i] = mix(b.contents[i], 1)
	}
}

// before reports whether y is found from x and not x from y.
func (b *Batch) before(y, x uint32) bool {
	if int(y) >= len(b.rank) || y == x {
		return false
	}
	return cmp.Or(cmp.Compare(b.rank[y], b.rank[x]), b.called(y, x)) < 0
}

// visit compares rows with their candidates, in parallel, and hands each
// worker's pairs to its own sink in order.
func (b *Batch) visit(stage string, rows []uint32, sink func(worker int) func(x, y uint32, e *evidence)) error {
	workers := max(1, b.opts.Workers)
	b.readContents()
	b.reading(b.ranks)
	var wg sync.WaitGroup
	var next sync.Mutex
	at := 0
	const chunk = 64
	for w := range workers {
		emit := sink(w)
		wg.Go(func() {
			c := &comparer{view: view{table: b.table}}
			s := &search{}
			all := b.comparesAll()
			for b.opts.cancelled() == nil {
				next.Lock()
				lo := at
				at = min(at+chunk, len(rows))
				hi := at
				if b.opts.Progress != nil {
					b.opts.Progress(stage, hi, len(rows))
				}
				next.Unlock()
				if lo == hi {
					return
				}
				b.reading(func() {
					for _, x := range rows[lo:hi] {
						b.candidates(c, s, x)
						for _, y := range s.found {
							if !all && !c.worth(&b.table.rows[x], &b.table.rows[y]) {
								continue
							}
							e := c.compare(&b.table.rows[x], &b.table.rows[y])
							if b.one {
								emit(max(x, y), min(x, y), &e)
								continue
							}
							emit(x, y, &e)
						}
					}
				})
			}
		})
	}
	wg.Wait()
	return b.opts.cancelled()
}

// reading runs work under the batch's lock.
func (b *Batch) reading(work func()) {
	if b.lock != nil {
		b.lock.Lock()
		defer b.lock.Unlock()
	}
	work()
}

// candidates fills s.found with the rows that x is to be compared with. In one set a
// pair is met once, see before.
func (b *Batch) candidates(c *comparer, s *search, x uint32) {
	if b.comparesAll() {
		from, to := b.sides[0], b.sides[0]+b.sides[1]
		if b.one {
			from, to = 0, b.sides[0]
		}
		s.found = s.found[:0]
		for y := uint32(from); y < uint32(to); y++ {
			if !b.one || b.before(y, x) {
				s.found = append(s.found, y)
			}
		}
		return
	}
	if _, left := b.copies[x]; left {
		s.found = s.found[:0]
		return
	}
	c.keys(&b.table.rows[x], &s.keyList)
	for i := range s.n {
		s.lists[i] = b.index.find(s.list[i])
	}
	s.collect(b.weakMost())
	if b.one {
		s.found = slices.DeleteFunc(s.found, func(y uint32) bool { return !b.before(y, x) })
	}
}
