package norm

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// Phone is the normal form of a telephone number: E.164, followed by ";ext=12" where
// there is an extension. country is the ISO 3166 code (or name) of the country whose
// numbers are written without a code; empty means that only numbers with "+" or "00"
// can be read. A number need not be in service, it only must have the form of one:
// records hold mistyped numbers, and two spellings of one mistyped number are equal
// too. What has not that form ("110", "see mail", two numbers in one) becomes its [Text].
func Phone(s, country string) string {
	if isE164(s) {
		return s
	}
	if number := dialled(s, country); number != "" {
		return number
	}
	text := Text(s)
	if text == s {
		return s
	}
	// Blanks of another kind may have been all that stood in the way.
	return cmp.Or(dialled(text, country), text)
}

// dialled is the number that somebody typed, or empty.
func dialled(s, country string) string {
	var room [dialLen]byte
	d, ok := readDial(s, room[:0])
	if !ok {
		return ""
	}
	e164 := d.e164(Country(country))
	if e164 == "" || d.ext == "" {
		return e164
	}
	return e164 + ";ext=" + d.ext
}

// IsPhone reports whether a result of [Phone] is a number and not mere text.
func IsPhone(normal string) bool { n, _ := SplitPhone(normal); return isE164(n) }

// SplitPhone cuts the extension off a result of [Phone].
func SplitPhone(normal string) (number, ext string) {
	number, ext, _ = strings.Cut(normal, ";ext=")
	return number, ext
}

// isE164 reports a number that reading would give back as it is: no "+49 (0)…" and
// no second international prefix may hide in it.
func isE164(s string) bool {
	if len(s) < 9 || len(s) > 16 || s[0] != '+' || s[1] == '0' || !onlyDigits(s[1:]) {
		return false
	}
	z := zoneOf(s[1:])
	if z == nil {
		return true
	}
	nsn := s[1+len(z.code):]
	return len(nsn) >= minNational && (z.trunk == "" || !strings.HasPrefix(nsn, z.trunk))
}

const (
	minNational = 6  // digits after the country code; fewer is an extension or a service
	maxDigits   = 15 // of a whole number, E.164
	dialLen     = 32
)

// dial is what was typed, without its punctuation.
type dial struct {
	digits string // without international prefix where plus is set
	plus   bool   // the country code is among the digits
	ext    string
}

// readDial takes the punctuation off a typed number. It answers false for anything a
// number cannot hold: letters, too many digits, a second number.
func readDial(s string, room []byte) (dial, bool) {
	var d dial
	if len(s) > 64 || len(s) == 0 {
		return d, false
	}
	s, d.ext = cutExtension(s)
	if len(s) >= 4 && strings.EqualFold(s[:4], "tel:") {
		s = s[4:]
	}
	if d.ext == "?" {
		return d, false
	}
	b := room
	if i := strings.Index(s, "(0)"); i > 0 && (strings.Contains(s[:i], "+") || strings.HasPrefix(strings.TrimSpace(s), "00")) {
		s = s[:i] + " " + s[i+3:] // +49 (0)30: the trunk digit is not dialled from abroad
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			digit, ok := foreignDigit(r)
			if !ok {
				return d, false
			}
			if digit != 0 {
				b = append(b, digit)
			}
			i += size
			continue
		}
		i++
		switch {
		case '0' <= c && c <= '9':
			b = append(b, c)
		case c == '+':
			if len(b) > 0 || d.plus {
				return d, false
			}
			d.plus = true
		case c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')' || c == '\t':
		default:
			return d, false
		}
		if len(b) > maxDigits+4 {
			return d, false
		}
	}
	if !d.plus && len(b) > 4 && b[0] == '0' && b[1] == '0' {
		b, d.plus = b[2:], true
	}
	if d.plus && (len(b) < 7 || b[0] == '0') {
		return d, false
	}
	d.digits = string(b)
	return d, len(b) >= minNational
}

// foreignDigit maps full-width and Arabic digits to ASCII, and Unicode's blanks and
// hyphens to nothing (0, true).
func foreignDigit(r rune) (byte, bool) {
	switch {
	case '０' <= r && r <= '９':
		return byte('0' + r - '０'), true
	case '٠' <= r && r <= '٩':
		return byte('0' + r - '٠'), true
	case '۰' <= r && r <= '۹':
		return byte('0' + r - '۰'), true
	case isBlank(r), '‐' <= r && r <= '―', r == '−', '\u200b' <= r && r <= '\u200f', '\u202a' <= r && r <= '\u202e', r == '\u2060', r == '\ufeff', r == '⁄':
		return 0, true
	}
	return 0, false
}

var extensionMarks = [...]string{";ext=", "extension", "ext.", "ext", "durchwahl", "durchw.", "dw.", "dw", "poste", "anknytning", "ankn.", "lokal", "apparat", "app.", "#", "x"}

// cutExtension splits "… ext. 12" from a number. A mark followed by anything but one
// to seven digits makes the whole no number, shown by the extension "?".
func cutExtension(s string) (number, ext string) {
	at := -1
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; c >= 'a' && c <= 'z' || s[i] == ';' || s[i] == '#' {
			if i+4 <= len(s) && strings.EqualFold(s[i:i+4], "tel:") {
				i += 3
				continue
			}
			at = i
			break
		}
	}
	if at < 0 {
		return s, ""
	}
	tail := strings.ToLower(s[at:])
	for _, mark := range extensionMarks {
		rest, ok := strings.CutPrefix(tail, mark)
		if !ok {
			continue
		}
		rest = strings.Trim(rest, " .:-")
		if len(rest) < 1 || len(rest) > 7 || !onlyDigits(rest) {
			return s, "?"
		}
		return strings.TrimRight(s[:at], " ,;-"), rest
	}
	return s, "?"
}
