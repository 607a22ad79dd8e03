package match

import (
	"strconv"
	"strings"

	"kith/internal/norm"
)

// Kind says what a table or an index holds; the two are never mixed.
type Kind uint8

// The kinds of records.
const (
	Person Kind = iota
	Company
)

// Record is one person or company as a source shows it. Values are given raw: the
// package takes them to their normal forms itself. Everything may be empty.
type Record struct {
	ID           string   // the caller's own; unique within a table or index
	First, Last  string   // of a person; titles, particles and suffixes may be among them
	Name         string   // a person's whole name where First and Last are not known apart, or the company's
	Mails        []string // e-mail addresses; the first two count
	Phones       []string // numbers of all kinds, mobiles first where that is known; the first three count
	Mobiles      int      // how many of Phones, from the first on, stand where a mobile's number belongs
	Company      string   // a person's employer
	Street       string   // with house number
	Postcode     string
	City, Region string
	Country      string   // code or name; also what numbers without a country code belong to
	Birth        string   // a day, in any layout norm.Date reads
	Idents       []string // numbers that only one company has: VAT, registration, customer number, "kind:value"; the first three count
}

// form is a record in its normal forms. Its strings may live in the record.
type form struct {
	first, last string
	given       string // what stood for the first name where that was taken from an address
	taken       uint8  // 1 + the address that it was taken from, or 0
	suffix      uint8  // Jr or Sr; of a company its legal form
	mails       [maxMails]mailForm
	phones      [maxPhones]phoneForm
	company     string
	street      string
	house       string
	postcode    string
	city        string
	region      string
	country     uint16
	birth       uint32 // year*10000 + month*100 + day; an unreadable date is 0
	idents      [maxIdents]string
	facts       []fact // where the plain rules are asked for
}

const (
	maxMails  = 2
	maxPhones = 3
	maxIdents = 3
)

type mailForm struct {
	local, domain string
	class         norm.MailClass
}

type phoneForm struct {
	number uint64 // E.164 as a number, the extension after it where there is one
	class  norm.PhoneClass
}

// looseBit marks a number without the code of its country, which nobody knows.
const looseBit = 1 << 63

// normalise fills f from r. country is the one to assume where the record has none.
func (f *form) normalise(kind Kind, r *Record, country string) {
	*f = form{}
	if r.Country != "" {
		if c := norm.Country(r.Country); len(c) == 2 {
			country = c
		}
	}
	if len(country) == 2 {
		f.country = uint16(country[0])<<8 | uint16(country[1])
	}
	if kind == Company {
		name := firstOf(r.Name, r.Company, r.Last)
		f.last, f.suffix = norm.Company(name), formCode(norm.LegalForm(name))
	} else {
		f.names(r)
		f.company = norm.Company(r.Company)
	}
	f.contacts(kind, r, country)
	f.street, f.house = norm.SplitStreet(r.Street)
	f.postcode = norm.Postcode(r.Postcode)
	if len(f.postcode) > 1 && f.postcode[0] == '0' && len(f.postcode) < 4 {
		f.postcode = strings.TrimLeft(f.postcode, "0")
	}
	f.city = norm.City(r.City)
	f.region = norm.Fold(r.Region)
	f.birth = birthDay(r.Birth)
	n := 0
	for _, id := range r.Idents {
		if id = identForm(id); id != "" && n < maxIdents {
			f.idents[n] = id
			n++
		}
	}
}

func (f *form) names(r *Record) {
	first, last := r.First, r.Last
	if first == "" && last == "" && r.Name != "" {
		first, last = splitWhole(r.Name)
	}
	a, b := norm.SplitName(first), norm.SplitName(last)
	f.first, f.last = a.Core, b.Core
	f.suffix = suffixCode(firstOf(b.Suffix, a.Suffix))
}

// splitWhole cuts "Ek, Anna" at the comma and "Anna Ek" before its last word, with
// the particles in front of that.
func splitWhole(name string) (first, last string) {
	if l, f, ok := strings.Cut(name, ","); ok && addition(f, strings.Contains(strings.TrimSpace(l), " ")) {
		first, last = splitWhole(l)
		return first, last + " " + f // Anna Ek, Jr.
	} else if ok {
		words := strings.Fields(f)
		end := len(words)
		for end > 1 && isParticle(words[end-1]) {
			end-- // Meer, Joris van der
		}
		return strings.Join(words[:end], " "), strings.Join(append(words[end:], l), " ")
	}
	words := strings.Fields(name)
	end := len(words) - 1
	if end < 1 {
		return "", name
	}
	if p := norm.SplitName("x " + words[end]); p.Suffix != "" && end > 1 {
		end-- // Anna Ek Jr.
	}
	for end > 1 && isParticle(words[end-1]) {
		end--
	}
	return strings.Join(words[:end], " "), strings.Join(words[end:], " ")
}

