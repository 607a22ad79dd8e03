package match

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// isUTF32 reports whether a file spends four bytes on a letter: it has the mark of that,
// or three of four bytes of its header are 0.
func isUTF32(head []byte) bool {
	if bytes.HasPrefix(head, []byte{0xff, 0xfe, 0, 0}) || bytes.HasPrefix(head, []byte{0, 0, 0xfe, 0xff}) {
		return true
	}
	head = head[:min(len(head), 64)]
	return len(head) >= 8 && bytes.Count(head, []byte{0}) > len(head)*5/8
}

// utf16Order tells from the first bytes of a file whether it is UTF-16, and in which
// order; nil where it is not. Without a mark, every other byte of a header is 0.
func utf16Order(head []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian
	case len(head) < 4:
		return nil
	}
	var zeros [2]int
	for i, c := range head[:min(len(head), 64)] {
		if c == 0 {
			zeros[i%2]++
		}
	}
	half := min(len(head), 64) / 2
	switch {
	case zeros[1] > half*3/4:
		return binary.LittleEndian
	case zeros[0] > half*3/4:
		return binary.BigEndian
	}
	return nil
}

// utf16Reader writes UTF-16 as UTF-8. The mark becomes that of UTF-8.
type utf16Reader struct {
	in    io.Reader
	order binary.ByteOrder
	raw   [4096]byte
	out   []byte // decoded, not yet read
	room  []byte
	high  rune // the first half of a pair whose second is still to come
	err   error
}

// Read implements io.Reader.
func (r *utf16Reader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if r.err != nil {
			return 0, r.err
		}
		var n int
		n, r.err = io.ReadFull(r.in, r.raw[:])
		if errors.Is(r.err, io.ErrUnexpectedEOF) {
			r.err = io.EOF
		}
		r.decode(r.raw[:n])
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *utf16Reader) decode(raw []byte) {
	r.out = r.room[:0]
	for ; len(raw) > 1; raw = raw[2:] {
		c := rune(r.order.Uint16(raw))
		if r.high != 0 {
			pair := utf16.DecodeRune(r.high, c)
			r.high = 0
			r.out = utf8.AppendRune(r.out, pair)
			if pair != utf8.RuneError {
				continue
			}
		}
		if utf16.IsSurrogate(c) && c < 0xdc00 {
			r.high = c
			continue
		}
		r.out = utf8.AppendRune(r.out, c) // a second half without a first becomes U+FFFD
	}
	r.room = r.out
}

// crReader makes line ends of the carriage returns that old programs end lines with.
type crReader struct{ in io.Reader }

// Read implements io.Reader.
func (r crReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}
