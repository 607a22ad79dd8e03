package sqldb

import (
	"testing"

	"github.com/go-sql-driver/mysql"

	"kith/internal/contact"
)

// The server quotes values in its messages, and a value may look like the end of
// one. Only names of the schema are repeated.
func TestMySQLErrorsNameNoValues(t *testing.T) {
	y := &system{dialect: &mysqlDialect{}}
	y.settings.Name = "erp"
	const refused = "erp: the database refuses the row: "
	for _, tc := range []struct {
		number  uint16
		message string
		want    string
	}{
		{1062, "Duplicate entry 'x' for key 'SECRET' for key 'one_mail'", refused + `there is already another one under "one_mail" (1062)`},
		{1062, "Duplicate entry 'CONSTRAINT `SECRET` FOREIGN KEY' for key 'person.PRIMARY'", refused + `there is already another one under "person.PRIMARY" (1062)`},
		{1048, "Column 'name' cannot be null", refused + `a value is needed in column "name" (1048)`},
		{1364, "Field 'name' doesn't have a default value", refused + `a value is needed in column "name" (1364)`},
		{1406, "Data too long for column 'name' at row 1", refused + `a value is too long, out of range or of another form in column "name" (1406)`},
		{1366, "Incorrect integer value: 'for column 'SECRET' at row 1' for column `erp`.`person`.`age` at row 1",
			refused + `a value is too long, out of range or of another form in column "age" (1366)`},
		{1452, "Cannot add or update a child row: a foreign key constraint fails (`erp`.`person`, CONSTRAINT `its_firm` FOREIGN KEY (`firm`) REFERENCES `firm` (`no`))",
			refused + `it refers, or is referred to, by "its_firm" (1452)`},
		{4025, "CONSTRAINT `of_age` failed for `erp`.`person`", refused + `it breaks the rule "of_age" (4025)`},
		{3819, "Check constraint 'of_age' is violated.", refused + `it breaks the rule "of_age" (3819)`},
		{1644, "SECRET", refused + "a trigger or rule of the database stopped it (1644)"},
	} {
		err := y.failed(&mysql.MySQLError{Number: tc.number, Message: tc.message}, true)
		if contact.ClassOf(err) != contact.Refused || err.Error() != tc.want {
			t.Errorf("%d: %v", tc.number, err)
		}
	}
}

func TestMariaDBReturning(t *testing.T) {
	for version, want := range map[string]bool{
		"10.11.19-MariaDB-0+deb12u1": true, "5.5.5-10.5.1-MariaDB": true, "10.4.30-MariaDB": false, "11.4.2-MariaDB": true, "": false,
	} {
		if hasReturning(version) != want {
			t.Errorf("%s: %t", version, !want)
		}
	}
}
