package vcard

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

var small = crlf("BEGIN:VCARD", "VERSION:3.0", "N:Z;;;;", "FN:Z", "END:VCARD")

func TestManyCards(t *testing.T) {
	text := bom + "\r\n"
	for _, n := range nasty {
		text += n.card + "\r\n"
	}
	for name, src := range map[string]io.Reader{
		"at once":      strings.NewReader(text),
		"in bytes":     iotest.OneByteReader(strings.NewReader(text)),
		"eof with end": iotest.DataErrReader(strings.NewReader(text)),
	} {
		r := NewReader(src)
		var got []byte
		n := 0
		for ; ; n++ {
			c, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: card %d: %v", name, n, err)
			}
			got = c.AppendTo(got)
		}
		if n != len(nasty) || string(got) != text {
			t.Errorf("%s: %d of %d cards, same bytes %v", name, n, len(nasty), string(got) == text)
		}
	}
}

func TestErrorsSayWhere(t *testing.T) {
	props := func(n int) string { return strings.Repeat("X-A:b\r\n", n) }
	wrap := func(body string) string { return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + body + "END:VCARD\r\n" }
	for _, tc := range []struct {
		name, text string
		kind       error
		want       string
	}{
		{"cut off", small + "\r\nBEGIN:VCARD\r\nFN:X\r\n", ErrTruncated, "line 8, column 1: the vCard that begins in line 7 has no END:VCARD"},
		{"cut off within END", strings.TrimSuffix(small, "RD\r\n"), ErrTruncated, "line 5, column 1: the vCard that begins in line 1 has no END:VCARD"},
		{"the next begins", "BEGIN:VCARD\r\nFN:X\r\n" + small, ErrTruncated, "line 3, column 1: a vCard begins, but the one that begins in line 1 has no END:VCARD"},
		{"the agent is cut off", "BEGIN:VCARD\nAGENT:\nBEGIN:VCARD\nEND:VCARD\n", ErrTruncated, "line 4, column 1: the vCard that begins in line 1 has no END:VCARD"},
		{"a page instead of a card", small + "  <html>\n", ErrSyntax, "line 6, column 3: there is text outside of a vCard; BEGIN:VCARD was expected"},
		{"half a BEGIN", small + "BEGIN:VC", ErrSyntax, "line 6, column 1: there is text outside of a vCard; BEGIN:VCARD was expected"},
		{"UTF-16", "\xff\xfeB\x00", ErrSyntax, "line 1, column 1: the text is in UTF-16; save it as UTF-8"},
		{"nothing begins the continuation", "BEGIN:VCARD\n x\nEND:VCARD\n", ErrSyntax, "line 2, column 1: this line continues another, but it is the first of its vCard"},
		{"BEGIN hidden by a soft break", "BEGIN:VCARD\nX;QUOTED-PRINTABLE:=\nAGENT:\nBEGIN:VCARD\nEND:VCARD\nEND:VCARD\n", ErrSyntax, "line 4, column 1: a vCard begins within the one that begins in line 1"},
		{"too many properties", small + wrap(props(1000)), ErrLimit, "line 1007, column 1: the vCard has more than 1000 properties"},
		{"value too large", wrap("FN:" + strings.Repeat("x", 64<<10) + "\r\n"), ErrLimit, "line 3, column 4: the value is larger than 65536 bytes"},
		{"folded value too large", wrap("FN:\r\n" + strings.Repeat(" x\r\n", 64<<10)), ErrLimit, "line 3, column 4: the value is larger than 65536 bytes"},
		{"photo too large", wrap("PHOTO;ENCODING=b:" + strings.Repeat("A", 7<<20) + "\r\n"), ErrLimit, "line 3, column 18: the pictures of the vCard are larger than 5242880 bytes"},
		{"card too large without its photo", wrap(strings.Repeat("NOTE:"+strings.Repeat("x", 60<<10)+"\r\n", 18)), ErrLimit, "line 1, column 1: the vCard is larger than 1048576 bytes without its pictures"},
		{"a line without end", "BEGIN:VCARD\nX:" + strings.Repeat("x", 12<<20), ErrLimit, "line 2, column 1: a vCard is larger than 11534336 bytes"},
		{"blank lines without end", small + strings.Repeat("\r\n", 6<<20), ErrLimit, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cards, err := ParseAll([]byte(tc.text))
			if !errors.Is(err, tc.kind) || cards != nil {
				t.Fatalf("%d cards, error %v, want %v", len(cards), err, tc.kind)
			}
			if tc.want != "" && err.Error() != tc.want {
				t.Errorf("error %q\nwant  %q", err, tc.want)
			}
			r := NewReader(strings.NewReader(tc.text))
			for err == nil || r.fail == nil {
				_, err = r.Next()
			}
			if _, again := r.Next(); again != err || !errors.Is(err, tc.kind) {
				t.Errorf("the reader says %v, then %v", err, again)
			}
		})
	}
}

