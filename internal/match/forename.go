package match

import (
	_ "embed"
	"strings"
	"sync"

	"kith/internal/norm"
)

// forenamesByCountry lists the commonest first names of a hundred countries, in their
// own and in Latin letters, folded (public domain, CC0).
//
//go:embed forenames.txt
var forenamesByCountry string

//go:embed forenames_eu.txt
var forenamesEU string

// knownForenames is the set of first names that are in use somewhere as they stand,
// by nameKey: two of them that are nearly alike are two names, and no slip of the
// keyboard. The names that the nickname tables give short forms for are among them, and
// those that they tell apart.
var knownForenames = sync.OnceValue(func() map[uint64]struct{} {
	names := make(map[uint64]struct{}, 6000)
	for name := range strings.Lines(forenamesByCountry) {
		names[nameKey(strings.TrimSpace(name))] = struct{}{}
	}
	for line := range strings.Lines(forenamesEU) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(line) {
			names[nameKey(norm.Fold(name))] = struct{}{}
		}
	}
	for line := range strings.Lines(nicknamesTwo) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, name := range strings.Fields(strings.Replace(line, ":", " ", 1)) {
			names[nameKey(norm.Fold(name))] = struct{}{}
		}
	}
	for key := range knownNicknames().full {
		names[key] = struct{}{}
	}
	return names
})

// isForename reports whether a folded name is in use as it stands, or is made of words
// that are.
func isForename(name string) bool {
	known := knownForenames()
	if _, ok := known[nameKey(name)]; ok {
		return true
	}
	if !strings.Contains(name, " ") {
		return false
	}
	for word := range strings.SplitSeq(name, " ") {
		if _, ok := known[hashOf(word)]; !ok {
			return false
		}
	}
	return true
}
