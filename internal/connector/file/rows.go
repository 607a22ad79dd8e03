package file

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// span is one field of a row as it stands in the file, quotes included.
type span struct {
	from, to int
	quoted   bool
}

// rows reads the rows of a CSV text one by one (RFC 4180, with any ASCII
// delimiter, both line ends, and bare quotes inside an unquoted field). A
// quotation that does not end, or a last line without its line end, is an
// error: the file is half written. Lines with nothing on them are skipped.
type rows struct {
	in        *bufio.Reader
	delimiter byte

	text  []byte // the row with its line end; valid until the next one
	spans []span
	line  int   // the row's first line, from 1
	at    int64 // where the row starts in the text

	nextLine int
	nextAt   int64
	state    state
	start    int // where the field being read starts
}

// state is where in a row the reader stands.
type state int

const (
	atStart state = iota // before a field's first character
	inPlain
	inQuoted
	atQuote  // after a quote inside a quotation: its end, or half of a quote
	atReturn // after the CR behind a quotation
	atEnd
)

// rowError is what is wrong with the text; Error never shows values.
type rowError struct {
	line int
	what string
}

func (e *rowError) Error() string { return fmt.Sprintf("line %d: %s", e.line, e.what) }

// newRows reads rows that start at a position of the text, which is on a line.
func newRows(in io.Reader, delimiter byte, at int64, line int) *rows {
	return &rows{in: bufio.NewReaderSize(in, 64<<10), delimiter: delimiter, nextAt: at, nextLine: line}
}

// rowOf reads a single row, given with its line end.
func rowOf(text string, delimiter byte) *rows {
	return &rows{in: bufio.NewReaderSize(strings.NewReader(text), min(len(text), 4<<10)), delimiter: delimiter, nextLine: 1}
}

// next reads the next row; io.EOF after the last.
func (r *rows) next() error {
	for {
		if err := r.row(); err != nil {
			return err
		}
		if len(r.spans) > 1 || r.spans[0].from != r.spans[0].to {
			return nil
		}
	}
}

func (r *rows) row() error {
	r.text, r.spans, r.state, r.start = r.text[:0], r.spans[:0], atStart, 0
	r.line, r.at = r.nextLine, r.nextAt
	for r.state != atEnd {
		piece, err := r.in.ReadSlice('\n')
		done := len(r.text)
		r.text = append(r.text, piece...)
		switch {
		case len(r.text) > maxRow:
			return r.wrong("the row is longer than %d MiB", maxRow>>20)
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(r.text) == 0:
			return io.EOF
		case errors.Is(err, io.EOF) && r.state == inQuoted:
			return r.wrong("a quotation does not end")
		case errors.Is(err, io.EOF):
			return r.wrong("the last line has no line end, so the file may be half written")
		case err != nil:
			return err
		default:
			r.nextLine++
		}
		if err := r.split(done); err != nil {
			return err
		}
	}
	r.nextAt += int64(len(r.text))
	return nil
}

func (r *rows) wrong(format string, args ...any) error {
	return &rowError{r.line, fmt.Sprintf(format, args...)}
}

// split parts the text from a position on into fields.
func (r *rows) split(from int) error {
	for i := from; i < len(r.text); i++ {
		b := r.text[i]
		if b == 0 {
			return r.wrong("there is a NUL byte")
		}
		switch r.state {
		case inPlain, atStart:
			switch {
			case b == r.delimiter || b == '\n':
				if err := r.field(i, false, b == '\n'); err != nil {
					return err
				}
			case b == '"' && r.state == atStart:
				r.state = inQuoted
			default:
				r.state = inPlain
			}
		case inQuoted:
			if b == '"' {
				r.state = atQuote
			}
		case atQuote:
			switch b {
			case '"':
				r.state = inQuoted
			case '\r':
				r.state = atReturn
			case r.delimiter, '\n':
				if err := r.field(i, true, b == '\n'); err != nil {
					return err
				}
			default:
				return r.wrong("there is text behind a quotation in column %d", len(r.spans)+1)
			}
		case atReturn:
			if b != '\n' {
				return r.wrong("there is text behind a quotation in column %d", len(r.spans)+1)
			}
			if err := r.field(i-1, true, true); err != nil {
				return err
			}
		}
	}
	return nil
}

// field ends the field that is being read.
func (r *rows) field(end int, quoted, last bool) error {
	if last && !quoted && end > r.start && r.text[end-1] == '\r' {
		end--
	}
	switch {
	case end-r.start > maxField:
		return r.wrong("column %d is longer than %d MiB", len(r.spans)+1, maxField>>20)
	case len(r.spans) == maxColumns:
		return r.wrong("there are more than %d columns", maxColumns)
	}
	r.spans = append(r.spans, span{r.start, end, quoted})
	r.state = atStart
	if last {
		r.state = atEnd
	}
	// A delimiter is one byte, and nothing is read after the last field.
	r.start = end + 1
	return nil
}

// raw is a field as it stands in the file.
func (r *rows) raw(i int) []byte { return r.text[r.spans[i].from:r.spans[i].to] }

// value is what a field says.
func (r *rows) value(i int) string {
	raw := r.raw(i)
	if !r.spans[i].quoted {
		return string(raw)
	}
	return strings.ReplaceAll(string(raw[1:len(raw)-1]), `""`, `"`)
}

// content is the row without its line end.
func (r *rows) content() []byte { return r.text[:r.spans[len(r.spans)-1].to] }

// quote writes a value as a field. It is put in quotation marks where it needs
// them, and where the file does so anyway.
func quote(value string, delimiter byte, always bool) string {
	if !always && !strings.ContainsAny(value, "\"\r\n") && strings.IndexByte(value, delimiter) < 0 {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}
