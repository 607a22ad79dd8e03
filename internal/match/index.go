package match

import (
	"bytes"
	"cmp"
	"slices"
	"sync"
)

// Index answers which of its records are like a given one, while records come and go.
// It holds one kind of record, and is meant to hold one part: make one for each pair
// of the two, so that nothing is ever compared across parts.
//
// An index is safe for concurrent use: look-ups run beside one another and beside
// updates, each of which takes some microseconds. An update is seen by every look-up
// that begins after it. What has changed since the index was built is kept apart and
// worked in by a goroutine of its own when it becomes much; Wait waits for that.
type Index struct {
	mu     sync.RWMutex
	table  *table
	alive  []bool // of each row; the row of an id stays its own for ever
	count  int
	base   *postings
	frozen *delta // what the build under way works in
	fresh  *delta // what came after it began
	model  *Model
	opts   Options
	built  chan struct{} // closed when the build under way ends; nil: none is
	pool   sync.Pool     // *asker
}

// NewIndex makes an empty index. country is assumed for records that name none. model
// may be nil: then the shipped one decides until Train has been called.
func NewIndex(kind Kind, country string, opts Options, model *Model) *Index {
	if model == nil {
		model = Default()
	}
	return &Index{table: newTable(kind, country), base: &postings{}, fresh: newDelta(), model: model.measured(newTable(kind, country), 0), opts: opts}
}

// Put adds a record, or replaces the one with its id.
func (x *Index) Put(r *Record) {
	var f form
	f.normalise(x.table.kind, r, x.table.country)
	x.mu.Lock()
	defer x.mu.Unlock()
	at := x.place(r.ID, &f)
	var k keyList
	v := view{table: x.table}
	v.keys(&x.table.rows[at], &k)
	for _, key := range k.list[:k.n] {
		x.fresh.add(key, at)
	}
	x.rebuildIfDue()
}

// place writes a form into the row of an id and counts its values.
func (x *Index) place(id string, f *form) uint32 {
	t := x.table
	n, isNew := t.ids.add(id)
	at := n - 1
	row := t.intern(f)
	if isNew {
		t.rows, x.alive = append(t.rows, row), append(x.alive, true)
		x.count++
	} else {
		if x.alive[at] {
			t.count(&t.rows[at], -1)
		} else {
			x.alive[at] = true
			x.count++
		}
		t.rows[at] = row
	}
	t.count(&t.rows[at], 1)
	return at
}

// Remove takes a record out and tells whether it was there. Its texts stay in the
// dictionaries, tied to nobody, until the index is loaded anew.
func (x *Index) Remove(id string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := x.table.ids.find(id)
	if n == 0 || !x.alive[n-1] {
		return false
	}
	x.table.count(&x.table.rows[n-1], -1)
	x.table.rows[n-1] = row{}
	x.alive[n-1] = false
	x.count--
	return true
}

// Len is the number of records.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.count
}

// Model answers the model in use, to be kept with the decisions made by it.
func (x *Index) Model() *Model {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.model
}

// Bits of the delta from which a build is due, and its least size.
const (
	deltaShare = 20 // one posting in so many
	deltaLeast = 50_000
)

func (x *Index) rebuildIfDue() {
	if x.built != nil || len(x.fresh.list) < max(deltaLeast, len(x.base.entries)/deltaShare) {
		return
	}
	x.beginBuild()
}

// beginBuild works the delta in beside look-ups and updates; the caller holds the lock.
func (x *Index) beginBuild() {
	x.frozen, x.fresh, x.built = x.fresh, newDelta(), make(chan struct{})
	go func() {
		base := x.rebuild()
		x.mu.Lock()
		defer x.mu.Unlock()
		x.base, x.frozen = base, nil
		x.model = x.model.measured(x.table, x.count)
		close(x.built)
		x.built = nil
	}()
}

// Wait returns when no build is under way.
func (x *Index) Wait() {
	for {
		x.mu.RLock()
		built := x.built
		x.mu.RUnlock()
		if built == nil {
			return
		}
		<-built
	}
}

// build indexes all rows; the caller holds the lock.
func (x *Index) build() *postings {
	v := view{table: x.table}
	return buildPostings(len(x.table.rows), max(1, x.opts.Workers), func(i int, k *keyList) {
		if k.n = 0; x.alive[i] {
			v.keys(&x.table.rows[i], k)
		}
	})
}

// rebuild does the same beside look-ups and updates: it reads rows a few at a time
// under the lock. Rows that change meanwhile have their keys in the fresh delta.
func (x *Index) rebuild() *postings {
	x.mu.RLock()
	n := len(x.table.rows)
	x.mu.RUnlock()
	keys := make([]uint64, 0, 14*n)
	ends := make([]uint32, n)
	const few = 256
	var k keyList
	for from := 0; from < n; from += few {
		x.mu.RLock()
		v := view{table: x.table}
		for i := from; i < min(from+few, n); i++ {
			if x.alive[i] {
				v.keys(&x.table.rows[i], &k)
				keys = append(keys, k.list[:k.n]...)
			}
			ends[i] = uint32(len(keys))
		}
		x.mu.RUnlock()
	}
	return buildPostings(n, 1, func(i int, k *keyList) {
		from := uint32(0)
		if i > 0 {
			from = ends[i-1]
		}
		k.n = copy(k.list[:], keys[from:ends[i]])
	})
}