func isParticle(word string) bool { return norm.SplitName(word+" x").Particle != "" }

// addition reports whether what stands behind a comma is no first name: nothing, a
// title, Jr., or, behind a whole name, a degree. (Li, Ma is a first name.)
func addition(s string, whole bool) bool {
	s = norm.Fold(s)
	behind := norm.SplitName("x " + s)
	return behind.Core == "x" && (whole || s == "" || behind.Suffix != "") || norm.SplitName(s+" x").Core == "x"
}

// firstFromMail takes a first name that is missing, or an initial, from the n-th
// address if that is like leo.dobbie@: it tells Leo from the others of his family as
// well as the field.
func (f *form) firstFromMail(n int, mail string) {
	if f.taken != 0 || len(f.first) > 1 || len(f.last) < 2 {
		return
	}
	local, _ := norm.SplitEmail(mail)
	local, _, _ = strings.Cut(local, "+")
	at := strings.IndexAny(local, "._-")
	if at < 0 {
		return
	}
	first, last := norm.Fold(local[:at]), norm.Fold(strings.TrimRight(local[at:], "0123456789"))
	if len(first) > len(f.first) && norm.Skeleton(last) == norm.Skeleton(f.last) && strings.HasPrefix(first, f.first) {
		f.given, f.first, f.taken = f.first, first, uint8(n+1)
	}
}

func (f *form) contacts(kind Kind, r *Record, country string) {
	n := 0
	for _, raw := range r.Mails {
		if raw == "" || n == maxMails {
			continue
		}
		mail := norm.Email(raw)
		class := norm.ClassifyEmail(mail)
		if class == norm.NoMail || class == norm.PlaceholderMail {
			continue
		}
		local, domain := norm.SplitEmail(norm.Mailbox(mail))
		f.mails[n] = mailForm{local, domain, class}
		if kind == Person && class == norm.PersonalMail {
			f.firstFromMail(n, mail)
		}
		n++
	}
	n = 0
	for _, raw := range r.Phones {
		if raw == "" || n == maxPhones {
			continue
		}
		p := norm.Phone(raw, country)
		number, ext := norm.SplitPhone(p)
		v, err := strconv.ParseUint(strings.TrimPrefix(number, "+")+ext, 10, 64)
		if err != nil || number == "" || number[0] != '+' {
			if v = looseNumber(raw); v == 0 {
				continue
			}
			v |= looseBit
		}
		f.phones[n] = phoneForm{v, norm.ClassifyPhone(number)}
		n++
	}
}

// looseNumber reads the digits of a number whose country nobody knows, without its
// leading zeros. It meets others of its kind, and whole ones that end in it.
func looseNumber(raw string) uint64 {
	var v uint64
	digits := 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case '0' <= c && c <= '9':
			if v > 0 || c != '0' {
				v = v*10 + uint64(c-'0')
				digits++
			}
		case c == ' ' || c == '-' || c == '/' || c == '.' || c == '(' || c == ')' || c == '+':
		default:
			return 0
		}
	}
	if digits < 6 || digits > 17 {
		return 0
	}
	return v
}

func birthDay(s string) uint32 {
	if s == "" {
		return 0
	}
	day, ok := norm.Date(s)
	if !ok {
		return looseDay(s)
	}
	if strings.HasPrefix(day, "--") {
		day = "0000" + day[1:]
	}
	v, _ := strconv.ParseUint(day[:4]+day[5:7]+day[8:], 10, 32)
	return uint32(v)
}

// looseDay keeps the eight digits of a date with a slip in it (19801390): it is no
// date, and yet like one.
func looseDay(s string) uint32 {
	v, digits := uint32(0), 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; '0' <= c && c <= '9' {
			v = v*10 + uint32(c-'0')
			digits++
		} else if c != '-' && c != '/' && c != '.' && c != ' ' {
			return 0
		}
		if digits > 8 {
			return 0
		}
	}
	if digits != 8 {
		return 0
	}
	return v
}

// identForm folds a number like a VAT id: "DE 123.456.789" and "de123456789" are one.
func identForm(s string) string {
	kind, value, ok := strings.Cut(s, ":")
	if !ok {
		kind, value = "", s
	}
	value = strings.ReplaceAll(norm.Fold(value), " ", "")
	if value == "" {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(kind)) + ":" + value
}

func suffixCode(s string) uint8 {
	switch s {
	case "jr":
		return 1
	case "sr":
		return 2
	case "ii":
		return 3
	case "iii":
		return 4
	case "iv":
		return 5
	}
	return 0
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
