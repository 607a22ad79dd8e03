package sqldb

import (
	"unicode/utf16"
	"unicode/utf8"
)

// form is what a column holds, as far as its text is concerned.
type form int

const (
	formText    form = iota
	formInteger      // whole number
	formDecimal      // exact number, as the database writes it
	formFloat
	formBool    // true, false
	formDate    // 2006-01-02
	formTime    // time of day, as the database writes it
	formStamp   // 2006-01-02T15:04:05.999999, local to the system's zone
	formInstant // RFC 3339 in UTC
	formBytes   // base64 (RFC 4648 section 4)
	formUUID    // lower case
	formOther   // whatever the database's own text is: enums, JSON, addresses
)

var formNames = map[form]string{
	formInteger: "a whole number", formDecimal: "a number", formFloat: "a number", formBool: "true or false",
	formDate: "a date (2006-01-02)", formTime: "a time of day", formStamp: "a date with time", formInstant: "a date with time",
	formBytes: "base64", formUUID: "a UUID", formText: "text", formOther: "text",
}

// unit is what a column's limit counts.
type unit int

const (
	unitRunes unit = iota
	unitBytes
	unitUTF16
)

// column is one column as the schema shows it.
type column struct {
	name     string // as the database spells it
	form     form
	cast     string // the type that parameters are cast to, in the dialect's words
	fixed    bool   // padded with blanks that are no content
	max      int    // longest text, 0 = no limit known
	unit     unit
	bits     int  // width of an integer, 0 = unknown
	unsigned bool // an integer without negative values
	digits   int  // of a stamp: digits of the second's fraction

	nullable  bool
	defaulted bool // the database has a value where none is given
	made      bool // only the database makes it
	counted   bool // the driver reports the number the database gave
	touched   bool // the database moves it with every update of the row
}

// length returns how much of the limit a text uses.
func (c *column) length(text string) int {
	switch c.unit {
	case unitBytes:
		return len(text)
	case unitUTF16:
		return len(utf16.Encode([]rune(text)))
	}
	return utf8.RuneCountInString(text)
}

// limit is the limit to be shown. One counted in bytes that no contact reaches
// is none.
func (c *column) limit() int {
	if c.unit == unitBytes && c.max > 1<<15 {
		return 0
	}
	return c.max
}

// required reports whether a new row must bring a value.
func (c *column) required() bool { return !c.nullable && !c.defaulted && !c.made }
