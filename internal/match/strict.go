package match

import (
	"slices"
	"strconv"
	"strings"

	"kith/internal/norm"
)

// Fact is what a record says of itself under the plain rules of `strict`: two records
// that say the same are one by its rule. The rules look at nothing else. They have no
// guards, and a record that says nothing is like no other.
type Fact struct {
	Rule Rule
	Text string // in normal form; "" never occurs
}

// Verdict is what two records are that have the fact in common.
func (f Fact) Verdict() Verdict { return f.Rule.strictly() }

func (r Rule) strictly() Verdict {
	if r == RuleName || r == RuleLine {
		return Possible
	}
	return Certain
}

// Facts lists what the plain rules know of a record. Persons are certainly one with
// the same e-mail address (R106), or the same last name and the same mobile number
// (R107); possibly with the same last and first name, or the same last name and any
// number in common (R108). Companies are certainly one with the same VAT or
// registration number, or the same name at the same postcode, and never possibly.
//
// All addresses and numbers of the record count, offices' (info@) as well; of two
// facts that two records have in common the one that stands first decides. country is
// assumed where the record names none.
func Facts(kind Kind, country string, r *Record) []Fact {
	if c := norm.Country(r.Country); len(c) == 2 {
		country = c
	}
	facts := make([]Fact, 0, 2+len(r.Mails)+2*len(r.Phones))
	add := func(rule Rule, text string) {
		if f := (Fact{rule, text}); !slices.Contains(facts, f) {
			facts = append(facts, f)
		}
	}
	if kind == Company {
		companyFacts(r, add)
		return facts
	}
	for _, raw := range r.Mails {
		if mail := norm.Email(raw); isAddress(mail) {
			add(RuleMail, mail)
		}
	}
	var f form
	f.names(r)
	if f.last == "" {
		return facts
	}
	var room [8]string
	lines := room[:0]
	for i, raw := range r.Phones {
		number, class := dialled(raw, country)
		if number == "" {
			continue
		}
		number = f.last + " " + number
		if class == norm.PhoneMobile || class == norm.PhoneUnknown && i < r.Mobiles {
			add(RuleMobile, number)
		}
		lines = append(lines, number)
	}
	if f.first != "" {
		add(RuleName, f.last+", "+f.first)
	}
	for _, number := range lines {
		add(RuleLine, number)
	}
	return facts
}

func companyFacts(r *Record, add func(Rule, string)) {
	for _, id := range r.Idents {
		if kind, _, _ := strings.Cut(id, ":"); kind == "vat" || kind == "registration" {
			if id = identForm(id); id != "" {
				add(RuleIdent, id)
			}
		}
	}
	name, postcode := norm.Company(firstOf(r.Name, r.Company, r.Last)), norm.Postcode(r.Postcode)
	if name != "" && postcode != "" {
		add(RuleSite, name+" "+postcode)
	}
}

// isAddress reports whether an address in normal form is one. What is typed to
// satisfy a form (test@, x@example.com) stands for no address at all: it is the value
// of nobody, not a value that many share.
func isAddress(mail string) bool {
	class := norm.ClassifyEmail(mail)
	return class != norm.NoMail && class != norm.PlaceholderMail
}

// dialled is a number in the form in which it is compared, "" where it is none. One
// whose country nobody knows is only the same as another of that kind: it has no
// class either, so the field that holds it says whether it is a mobile's.
func dialled(raw, country string) (string, norm.PhoneClass) {
	number := norm.Phone(raw, country)
	if norm.IsPhone(number) {
		return number, norm.ClassifyPhone(number)
	}
	if loose := looseNumber(raw); loose != 0 {
		return strconv.FormatUint(loose, 10), norm.PhoneUnknown
	}
	return "", norm.PhoneUnknown
}
