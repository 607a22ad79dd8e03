// Package spelling guesses which known word was meant by one that is not known,
// for the sentences about names that are not there.
package spelling

import (
	"fmt"
	"strings"
)

// Unknown says that there is no such thing, and names the nearest that is known.
func Unknown(thing, word string, known []string) string {
	return fmt.Sprintf("there is no %s %q%s", thing, word, Hint(word, known))
}

// Hint ends a sentence about an unknown word with the nearest known one; it is
// "" where none is near enough to be meant.
func Hint(word string, known []string) string {
	near := Nearest(word, known)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("; the nearest is %q", near)
}

// Nearest returns the known word with the fewest slips from word: a
// letter too many, missing, wrong, or two swapped; case does not count. Of
// several the first counts. It returns "" where more than a third of the word
// would have to change, because then something else is meant.
func Nearest(word string, known []string) string {
	const longest = 64 // a longer word is no slip of a known one
	a := []rune(strings.ToLower(word))
	if len(a) > longest {
		return ""
	}
	best, least := "", min(len(a), max(1, len(a)/3)+1)
	for _, candidate := range known {
		b := []rune(strings.ToLower(candidate))
		if diff := len(a) - len(b); diff >= least || -diff >= least {
			continue
		}
		if d := slips(a, b); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// slips is the optimal string alignment distance.
func slips(a, b []rune) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
