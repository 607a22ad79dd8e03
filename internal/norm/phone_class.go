package norm

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// PhoneClass says what a number belongs to, as far as its digits tell.
type PhoneClass uint8

// The classes of numbers.
const (
	PhoneUnknown PhoneClass = iota // no number, or a country that gives both the same numbers
	PhoneMobile
	PhoneFixed
)

// ClassifyPhone tells the class of a number in normal form (see [Phone]).
func ClassifyPhone(e164 string) PhoneClass {
	number, _ := SplitPhone(e164)
	if !isE164(number) {
		return PhoneUnknown
	}
	z := zoneOf(number[1:])
	if z == nil {
		return classByLibrary(number)
	}
	if z.mute {
		return PhoneUnknown
	}
	national := number[1+len(z.code):]
	for _, p := range z.mobile {
		if strings.HasPrefix(national, p) {
			return PhoneMobile
		}
	}
	return PhoneFixed
}

// IsMobile reports whether a number in normal form is a mobile's. Where the country
// gives mobile and fixed lines the same numbers (Denmark, North America) it answers
// false; [ClassifyPhone] tells that case from a landline.
func IsMobile(e164 string) bool { return ClassifyPhone(e164) == PhoneMobile }

func classByLibrary(e164 string) PhoneClass {
	n, err := phonenumbers.Parse(e164, "ZZ")
	if err != nil {
		return PhoneUnknown
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE:
		return PhoneMobile
	case phonenumbers.FIXED_LINE:
		return PhoneFixed
	}
	return PhoneUnknown
}