// Query is a question to an index.
type Query struct {
	Record *Record
	Limit  int // how many hits at most; 0 means 5
	// Wrong and Reviewed are the dials of Options for this question; 0 means those of
	// the index.
	Wrong, Reviewed float64
	Except          func(id string) bool // records not to be offered, such as the asker itself; may be nil
}

// Hit is a record that may be the one asked about.
type Hit struct {
	ID      string
	Verdict Verdict
	Rule    Rule
	Guards  Guards
	Score   float64 // log2 of the odds that it is
	explain explained
}

// Explain answers the evidence for a hit.
func (h *Hit) Explain() Explanation {
	return h.explain.explanation(h.Verdict, h.Rule, h.Guards)
}

// How many bits more a look-up asks for: whoever links two lists sees the rivals on
// both sides, a look-up only those in the index.
const (
	oneSided         = 5 // to be certain
	oneSidedPossible = 4 // to be worth a look
)

func oneSidedLimits(opts Options, records int) limits {
	lim := newLimits(opts, records)
	lim.certain += oneSided
	lim.possible += oneSidedPossible
	return lim
}

// asker is what one look-up works with.
type asker struct {
	comparer
	search
	model *Model
	list  []scored
	more  []posting
	form  form
}

// Lookup finds the records like the one asked about, the likeliest first. Only hits
// that are at least possible are answered.
func (x *Index) Lookup(q Query) []Hit {
	a, _ := x.pool.Get().(*asker)
	if a == nil {
		a = &asker{}
		a.extra = newTable(x.table.kind, "")
	}
	defer x.pool.Put(a)
	a.form.normalise(x.table.kind, q.Record, x.table.country)
	x.mu.RLock()
	defer x.mu.RUnlock()
	a.table, a.model = x.table, x.model
	a.extra.reset()
	asked := a.ask(&a.form)
	x.meet(a, &asked, func(y uint32) bool { return q.Except != nil && q.Except(x.table.ids.text(y+1)) })
	opts := x.opts
	opts.Wrong, opts.Reviewed = cmp.Or(q.Wrong, opts.Wrong), cmp.Or(q.Reviewed, opts.Reviewed)
	lim := oneSidedLimits(opts, x.count)
	lim.possible = max(lim.possible, x.model.asksFrom(opts.reviewed()))
	lim.counted = 1 // the record asked about is not in the table
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	return x.hits(a, &asked, &lim, limit)
}

// meet compares a record with the candidates that are not left out, and lists those
// that may be it or a rival.
func (x *Index) meet(a *asker, asked *row, without func(row uint32) bool) {
	x.candidates(a, asked)
	a.list = a.list[:0]
	least := float32(leastReview - runnerUpGap) // what scores less is nobody's rival
	for _, y := range a.found {
		if !x.alive[y] || !a.worth(asked, &x.table.rows[y]) || without(y) {
			continue
		}
		e := a.compare(asked, &x.table.rows[y])
		s := a.model.plain(e.pattern)
		if s < float64(least)-3*rareMost {
			continue
		}
		r := a.model.rarities(&a.view, asked, &x.table.rows[y], &e)
		if p := (scored{b: y, score: float32(s + r.sum()), evidence: e}); p.score >= least || e.level(fieldMail) == mailEqual || e.level(fieldIdent) == sameEqual {
			a.list = append(a.list, p)
		}
	}
}

func (x *Index) candidates(a *asker, asked *row) {
	a.keys(asked, &a.keyList)
	a.more = a.more[:0]
	weakMax := weakList(len(x.table.rows))
	var from [33]int
	for i := range a.n {
		key := a.keyList.list[i]
		a.lists[i] = x.base.find(key)
		most := strongList + 1 // one more than a list may have says that it is skipped
		if key&weakBit != 0 {
			most = weakMax + 1
		}
		a.more = x.fresh.find(x.frozen.find(a.more, key, most), key, most)
		from[i+1] = len(a.more)
	}
	for i := range a.n {
		a.search.more[i] = a.more[from[i]:from[i+1]]
	}
	a.collect(weakMax)
}

// hits decides on those that were met, the likeliest first.
func (x *Index) hits(a *asker, asked *row, lim *limits, limit int) []Hit {
	id := func(p *scored) []byte { return x.table.ids.bytes(p.b + 1) }
	slices.SortFunc(a.list, func(p, q scored) int {
		if p.score != q.score {
			return cmp.Compare(q.score, p.score)
		}
		return bytes.Compare(id(&p), id(&q))
	})
	var out []Hit
	for i := range a.list {
		p := &a.list[i]
		ahead := float32(far)
		if i > 0 {
			ahead = p.score - a.list[0].score
		} else if len(a.list) > 1 {
			ahead = p.score - a.list[1].score
		}
		verdict, rule, guards := lim.judge(&a.view, asked, &x.table.rows[p.b], &p.evidence, float64(p.score), float64(ahead))
		if verdict == None {
			continue
		}
		r := a.model.rarities(&a.view, asked, &x.table.rows[p.b], &p.evidence)
		out = append(out, Hit{ID: string(id(p)), Verdict: verdict, Rule: rule, Guards: guards, Score: float64(p.score),
			explain: explained{model: a.model, pattern: p.pattern, rare: r, ahead: ahead}})
		if len(out) == limit {
			break
		}
	}
	return out
}
