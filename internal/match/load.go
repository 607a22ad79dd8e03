package match

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// chunk is a piece of a file on its way: lines in, forms out, in order.
type chunk struct {
	from  int
	lines [][]string
	ids   []string
	forms []form
	ready chan struct{}
}

const chunkLines = 2000

// load reads one list. Reading, taking to normal forms and entering into the table
// run beside one another; the table is entered in the order of the file.
func (f *Files) load(b *Batch, side int, in io.Reader) error {
	r, err := openCSV(in)
	if err != nil {
		return err
	}
	header, err := r.Read()
	if err != nil {
		return fmt.Errorf("read the header: %w", err)
	}
	l, err := recognise(header, f.Columns, f.ID)
	if err != nil {
		return err
	}
	if len(l.ignored) > 0 && f.Note != nil {
		f.Note("columns not used: " + strings.Join(l.ignored, ", "))
	}
	quit := make(chan struct{})
	work, order := make(chan *chunk), make(chan *chunk, 4)
	var wg sync.WaitGroup
	for range max(1, b.opts.Workers) {
		wg.Go(func() {
			var rec Record
			for c := range work {
				for i, line := range c.lines {
					l.record(line, &rec)
					c.forms[i].normalise(b.table.kind, &rec, b.table.country)
					c.ids[i] = firstOf(rec.ID, "line "+strconv.Itoa(c.from+i))
				}
				close(c.ready)
			}
		})
	}
	var failed error
	wg.Go(func() {
		defer close(order)
		defer close(work)
		failed = readChunks(r, work, order, quit)
	})
	for c := range order {
		<-c.ready
		if err == nil {
			if err = b.opts.cancelled(); err != nil {
				close(quit)
			}
		}
		for i := range c.forms {
			if err == nil && !b.addForm(side, c.ids[i], &c.forms[i]) {
				err = fmt.Errorf("the id %q stands twice, in line %d again; choose a column with --id whose values differ", c.ids[i], c.from+i)
				close(quit)
			}
		}
		if b.opts.Progress != nil {
			b.opts.Progress("read", b.sides[side], 0)
		}
	}
	wg.Wait()
	if err != nil {
		return err
	}
	return failed
}

func readChunks(r *csv.Reader, work, order chan<- *chunk, quit <-chan struct{}) error {
	line := 2
	for {
		c := &chunk{from: line, lines: make([][]string, 0, chunkLines), ready: make(chan struct{})}
		var err error
		for len(c.lines) < chunkLines {
			var cells []string
			if cells, err = r.Read(); err != nil {
				break
			}
			c.lines = append(c.lines, cells)
		}
		line += len(c.lines)
		c.ids, c.forms = make([]string, len(c.lines)), make([]form, len(c.lines))
		select {
		case work <- c:
			order <- c
		case <-quit:
			return nil
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the list: %w", err)
		}
	}
}

// openCSV begins a file: a byte order mark is skipped, and the separator is the one of
// comma, semicolon and tab that the first line has most of.
func openCSV(in io.Reader) (*csv.Reader, error) {
	br := bufio.NewReaderSize(in, 1<<18)
	if head, _ := br.Peek(3); bytes.Equal(head, []byte("\xef\xbb\xbf")) {
		br.Discard(3)
	}
	head, err := br.Peek(1 << 14)
	if len(head) == 0 {
		return nil, fmt.Errorf("the file is empty: %w", err)
	}
	if i := bytes.IndexByte(head, '\n'); i >= 0 {
		head = head[:i]
	}
	r := csv.NewReader(br)
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	for _, sep := range []byte{';', '\t'} {
		if bytes.Count(head, []byte{sep}) > bytes.Count(head, []byte{byte(r.Comma)}) {
			r.Comma = rune(sep)
			r.TrimLeadingSpace = sep != '\t' // a leading tab is an empty cell
		}
	}
	return r, nil
}
