package plan

import (
	"strings"
	"time"

	"kith/internal/contact"
)

// Refs answers what a decision needs to know about companies. The engine loads
// what a batch may ask before it decides.
type Refs interface {
	// Company resolves what a place shows for a company: its id there (by "")
	// or the value of a slot such as number or name.
	Company(place, by, native string) (party string, ok bool)
	// Shown is the reverse: what the place shows for a company. False while
	// the place does not have it.
	Shown(place, by, party string) (native string, ok bool)
	// Party returns a company, nil where it is not known.
	Party(id string) *contact.Party
}

// Subject is a party seen through a filter or an expression.
type subject struct {
	party *contact.Party
	place string
	refs  Refs
}

// slot returns what an expression sees under a name.
func (s subject) slot(name string) string {
	switch name {
	case "id":
		return s.party.ID
	case "kind":
		return string(s.party.Kind)
	case "place":
		return s.place
	case "origin":
		return s.party.Origin
	case "name.full":
		return fullName(s.party)
	}
	if rest, ok := strings.CutPrefix(name, "company."); ok && s.party.Kind == contact.Person {
		company := s.refs.Party(s.party.Text("company"))
		if company == nil {
			return ""
		}
		return textOf(company, rest)
	}
	return textOf(s.party, name)
}

// textOf is a slot's text as expressions see it: a country is its code,
// however it was typed.
func textOf(p *contact.Party, slot string) string {
	v := p.Fields[slot]
	if typ, _ := contact.SlotType(p.Kind, slot); typ == contact.TypeCountry {
		return val{v.Text, v.Norm}.normal()
	}
	return v.Text
}

func (s subject) env(now time.Time) Env { return Env{Slot: s.slot, Now: now} }

var displayName = &namePattern{
	slots:    []string{"name.given", "name.middle", "name.family"},
	literals: []string{"", " ", " ", ""},
}

// derivedNames are the ways in which systems build the displayed name out of
// its parts. A displayed name of one of these shapes says nothing new.
var derivedNames = []*namePattern{
	displayName,
	{slots: []string{"name.given", "name.family"}, literals: []string{"", " ", ""}},
	{slots: []string{"name.family", "name.given"}, literals: []string{"", ", ", ""}},
	{slots: []string{"name.family", "name.given"}, literals: []string{"", " ", ""}},
	{slots: []string{"name.prefix", "name.given", "name.middle", "name.family", "name.suffix"}, literals: []string{"", " ", " ", " ", " ", ""}},
	{slots: []string{"name.family", "name.given", "name.middle"}, literals: []string{"", ", ", " ", ""}},
}
