package norm

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// zone is what it takes to read numbers of one country. The ten that most records
// come from have tables of their own, since the library takes 20 µs for a number and
// a sync reads each of them several times; TestPhoneAgreesWithLibrary holds both equal.
type zone struct {
	code   string   // country calling code
	trunk  string   // dialled before a national number, and only within the country
	length [2]int   // of a national number without it that needs no second look
	mobile []string // how mobile numbers begin, after the code
	mute   bool     // the numbering plan does not tell mobile from fixed
}

var zones = map[string]*zone{
	"DE": {code: "49", trunk: "0", length: [2]int{6, 13}, mobile: []string{"15", "160", "162", "163", "17"}},
	"AT": {code: "43", trunk: "0", length: [2]int{6, 13}, mobile: []string{"644", "650", "651", "652", "653", "655", "657", "659", "660", "661", "663", "664", "665", "666", "667", "668", "669", "67", "68", "69"}},
	"CH": {code: "41", trunk: "0", length: [2]int{9, 9}, mobile: []string{"68", "69", "72", "73", "75", "76", "77", "78", "79"}},
	"FR": {code: "33", trunk: "0", length: [2]int{9, 9}, mobile: []string{"6", "73", "74", "75", "76", "77", "78", "79"}},
	"BE": {code: "32", trunk: "0", length: [2]int{8, 9}, mobile: []string{"45", "46", "47", "48", "49"}},
	"SE": {code: "46", trunk: "0", length: [2]int{7, 13}, mobile: []string{"70", "72", "73", "76", "79"}},
	"NO": {code: "47", length: [2]int{8, 8}, mobile: []string{"4", "9"}},
	"DK": {code: "45", length: [2]int{8, 8}, mute: true},
	"GB": {code: "44", trunk: "0", length: [2]int{7, 10}, mobile: []string{"71", "72", "73", "74", "75", "77", "78", "79"}},
	"US": {code: "1", trunk: "1", length: [2]int{10, 10}, mute: true},
	"CA": {code: "1", trunk: "1", length: [2]int{10, 10}, mute: true},
}

// zoneOf finds the zone an international number begins with; nil for others.
func zoneOf(digits string) *zone {
	if digits[0] == '1' {
		return zones["US"]
	}
	if len(digits) < 2 {
		return nil
	}
	switch digits[:2] {
	case "49":
		return zones["DE"]
	case "43":
		return zones["AT"]
	case "41":
		return zones["CH"]
	case "33":
		return zones["FR"]
	case "32":
		return zones["BE"]
	case "46":
		return zones["SE"]
	case "47":
		return zones["NO"]
	case "45":
		return zones["DK"]
	case "44":
		return zones["GB"]
	}
	return nil
}

// e164 writes the number for a record of a country, or "" when it cannot be one.
func (d dial) e164(country string) string {
	digits := d.digits
	if d.plus {
		z := zoneOf(digits)
		if z == nil {
			return foreign("+"+digits, "ZZ")
		}
		return z.number(digits[len(z.code):])
	}
	z := zones[country]
	switch {
	case country == "" || len(country) != 2:
		return ""
	case z == nil:
		return foreign(digits, country)
	case z.code == "1" && len(digits) > 11 && strings.HasPrefix(digits, "011"):
		return dial{digits: digits[3:], plus: true}.e164(country)
	case z.trunk != "" && z.code != "1" && digits[0] == '0':
		return z.number(digits)
	case digits[0] == '0':
		return "" // no number begins so where 0 is not dialled first
	case len(digits) >= z.length[0] && len(digits) <= z.length[1] && !strings.HasPrefix(digits, z.code):
		return z.number(digits)
	case z.code == "1" && digits[0] == '1' || z.trunk == "" && len(digits) == z.length[0]:
		return z.number(digits)
	}
	return foreign(digits, country) // perhaps the country's own code without "+"
}

// number joins the code to a national number, its trunk prefix off.
func (z *zone) number(national string) string {
	if z.trunk != "" {
		national = strings.TrimPrefix(national, z.trunk)
		if strings.HasPrefix(national, z.trunk) {
			return "" // 0049 typed after +, 000000
		}
	}
	if len(national) < minNational || len(z.code)+len(national) > maxDigits {
		return ""
	}
	return "+" + z.code + national
}

// foreign asks the library, which knows every country's trunk prefixes.
func foreign(number, region string) string {
	n, err := phonenumbers.Parse(number, region)
	if err != nil || n.GetExtension() != "" {
		return ""
	}
	out := phonenumbers.Format(n, phonenumbers.E164)
	if !isE164(out) {
		return ""
	}
	if n.GetItalianLeadingZero() { // the library may take another zero off when it reads its own answer
		if again, err := phonenumbers.Parse(out, "ZZ"); err != nil || phonenumbers.Format(again, phonenumbers.E164) != out {
			return ""
		}
	}
	if !phonenumbers.IsValidNumber(n) && region != "ZZ" && !phonenumbers.IsPossibleNumber(n) {
		return ""
	}
	return out
}
