package match

import (
	"strings"

	"kith/internal/norm"
)

// tellingLetters is how much of a box must be left, beyond what the names explain,
// before the same box in another domain says anything: fewer are a title, a year, a
// slip. So many digits do too: a customer number, a telephone number.
const (
	tellingLetters = 4
	tellingDigits  = 5
)

// fewBoxes is how many domains may have a box of one name before it is the name of a
// post (leitung@, vd@) and nobody's own choice.
const fewBoxes = 2

// telling reports whether a box that two rows have in two domains says more than
// their names do. anna.ek and annaek77 are what every firm would call Anna Ek; bluebird
// is somebody's own choice. Names nobody has written down may stand in a box as well,
// so that a box says nothing where both first or both last names are unknown.
func (c *comparer) telling(local []byte, a, b *row) bool {
	written := func(name uint32) bool { return name != 0 && len(c.nameBytes(name)) > 1 }
	if !written(a.last) && !written(b.last) || c.kind == Person && !written(a.first) && !written(b.first) {
		return false
	}
	if digits(local) >= tellingDigits {
		return true
	}
	words := c.nameWords(nil, a, b)
	left := 0
	for w := range strings.SplitSeq(norm.SplitName(string(local)).Core, " ") {
		w = strings.Trim(w, "0123456789")
		if c.borne(w) || c.goesBy(w, a, b) {
			continue
		}
		if w = norm.Skeleton(w); !likeAny(w, words) {
			left += beyond(w, words, mostPieces)
		}
	}
	return left >= tellingLetters
}

// numbered reports whether a box has a number, as in annaek77: two firms that are
// one slip apart may both have an Anna Ek, but hardly both the seventy-seventh.
func numbered(local []byte) bool { return digits(local) > 0 }

func digits(local []byte) int {
	n := 0
	for _, ch := range local {
		if '0' <= ch && ch <= '9' {
			n++
		}
	}
	return n
}

// madeOf reports whether a box is named after the person: out of first name, last
// name, their words and initials, in any order, with any separator, and in any
// spelling of an umlaut or accent.
func (c *comparer) madeOf(local []byte, r *row) bool {
	words := c.nameWords(nil, r)
	for w := range strings.SplitSeq(norm.SplitName(string(local)).Core, " ") {
		w = strings.Map(letterOnly, w)
		if c.goesBy(w, r) {
			continue
		}
		if rest := beyond(norm.Skeleton(w), words, mostPieces); rest > 1 || rest == 1 && r.first != 0 {
			return false // one letter is the initial of a first name that nobody has written down
		}
	}
	return r.last != 0
}

// borne reports whether a word is somebody's name, if not theirs.
func (c *comparer) borne(word string) bool {
	if knownNicknames().knows(nameKey(word)) {
		return true
	}
	id := c.names.find(word)
	return id != 0 && c.table.name[id].count != [2]uint32{}
}

func letterOnly(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r
	}
	return -1
}

// goesBy reports whether a word is a short form of the first name of one of the rows.
func (c *comparer) goesBy(word string, rows ...*row) bool {
	for _, r := range rows {
		if r.first != 0 {
			if n := c.nameOf(r.first); n.nick && knownNicknames().has(n.key, nameKey(word)) {
				return true
			}
		}
	}
	return false
}

// nameWords collects the words of the rows' names as skeletons.
func (c *comparer) nameWords(words []string, rows ...*row) []string {
	for _, r := range rows {
		for _, name := range [...]uint32{r.first, r.last} {
			if name == 0 {
				continue
			}
			for w := range strings.SplitSeq(string(c.nameBytes(name)), " ") {
				words = append(words, norm.Skeleton(w))
			}
		}
	}
	return words
}

// mostPieces is of how many pieces of names a word of a box may be made: two first
// names and two last names.
const mostPieces = 4

// beyond counts the letters of a word, a skeleton, that are no piece of the names:
// no whole word or beginning of one, and no initials.
func beyond(word string, names []string, pieces int) int {
	if initials(word, names) {
		return 0
	}
	least := len(word)
	if pieces == 0 {
		return least
	}
	for _, name := range names {
		if len(name) < 2 {
			continue
		}
		if strings.HasPrefix(name, word) || name[1:] == word {
			return 0 // where two words meet, the skeleton may have lost a letter
		}
		if n := common(word, name); n >= 2 {
			least = min(least, beyond(word[n:], names, pieces-1))
		}
		if rest, ok := strings.CutSuffix(word, name); ok {
			least = min(least, beyond(rest, names, pieces-1))
		}
	}
	return least
}

// initials reports whether a word is nothing but first letters of names.
func initials(word string, names []string) bool {
	for i := range len(word) {
		if !startsAny(word[i], names) {
			return false
		}
	}
	return true
}

func startsAny(letter byte, names []string) bool {
	for _, name := range names {
		if name != "" && name[0] == letter {
			return true
		}
	}
	return false
}

// common counts the letters with which two words begin alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// likeAny reports whether a word is one of the names in a spelling that no rule
// knows, as other scripts have several.
func likeAny(word string, names []string) bool {
	for _, name := range names {
		if jaroWinkler([]byte(word), []byte(name)) >= 0.85 {
			return true
		}
	}
	return false
}
