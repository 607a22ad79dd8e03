package config

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"kith/internal/contact"
)

// RowHash names what a row means: its mapping, rules and filters. A change of
// it may move what a place should show, so it is asked about before anything
// is written. The order in which keys stand, the pace, the schedule and the
// brake make no difference, and neither does a pause.
func RowHash(policy contact.Policy) string {
	p := policy
	p.Brake, p.Tries, p.Compare, p.Paused = contact.Brake{}, 0, 0, false
	p.Map = slices.Clone(p.Map)
	slices.SortFunc(p.Map, func(a, b contact.MapEntry) int { return cmp.Compare(a.Slot, b.Slot) })
	p.Write = slices.Clone(p.Write)
	slices.SortFunc(p.Write, func(a, b contact.WriteEntry) int { return cmp.Compare(a.Field, b.Field) })
	for _, list := range []*[]string{&p.Required, &p.Locked, &p.ReadOnly, &p.Skip, &p.Watched, &p.With} {
		*list = sortedOrNil(*list)
	}
	if p.Gives != nil {
		gives := *p.Gives
		gives.Choose.Any = sortedOrNil(gives.Choose.Any)
		p.Gives = &gives
	}
	if p.Takes != nil {
		takes := *p.Takes
		takes.Choose.Any = sortedOrNil(takes.Choose.Any)
		p.Takes = &takes
	}
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // a policy is plain data
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// sortedOrNil makes lists equal that say the same: their order means nothing.
func sortedOrNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	return sorted
}
