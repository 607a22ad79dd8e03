package sqldb

import (
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"kith/internal/contact"
)

// sageColumn makes a column as SQL Server's catalog describes it.
func sageColumn(name, typ string, length, scale int) *column {
	c := &column{name: name, nullable: true}
	sqlserverType(c, typ, length, scale)
	return c
}

// sageContacts is the contact table of a Sage 100 company.
func sageContacts() *layout {
	l := &layout{table: &table{schema: "dbo", name: "F_CONTACTT", updatable: true}, place: map[*column]int{}}
	l.id = sageColumn("cbMarq", "int", 4, 0)
	l.changed = sageColumn("cbModification", "datetime", 8, 3)
	name := sageColumn("CT_Nom", "varchar", 35, 0)
	l.columns = []*column{l.id, l.changed, name}
	for _, c := range l.columns {
		l.selects(c)
	}
	l.mapped = []mapping{{"CT_Nom", name}}
	return l
}

// No SQL Server can be had for tests. What would be sent is fixed here.
func TestSQLServerStatements(t *testing.T) {
	l, d := sageContacts(), sqlserver{}
	name := l.columns[2]
	const (
		id    = "CONVERT(nvarchar(max), [cbMarq])"
		stamp = "CONVERT(nvarchar(40), [cbModification], 121)"
		nom   = "RTRIM(CONVERT(nvarchar(max), [CT_Nom]))"
		from  = "SELECT TOP (3) " + id + ", " + stamp + ", " + nom + " FROM [dbo].[F_CONTACTT] t"
		bin   = " COLLATE Latin1_General_100_BIN2 = "
	)
	since := selectRows(d, l, 3).add(" WHERE ").compare(l.changed, ">=", "2026-01-02 03:04:05").order(l.changed, l.id)
	lock := (&statement{d: d}).add("UPDATE [dbo].[F_CONTACTT] SET [CT_Nom] = ")
	lock.add(lock.value(name, raw("MARTIN")))
	lock.row(l, row{raw("7"), raw("2026-01-02 03:04:05.123"), {}}, true)
	insert, keyed := d.insert(l.table, l.id, []string{"[CT_Nom]"}, []string{"CAST(@p1 AS varchar(max))"})
	for _, tc := range []struct{ got, want string }{
		{selectRows(d, l, 3).add(" WHERE ").compare(l.id, ">", "12").order(l.id).String(), from + " WHERE [cbMarq] > CAST(@p1 AS int) ORDER BY t.[cbMarq]"},
		{since.String(), from + " WHERE [cbModification] >= CONVERT(datetime, @p1, 121) ORDER BY t.[cbModification], t.[cbMarq]"},
		{lock.String(), "UPDATE [dbo].[F_CONTACTT] SET [CT_Nom] = CAST(@p1 AS varchar(max)) WHERE [cbMarq] = CAST(@p2 AS int)" +
			" AND (" + id + bin + "@p3 AND DATALENGTH(" + id + ") = DATALENGTH(@p3))" +
			" AND (" + stamp + bin + "@p4 AND DATALENGTH(" + stamp + ") = DATALENGTH(@p4)) AND " + nom + " IS NULL"},
		{insert, "SET NOCOUNT ON; DECLARE @key TABLE (k nvarchar(max)); INSERT INTO [dbo].[F_CONTACTT] ([CT_Nom])" +
			" OUTPUT CONVERT(nvarchar(max), inserted.[cbMarq]) INTO @key VALUES (CAST(@p1 AS varchar(max))); SELECT k FROM @key"},
		{d.quote("a]; DROP TABLE x; --"), "[a]]; DROP TABLE x; --]"},
	} {
		if tc.got != tc.want {
			t.Errorf("\n got %s\nwant %s", tc.got, tc.want)
		}
	}
	if !keyed {
		t.Error("an insert does not answer its key")
	}
}

