package match

import (
	"bytes"
	"math/bits"
)

// jaroWinkler is the likeness of two folded names between 0 and 1 (Winkler 1990,
// prefix of up to four letters at 0.1). Names longer than 64 bytes are compared by
// their first 64.
func jaroWinkler(a, b []byte) float64 {
	if len(a) > 64 {
		a = a[:64]
	}
	if len(b) > 64 {
		b = b[:64]
	}
	if len(a) == 0 || len(b) == 0 {
		return 0
	}
	if bytes.Compare(a, b) > 0 {
		a, b = b, a // the measure is not quite symmetric, a decision must be
	}
	window := max(len(a), len(b))/2 - 1
	if window < 0 {
		window = 0
	}
	var usedA, usedB uint64
	for i, c := range a {
		lo, hi := max(i-window, 0), min(i+window, len(b)-1)
		for j := lo; j <= hi; j++ {
			if b[j] == c && usedB&(1<<j) == 0 {
				usedA |= 1 << i
				usedB |= 1 << j
				break
			}
		}
	}
	m := bits.OnesCount64(usedA)
	if m == 0 {
		return 0
	}
	half := 0
	for usedA != 0 {
		i, j := bits.TrailingZeros64(usedA), bits.TrailingZeros64(usedB)
		if a[i] != b[j] {
			half++
		}
		usedA &= usedA - 1
		usedB &= usedB - 1
	}
	common := float64(m)
	jaro := (common/float64(len(a)) + common/float64(len(b)) + (common-float64(half/2))/common) / 3
	prefix := 0
	for prefix < 4 && prefix < len(a) && prefix < len(b) && a[prefix] == b[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// letters is a set of the letters and digits of a name, one bit each.
func letters(s []byte) uint64 {
	var m uint64
	for _, c := range s {
		switch {
		case 'a' <= c && c <= 'z':
			m |= 1 << (c - 'a')
		case '0' <= c && c <= '9':
			m |= 1 << (26 + c - '0')
		default:
			m |= 1 << (36 + c%28)
		}
	}
	return m
}

// couldReach tells from the letters alone whether two names of the given lengths can
// be as like as the least a level asks for. It spares most comparisons.
func couldReach(least float64, ma, mb uint64, la, lb int) bool {
	la, lb = min(la, 64), min(lb, 64)
	m := min(la-bits.OnesCount64(ma&^mb), lb-bits.OnesCount64(mb&^ma))
	if m <= 0 {
		return false
	}
	best := (float64(m)/float64(la) + float64(m)/float64(lb) + 1) / 3
	return best+0.4*(1-best) >= least
}

// slips is the number of single letters to change, insert, drop or swap with their
// neighbour to make b of a; it stops counting above limit (1 or 2).
func slips(a, b []byte, limit int) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return min(len(a)+len(b), limit+1)
	}
	if limit == 0 {
		return 1
	}
	if max(len(a), len(b))-min(len(a), len(b)) > limit {
		return limit + 1
	}
	best := 1 + slips(a[1:], b[1:], limit-1)
	best = min(best, 1+slips(a[1:], b, limit-1), 1+slips(a, b[1:], limit-1))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		best = min(best, 1+slips(a[2:], b[2:], limit-1))
	}
	return best
}
