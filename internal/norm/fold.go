package norm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// Fold reduces a text to lower-case ASCII words of letters and digits with one
// blank between. Umlauts are written out (ä = ae, å = aa, ß = ss, ø = oe), other
// accents dropped, other scripts transliterated; apostrophes vanish and everything
// else separates words. A text without any letter or digit becomes its lower-case [Text].
func Fold(s string) string {
	if folded(s) {
		return s
	}
	f := fold(s, false)
	if f == "" {
		return lower(s)
	}
	return f
}

func folded(s string) bool {
	prev := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !wordByte(c) && (c != ' ' || prev == ' ') {
			return false
		}
		prev = c
	}
	return len(s) == 0 || prev != ' '
}

func wordByte(c byte) bool { return 'a' <= c && c <= 'z' || '0' <= c && c <= '9' }

// fold is Fold without its fallback. With abbreviations, a dot or slash between
// single letters joins them ("S.A.R.L." = "sarl", "A/S" = "as"), as company names want it; in names of
// persons it would make a "jr" of the initials J. R.
func fold(s string, abbreviations bool) string {
	var room [96]byte
	b := room[:0]
	if !asciiOnly(s) {
		s = norm.NFKC.String(s)
	}
	gap := false // a word has ended and another has not begun
	piece := 0   // letters since the last separator or joining dot
	put := func(c byte) {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if !wordByte(c) {
			gap, piece = len(b) > 0, 0
			return
		}
		if gap {
			b = append(b, ' ')
			gap = false
		}
		piece++
		b = append(b, c)
	}
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			i++
			switch {
			case c == '\'' || c == '`':
			case (c == '.' || c == '/') && abbreviations && piece == 1 && loneLetter(s[i:]):
				piece = 0
			default:
				put(c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch r {
		case '’', '‘', 'ʼ', '´':
		case utf8.RuneError:
			put(' ')
		default:
			t := ascii(r)
			for j := 0; j < len(t); j++ {
				put(t[j])
			}
		}
	}
	return string(b)
}

// loneLetter reports whether a text begins with a letter and no other behind it.
func loneLetter(s string) bool {
	if s == "" || !letter(s[0]) {
		return false
	}
	_, n := utf8.DecodeRuneInString(s)
	return n == len(s) || !letter(s[n])
}

func letter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= utf8.RuneSelf }

func asciiOnly(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// ascii writes one rune in ASCII. German and Scandinavian letters follow the
// spelling people of those languages use when they have no such key; the
// library would turn ü into u, and "Mueller" would differ from "Müller".
func ascii(r rune) string {
	if int(r) < len(latin) {
		return latin[r]
	}
	if t := unidecode.Unidecode(string(r)); t != "" {
		return t
	}
	// The library knows some letters only in lower case, all Georgian capitals among them.
	return unidecode.Unidecode(string(unicode.ToLower(r)))
}

var latin = latinTable()

func latinTable() (t [0x250]string) {
	for r := range t {
		t[r] = unidecode.Unidecode(string(rune(r)))
	}
	for r, s := range map[rune]string{
		'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss", 'å': "aa", 'ø': "oe", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ð': "d",
		'Ä': "Ae", 'Ö': "Oe", 'Ü': "Ue", 'Å': "Aa", 'Ø': "Oe", 'Æ': "Ae", 'Œ': "Oe", 'Þ': "Th", 'Ð': "D",
	} {
		t[r] = s
	}
	return t
}

// words splits a folded text without allocating more than the slice given.
func words(dst []string, folded string) []string {
	for folded != "" {
		w, rest, _ := strings.Cut(folded, " ")
		if w != "" {
			dst = append(dst, w)
		}
		folded = rest
	}
	return dst
}
