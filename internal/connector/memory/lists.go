package memory

import (
	"maps"
	"slices"

	"kith/internal/contact"
)

// changeLists returns lists with the changes of a Put applied, see
// contact.Item: an entry with Was replaces that one, or removes it where it
// says nothing. Lists that do not change are shared.
func (s *Server) changeLists(lists, set map[string][]contact.Item) map[string][]contact.Item {
	if len(set) == 0 {
		return lists
	}
	changed := maps.Clone(lists)
	if changed == nil {
		changed = map[string][]contact.Item{}
	}
	for family, items := range set {
		list := slices.Clone(changed[family])
		for _, item := range items {
			list = s.changeItem(family, list, item)
		}
		changed[family] = list
	}
	return changed
}

func (s *Server) changeItem(family string, list []contact.Item, item contact.Item) []contact.Item {
	at := -1
	if item.Was != nil {
		at = findItem(list, *item.Was)
	}
	fresh := contact.Item{
		Value: s.rewrite(family, item.Value, ""), Label: item.Label,
		Preferred: item.Preferred, Parts: item.Parts.Clone(),
	}
	for name, part := range fresh.Parts {
		fresh.Parts[name] = s.rewrite(family, part, "")
	}
	switch {
	case item.Empty() && at >= 0:
		return slices.Delete(list, at, at+1)
	case item.Empty():
		return list
	}
	if fresh.Preferred {
		for i := range list {
			list[i].Preferred = false
		}
	}
	if at >= 0 {
		list[at] = fresh
		return list
	}
	return append(list, fresh)
}

// findItem finds an entry as it was shown: by value and label, else by value.
func findItem(list []contact.Item, was contact.Item) int {
	at := slices.IndexFunc(list, func(i contact.Item) bool { return sameText(i, was) && i.Label == was.Label })
	if at < 0 {
		at = slices.IndexFunc(list, func(i contact.Item) bool { return sameText(i, was) })
	}
	return at
}

func sameText(a, b contact.Item) bool { return a.Value == b.Value && maps.Equal(a.Parts, b.Parts) }

func sameLists(a, b map[string][]contact.Item) bool {
	return maps.EqualFunc(a, b, func(x, y []contact.Item) bool {
		return slices.EqualFunc(x, y, func(i, j contact.Item) bool {
			return sameText(i, j) && i.Label == j.Label && i.Preferred == j.Preferred
		})
	})
}
