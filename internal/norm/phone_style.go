package norm

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// PhoneAs writes a number in a style: "as typed", "e164" (+4930123456),
// "international" (+49 30 123456), "national" (030 123456 for a number of country,
// else international) or "digits" (004930123456). Extensions follow as " ext. 12",
// with e164 as ";ext=12", with digits not at all. What is no valid number stays as typed: emergency
// numbers, short codes and words in a phone field must survive. So does everything
// under an unknown style.
func PhoneAs(s, country, style string) string {
	switch style {
	case "e164", "international", "national", "digits":
	default:
		return s
	}
	normal := Phone(s, country)
	number, ext := SplitPhone(normal)
	if !isE164(number) {
		return s
	}
	n, err := phonenumbers.Parse(number, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return s
	}
	var out string
	switch style {
	case "e164":
		return normal
	case "digits":
		return "00" + number[1:]
	case "national":
		if phonenumbers.GetRegionCodeForNumber(n) == Country(country) {
			out = phonenumbers.Format(n, phonenumbers.NATIONAL)
			break
		}
		fallthrough
	default:
		out = phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	}
	if ext != "" {
		out = strings.TrimSpace(out) + " ext. " + ext
	}
	if Phone(out, country) != normal {
		return s // a style must never make another number of it
	}
	return out
}
