package vcard

import (
	"strings"
	"unicode/utf8"
)

// windows1252 is what stands at 0x80 to 0x9F; the rest is Latin-1.
const windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"

// latin9 is where ISO-8859-15 differs from Latin-1.
var latin9 = map[byte]rune{0xa4: '€', 0xa6: 'Š', 0xa8: 'š', 0xb4: 'Ž', 0xb8: 'ž', 0xbc: 'Œ', 0xbd: 'œ', 0xbe: 'Ÿ'}

// toUTF8 reads bytes of the named character set. UTF-8 is the rule; bytes that
// are none are taken for windows-1252, the usual sin of old programs.
func toUTF8(s, charset string) string {
	if isASCII(s) {
		return s
	}
	switch strings.ToLower(charset) {
	case "iso-8859-15", "latin9", "latin-9":
		return decodeBytes(s, func(c byte) rune {
			if r, ok := latin9[c]; ok {
				return r
			}
			return rune(c)
		})
	case "iso-8859-1", "latin1", "latin-1", "windows-1252", "cp1252":
	default:
		if utf8.ValidString(s) {
			return s
		}
	}
	table := []rune(windows1252)
	return decodeBytes(s, func(c byte) rune {
		if c >= 0x80 && c < 0xa0 {
			return table[c-0x80]
		}
		return rune(c)
	})
}

func decodeBytes(s string, decode func(byte) rune) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteRune(decode(s[i]))
	}
	return b.String()
}
