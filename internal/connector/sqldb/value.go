package sqldb

import (
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Text forms of times: as Kith shows them and as every database takes them.
const (
	dayText   = "2006-01-02"
	stampText = "2006-01-02T15:04:05.999999999"
	stampSQL  = "2006-01-02 15:04:05.999999"
)

// show turns a column's value, as the database renders it, into the text a
// record shows. NULL shows "". What does not read as the column's form is shown
// as it is: SQLite keeps anything anywhere.
func (c *column) show(v sql.NullString) string {
	if !v.Valid {
		return ""
	}
	text := v.String
	switch c.form {
	case formText:
		if c.fixed {
			return strings.TrimRight(text, " ")
		}
	case formBool:
		if b, ok := readBool(text); ok {
			return strconv.FormatBool(b)
		}
	case formDate:
		if strings.HasPrefix(text, "0000-00-00") { // MySQL's way of saying nothing
			return ""
		}
		if t, _, ok := readStamp(text, time.UTC); ok {
			return t.Format(dayText)
		}
	case formStamp:
		if strings.HasPrefix(text, "0000-00-00") {
			return ""
		}
		if t, zoned, ok := readStamp(text, time.UTC); ok && !zoned {
			return t.Format(stampText)
		}
	case formInstant:
		if strings.HasPrefix(text, "0000-00-00") {
			return ""
		}
		if t, _, ok := readStamp(text, time.UTC); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
	case formBytes:
		if b, err := hex.DecodeString(text); err == nil {
			return base64.StdEncoding.EncodeToString(b)
		}
	case formUUID:
		return strings.ToLower(text)
	}
	return text
}

// take turns a text that a record shall show into the text a parameter of the
// column carries. False: it is not of the column's form. Zone says where naive
// times are local.
func (c *column) take(text string, zone *time.Location) (string, bool) {
	switch c.form {
	case formText, formOther:
		return text, utf8.ValidString(text) && !strings.ContainsRune(text, 0)
	case formInteger:
		return c.takeInteger(text)
	case formDecimal, formFloat:
		if strings.ContainsAny(text, "xXpP_/iInN") { // what big.Float reads and SQL does not
			return "", false
		}
		_, _, err := big.ParseFloat(text, 10, 64, big.ToNearestEven)
		return text, err == nil
	case formBool:
		b, ok := readBool(text)
		if b {
			return "1", ok
		}
		return "0", ok
	case formDate:
		t, _, ok := readStamp(text, zone)
		return t.Format(dayText), ok
	case formTime:
		for _, layout := range []string{"15:04:05.999999999", "15:04"} {
			if _, err := time.Parse(layout, text); err == nil {
				return text, true
			}
		}
		return "", false
	case formStamp:
		t, _, ok := readStamp(text, zone)
		return c.stamp(t, zone), ok
	case formInstant:
		t, _, ok := readStamp(text, zone)
		return c.stamp(t, time.UTC), ok
	case formBytes:
		b, err := base64.StdEncoding.DecodeString(text)
		return hex.EncodeToString(b), err == nil
	case formUUID:
		b, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
		return text, err == nil && len(b) == 16
	}
	return "", false
}

// takeInteger checks the range as well, since the database's own complaint would
// not name the column. A flag is a number where the column is one.
func (c *column) takeInteger(text string) (string, bool) {
	switch strings.ToLower(text) {
	case "true":
		return "1", true
	case "false":
		return "0", true
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok || strings.HasPrefix(text, "+") {
		return "", false
	}
	switch {
	case c.bits == 0:
		return text, true
	case c.unsigned:
		return text, n.Sign() >= 0 && n.BitLen() <= c.bits
	case n.Sign() < 0:
		n.Not(n) // the most negative number has one more than the most positive
	}
	return text, n.BitLen() < c.bits
}

// stamp writes a time as the column keeps it: in the zone, and rounded down,
// because some databases would round up into the future.
func (c *column) stamp(t time.Time, zone *time.Location) string {
	least := time.Second
	for range c.digits {
		least /= 10
	}
	return t.In(zone).Truncate(least).Format(stampSQL)
}

// readBool reads the ways in which databases and people write a flag.
func readBool(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "1", "t", "true", "y", "yes", "on":
		return true, true
	case "0", "f", "false", "n", "no", "off":
		return false, true
	}
	return false, false
}

var stampLayouts = []struct {
	layout string
	zoned  bool
}{
	{"2006-01-02 15:04:05.999999999", false},
	{"2006-01-02 15:04:05.999999999Z07:00", true},
	{"2006-01-02 15:04:05.999999999Z07", true},
	{"2006-01-02 15:04:05.999999999 Z07:00", true},
	{"2006-01-02 15:04", false},
	{dayText, false},
}

// readStamp reads a date or time of a database or of a record. A text without
// an offset is local to zone; zoned tells that it had one.
func readStamp(text string, zone *time.Location) (t time.Time, zoned, ok bool) {
	if len(text) > 10 && text[10] == 'T' {
		text = text[:10] + " " + text[11:]
	}
	for _, l := range stampLayouts {
		if t, err := time.ParseInLocation(l.layout, text, zone); err == nil {
			return t, l.zoned, true
		}
	}
	return time.Time{}, false, false
}
