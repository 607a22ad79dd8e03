package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"math"
	"os"

	"kith/internal/contact"
)

// snapshot is what is known of a file that was read from end to end and found
// sound: where each row stands, but no values.
type snapshot struct {
	identity
	set       charset
	mark      int // bytes of the byte order mark
	header    header
	top       string // hash of the header, part of every version
	rows      []place
	byKey     map[string]int32
	highest   string // of the keys that are numbers; "" where there are none
	waypoints []waypoint
	size      int64 // of the text
}

// place is where a row stands in the text.
type place struct {
	at   int64
	size uint32 // with its line end
	line uint32
}

// scan reads a whole file.
func (c *collection) scan(ctx context.Context, f *os.File) (*snapshot, error) {
	head := make([]byte, 4)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, failed("read", err)
	}
	set, mark, sure, err := c.format.choose(head[:n])
	if err != nil {
		return nil, contact.Fail(contact.Malformed, "%s: %w", c.name(), err)
	}
	if sure {
		return c.scanAs(ctx, f, set, mark, c.known(set))
	}
	s, err := c.scanAs(ctx, f, set, mark, c.asUTF8)
	if first := (notUTF8{}); errors.As(err, &first) {
		return c.scanAs(ctx, f, windowsSet, mark, c.asWindows(first))
	}
	return s, err
}

// scanAs reads a whole file in a charset. fits refuses a row that is no text in
// it.
func (c *collection) scanAs(ctx context.Context, f *os.File, set charset, mark int, fits func(*rows) error) (*snapshot, error) {
	s := &snapshot{set: set, mark: mark, byKey: map[string]int32{}}
	content := sha256.New()
	bom := make([]byte, mark)
	if _, err := f.ReadAt(bom, 0); err != nil {
		return nil, failed("read", err)
	}
	content.Write(bom)
	in := newStream(f, set, waypoint{raw: int64(mark)})
	in.hash, in.note = content, true

	r := newRows(in, 0, 0, 1)
	first := true
	for {
		if len(s.rows)%1024 == 0 && ctx.Err() != nil {
			return nil, stopped(ctx.Err())
		}
		if first {
			r.delimiter = c.delimiter(r)
		}
		err := r.next()
		if errors.Is(err, io.EOF) && !first {
			break
		}
		if errors.Is(err, io.EOF) {
			return nil, c.malformed(1, "there is no header")
		}
		if err != nil {
			return nil, c.unreadable(err)
		}
		if err := fits(r); err != nil {
			return nil, err
		}
		if first {
			first = false
			if s.header, err = c.readHeader(r); err != nil {
				return nil, err
			}
			s.top = string(r.content())
			continue
		}
		if err := c.index(s, r); err != nil {
			return nil, err
		}
	}
	s.size, s.waypoints = r.nextAt, in.notes
	s.state = hex.EncodeToString(content.Sum(nil)[:16])
	return s, nil
}

// delimiter returns the configured delimiter, or finds it by the line that is
// read next.
func (c *collection) delimiter(r *rows) byte {
	if c.format.delimiter != 0 {
		return c.format.delimiter
	}
	// Peek reports a short file with an error, which the row will meet again.
	line, _ := r.in.Peek(r.in.Size())
	if i := bytes.IndexByte(line, '\n'); i >= 0 {
		line = line[:i+1]
	}
	return delimiterOf(line, c.spec.ID)
}

// index notes a row.
func (c *collection) index(s *snapshot, r *rows) error {
	if len(r.spans) != len(s.header.columns) {
		return c.malformed(r.line, "there are %d columns, the header has %d", len(r.spans), len(s.header.columns))
	}
	key := r.value(s.header.id)
	if key == "" {
		return c.malformed(r.line, "the key in column %s is empty", c.spec.ID)
	}
	if first, twice := s.byKey[key]; twice {
		return c.malformed(r.line, "the key in column %s is the same as in line %d", c.spec.ID, s.rows[first].line)
	}
	if len(s.rows) == math.MaxInt32 {
		return c.malformed(r.line, "there are too many rows")
	}
	s.byKey[key] = int32(len(s.rows))
	s.rows = append(s.rows, place{r.at, uint32(len(r.text)), uint32(r.line)})
	if isNumber(key) && higher(key, s.highest) {
		s.highest = key
	}
	return nil
}

// unreadable gives what a reader of rows says its class.
func (c *collection) unreadable(err error) error {
	var wrong *rowError
	if errors.As(err, &wrong) {
		return c.malformed(wrong.line, "%s", wrong.what)
	}
	return failed("read "+c.name(), err)
}

// from reads the rows from the n-th on, in an open file that the snapshot is
// of.
func (s *snapshot) from(f io.ReaderAt, n int) (*rows, error) {
	at, line := s.size, 0
	if n < len(s.rows) {
		at, line = s.rows[n].at, int(s.rows[n].line)
	}
	in, err := s.text(f, at)
	if err != nil {
		return nil, err
	}
	return newRows(in, s.header.delimiter, at, line), nil
}

// text reads the text from a position on.
func (s *snapshot) text(f io.ReaderAt, at int64) (io.Reader, error) {
	from := waypoint{at, int64(s.mark) + at}
	if s.set.coding != nil {
		from = waypoint{0, int64(s.mark)}
		for _, w := range s.waypoints {
			if w.text <= at {
				from = w
			}
		}
	}
	in := newStream(f, s.set, from)
	_, err := io.CopyN(io.Discard, in, at-from.text)
	return in, err
}

// version is the hash of a row under its header: what it says, and how.
func (s *snapshot) version(content []byte) string {
	h := sha256.New()
	h.Write([]byte(s.top))
	h.Write([]byte{'\n'})
	h.Write(content)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

func stopped(err error) error { return contact.Fail(contact.Unreachable, "stopped: %w", err) }
