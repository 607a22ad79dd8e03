package match

import (
	"strings"

	"kith/internal/norm"
)

// tellingWord is the word of a company's normal name that best tells it from others:
// the first that is neither a trade nor a place.
func tellingWord(company string) string {
	for w := range strings.SplitSeq(company, " ") {
		if !norm.WeakCompanyWord(w) {
			return w
		}
	}
	w, _, _ := strings.Cut(company, " ")
	return w
}

// companySkeleton is a hash of the telling word's skeleton.
func companySkeleton(company string) uint32 { return shortHash(norm.Skeleton(tellingWord(company))) }
