package vcard

import (
	"strings"
)

// omitYear is how Apple writes a date without a year in 3.0: a year that
// stands for none, named in this parameter.
const omitYear = "X-APPLE-OMIT-YEAR"

func isDate(name string) bool {
	return strings.EqualFold(name, "BDAY") || strings.EqualFold(name, "ANNIVERSARY")
}

// date gives the value as 2001-12-31 or --12-31. What is no such date ("circa
// 1800") is given as it is.
func (p *Property) date() string {
	s := normalDate(p.Text())
	if year := p.Params.Get(omitYear); year != "" && len(s) == len("2001-12-31") && strings.HasPrefix(s, year+"-") {
		return "-" + s[len(year):]
	}
	return s
}

// setDate writes a date the way the card does: with or without hyphens, and
// without a year as its version allows.
func (p *Property) setDate(v Version, value string) {
	old := p.Text()
	year, rest, ok := cutDate(value)
	p.Params = p.Params.Without(omitYear)
	if !ok {
		p.Params = p.Params.Without("VALUE")
		if v == V40 {
			p.Params = p.Params.With("VALUE", "text")
		}
		p.SetText(v, value)
		return
	}
	if strings.EqualFold(p.Params.Get("VALUE"), "text") || strings.EqualFold(p.Params.Get("VALUE"), "date-time") {
		p.Params = p.Params.Without("VALUE")
	}
	if year == "" && v != V40 && !strings.HasPrefix(old, "--") {
		year = "1604" // Apple's, a leap year
		p.Params = p.Params.With(omitYear, year)
	}
	hyphen := "-"
	if v == V40 && !strings.Contains(strings.TrimPrefix(old, "--"), "-") || isBasic(old) {
		hyphen = ""
	}
	if year == "" {
		year = "-"
		if hyphen == "" {
			year = "--"
		}
	}
	p.encodeAs(v, year+hyphen+rest[:2]+hyphen+rest[2:])
}

// isBasic reports whether a date is written without hyphens.
func isBasic(s string) bool {
	_, _, ok := cutDate(s)
	return ok && !strings.Contains(strings.TrimPrefix(s, "--"), "-")
}

// normalDate gives the one form of a date; other texts stay.
func normalDate(s string) string {
	year, rest, ok := cutDate(s)
	if !ok {
		return s
	}
	if year == "" {
		year = "-"
	}
	return year + "-" + rest[:2] + "-" + rest[2:]
}

// cutDate splits 20011231, 2001-12-31, --1231, --12-31, each also with a time
// behind it, into the year ("" for none) and month and day in four digits.
func cutDate(s string) (year, monthDay string, ok bool) {
	s = strings.TrimSpace(s)
	if day, clock, timed := strings.Cut(s, "T"); timed && clock != "" && clock[0] >= '0' && clock[0] <= '9' {
		s = day
	}
	if rest, found := strings.CutPrefix(s, "--"); found {
		s = rest
	} else {
		if len(s) < 8 {
			return "", "", false
		}
		year, s = s[:4], strings.TrimPrefix(s[4:], "-")
	}
	if len(s) == 5 && s[2] == '-' {
		s = s[:2] + s[3:]
	}
	if len(s) != 4 || !isDigits(year) || !isDigits(s) {
		return "", "", false
	}
	return year, s, true
}

func isDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}
