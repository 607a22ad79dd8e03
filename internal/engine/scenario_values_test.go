package engine

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"kith/internal/contact"
)

// label is the name a scenario gives to a contact.
type label struct {
	kind  contact.Kind
	bound map[string]string // system → id of the record the name was given to
	party string            // as last known
}

// bind gives a name to a record.
func (s *scenario) bind(name, system string, kind contact.Kind, id string) {
	l := s.labels[name]
	if l == nil {
		l = &label{kind: kind, bound: map[string]string{}}
		s.labels[name] = l
	}
	l.bound[system] = id
}

func (s *scenario) label(name string) *label {
	s.t.Helper()
	l := s.labels[name]
	if l == nil {
		s.fatalf("nobody is called %q; there are %s", name, strings.Join(slices.Sorted(maps.Keys(s.labels)), ", "))
	}
	return l
}

// party returns the party that a name stands for, "" while it has none.
func (s *scenario) party(name string) string {
	s.t.Helper()
	l := s.label(name)
	for _, system := range slices.Sorted(maps.Keys(l.bound)) {
		links, err := s.store.LinksByRemote(s.ctx, system, l.kind, []string{l.bound[system]})
		if err != nil {
			s.fatalf("%v", err)
		}
		for _, link := range links {
			if link.Party != "" {
				l.party = link.Party
			}
		}
	}
	for l.party != "" {
		parties, err := s.store.Parties(s.ctx, []string{l.party})
		if err != nil {
			s.fatalf("%v", err)
		}
		if len(parties) == 0 || parties[0].State != contact.Joined {
			break
		}
		l.party = parties[0].Into
	}
	return l.party
}

// link returns what is known of a name at a system.
func (s *scenario) link(name, system string) (contact.Link, bool) {
	s.t.Helper()
	l := s.label(name)
	if party := s.party(name); party != "" {
		links, err := s.store.LinksByParty(s.ctx, []string{party})
		if err != nil {
			s.fatalf("%v", err)
		}
		for _, link := range links {
			if link.Place == system {
				return link, true
			}
		}
	}
	links, err := s.store.LinksByRemote(s.ctx, system, l.kind, []string{l.bound[system]})
	if err != nil {
		s.fatalf("%v", err)
	}
	if len(links) == 0 || l.bound[system] == "" {
		return contact.Link{}, false
	}
	return links[0], true
}

// record returns the id of a name's record at a system: the one it was given
// to while that is there, else the one its party is linked with.
func (s *scenario) record(name, system string) (id string, there bool) {
	s.t.Helper()
	l := s.label(name)
	if id := l.bound[system]; id != "" {
		if _, ok := s.user(system).Get(l.kind, id); ok {
			return id, true
		}
	}
	link, known := s.link(name, system)
	if !known || link.Remote == "" {
		return "", false
	}
	_, there = s.user(system).Get(l.kind, link.Remote)
	return link.Remote, there
}

func (s *scenario) mustRecord(name, system string) string {
	s.t.Helper()
	id, there := s.record(name, system)
	if !there {
		s.fatalf("%s has no record of %s", system, name)
	}
	return id
}

// values reads NAME=TEXT words. @NAME is the id of a named company at the
// system; PHONE[LABEL]=TEXT is an entry of a list, with ! behind the label of
// the preferred one.
func (s *scenario) values(words []string, system string, kind contact.Kind) contact.Values {
	s.t.Helper()
	v := contact.Values{Fields: contact.Fields{}}
	for _, word := range words {
		name, text, ok := strings.Cut(word, "=")
		if !ok {
			s.fatalf("%q is not of the form FIELD=VALUE", word)
		}
		if other, named := strings.CutPrefix(text, "@"); named && s.labels[other] != nil {
			text = s.mustRecord(other, system)
		}
		family, rest, listed := strings.Cut(name, "[")
		switch {
		case listed:
			s.listValue(&v, family, rest, text)
		case slices.Contains(contact.Families, name) && text == "none":
			v.Lists = withList(v.Lists, name, nil)
		default:
			v.Fields[name] = text
		}
	}
	return v
}

