package engine

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/match"
	"kith/internal/plan"
)

// way is one way in which a row recognises a record, with the keys that lead to
// candidates.
type way struct {
	method   string // contact.FieldUID, a slot, contact.MatchStrict or contact.MatchStandard
	possible bool   // who shares a key is only possibly the same
	keys     []plan.Key
}

// waysOf returns how one row recognises a record: first by who a card says it is,
// then in the row's order, and last what is only possible. The keys of
// contact.MatchStandard are those of what is certain strictly: they lead to some of
// the candidates, and likeness to the others.
func waysOf(row *plan.Row, p *contact.Party) []way {
	var ways []way
	if uids := plan.UIDKeys(p); uids != nil && !slices.Equal(row.Match, []string{contact.MatchOff}) {
		ways = append(ways, way{method: contact.FieldUID, keys: uids})
	}
	var perhaps []plan.Key
	for _, method := range row.Match {
		w := way{method: method}
		switch method {
		case contact.MatchOff:
		case contact.MatchStrict, contact.MatchStandard:
			w.keys, perhaps = strictKeys(p)
		default:
			w.keys = slotKey(method, p)
		}
		ways = append(ways, w)
	}
	if row.MatchesStrictly() && len(perhaps) > 0 {
		ways = append(ways, way{contact.MatchStrict, true, perhaps})
	}
	return ways
}

// evidence names the rule by which somebody who has these keys is the one that the
// way leads to, in the words of a reason; none where the method says it all.
func (w way) evidence(keys []plan.Key) []string {
	if w.method != contact.MatchStrict {
		return nil
	}
	for _, k := range w.keys {
		if slices.Contains(keys, k) {
			rule, _, _ := strings.Cut(k.Text, " ")
			return []string{"rule=" + rule}
		}
	}
	return nil
}

// keys returns the match keys of a party: everything by which a row of any place
// recognises its kind, and by which references name it.
func (e *Engine) keys(p *contact.Party) []plan.Key {
	keys := plan.UIDKeys(p)
	methods := e.Book.Methods(p.Kind)
	for _, method := range methods {
		switch method {
		case contact.MatchStrict:
			certain, possible := strictKeys(p)
			keys = append(append(keys, certain...), possible...)
		case contact.MatchStandard:
			if !slices.Contains(methods, contact.MatchStrict) {
				certain, _ := strictKeys(p)
				keys = append(keys, certain...)
			}
		default:
			keys = append(keys, slotKey(method, p)...)
		}
	}
	return keys
}

func slotKey(slot string, p *contact.Party) []plan.Key {
	if text := plan.KeyText(p.Kind, slot, p.Fields[slot]); text != "" {
		return []plan.Key{{Method: slot, Text: text}}
	}
	return nil
}

// strictKeys are what a party says of itself under the plain rules, each led by the
// name of its rule.
func strictKeys(p *contact.Party) (certain, possible []plan.Key) {
	kind := match.Person
	if p.Kind == contact.Company {
		kind = match.Company
	}
	r := stated(p)
	for _, f := range match.Facts(kind, "", &r) {
		key := plan.Key{Method: contact.MatchStrict, Text: f.Rule.String() + " " + f.Text}
		if f.Verdict() == match.Certain {
			certain = append(certain, key)
		} else {
			possible = append(possible, key)
		}
	}
	return certain, possible
}

// stated is a party as the plain rules see it: all its addresses and numbers, but for
// those that are others' (a person's switchboard, assistant and pager).
func stated(p *contact.Party) match.Record {
	r := match.Record{
		First: p.Text("name.given"), Last: p.Text("name.family"),
		Country: cmp.Or(p.Text("address.work.country"), p.Text("address.home.country")),
	}
	if r.First == "" && r.Last == "" {
		r.Name = p.Text("name.full")
	}
	if p.Kind == contact.Company {
		r.Name, r.Postcode = p.Text("name"), p.Text("address.work.postcode")
		r.Idents = []string{"vat:" + p.Text("vat"), "registration:" + p.Text("registration")}
		return r
	}
	var others []string
	for _, slot := range slices.Sorted(maps.Keys(p.Fields)) {
		v := p.Fields[slot]
		family, label, _ := contact.SplitSlot(slot)
		switch number := cmp.Or(v.Norm, v.Text); {
		case v.Text == "":
		case family == "email":
			r.Mails = append(r.Mails, v.Text)
		case family != "phone", hasLabel(label, "main", "assistant", "pager"):
		case hasLabel(label, "mobile"):
			r.Phones = append(r.Phones, number)
		default:
			others = append(others, number)
		}
	}
	r.Mobiles = len(r.Phones)
	r.Phones = append(r.Phones, others...)
	return r
}

// hasLabel reports whether a label of a slot is one of these, or one of these with a
// number behind.
func hasLabel(label string, of ...string) bool {
	return slices.Contains(of, strings.TrimRight(label, "0123456789"))
}
