package carddav

import (
	"maps"
	"slices"

	"kith/internal/contact"
)

// moved reports whether a card shows that somebody else has written since it
// was given what is in given; before is what it showed before that. A value of
// ours that is not there, or again as it was, has been left out by the server:
// to take that for an edit would carry the loss to other places.
func moved(before, given, got contact.Record) bool {
	for name, text := range got.Fields {
		ours := given.Fields[name] != before.Fields[name]
		if text != given.Fields[name] && !(ours && (text == "" || text == before.Fields[name])) {
			return true
		}
	}
	for family, items := range got.Lists {
		if slices.EqualFunc(items, given.Lists[family], sameItem) {
			continue
		}
		known := slices.Concat(given.Lists[family], before.Lists[family])
		ours := !slices.EqualFunc(given.Lists[family], before.Lists[family], sameItem)
		strange := func(item contact.Item) bool {
			return !slices.ContainsFunc(known, func(k contact.Item) bool { return sameItem(k, item) })
		}
		if !ours || slices.ContainsFunc(items, strange) {
			return true
		}
	}
	return false
}

func sameItem(a, b contact.Item) bool {
	return a.Value == b.Value && a.Label == b.Label && a.Preferred == b.Preferred && maps.Equal(a.Parts, b.Parts)
}
