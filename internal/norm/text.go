package norm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Text is the normal form of any text: composed Unicode (NFC), line ends as LF,
// runs of blanks and tabs as one space, no blanks at the end of a line and none
// around the whole. Case is kept, and so are empty lines within.
func Text(s string) string {
	if plain(s) {
		return s
	}
	return blanks(norm.NFC.String(s))
}

// plain reports whether s is ASCII and already as Text would write it.
func plain(s string) bool {
	prev := byte('\n') // stands for the start: no blank may follow it
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf, c == '\t', c == '\r', c == '\v', c == '\f':
			return false
		case c == ' ' && (prev == ' ' || i == 0):
			return false
		case c == '\n' && (prev == ' ' || i == 0):
			return false
		}
		prev = c
	}
	return len(s) == 0 || (prev != ' ' && prev != '\n')
}

// blanks folds white space. It writes a blank only once something follows it on
// its line, and a line end only once something follows it in the text.
func blanks(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space, lines := false, 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r' && i+1 < len(s) && s[i+1] == '\n': // the LF counts
		case r == '\n' || r == '\r':
			space = false
			lines++
		case isBlank(r):
			space = true
		default:
			if b.Len() > 0 {
				for ; lines > 0; lines-- {
					b.WriteByte('\n')
				}
				if space {
					b.WriteByte(' ')
				}
			}
			space, lines = false, 0
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func isBlank(r rune) bool {
	return r == ' ' || r == '\t' || r == '\v' || r == '\f' || r == 0x85 || (r > unicode.MaxASCII && unicode.Is(unicode.Zs, r))
}

// lower is Text without case. Lower-casing can take a text out of NFC, hence the
// second pass, which costs nothing for ASCII.
func lower(s string) string {
	s = Text(s)
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || ('A' <= c && c <= 'Z') {
			return Text(strings.ToLower(s))
		}
	}
	return s
}

// Layout is a text as it may be passed on: composed Unicode (NFC) and line ends as
// LF, with nothing around the whole. What is set in lines keeps its layout, tabs and
// indents included; in a single line, runs of blanks are a slip and are mended as
// Text does it.
func Layout(s string) string {
	if plain(s) {
		return s
	}
	if text := Text(s); !strings.Contains(text, "\n") {
		return text
	}
	return strings.TrimFunc(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(norm.NFC.String(s)), isBlankOrLineEnd)
}

func isBlankOrLineEnd(r rune) bool { return isBlank(r) || r == '\n' }
