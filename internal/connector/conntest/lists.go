package conntest

import (
	"slices"

	"kith/internal/contact"
)

var listChecks = []check{
	{"list entries", listEntries},
	{"lists nobody knows", unknownList},
}

// entries makes two entries of a family, and another for the first.
func entries(family string) (work, home, next contact.Item) {
	switch family {
	case "email":
		return contact.Item{Value: "ann@acme.example", Label: "work"},
			contact.Item{Value: "ann@home.example", Label: "home"},
			contact.Item{Value: "ann@beta.example", Label: "work"}
	case "address":
		return contact.Item{Label: "work", Parts: contact.Fields{"street": "Storgatan 1", "city": "Göteborg"}},
			contact.Item{Label: "home", Parts: contact.Fields{"street": "Lillgatan 2", "city": "Åre"}},
			contact.Item{Label: "work", Parts: contact.Fields{"street": "Storgatan 3", "city": "Göteborg"}}
	}
	return contact.Item{Value: "+46701234567", Label: "work"},
		contact.Item{Value: "+4631123456", Label: "home"},
		contact.Item{Value: "+46709999999", Label: "work"}
}

func listEntries(s *subject) {
	s.writable()
	if len(s.can.Lists) == 0 {
		s.unable("no lists")
	}
	for _, family := range s.can.Lists {
		work, home, next := entries(family)
		lists := func(items ...contact.Item) contact.Values {
			return contact.Values{Lists: map[string][]contact.Item{family: items}}
		}
		set := s.values("Ann")
		set.Lists = lists(work, home).Lists
		a := s.put(contact.Record{Values: set})
		s.shows(family, "created", a, work, home)
		s.same("get", s.get(a.ID), a)

		// Entries are addressed as they were shown.
		shown := a.Lists[family]
		next.Was = &shown[slices.IndexFunc(shown, func(i contact.Item) bool { return sameText(i, work) })]
		b := s.put(contact.Record{ID: a.ID, Version: a.Version, Values: lists(next)})
		s.shows(family, "one changed", b, next, home)
		if b.Fields[s.Texts[0]] != "Ann" {
			s.Errorf("%s: a change of the list made a field %q", family, b.Fields[s.Texts[0]])
		}
		was := b.Lists[family][slices.IndexFunc(b.Lists[family], func(i contact.Item) bool { return sameText(i, home) })]
		c := s.put(contact.Record{ID: a.ID, Version: b.Version, Values: lists(contact.Item{Was: &was})})
		s.shows(family, "one removed", c, next)
		s.same("get", s.get(a.ID), c)
	}
}

// shows fails unless a list shows exactly some entries, in any order.
func (s *subject) shows(family, what string, r contact.Record, want ...contact.Item) {
	s.Helper()
	got := r.Lists[family]
	if len(got) != len(want) {
		s.Fatalf("%s, %s: %d entries %+v, want %d", family, what, len(got), got, len(want))
	}
	for _, w := range want {
		if !slices.ContainsFunc(got, func(g contact.Item) bool { return sameText(g, w) && g.Label == w.Label && g.Was == nil }) {
			s.Fatalf("%s, %s: %+v lacks %+v", family, what, got, w)
		}
	}
}

// sameText reports whether an entry shows what was asked for; an address may
// show further parts blank.
func sameText(got, want contact.Item) bool {
	for name, part := range want.Parts {
		if got.Parts[name] != part {
			return false
		}
	}
	return got.Value == want.Value
}

func unknownList(s *subject) {
	s.writable()
	for _, family := range contact.Families {
		if slices.Contains(s.can.Lists, family) {
			continue
		}
		work, _, _ := entries(family)
		set := s.values("Ann")
		set.Lists = map[string][]contact.Item{family: {work}}
		_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, Values: set})
		s.wants("writing list "+family, err, contact.Refused)
	}
}
