package vcard

import "strings"

// isBlank reports whether a line shows nothing. A byte order mark counts as
// nothing: files put together from several have it in the middle.
func isBlank[T []byte | string](line T) bool {
	rest := line
	if len(rest) >= len(bom) && string(rest[:len(bom)]) == bom {
		rest = rest[len(bom):]
	}
	for i := range len(rest) {
		if c := rest[i]; c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// isMark reports whether a line is word:VCARD, in any case.
func isMark[T []byte | string](line T, word string) bool {
	const value = ":VCARD"
	if len(line) > 64 || len(line) < len(word)+len(value) || line[0]|' ' != word[0]|' ' && line[0] != bom[0] {
		return false // as nearly all lines; no copies of photos
	}
	s := strings.TrimRight(string(line), " \t\r\n")
	if word == "BEGIN" {
		s = strings.TrimPrefix(s, bom)
	}
	return len(s) == len(word)+len(value) && strings.EqualFold(s[:len(word)], word) && strings.EqualFold(s[len(word):], value)
}

// isAgent reports whether a line announces a card within the card, as 2.1 does.
func isAgent[T []byte | string](line T) bool {
	end := len(line)
	for end > 0 && (line[end-1] == '\r' || line[end-1] == '\n' || line[end-1] == ' ' || line[end-1] == '\t') {
		end--
	}
	if end == 0 || end > 128 || line[end-1] != ':' {
		return false // as nearly all lines
	}
	s := strings.TrimRight(string(line), " \t\r\n")
	if _, name, ok := strings.Cut(s, "."); ok {
		s = name
	}
	const name = "AGENT"
	return len(s) > len(name) && strings.EqualFold(s[:len(name)], name) && strings.HasSuffix(s, ":") && strings.IndexByte(";:", s[len(name)]) >= 0
}

// lines walks over the text of one card.
type lines struct {
	text    string
	version Version
	pos     int // start of the next line
	no      int // its number
}

// peek gives the next line as written, with its line end.
func (l *lines) peek() string {
	rest := l.text[l.pos:]
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		return rest[:i+1]
	}
	return rest
}

func (l *lines) skip(line string) {
	l.pos += len(line)
	l.no++
}

// logical takes the next property: as written, and unfolded with the place of
// its colon (-1: none). The work is linear in the length.
func (l *lines) logical() (raw, line string, colon int) {
	start := l.pos
	first := l.peek()
	l.skip(first)
	line = strings.TrimRight(first, "\r\n")
	var joined []byte // line, once it is made of several
	head := newHeadScan()
	head.feed(line)
	last, enc := line, encUnknown
	for l.pos < len(l.text) {
		if enc == encUnknown && head.colon >= 0 {
			text := line
			if joined != nil {
				text = string(joined)
			}
			enc = Params(text[:head.colon]).encoding()
		}
		next := l.peek()
		s := strings.TrimRight(next, "\r\n")
		folded := next[0] == ' ' || next[0] == '\t'
		soft := enc == encQuoted && strings.HasSuffix(last, "=") && !isMark(next, "END")
		switch {
		case soft: // the sign goes, the next line counts whole
		case folded && l.version != V21:
			s = s[min(1, len(s)):]
		case folded: // 2.1 folds before a space that belongs to the value
		case enc == encBase64 && l.version == V21 && s != "" && isBase64(s): // some telephones do not indent
		default:
			return l.finish(start, line, joined, &head)
		}
		if joined == nil {
			joined = append(make([]byte, 0, 2*len(line)+len(s)), line...)
		}
		if soft {
			joined = joined[:len(joined)-1]
		}
		joined = append(joined, s...)
		head.feed(s)
		last = s
		l.skip(next)
	}
	return l.finish(start, line, joined, &head)
}

func (l *lines) finish(start int, line string, joined []byte, head *headScan) (string, string, int) {
	if joined != nil {
		line = string(joined)
	}
	return l.text[start:l.pos], line, head.end()
}

// headScan looks for the colon between head and value, piece by piece, so that
// a head folded a thousand times is still read once.
type headScan struct {
	fed    int // bytes seen
	first  int // 1 + the first colon of all, for heads with a stray quote
	colon  int // the first colon outside quotes, -1 while not found
	quoted bool
}

func newHeadScan() headScan { return headScan{colon: -1} }

func (h *headScan) feed(s string) {
	if h.colon >= 0 {
		return
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			h.quoted = !h.quoted
		case ':':
			if h.first == 0 {
				h.first = h.fed + i + 1
			}
			if !h.quoted {
				h.colon = h.fed + i
				return
			}
		}
	}
	h.fed += len(s)
}

// end gives the place of the colon when all is fed, -1 for none.
func (h *headScan) end() int {
	if h.colon >= 0 {
		return h.colon
	}
	return h.first - 1
}
