package norm

import (
	_ "embed"
	"strings"
)

// countriesText holds a line per country: ISO 3166-1 alpha-2, alpha-3, then folded
// names in English, German, French, Swedish and the country's own language, with the
// short forms people use. The names are those of the Unicode CLDR.
//
//go:embed countries.txt
var countriesText string

var countries, countryCodes = readCountries(countriesText)

func readCountries(text string) (byName map[string]string, codes map[string]bool) {
	byName, codes = make(map[string]string, 1200), make(map[string]bool, 256)
	for line := range strings.Lines(text) {
		iso2, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		iso3, names, _ := strings.Cut(rest, " ")
		codes[iso2] = true
		byName[strings.ToLower(iso2)], byName[strings.ToLower(iso3)] = iso2, iso2
		for _, name := range strings.Split(names, "; ") {
			if _, taken := byName[name]; !taken {
				byName[name] = iso2
			}
		}
	}
	byName["uk"] = "GB" // not an ISO code, though everybody takes it for one
	return byName, codes
}

// Country is the ISO 3166-1 alpha-2 code of a country given as a code of two or
// three letters, as its name in English, German, French, Swedish or its own language,
// or by the letter on its cars ("D-"). An unknown country becomes its [Text].
func Country(s string) string {
	if len(s) == 2 && countryCodes[s] {
		return s
	}
	if s == "" {
		return ""
	}
	if code, ok := countries[fold(s, false)]; ok {
		return code
	}
	return Text(s)
}
