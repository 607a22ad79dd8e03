package match

// loadAtOnce is how many records Load takes to their normal forms together.
const loadAtOnce = 4096

// loading is some records on their way into an index.
type loading struct {
	records []Record
	forms   []form
	n       int
}

// Load fills an empty index: next fills one record after the other and answers false
// at the end. It is several times faster than Put: records are read and taken to
// their normal forms while those before them are placed. next is called from another
// goroutine, and no longer when Load returns.
func (x *Index) Load(next func(*Record) bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	empty, full := make(chan *loading, 2), make(chan *loading, 2)
	for range cap(empty) {
		empty <- &loading{records: make([]Record, loadAtOnce), forms: make([]form, loadAtOnce)}
	}
	kind, country := x.table.kind, x.table.country
	go func() {
		defer close(full)
		for more := true; more; {
			l := <-empty
			more = l.fill(next)
			inParallel(l.n, x.opts.Workers, func(from, to int) {
				for i := from; i < to; i++ {
					l.forms[i].normalise(kind, &l.records[i], country)
				}
			})
			full <- l
		}
	}()
	for l := range full {
		for i := range l.n {
			x.place(l.records[i].ID, &l.forms[i])
		}
		empty <- l
	}
	x.table.clip()
	x.base = x.build()
	x.model = x.model.measured(x.table, x.count)
}

// fill reads as many records as there is room for, and tells whether there are more.
func (l *loading) fill(next func(*Record) bool) bool {
	for l.n = 0; l.n < len(l.records); l.n++ {
		r := &l.records[l.n]
		*r = Record{Mails: r.Mails[:0], Phones: r.Phones[:0], Idents: r.Idents[:0]}
		if !next(r) {
			return false
		}
	}
	return true
}
