package sqldb

import "strings"

// nearestHint ends a sentence about a name that is not there with the most
// similar one that is; "" where none is similar.
func nearestHint(wanted string, names []string) string {
	best, least := "", len(wanted)/3+2
	for _, name := range names {
		if d := distance(strings.ToLower(wanted), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	if best == "" {
		return ""
	}
	return `; the nearest is "` + best + `"`
}

// distance counts the letters to insert, drop or replace to get from a to b.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range to {
			cost := diagonal
			if x != y {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(to)]
}
