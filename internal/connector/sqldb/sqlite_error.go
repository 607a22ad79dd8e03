package sqldb

import (
	"errors"
	"strconv"
	"strings"

	driver "modernc.org/sqlite"

	"kith/internal/contact"
)

// verdict reads SQLite's result codes, the extended ones where they say more.
func (sqlite) verdict(err error) (verdict, bool) {
	var e *driver.Error
	if !errors.As(err, &e) {
		return verdict{}, false
	}
	code := "SQLite " + strconv.Itoa(e.Code())
	const primary = 0xff
	switch e.Code() & primary {
	case 5, 6: // busy, locked
		return verdict{class: contact.Throttled, say: "another program holds the file (" + code + ")", again: true}, true
	case 8: // read only
		return verdict{class: contact.Forbidden, say: "the file cannot be written (" + code + ")"}, true
	case 3, 23: // permission, authorization
		return verdict{class: contact.Forbidden, say: "the file may not be used (" + code + ")"}, true
	case 14, 26: // cannot open, no database
		return verdict{class: contact.Setup, say: "there is no such file, or it is no SQLite database (" + code + ")"}, true
	case 9: // interrupted
		return verdict{class: contact.Unreachable, say: "the statement was given up (" + code + ")"}, true
	case 10, 11, 13: // I/O, corrupt, full
		return verdict{class: contact.Unreachable, say: "the file or its disk is in trouble (" + code + ")"}, true
	case 1: // no such table or column, among others
		return verdict{class: contact.Setup, say: "a table or column is not there (" + code + ")"}, true
	}
	// "UNIQUE constraint failed: contact.email": names of the schema, no values.
	_, name, _ := strings.Cut(strings.TrimSuffix(e.Error(), " ("+strconv.Itoa(e.Code())+")"), "constraint failed: ")
	if i := strings.LastIndex(name, "constraint failed: "); i >= 0 {
		name = name[i+len("constraint failed: "):]
	}
	switch e.Code() {
	case 2067, 1555, 2579:
		return refused("there is already another one under", name, code), true
	case 1299:
		return refused("a value is needed in column", name, code), true
	case 275:
		return refused("it breaks the rule", name, code), true
	case 787:
		return refused("it refers, or is referred to, by a foreign key", "", code), true
	case 1811, 19:
		return refused("a trigger of the database stopped it", "", code), true
	}
	return refused("a value is not accepted", "", code), true
}
