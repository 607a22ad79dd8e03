package vcard

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

const bom = "\xef\xbb\xbf"

// Reader splits a stream into cards. It holds one card at a time.
type Reader struct {
	Limits Limits // may be changed before the first Next

	src  io.Reader // nil at its end
	buf  []byte    // read, not yet given out
	line int       // lines given out so far
	fail error     // what src said, or what ended reading
}

// NewReader reads cards from r, within DefaultLimits.
func NewReader(r io.Reader) *Reader { return &Reader{Limits: DefaultLimits, src: r} }

// Parse reads exactly one card. Anything else, more cards included, is an error.
func Parse(data []byte) (*Card, error) {
	r := &Reader{Limits: DefaultLimits, buf: data}
	c, err := r.Next()
	if err == io.EOF {
		return nil, errorAt(ErrSyntax, 1, 1, "there is no vCard: the text is empty")
	}
	if err != nil {
		return nil, err
	}
	if second, err := r.Next(); err == nil {
		return nil, errorAt(ErrSyntax, second.line, 1, "there are several vCards where one was expected")
	} else if err != io.EOF {
		return nil, err
	}
	return c, nil
}

// ParseAll reads all cards of a file. On an error there are no cards: a short
// list would look like deletions.
func ParseAll(data []byte) ([]*Card, error) {
	r := &Reader{Limits: DefaultLimits, buf: data}
	var cards []*Card
	for {
		c, err := r.Next()
		if err == io.EOF {
			return cards, nil
		}
		if err != nil {
			return nil, err
		}
		cards = append(cards, c)
	}
}

// Next gives the next card, or io.EOF where the stream ends after a whole one.
// Blank lines belong to the card before them, so the bytes of all cards
// together are the stream. After an error Next gives the same error again.
func (r *Reader) Next() (*Card, error) {
	if r.fail != nil {
		return nil, r.fail
	}
	n, err := r.cut()
	if err != nil {
		r.fail = err
		return nil, err
	}
	text := string(r.buf[:n])
	c, err := parseCard(text, r.line+1, r.Limits)
	if err != nil {
		r.fail = err
		return nil, err
	}
	r.buf = r.buf[n:]
	r.line += strings.Count(text, "\n")
	return c, nil
}

// cut finds the length of the next card with the blank lines around it.
func (r *Reader) cut() (int, error) {
	end, lines, begun, depth := 0, 0, 0, 0
	agent := false
	for {
		next, err := r.lineEnd(end)
		if err != nil {
			return 0, r.readError(err, r.line+lines+1)
		}
		line := r.buf[end:next]
		if len(line) == 0 { // the end of the stream
			switch {
			case depth > 0:
				return 0, errorAt(ErrTruncated, r.line+lines, 1, "the vCard that begins in line %d has no END:VCARD", begun)
			case begun > 0:
				return end, nil
			}
			return 0, io.EOF
		}
		switch blank := isBlank(line); {
		case begun > 0 && depth == 0: // after the end
			if !blank {
				return end, nil
			}
		case isMark(line, "BEGIN") && (depth == 0 || agent):
			if depth == 0 {
				begun = r.line + lines + 1
			}
			depth++
		case depth == 0:
			if !blank {
				return 0, outside(line, r.line+lines+1)
			}
		case isMark(line, "BEGIN"):
			return 0, errorAt(ErrTruncated, r.line+lines+1, 1, "a vCard begins, but the one that begins in line %d has no END:VCARD", begun)
		case isMark(line, "END"):
			depth--
		}
		agent = isAgent(line)
		lines++
		end = next
	}
}

// lineEnd gives the end of the line that starts at from, reading on as needed.
func (r *Reader) lineEnd(from int) (int, error) {
	seen := from
	for {
		if i := bytes.IndexByte(r.buf[seen:], '\n'); i >= 0 {
			seen += i + 1
			break
		}
		seen = len(r.buf)
		if r.src == nil || seen > r.Limits.text() {
			break
		}
		if err := r.fill(); err != nil {
			return 0, err
		}
	}
	if seen > r.Limits.text() {
		return 0, ErrLimit
	}
	return seen, nil
}

// fill reads another piece of the stream behind what is there.
func (r *Reader) fill() error {
	const piece = 32 << 10
	if cap(r.buf)-len(r.buf) < piece/2 {
		grown := make([]byte, len(r.buf), 2*len(r.buf)+piece)
		copy(grown, r.buf)
		r.buf = grown
	}
	for range 100 { // as many empty reads as bufio bears
		n, err := r.src.Read(r.buf[len(r.buf):cap(r.buf)])
		r.buf = r.buf[:len(r.buf)+n]
		if err == io.EOF {
			r.src = nil
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

func (r *Reader) readError(err error, line int) error {
	if errors.Is(err, ErrLimit) {
		return errorAt(ErrLimit, line, 1, "a vCard is larger than %d bytes", r.Limits.text())
	}
	return fmt.Errorf("read vCard at line %d: %w", line, err)
}

// outside explains text where only BEGIN:VCARD may stand.
func outside(line []byte, n int) error {
	if bytes.HasPrefix(line, []byte{0xff, 0xfe}) || bytes.HasPrefix(line, []byte{0xfe, 0xff}) {
		return errorAt(ErrSyntax, n, 1, "the text is in UTF-16; save it as UTF-8")
	}
	column := 1 + len(line) - len(bytes.TrimLeft(line, " \t"))
	return errorAt(ErrSyntax, n, column, "there is text outside of a vCard; BEGIN:VCARD was expected")
}
