package sqldb

import (
	"errors"
	"regexp"
	"strconv"

	"github.com/go-sql-driver/mysql"

	"kith/internal/contact"
)

// Where a message names the column or constraint. A message may quote a value
// before it, so each pattern holds on to the end, or belongs to a message that
// quotes none.
var (
	mysqlKey     = regexp.MustCompile("for key '([^']*)'$")
	mysqlFilled  = regexp.MustCompile("^(?:Column|Field) '([^']*)'")
	mysqlColumn  = regexp.MustCompile("for column (?:`[^`]*`\\.`[^`]*`\\.)?['`]([^'`]*)['`] at row \\d+$")
	mysqlForeign = regexp.MustCompile("CONSTRAINT `([^`]*)` FOREIGN KEY")
	mysqlRule    = regexp.MustCompile("^(?:CONSTRAINT|Check constraint) ['`]([^'`]*)['`]")
)

// verdict reads the server's error numbers.
func (*mysqlDialect) verdict(err error) (verdict, bool) {
	if errors.Is(err, mysql.ErrInvalidConn) {
		return verdict{class: contact.Unreachable, say: "the connection was closed", lost: true, stale: true}, true
	}
	var e *mysql.MySQLError
	if !errors.As(err, &e) {
		return verdict{}, false
	}
	code := strconv.Itoa(int(e.Number))
	named := func(pattern *regexp.Regexp) string {
		if m := pattern.FindStringSubmatch(e.Message); m != nil {
			return m[1]
		}
		return ""
	}
	switch e.Number {
	case 1045, 1698, 1130, 1251, 1862, 3118:
		return verdict{class: contact.Credentials, say: "the database refuses the login (" + code + ")"}, true
	case 1049:
		return verdict{class: contact.Setup, say: "there is no such database (1049)"}, true
	case 1044, 1142, 1143, 1227, 1290, 1370, 1792, 1836:
		return verdict{class: contact.Forbidden, say: "the login may not do this (" + code + ")"}, true
	case 1213, 1020: // 1020: the row moved on under a snapshot; the next look sees it
		return verdict{class: contact.Throttled, say: "other sessions change the same rows (" + code + ")", again: true}, true
	case 1205:
		return verdict{class: contact.Throttled, say: "another session holds the row (1205)", held: true}, true
	case 1040, 1203, 1226:
		return verdict{class: contact.Throttled, say: "the database has no connection to spare (" + code + ")"}, true
	case 1053, 1077, 1079, 1152, 1158, 1159, 1160, 1161, 1184, 1927:
		return verdict{class: contact.Unreachable, say: "the database closed the connection (" + code + ")", lost: true, stale: true}, true
	case 1021, 1037, 1041, 1114, 1317, 1969, 3024:
		return verdict{class: contact.Unreachable, say: "the database gave the statement up (" + code + ")"}, true
	case 1062, 1169, 1586, 1859:
		return refused("there is already another one under", named(mysqlKey), code), true
	case 1048, 1364, 1263:
		return refused("a value is needed in column", named(mysqlFilled), code), true
	case 1216, 1217, 1451, 1452:
		return refused("it refers, or is referred to, by", named(mysqlForeign), code), true
	case 3819, 4025, 1369:
		return refused("it breaks the rule", named(mysqlRule), code), true
	case 1264, 1265, 1292, 1366, 1406, 1411, 3140:
		return refused("a value is too long, out of range or of another form in column", named(mysqlColumn), code), true
	case 1644, 1288, 1348, 1394, 1395, 1471:
		return refused("a trigger or rule of the database stopped it", "", code), true
	case 1146, 1054, 1665:
		return verdict{class: contact.Setup, say: "a table or column is not there or cannot be used (" + code + ")"}, true
	}
	return verdict{say: "the database does not accept it (" + code + ")"}, true
}
