package match

import (
	_ "embed"
	"strings"
	"sync"

	"kith/internal/norm"
)

// nicknamesEN lists English names with their short forms (under the Apache License
// 2.0): full name, "has_nickname", short form.
//
//go:embed nicknames_en.csv
var nicknamesEN string

//go:embed nicknames_eu.txt
var nicknamesEU string

//go:embed nicknames_two.txt
var nicknamesTwo string

// nicknames is a set of pairs of names one person may go by, of all names in it, and
// of those that others are short for.
type nicknames struct {
	pairs map[uint64]struct{}
	names map[uint64]struct{}
	full  map[uint64]struct{}
}

var knownNicknames = sync.OnceValue(func() nicknames {
	n := nicknames{pairs: make(map[uint64]struct{}, 6000), names: make(map[uint64]struct{}, 4000), full: make(map[uint64]struct{}, 1500)}
	for line := range strings.Lines(nicknamesEN) {
		if full, rest, ok := strings.Cut(strings.TrimSpace(line), ",has_nickname,"); ok {
			n.add(full, rest)
			n.full[nameKey(norm.Fold(full))] = struct{}{}
		}
	}
	for line := range strings.Lines(nicknamesTwo) {
		if name, others, ok := strings.Cut(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(line, "#") {
			for _, other := range strings.Fields(others) {
				delete(n.pairs, pairKey(nameKey(norm.Fold(name)), nameKey(norm.Fold(other))))
			}
		}
	}
	for line := range strings.Lines(nicknamesEU) {
		fulls, shorts, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		same := ""
		for _, full := range strings.Fields(fulls) {
			if full == "=" {
				continue
			}
			n.full[nameKey(norm.Fold(full))] = struct{}{}
			for _, short := range strings.Fields(shorts) {
				n.add(full, short)
			}
			if same != "" && strings.Contains(fulls, same+" = "+full) {
				n.add(same, full)
			}
			same = full
		}
	}
	return n
})

// nameKey is what a name is known by in the set.
func nameKey(folded string) uint64 { return hashOf(strings.ReplaceAll(folded, " ", "")) }

func (n nicknames) add(a, b string) {
	ka, kb := nameKey(norm.Fold(a)), nameKey(norm.Fold(b))
	n.names[ka], n.names[kb] = struct{}{}, struct{}{}
	n.pairs[pairKey(ka, kb)] = struct{}{}
}

func (n nicknames) has(ka, kb uint64) bool { _, ok := n.pairs[pairKey(ka, kb)]; return ok }

func (n nicknames) knows(k uint64) bool { _, ok := n.names[k]; return ok }

func pairKey(a, b uint64) uint64 {
	if a > b {
		a, b = b, a
	}
	return mix(a, b)
}
