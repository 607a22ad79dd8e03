package match

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// chunk is a piece of a file on its way: lines in, forms out, in order.
type chunk struct {
	lines [][]string
	at    []int    // the number of each line
	raw   []uint64 // a hash of each line
	ids   []string
	forms []form
	ready chan struct{}
}

const chunkLines = 2000

// list is one of the files to link.
type list struct {
	name string // how messages call it
	*source
	layout
}

// open begins all lists before anything is read of them, so that a mistake in the
// second is told at once.
func (f *Files) open() ([]*list, error) {
	var lists []*list
	var headers [][]string
	for side, in := range [...]io.Reader{f.Left, f.Right} {
		if in == nil {
			continue
		}
		l := &list{name: firstOf(f.Names[side], [...]string{"the first file", "the second file"}[side])}
		var err error
		if l.source, err = openSource(in); err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		lists, headers = append(lists, l), append(headers, l.header)
	}
	if err := allNamed(headers, f.Columns, f.ID); err != nil {
		return nil, err
	}
	for _, l := range lists {
		var err error
		if l.layout, err = recognise(l.header, f.Columns, f.ID); err != nil {
			return nil, fmt.Errorf("%s: %w", l.name, err)
		}
		l.layout.charset = l.source.charset
		if l.doubt != "" {
			f.note("%s: %s", l.name, l.doubt)
		}
		if len(l.ignored) > 0 {
			f.note("%s: columns not used: %s", l.name, strings.Join(l.ignored, ", "))
		}
	}
	return lists, nil
}

func (f *Files) note(format string, args ...any) {
	if f.Note != nil {
		f.Note(fmt.Sprintf(format, args...))
	}
}

// load reads one list. Reading, taking to normal forms and entering into the table
// run beside one another; the table is entered in the order of the file.
func (f *Files) load(b *Batch, side int, l *list) error {
	quit := make(chan struct{})
	work, order := make(chan *chunk), make(chan *chunk, 4)
	var wg sync.WaitGroup
	for range max(1, b.opts.Workers) {
		wg.Go(func() {
			var rec Record
			for c := range work {
				for i, line := range c.lines {
					l.record(line, &rec)
					b.read(&c.forms[i], &rec)
					c.ids[i], c.raw[i] = rec.ID, lineHash(line)
				}
				close(c.ready)
			}
		})
	}
	var failed error
	wg.Go(func() {
		defer close(order)
		defer close(work)
		failed = readChunks(l.source, work, order, quit)
	})
	e := entering{list: l, batch: b, side: side, note: f.note}
	var err error
	for c := range order {
		<-c.ready
		if err != nil {
			continue
		}
		if err = b.opts.cancelled(); err == nil {
			err = e.enter(c)
		}
		if err != nil {
			close(quit)
		}
		if b.opts.Progress != nil {
			b.opts.Progress("read", b.sides[side], 0)
		}
	}
	wg.Wait()
	if err = cmp.Or(err, failed); err != nil && b.opts.cancelled() == nil {
		return fmt.Errorf("%s: %w", l.name, err)
	}
	return err
}

// entering takes the records of a list into a batch.
type entering struct {
	*list
	batch  *Batch
	side   int
	lines  []uint32 // of every record, and
	raw    []uint64 // what stands there, kept while the ids may turn out to be none
	byLine bool     // the records are called by their lines
	note   func(format string, args ...any)
}

func (e *entering) enter(c *chunk) error {
	for i := range c.forms {
		if len(c.ids[i]) > longestCell {
			return fmt.Errorf("the id in line %d is longer than %d bytes; choose another column with --id", c.at[i], longestCell)
		}
		if e.byLine || c.ids[i] == "" {
			c.ids[i] = lineID(c.at[i])
			e.batch.nameless(e.side, c.raw[i])
		}
		if !e.byLine && !e.certain {
			e.lines, e.raw = append(e.lines, uint32(c.at[i])), append(e.raw, c.raw[i])
		}
		if e.batch.addForm(e.side, c.ids[i], &c.forms[i]) {
			continue
		}
		if e.certain || e.byLine {
			return fmt.Errorf("the id %q stands twice, in line %d again; choose a column with --id whose values differ", c.ids[i], c.at[i])
		}
		e.note("%s: the first column does not tell the records apart (line %d has the value of another), so they are called by their lines; name a column with --id", e.name, c.at[i])
		e.batch.ids[e.side] = newDict()
		for _, line := range e.lines {
			e.batch.ids[e.side].add(lineID(int(line)))
		}
		e.batch.lines[e.side] = e.raw
		e.byLine, e.lines, e.raw = true, nil, nil
		e.batch.addRow(e.side, &c.forms[i])
	}
	return nil
}

// lineID is the id of a record that has none of its own.
func lineID(line int) string { return "line " + strconv.Itoa(line) }

// lineHash is a hash of a line, and never 0.
func lineHash(cells []string) uint64 {
	h := uint64(1)
	for _, c := range cells {
		h = mix(h, hashOf(c))
	}
	return max(h, 1)
}

func readChunks(s *source, work, order chan<- *chunk, quit <-chan struct{}) error {
	var last []string
	at := 0
	for {
		c := &chunk{lines: make([][]string, 0, chunkLines), at: make([]int, 0, chunkLines), ready: make(chan struct{})}
		var err error
		for len(c.lines) < chunkLines {
			var cells []string
			if cells, err = s.Read(); err != nil {
				break
			}
			last, at = cells, s.line()
			c.lines, c.at = append(c.lines, cells), append(c.at, at)
		}
		c.ids, c.raw, c.forms = make([]string, len(c.lines)), make([]uint64, len(c.lines)), make([]form, len(c.lines))
		select {
		case work <- c:
			order <- c
		case <-quit:
			return nil
		}
		switch {
		case errors.Is(err, io.EOF) && s.unclosed(last):
			return fmt.Errorf("a quote that is opened in line %d is never closed, and everything behind it would be one cell", at)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read line %d: %w", at+1, err)
		}
	}
}
