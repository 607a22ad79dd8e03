package norm

import "strings"

// Postcode is the normal form of a postcode: upper case, without blanks, hyphens and
// the country's letters in front ("D-12345", "SE-123 45").
func Postcode(s string) string {
	t := strings.ToUpper(Text(s))
	if i := strings.IndexByte(t, '-'); i > 0 && i <= 3 && onlyLetters(t[:i]) {
		t = t[i+1:]
	}
	if strings.ContainsAny(t, " -.\n") {
		t = strings.Map(func(r rune) rune {
			if r == ' ' || r == '-' || r == '.' || r == '\n' {
				return -1
			}
			return r
		}, t)
	}
	return Text(t)
}

func onlyLetters(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// Street is the normal form of a street line: folded, kinds of street in one
// spelling ("Hauptstr. 5 a" = "Hauptstraße 5a"). See [SplitStreet] for its halves.
func Street(s string) string {
	name, number := SplitStreet(s)
	if number == "" {
		return name
	}
	if name == "" {
		return number
	}
	return name + " " + number
}

// longestHouse is how long a house number with its letter may be.
const longestHouse = 6

// SplitStreet cuts a street line into the folded name and the house number with its
// letter, wherever the number stands ("12 High Street", "rue de la Paix 12").
func SplitStreet(s string) (name, number string) {
	var room [16]string
	list := words(room[:0], Fold(s))
	at, end := -1, -1
	for i, w := range list {
		if w[0] >= '0' && w[0] <= '9' && len(w) <= longestHouse {
			at = i // the last one: "Straße des 17. Juni 135"
		}
	}
	if at >= 0 {
		number, end = list[at], at+1
		if end < len(list) && len(list[end]) == 1 && list[end][0] >= 'a' && onlyDigits(number) && len(number) < longestHouse && at > 0 {
			number += list[end]
			end++
		}
		for len(number) > 1 && number[0] == '0' && number[1] <= '9' {
			number = number[1:]
		}
	}
	var b strings.Builder
	for i, w := range list {
		if i >= at && i < end {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(streetWord(w))
	}
	return b.String(), number
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// streetWord gives the kinds of street one spelling each, also as endings of one word.
func streetWord(w string) string {
	if k, ok := streetKinds[w]; ok {
		return k
	}
	for _, e := range streetEndings {
		if rest, ok := strings.CutSuffix(w, e[0]); ok && len(rest) > 2 {
			return rest + e[1]
		}
	}
	return w
}

var streetEndings = [...][2]string{{"strasse", "str"}, {"platz", "pl"}, {"gatan", "g"}, {"vaegen", "v"}, {"gaten", "g"}, {"veien", "v"}, {"vejen", "v"}}

var streetKinds = map[string]string{
	"strasse": "str", "street": "st", "road": "rd", "avenue": "ave", "av": "ave", "boulevard": "blvd", "bd": "blvd", "bld": "blvd",
	"lane": "ln", "drive": "dr", "court": "ct", "place": "pl", "platz": "pl", "square": "sq", "crescent": "cres", "circuit": "cct",
	"close": "cl", "terrace": "tce", "parade": "pde", "highway": "hwy", "grove": "gr", "gatan": "g", "gata": "g", "gaten": "g",
	"vaegen": "v", "veien": "v", "vejen": "v", "route": "rte", "chemin": "ch", "impasse": "imp", "allee": "all",
}

// City is the normal form of a town: folded, with what tells it from namesakes off
// ("Frankfurt am Main" = "Frankfurt a.M." = "Frankfurt").
func City(s string) string {
	f := Fold(s)
	end := len(f)
	for _, sep := range [...]string{" am ", " a ", " an der ", " im ", " i ", " ob der ", " v d "} {
		if i := strings.Index(f, sep); i > 2 && i < end {
			end = i
		}
	}
	return f[:end]
}

// Address joins street line, postcode, town and country into one key; empty where
// neither street nor postcode says anything. Its arguments may be raw.
func Address(street, postcode, city, country string) string {
	st, pc := Street(street), Postcode(postcode)
	if st == "" && pc == "" {
		return ""
	}
	return st + "|" + pc + "|" + City(city) + "|" + Country(country)
}
