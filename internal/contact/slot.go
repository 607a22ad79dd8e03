package contact

import (
	"slices"
	"strings"
)

// Type says how a slot's value is read, compared and written.
type Type string

const (
	TypeText    Type = "text"
	TypeName    Type = "name"
	TypeEmail   Type = "email"
	TypePhone   Type = "phone"
	TypeAddress Type = "address part"
	TypeCountry Type = "country" // ISO 3166 code
	TypeDate    Type = "date"    // 2006-01-02, or --01-02 without a year
	TypeFlag    Type = "flag"    // true, false
	TypeURL     Type = "url"
	TypeRef     Type = "ref"  // a company: a party's id inside, the place's id at the door
	TypeList    Type = "list" // several texts, joined by ListSeparator inside
	TypePhoto   Type = "photo"
	TypeUser    Type = "user" // serves filters; travels only so
	TypeTime    Type = "time" // read only
)

// ListSeparator parts the texts of a list slot inside a party.
const ListSeparator = "\n"

// Families are the slots a record may show as lists of labelled entries. Fax
// numbers are a family of their own.
var Families = []string{"email", "phone", "fax", "address"}

// AddressParts are the components of an address slot.
var AddressParts = []string{"street", "extra", "box", "postcode", "city", "region", "country"}

var labels = map[Kind]map[string][]string{
	Person: {
		"email":   {"work", "home", "other"},
		"phone":   {"work", "home", "mobile", "main", "assistant", "pager", "other"},
		"fax":     {"work", "home", "other"},
		"address": {"work", "home", "other"},
		"url":     {"work", "home", "other"},
		"im":      {"work", "home", "other"},
	},
	Company: {
		"email":   {"work", "home", "other", "invoice", "delivery"},
		"phone":   {"work", "home", "mobile", "main", "assistant", "pager", "other", "invoice", "delivery"},
		"fax":     {"work", "home", "other", "invoice", "delivery"},
		"address": {"work", "home", "other", "invoice", "delivery"},
		"url":     {"work", "home", "other"},
		"im":      {"work", "home", "other"},
	},
}

var familyTypes = map[string]Type{
	"email": TypeEmail, "phone": TypePhone, "fax": TypePhone,
	"address": TypeAddress, "url": TypeURL, "im": TypeText,
}

var plain = map[Kind]map[string]Type{
	Person: {
		"name.prefix": TypeName, "name.given": TypeName, "name.middle": TypeName,
		"name.family": TypeName, "name.suffix": TypeName, "name.full": TypeName, "name.nick": TypeName,
		"salutation": TypeText, "gender": TypeText,
		"company": TypeRef, "title": TypeText, "role": TypeText, "department": TypeText,
		"office": TypeText, "manager": TypeText, "assistant": TypeText,
		"birthday": TypeDate, "language": TypeText, "photo": TypePhoto, "note": TypeText, "tags": TypeList,
		"number": TypeText, "status": TypeText,
		"deleted": TypeFlag, "anonymized": TypeFlag, "mailing": TypeFlag,
		"owner": TypeUser, "team": TypeUser, "favorites": TypeList, "changed": TypeTime,
	},
	Company: {
		"name": TypeText, "name2": TypeText, "number": TypeText, "parent": TypeRef,
		"relation": TypeText, "status": TypeText,
		"photo": TypePhoto, "note": TypeText, "tags": TypeList,
		"vat": TypeText, "registration": TypeText, "industry": TypeText, "size": TypeText,
		"currency": TypeText, "language": TypeText, "deleted": TypeFlag,
		"owner": TypeUser, "team": TypeUser, "changed": TypeTime,
	},
}

// numbered are the person slots that may end in a number from 2: a person's
// second employment.
var numbered = map[string]bool{"company": true, "title": true, "role": true, "department": true}

// SlotType returns the type of a slot of a kind, false where there is no such
// slot. Own fields are x.NAME and are text.
func SlotType(kind Kind, slot string) (Type, bool) {
	if t, ok := plain[kind][slot]; ok {
		return t, true
	}
	if name, ok := strings.CutPrefix(slot, "x."); ok {
		return TypeText, name != ""
	}
	if base, n := cutNumber(slot); n >= 2 && kind == Person && numbered[base] {
		return plain[kind][base], true
	}
	family, label, part := SplitSlot(slot)
	base, n := cutNumber(label)
	if n == 1 || !slices.Contains(labels[kind][family], base) {
		return "", false
	}
	if family != "address" {
		return familyTypes[family], part == ""
	}
	if part == "country" {
		return TypeCountry, true
	}
	return TypeAddress, slices.Contains(AddressParts, part)
}

// SplitSlot parts a slot of a family: "address.work2.street" is address,
// work2, street. Label and part are "" where the slot has none.
func SplitSlot(slot string) (family, label, part string) {
	family, rest, _ := strings.Cut(slot, ".")
	label, part, _ = strings.Cut(rest, ".")
	return family, label, part
}

// Labels returns the labels a family knows for a kind, in their order of
// preference.
func Labels(kind Kind, family string) []string { return labels[kind][family] }

// cutNumber parts a trailing number, which starts at 2: "work2" is work, 2.
// Without one n is 0.
func cutNumber(label string) (base string, n int) {
	base = strings.TrimRight(label, "0123456789")
	digits := label[len(base):]
	if digits == "" || digits[0] == '0' || len(digits) > 2 {
		return label, 0
	}
	for _, d := range digits {
		n = n*10 + int(d-'0')
	}
	return base, n
}

// PlainSlots returns the slots of a kind that stand outside the families, for
// completion and for the nearest word in an error.
func PlainSlots(kind Kind) []string {
	var names []string
	for name := range plain[kind] {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// MatchSlot reports whether a pattern names a slot: a slot, "name.*" for all
// below name, or "all".
func MatchSlot(pattern, slot string) bool {
	if pattern == "all" || pattern == slot {
		return true
	}
	prefix, ok := strings.CutSuffix(pattern, "*")
	return ok && strings.HasPrefix(slot, prefix)
}
