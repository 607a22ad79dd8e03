package match

import (
	"strings"
)

// Explanation is a decision taken apart: Prior, every item's Bits and Rare, and Group
// add up to Score exactly.
type Explanation struct {
	Model   string // version of the model that decided
	Prior   float64
	Items   []Item
	Group   float64 // what the other records of the group add, see Batch
	Score   float64
	Ahead   float64 // bits ahead of the runner-up; 99 without one
	Verdict Verdict
	Rule    string   // code of the rule that made it certain, or that would have
	Guards  []string // codes of the reasons why it is not certain
}

// Item is one piece of evidence.
type Item struct {
	Field string  // first, last, order, mail, mobile, line, organisation, street, place, birth, suffix, ident, form
	Level string  // how far the two agree there, a code
	Bits  float64 // what that is worth
	Rare  float64 // what the rarity of the value adds
}

// explained is what an explanation is made from when somebody asks for it.
type explained struct {
	model   *Model
	pattern pattern
	rare    rarities
	group   float32
	ahead   float32
}

var fieldNames = [numFields]string{"first", "last", "order", "mail", "mobile", "line", "organisation", "street", "place", "birth", "suffix", "ident", "form"}

var levelNames = func() (n [numFields][]string) {
	names := strings.Fields("- equal form close part initial vague other")
	phones := strings.Fields("- equal slip other shared")
	n[fieldFirst], n[fieldLast], n[fieldMobile], n[fieldLine] = names, names, phones, phones
	n[fieldOrder] = strings.Fields("- swapped")
	n[fieldMail] = strings.Fields("- equal slip similar moved colleague other shared")
	n[fieldOrg] = strings.Fields("- sure name moved place renamed near hint other")
	n[fieldStreet] = strings.Fields("- equal name near number other")
	n[fieldPlace] = strings.Fields("- equal postcode town postcode-only town-slip town-only near other")
	n[fieldBirth] = strings.Fields("- equal slip two one other")
	same := strings.Fields("- equal other")
	n[fieldSuffix], n[fieldIdent], n[fieldForm] = same, same, same
	return n
}()

func (x *explained) explanation(v Verdict, r Rule, g Guards) Explanation {
	e := Explanation{Model: x.model.Version, Prior: grid(x.model.Prior), Group: float64(x.group), Ahead: float64(x.ahead), Verdict: v, Rule: r.String(), Guards: g.Names()}
	e.Score = e.Prior + e.Group
	rare := map[field]float64{fieldFirst: x.rare.first, fieldLast: x.rare.last, fieldOrg: x.rare.org, fieldStreet: x.rare.street, fieldPlace: x.rare.place}
	for f := field(0); f < numFields; f++ {
		if l := x.pattern.level(f); l != noEvidence {
			item := Item{Field: fieldNames[f], Level: levelNames[f][l], Bits: x.model.bits[f][l], Rare: rare[f]}
			e.Items = append(e.Items, item)
			e.Score += item.Bits + item.Rare
		}
	}
	return e
}

// String is the code of a rule; empty where none applies.
func (r Rule) String() string {
	return [...]string{"", "same-mail", "same-mobile", "evidence", "same-number", "group", "same-site", "same-name", "same-line"}[r]
}

var guardNames = [...]string{"first-names", "name-part", "suffix", "birth", "ident", "shared-mail", "shared-phone", "last-name", "runner-up", "group", "form", "reviewed", "initial", "names", "own", "branch", "wrong"}

// Names lists the codes of the guards in a set.
func (g Guards) Names() []string {
	var out []string
	for i, name := range guardNames {
		if g&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return out
}

// Vocabulary lists every code that Words may use, as "field=level", "rule=code" and
// "guard=code": whoever puts explanations into a language needs a phrase for each.
func Vocabulary() []string {
	var words []string
	for f, levels := range levelNames {
		for _, level := range levels[1:] {
			words = append(words, fieldNames[f]+"="+level)
		}
	}
	for r := RuleMail; r <= RuleLine; r++ {
		words = append(words, "rule="+r.String())
	}
	for _, g := range guardNames {
		words = append(words, "guard="+g)
	}
	return words
}
