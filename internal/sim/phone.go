package sim

import "strings"

// Phone is a telephone number in all ways in which people type it.
type Phone struct {
	National string // 08-465 004 12
	code     string // 46
}

// IsZero reports whether there is no number.
func (p Phone) IsZero() bool { return p.National == "" }

// International is the number with the country's code: +46 8 465 004 12.
func (p Phone) International() string {
	if p.IsZero() {
		return ""
	}
	return "+" + p.code + " " + p.significant()
}

// Compact is the number as telephones keep it: +46846500412.
func (p Phone) Compact() string {
	return strings.ReplaceAll(p.International(), " ", "")
}

// FromSweden is the number as a Swedish office types it: its own country's
// numbers as they are dialled there, all others with 00.
func (p Phone) FromSweden() string {
	switch {
	case p.IsZero():
		return ""
	case p.code == "46":
		return p.National
	}
	return "00" + p.code + " " + p.significant()
}

// significant is the number without the zero that is dialled within the
// country only.
func (p Phone) significant() string {
	return strings.ReplaceAll(strings.TrimPrefix(p.National, "0"), "-", " ")
}