func TestSQLServerTypes(t *testing.T) {
	for _, tc := range []struct {
		typ           string
		length, scale int
		read, bind    string
		form          form
		max           int
	}{
		{"nvarchar", 70, 0, "RTRIM(CONVERT(nvarchar(max), [c]))", "@p1", formText, 35},
		{"nvarchar", -1, 0, "RTRIM(CONVERT(nvarchar(max), [c]))", "@p1", formText, 0},
		{"varchar", 35, 0, "RTRIM(CONVERT(nvarchar(max), [c]))", "CAST(@p1 AS varchar(max))", formText, 35},
		{"smallint", 2, 0, "CONVERT(nvarchar(max), [c])", "CAST(@p1 AS smallint)", formInteger, 0},
		{"numeric", 9, 2, "CONVERT(nvarchar(max), [c])", "CAST(@p1 AS decimal(38, 2))", formDecimal, 0},
		{"money", 8, 4, "CONVERT(nvarchar(60), [c], 2)", "CAST(@p1 AS money)", formDecimal, 0},
		{"float", 8, 0, "CONVERT(nvarchar(60), [c], 3)", "CAST(@p1 AS float)", formFloat, 0},
		{"bit", 1, 0, "CONVERT(nvarchar(max), [c])", "CAST(@p1 AS bit)", formBool, 0},
		{"date", 3, 0, "CONVERT(nvarchar(40), [c], 23)", "CAST(@p1 AS date)", formDate, 0},
		{"datetime2", 8, 7, "CONVERT(nvarchar(40), [c], 121)", "CONVERT(datetime2, @p1, 121)", formStamp, 0},
		{"datetimeoffset", 10, 7, "CONVERT(nvarchar(40), SWITCHOFFSET([c], '+00:00'), 121)", "CONVERT(datetimeoffset, @p1, 121)", formInstant, 0},
		{"varbinary", -1, 0, "CONVERT(nvarchar(max), CONVERT(varchar(max), CONVERT(varbinary(max), [c]), 2))", "CONVERT(varbinary(max), @p1, 2)", formBytes, 0},
		{"uniqueidentifier", 16, 0, "CONVERT(nvarchar(max), [c])", "CAST(@p1 AS uniqueidentifier)", formUUID, 0},
	} {
		c := sageColumn("c", tc.typ, tc.length, tc.scale)
		if read, bind := (sqlserver{}).read(c), (sqlserver{}).bind(c, "@p1"); read != tc.read || bind != tc.bind || c.form != tc.form || c.max != tc.max {
			t.Errorf("%s(%d): form %d, max %d, read %s, bind %s", tc.typ, tc.length, c.form, c.max, read, bind)
		}
	}
	// A datetime keeps milliseconds; more of them would not convert.
	at, _, _ := readStamp("2026-01-02 03:04:05.123456", time.UTC)
	if got := sageContacts().changed.stamp(at, time.UTC); got != "2026-01-02 03:04:05.123" {
		t.Errorf("a stamp is written as %s", got)
	}
}

func TestSQLServerErrors(t *testing.T) {
	y := &system{dialect: sqlserver{}}
	y.settings.Name = "sage"
	for _, tc := range []struct {
		number  int32
		message string
		class   contact.Class
		want    string
	}{
		{18456, "Login failed for user 'kith'.", contact.Credentials, "sage: the database refuses the login (18456)"},
		{4060, `Cannot open database "x"`, contact.Setup, "sage: there is no such database (4060)"},
		{2627, "Violation of UNIQUE KEY constraint 'UKA_F_CONTACTT'. Cannot insert duplicate key in object 'dbo.F_CONTACTT'. The duplicate key value is (SECRET).",
			contact.Refused, `sage: the database refuses the row: there is already another one under "UKA_F_CONTACTT" (2627)`},
		{2628, "String or binary data would be truncated in table 'BIJOU.dbo.F_CONTACTT', column 'CT_Nom'. Truncated value: 'SECRET'.",
			contact.Refused, `sage: the database refuses the row: a value is too long, out of range or of another form in column "CT_Nom" (2628)`},
		{50001, "SECRET is locked", contact.Refused, "sage: the database refuses the row: a trigger or rule of the database stopped it (50001)"},
		{229, "The UPDATE permission was denied on the object 'F_CONTACTT'", contact.Forbidden, "sage: the login may not do this (229)"},
		{208, "Invalid object name 'F_CONTACT'.", contact.Setup, "sage: a table or column is not there (208)"},
		{1205, "Transaction was deadlocked", contact.Throttled, "sage: other sessions change the same rows (1205)"},
		{1222, "Lock request time out period exceeded.", contact.Refused, "sage: another session holds the row (1222)"},
		{99999, "SECRET", contact.Refused, "sage: the database refuses the row: a trigger or rule of the database stopped it (99999)"},
		{4321, "SECRET", contact.Refused, "sage: the database does not accept it (4321)"},
	} {
		err := y.failed(mssql.Error{Number: tc.number, Message: tc.message}, true)
		if contact.ClassOf(err) != tc.class || err.Error() != tc.want {
			t.Errorf("%d: %s: %v", tc.number, contact.ClassOf(err), err)
		}
	}
}
