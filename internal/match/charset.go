package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// charset is how a list is written that is not in UTF-8.
type charset uint8

// The charsets; the first is taken for granted.
const (
	windows1252 charset = iota
	dos850              // of old programs and of exports from them
	macRoman            // of spreadsheets on old Macs
	numCharsets
)

var charsetNames = [numCharsets]string{"Windows-1252", "DOS code page 850", "Mac Roman"}

// highHalf is the upper half of each charset. What stands for nothing is a blank, and so
// is what is no more than one: a wide blank, a soft hyphen.
var highHalf = [numCharsets][]rune{
	[]rune("€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ" +
		" ¡¢£¤¥¦§¨©ª«¬ ®¯°±²³´µ¶·¸¹º»¼½¾¿" +
		"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞß" +
		"àáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ"),
	[]rune("ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒ" +
		"áíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐" +
		"└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀" +
		"ÓßÔÒõÕµþÞÚÛÙýÝ¯´ ±‗¾¶§÷¸°¨·¹³²■ "),
	[]rune("ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü" +
		"†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø" +
		"¿¡¬√ƒ≈∆«»… ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ" +
		"‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ"),
}

func (c charset) rune(b byte) rune {
	if b < 0x80 {
		return rune(b)
	}
	return highHalf[c][b-0x80]
}

// decoded is the text itself where it is UTF-8, and the text read in the charset where
// it is not.
func (c charset) decoded(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteRune(c.rune(s[i]))
	}
	return b.String()
}

// usual are the letters that are not ASCII and common in the languages of our lists.
const usual = "äöüåéèøæßçñ" + "àâêëîïôûùáíóúÄÖÜÅÉØ"

// guessCharset tells by its letters how a text is written. old reports whether it is no
// UTF-8 at all, and sure whether what comes out looks like words.
func guessCharset(text []byte) (best charset, old, sure bool) {
	var points [numCharsets]int
	for line := range strings.Lines(string(text)) {
		if utf8.ValidString(line) {
			continue
		}
		for i := range len(line) {
			if line[i] < 0x80 {
				continue
			}
			old = true
			for c := range numCharsets {
				points[c] += c.points(line, i)
			}
		}
	}
	for c := range numCharsets {
		if points[c] > points[best] {
			best = c
		}
	}
	return best, old, points[best] > 0
}

// points is how well a byte reads as a letter where it stands.
func (c charset) points(line string, at int) int {
	around := func(i int) rune {
		if i < 0 || i >= len(line) {
			return 0
		}
		return c.rune(line[i])
	}
	r, before, after := around(at), around(at-1), around(at+1)
	switch {
	case !unicode.IsLetter(r):
		return -1
	case unicode.IsUpper(r) && unicode.IsLetter(before) && unicode.IsLower(after): // McCoy, but not MÜller
		return -2
	case unicode.IsUpper(r) && unicode.IsLower(before), unicode.IsLower(r) && unicode.IsUpper(before) && unicode.IsUpper(after):
		return -2
	case unicode.IsLower(r) && !unicode.IsLetter(before): // most words of a list begin with a capital
		return 1
	case strings.ContainsRune(usual, r):
		return 2
	}
	return 0
}