func TestJustInsideTheLimits(t *testing.T) {
	for name, body := range map[string]string{
		"properties": strings.Repeat("X-A:b\r\n", 999),
		"value":      "NOTE:" + strings.Repeat("x", 64<<10-len("NOTE:")) + "\r\n",
		"photo":      "PHOTO;ENCODING=b:" + strings.Repeat(strings.Repeat("A", 74)+"\r\n ", 5<<20*4/3/74) + "\r\n",
	} {
		text := "BEGIN:VCARD\r\nVERSION:3.0\r\n" + body + "END:VCARD\r\n"
		c, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if string(c.Bytes()) != text {
			t.Errorf("%s: other bytes", name)
		}
	}
}

func TestOneCardIsExpected(t *testing.T) {
	for text, want := range map[string]string{
		"":              "line 1, column 1: there is no vCard: the text is empty",
		"\r\n":          "line 1, column 1: there is no vCard: the text is empty",
		small + small:   "line 6, column 1: there are several vCards where one was expected",
		small + "x\r\n": "line 6, column 1: there is text outside of a vCard; BEGIN:VCARD was expected",
	} {
		if _, err := Parse([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("Parse(%q) = %v", text, err)
		}
	}
	if cards, err := ParseAll(nil); len(cards) != 0 || err != nil {
		t.Errorf("an empty file is no card and no error: %v, %v", cards, err)
	}
}

func TestBrokenStream(t *testing.T) {
	broken := errors.New("connection reset")
	r := NewReader(io.MultiReader(strings.NewReader(small+"BEGIN:VCARD\r\nFN:"), iotest.ErrReader(broken)))
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, broken) || err.Error() != "read vCard at line 7: connection reset" {
		t.Errorf("error %v", err)
	}
	if _, err := NewReader(stuck{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never reads: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

// endless repeats a piece for ever.
type endless struct{ piece string }

func (e endless) Read(b []byte) (int, error) {
	return copy(b, strings.Repeat(e.piece, 1+len(b)/len(e.piece))), nil
}

// Whatever comes, a reader holds a few times the largest card and no more.
func TestMemoryIsBounded(t *testing.T) {
	for name, piece := range map[string]string{"one line": "x", "folds": "\n x", "soft breaks": "=\n", "properties": "A:b\n", "blank lines": "\r\n", "cards": "END:VCARD\nBEGIN:VCARD\n"} {
		src := io.MultiReader(strings.NewReader("BEGIN:VCARD\nVERSION:2.1\nX;QUOTED-PRINTABLE:"), io.LimitReader(endless{piece}, 24<<20))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := NewReader(src)
		var err error
		for err == nil {
			_, err = r.Next()
		}
		runtime.ReadMemStats(&after)
		if name != "cards" && !errors.Is(err, ErrLimit) {
			t.Errorf("%s: %v", name, err)
		}
		if used := int(after.TotalAlloc - before.TotalAlloc); name != "cards" && used > 12*r.Limits.text() {
			t.Errorf("%s: %d MiB allocated", name, used>>20)
		}
		if cap(r.buf) > 4*r.Limits.text() {
			t.Errorf("%s: %d MiB held", name, cap(r.buf)>>20)
		}
	}
}

// Unfolding is linear: a value in a hundred thousand folds allocates a few
// times its size.
func TestUnfoldingIsLinear(t *testing.T) {
	for name, text := range map[string]string{
		"photo":       "BEGIN:VCARD\nVERSION:3.0\nPHOTO;ENCODING=b:" + strings.Repeat("\n A", 1<<20) + "\nEND:VCARD\n",
		"head":        "BEGIN:VCARD\nVERSION:3.0\nX" + strings.Repeat("\n y", 60<<10) + "\nEND:VCARD\n",
		"soft breaks": "BEGIN:VCARD\nVERSION:2.1\nX;QUOTED-PRINTABLE:" + strings.Repeat("a=\n", 60<<10) + "\nEND:VCARD\n",
		"parameters":  "BEGIN:VCARD\nVERSION:3.0\nX" + strings.Repeat(";a", 30<<10) + ":\nEND:VCARD\n",
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := Parse([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		runtime.ReadMemStats(&after)
		if used := int(after.TotalAlloc - before.TotalAlloc); used > 8*len(text) {
			t.Errorf("%s: %d KiB allocated for %d KiB", name, used>>10, len(text)>>10)
		}
	}
}

// pngHeader is a PNG that says how large it is and holds nothing.
func pngHeader(width, height uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	head = binary.BigEndian.AppendUint32(head, height)
	head = append(head, 8, 2, 0, 0, 0)
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), head...)
	return binary.BigEndian.AppendUint32(png, crc32.ChecksumIEEE(head))
}
