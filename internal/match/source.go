package match

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// source is a list while it is read.
type source struct {
	*csv.Reader
	header  []string
	charset charset // of what is not UTF-8
	doubt   string  // what the user should know about how the file is written
	skipped int     // lines before the header
	end     *lastByte
}

// headBytes is how much of a file is looked at to tell how it is written.
const headBytes = 1 << 14

// openSource begins a file and reads its header: UTF-8, UTF-16 or (where it is not
// UTF-8) the charset that its letters tell, lines that end with LF, CRLF or CR, and as separator that of
// comma, semicolon, tab and bar which the header has most of, or the one that a first
// line "sep=;" names.
func openSource(in io.Reader) (*source, error) {
	br := bufio.NewReaderSize(in, 1<<18)
	head, err := br.Peek(headBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	if isUTF32(head) {
		return nil, errors.New("the file is written in UTF-32; save it as UTF-8")
	}
	if order := utf16Order(head); order != nil {
		br = bufio.NewReaderSize(&utf16Reader{in: br, order: order}, 1<<18)
	}
	if mark, _ := br.Peek(3); bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		br.Discard(3)
	}
	if head, _ = br.Peek(headBytes); bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0 {
		br = bufio.NewReaderSize(crReader{br}, 1<<18)
	}
	s := &source{end: &lastByte{in: br}}
	s.guess(br)
	separator := rune(0)
	for {
		head, _ = br.Peek(headBytes)
		line, _, more := bytes.Cut(head, []byte{'\n'})
		line = bytes.TrimSpace(line)
		named, isSep := bytes.CutPrefix(bytes.Trim(line, `"`), []byte("sep="))
		if isSep && len(named) <= 1 && more {
			if separator = '\t'; len(named) == 1 {
				separator = rune(named[0])
			}
		} else if len(line) > 0 || !more {
			break
		}
		if _, err := br.ReadSlice('\n'); err != nil {
			break
		}
		s.skipped++
	}
	head, _, _ = bytes.Cut(head, []byte{'\n'})
	if len(bytes.TrimSpace(head)) == 0 {
		return nil, errors.New("the file is empty")
	}
	if separator == 0 {
		separator = separatorOf(head)
	}
	s.Reader = csv.NewReader(s.end)
	s.Comma, s.FieldsPerRecord, s.LazyQuotes = separator, -1, true
	s.TrimLeadingSpace = separator != '\t' // a leading tab is an empty cell
	if s.header, err = s.Read(); err != nil {
		return nil, fmt.Errorf("read the header: %w", err)
	}
	for i, h := range s.header {
		s.header[i] = s.charset.decoded(h)
	}
	return s, nil
}

// guess tells from the beginning of a file in which charset it is, where it is an old one.
func (s *source) guess(br *bufio.Reader) {
	head, _ := br.Peek(br.Size())
	var old, sure bool
	if s.charset, old, sure = guessCharset(head); !old {
		return
	}
	if s.doubt = "not in UTF-8, and read as " + charsetNames[s.charset]; !sure {
		s.doubt = "neither in UTF-8 nor in a charset that is known here; it is read as " + charsetNames[s.charset] + ", and letters like ä, é and ø may be wrong: save it as UTF-8"
	}
}

// separatorOf counts separators that do not stand within quotes.
func separatorOf(header []byte) rune {
	var seen [256]int
	quoted := false
	for _, c := range header {
		if c == '"' {
			quoted = !quoted
		}
		if !quoted {
			seen[c]++
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t', '|'} {
		if seen[c] > seen[best] {
			best = c
		}
	}
	return rune(best)
}

// line is the number of the line that a record began in.
func (s *source) line() int {
	line, _ := s.FieldPos(0)
	return line + s.skipped
}

// unclosed reports whether the last record of the file swallowed the rest of it behind
// a quote that is opened and never closed. The reader lets that pass, as it must let
// pass a quote in the middle of a name.
func (s *source) unclosed(last []string) bool {
	return len(last) > 0 && strings.Contains(last[len(last)-1], "\n") && s.end.last != '"'
}

// lastByte remembers the last byte of a stream that is no line end.
type lastByte struct {
	in   io.Reader
	last byte
}

// Read implements io.Reader.
func (l *lastByte) Read(p []byte) (int, error) {
	n, err := l.in.Read(p)
	for i := n - 1; i >= 0; i-- {
		if p[i] != '\n' && p[i] != '\r' {
			l.last = p[i]
			break
		}
	}
	return n, err
}

// longestCell is how many bytes of a cell are compared: no name and no address is longer.
const longestCell = 1000

// cell makes of a cell what is compared: text without blanks around it. What programs
// write for "no value" is none.
func (c charset) cell(s string) string {
	s = strings.TrimSpace(c.decoded(s))
	if len(s) > longestCell {
		cut := longestCell
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut]
	}
	switch s {
	case "NULL", "null", `\N`, "N/A", "n/a", "#N/A", "NaN", "nan":
		return ""
	}
	return s
}
