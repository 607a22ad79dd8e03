package plan

import (
	"maps"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/norm"
)

// Key is one match key of a record or a party in normal form, with the method
// it belongs to: a slot's name or contact.MatchStrict.
type Key struct {
	Method string
	Text   string
}

// Keys returns the match keys of a party: everything by which a row of any
// place recognises its kind, and by which references name it.
func (b *Book) Keys(p *contact.Party) []Key {
	keys := UIDKeys(p)
	for _, method := range b.keyed[p.Kind] {
		keys = append(keys, keysOf(method, p)...)
	}
	return keys
}

// Bearer returns a record as a party that it is recognised by: all it shows
// counts, also where nothing of it is given.
func (r *Row) Bearer(id string, record contact.Record, refs Refs) contact.Party {
	p := contact.Party{ID: id, Kind: r.Kind, Fields: map[string]contact.Value{}}
	for slot, v := range r.read(r.show(record, contact.Link{}, &p, nil), refs).vals {
		p.Fields[slot] = contact.Value{Text: v.text, Norm: v.norm}
	}
	if record.UID != "" {
		p.Fields[contact.FieldUID] = contact.Value{Text: record.UID}
	}
	return p
}

// Way is one way in which a row recognises a record: contact.FieldUID, a slot,
// contact.MatchStrict or contact.MatchStandard, with what leads to candidates.
type Way struct {
	Method string
	Keys   []Key
}

// Ways returns how one row recognises a record: first by who a card says it is,
// then in the row's order. The keys of contact.MatchStandard are those of strict:
// they lead to some of the candidates, and likeness to the others.
func (r *Row) Ways(p *contact.Party) []Way {
	var ways []Way
	if uids := UIDKeys(p); uids != nil && !slices.Equal(r.Match, []string{contact.MatchOff}) {
		ways = append(ways, Way{contact.FieldUID, uids})
	}
	for _, method := range r.Match {
		if method == contact.MatchOff {
			break
		}
		ways = append(ways, Way{method, keysOf(method, p)})
	}
	return ways
}

// MatchesByLikeness reports whether the row recognises records by likeness.
func (r *Row) MatchesByLikeness() bool { return slices.Contains(r.Match, contact.MatchStandard) }

// methods are the ways in which any row of a kind recognises a record.
func (b *Book) methods(kind contact.Kind) []string {
	var methods []string
	for _, row := range b.Rows(kind) {
		for _, method := range row.Match {
			if method == contact.MatchStandard {
				method = contact.MatchStrict // their keys are the same
			}
			if method != contact.MatchOff && !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
		}
	}
	if kind == contact.Company {
		for _, by := range b.RefKeys() {
			if !slices.Contains(methods, by) {
				methods = append(methods, by)
			}
		}
	}
	slices.Sort(methods)
	return methods
}

func keysOf(method string, p *contact.Party) []Key {
	if method == contact.MatchStrict || method == contact.MatchStandard {
		return strictKeys(p)
	}
	if text := KeyText(p.Kind, method, p.Fields[method]); text != "" {
		return []Key{{method, text}}
	}
	return nil
}

// KeyText is the normal form in which a slot serves as a key.
func KeyText(kind contact.Kind, slot string, v contact.Value) string {
	switch {
	case v.Text == "":
		return ""
	case v.Norm != "":
		return v.Norm
	case kind == contact.Company && slot == "name":
		return norm.Company(v.Text)
	}
	typ, _ := contact.SlotType(kind, slot)
	return strings.ToLower(normalize(typ, v.Text, "").normal())
}

// strictKeys are the two rules of `strict`: the same e-mail address, or the
// same last name and the same mobile number. A company is the same by its VAT
// id, its registration number, or its name at the same postcode.
func strictKeys(p *contact.Party) []Key {
	var keys []Key
	add := func(text string) {
		if k := (Key{contact.MatchStrict, text}); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	if p.Kind == contact.Company {
		for _, slot := range []string{"vat", "registration"} {
			if text := p.Text(slot); text != "" {
				add(slot + " " + compact(text))
			}
		}
		if name, postcode := p.Text("name"), p.Text("address.work.postcode"); name != "" && postcode != "" {
			add("name " + norm.Company(name) + " " + norm.Postcode(postcode))
		}
		return keys
	}
	family := norm.Name(familyName(p))
	for _, slot := range slices.Sorted(maps.Keys(p.Fields)) {
		v := p.Fields[slot]
		switch {
		case v.Text == "":
		case strings.HasPrefix(slot, "email."):
			if mail := norm.Email(v.Text); norm.IsEmail(mail) {
				add("email " + mail)
			}
		case strings.HasPrefix(slot, "phone.") && family != "":
			number := val{v.Text, v.Norm}.normal()
			if strings.HasPrefix(slot, "phone.mobile") || norm.IsMobile(number) {
				if norm.IsPhone(number) {
					add("mobile " + family + " " + number)
				}
			}
		}
	}
	return keys
}

func familyName(p *contact.Party) string {
	if family := p.Text("name.family"); family != "" {
		return family
	}
	return defaultNames.split(p.Text("name.full"))["name.family"]
}

func compact(text string) string {
	return strings.Map(func(c rune) rune {
		if c == ' ' || c == '.' || c == '-' || c == '/' {
			return -1
		}
		return c
	}, strings.ToUpper(text))
}
