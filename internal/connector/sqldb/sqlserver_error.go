package sqldb

import (
	"errors"
	"regexp"
	"strconv"

	mssql "github.com/microsoft/go-mssqldb"

	"kith/internal/contact"
)

// sqlserverName finds the constraint, index or column a message names. Values
// stand in parentheses and never after these words.
var sqlserverName = regexp.MustCompile(`(?:constraint|index|column) ['"]([^'"]+)['"]`)

// verdict reads the server's error numbers.
func (sqlserver) verdict(err error) (verdict, bool) {
	var e mssql.Error
	if !errors.As(err, &e) {
		return verdict{}, false
	}
	code, name := strconv.Itoa(int(e.Number)), ""
	if m := sqlserverName.FindStringSubmatch(e.Message); m != nil {
		name = m[1]
	}
	switch n := e.Number; {
	case n == 18452 || n == 18456 || n == 18470 || n == 18487 || n == 18488:
		return verdict{class: contact.Credentials, say: "the database refuses the login (" + code + ")"}, true
	case n == 4060 || n == 911:
		return verdict{class: contact.Setup, say: "there is no such database (" + code + ")"}, true
	case n == 229 || n == 230 || n == 262 || n == 297 || n == 300 || n == 916 || n == 3906:
		return verdict{class: contact.Forbidden, say: "the login may not do this (" + code + ")"}, true
	case n == 1205 || n == 3960 || n == 3961:
		return verdict{class: contact.Throttled, say: "other sessions change the same rows (" + code + ")", again: true}, true
	case n == 1222:
		return verdict{class: contact.Throttled, say: "another session holds the row (1222)", held: true}, true
	case n == 10928 || n == 10929 || n == 17809 || n == 40501 || n == 49918 || n == 49919 || n == 49920:
		return verdict{class: contact.Throttled, say: "the database has no room to spare (" + code + ")"}, true
	case n == 6005 || n == 17142 || n == 40197 || n == 40613 || n == 596:
		return verdict{class: contact.Unreachable, say: "the database is starting or shutting down (" + code + ")", lost: true}, true
	case n == 2601 || n == 2627:
		return refused("there is already another one under", name, code), true
	case n == 515:
		return refused("a value is needed in column", name, code), true
	case n == 547:
		return refused("it breaks the rule", name, code), true
	case n == 220 || n == 241 || n == 242 || n == 245 || n == 248 || n == 2628 || n == 8114 || n == 8115 || n == 8152 || n == 8169:
		return refused("a value is too long, out of range or of another form in column", name, code), true
	case n == 550 || n == 4405 || n == 4406 || n == 3609 || n >= 50000:
		return refused("a trigger or rule of the database stopped it", "", code), true
	case n == 207 || n == 208:
		return verdict{class: contact.Setup, say: "a table or column is not there (" + code + ")"}, true
	}
	return verdict{say: "the database does not accept it (" + code + ")"}, true
}