func withList(lists map[string][]contact.Item, family string, items []contact.Item) map[string][]contact.Item {
	if lists == nil {
		lists = map[string][]contact.Item{}
	}
	lists[family] = items
	return lists
}

func (s *scenario) listValue(v *contact.Values, family, rest, text string) {
	s.t.Helper()
	name, part, ok := strings.Cut(rest, "]")
	if !ok || !slices.Contains(contact.Families, family) {
		s.fatalf("%s[%s is no entry of a list; one is phone[work]", family, rest)
	}
	name, preferred := strings.CutSuffix(name, "!")
	item := contact.Item{Label: name, Preferred: preferred}
	items := v.Lists[family]
	part = strings.TrimPrefix(part, ".")
	if part == "" {
		item.Value = text
		v.Lists = withList(v.Lists, family, append(items, item))
		return
	}
	if n := len(items); n > 0 && items[n-1].Label == name && items[n-1].Parts[part] == "" {
		items[n-1].Parts[part] = text
		return
	}
	item.Parts = contact.Fields{part: text}
	v.Lists = withList(v.Lists, family, append(items, item))
}

// replacing turns whole lists into the changes that make a record show them.
func (s *scenario) replacing(v contact.Values, system string, kind contact.Kind, id string) contact.Values {
	was, _ := s.user(system).Get(kind, id)
	for family, items := range v.Lists {
		var changes []contact.Item
		for _, item := range was.Lists[family] {
			changes = append(changes, contact.Item{Was: &item})
		}
		v.Lists[family] = append(changes, items...)
	}
	return v
}

// told writes values as a scenario does, one word each, in order; what is
// blank is left out.
func (s *scenario) told(v contact.Values, system string, kind contact.Kind) []string {
	var words []string
	for _, field := range v.Fields.Names() {
		text := v.Fields[field]
		if text == "" {
			continue
		}
		if name := s.companyName(system, kind, field, text); name != "" {
			text = "@" + name
		}
		words = append(words, quoted(field+"=", text))
	}
	for _, family := range slices.Sorted(maps.Keys(v.Lists)) {
		for _, item := range v.Lists[family] {
			name := family + "[" + item.Label
			if item.Preferred {
				name += "!"
			}
			if item.Parts == nil {
				words = append(words, quoted(name+"]=", item.Value))
				continue
			}
			for _, part := range contact.AddressParts {
				if text := item.Parts[part]; text != "" {
					words = append(words, quoted(name+"]."+part+"=", text))
				}
			}
		}
	}
	slices.Sort(words)
	return words
}

func quoted(name, text string) string {
	if strings.ContainsAny(text, " \t\n\"#") {
		text = strconv.Quote(text)
	}
	return name + text
}

// companyName returns the name of the company whose id a reference shows.
func (s *scenario) companyName(system string, kind contact.Kind, field, id string) string {
	row := s.policy(system, kind)
	if row == nil || s.policy(system, contact.Company) == nil {
		return ""
	}
	for _, m := range row.Map {
		typ, _ := contact.SlotType(kind, m.Slot)
		if m.Field != field || typ != contact.TypeRef || m.By != "" {
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(s.labels)) {
			if s.labels[name].kind != contact.Company {
				continue
			}
			if there, ok := s.record(name, system); ok && there == id {
				return name
			}
		}
	}
	return ""
}

// nameOf is how errors call a party: by a name of the scenario.
func (s *scenario) nameOf(party string) string {
	for _, name := range slices.Sorted(maps.Keys(s.labels)) {
		if party != "" && s.party(name) == party {
			return name
		}
	}
	return fmt.Sprintf("%.8s", party)
}

// recordName is how errors call a record.
func (s *scenario) recordName(system string, kind contact.Kind, id string) string {
	for _, name := range slices.Sorted(maps.Keys(s.labels)) {
		if s.labels[name].kind != kind {
			continue
		}
		if there, _ := s.record(name, system); there == id && id != "" {
			return name
		}
	}
	return id
}
