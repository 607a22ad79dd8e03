package file

import "unicode/utf8"

// A file whose encoding nobody says is UTF-8, or else windows-1252 as Excel
// writes it. Every row is held against the guess, because a wrong one would read
// each name that is not ASCII as another one, and carry that into every other
// system.

// notUTF8 is the answer to the first guess.
type notUTF8 struct{ line int }

func (notUTF8) Error() string { return "not valid UTF-8" }

// asUTF8 is the first guess.
func (c *collection) asUTF8(r *rows) error {
	if !utf8.Valid(r.text) {
		return notUTF8{r.line}
	}
	return nil
}

// asWindows is the second guess, of a file with a line that is not UTF-8.
func (c *collection) asWindows(first notUTF8) func(*rows) error {
	coder := windowsSet.coding.NewEncoder()
	return func(r *rows) error {
		if isASCII(r.text) {
			return nil
		}
		raw, err := coder.Bytes(r.text) // fails where a byte was no character
		switch {
		case err == nil && hasUTF8(raw):
			return c.malformed(first.line, "this line is not UTF-8, but line %d is: the file is written in two encodings; "+
				"have it written anew in one, or name the one that it is in with encoding:", r.line)
		case err != nil || strangeInWindows(raw):
			return c.malformed(r.line, "this line is neither UTF-8 nor windows-1252; name the encoding of the file with encoding:, "+
				"such as IBM850 where a DOS program wrote it, or macintosh")
		}
		return nil
	}
}

// known is no guess: the configuration or the byte order mark says it.
func (c *collection) known(set charset) func(*rows) error {
	return func(r *rows) error { return c.wellCoded(r, set) }
}

func isASCII(text []byte) bool {
	for _, b := range text {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// hasUTF8 reports whether bytes spell a character of UTF-8 beyond ASCII, which
// they do in no other encoding but by a rare chance.
func hasUTF8(raw []byte) bool {
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r >= utf8.RuneSelf && size > 1 {
			return true
		}
		i += size
	}
	return false
}

// strangeInWindows reports bytes that are quotes, signs or capitals in windows-1252
// but stand within a word: there DOS and old Macs have their letters with accents.
func strangeInWindows(raw []byte) bool {
	for i, b := range raw {
		switch b {
		case 0x82, 0x83, 0x84, 0x86, 0x87, 0x88, 0x89, 0x8b, 0x93, 0x94, 0x98, 0x99, 0x9b, // ‚ ƒ „ † ‡ ˆ ‰ ‹ “ ” ˜ ™ ›
			0x8a, 0x8c, 0x8e, 0x9f: // Š Œ Ž Ÿ
			if i > 0 && i+1 < len(raw) && isLetter(raw[i-1]) && isSmall(raw[i+1]) {
				return true
			}
		}
	}
	return false
}

func isSmall(b byte) bool  { return 'a' <= b && b <= 'z' }
func isLetter(b byte) bool { return isSmall(b) || 'A' <= b && b <= 'Z' }
