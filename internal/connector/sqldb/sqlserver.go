package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// sqlserver speaks to Microsoft SQL Server. It has never run against one: its
// statements are tested as text.
type sqlserver struct{}

func (sqlserver) parallel() int { return 4 }

func (sqlserver) connect(dsn string, o session) (*sql.DB, string, error) {
	if rest, ok := strings.CutPrefix(dsn, "mssql://"); ok {
		dsn = "sqlserver://" + rest
	}
	config, err := msdsn.Parse(dsn)
	if err != nil { // its text may quote the address
		return nil, "", errors.New("this is no address of a SQL Server database; one is sqlserver://user:password@host:1433?database=name")
	}
	config.AppName = "kith"
	config.ReadOnlyIntent = config.ReadOnlyIntent || o.readOnly
	server := strings.ToLower(config.Host)
	if config.Instance != "" {
		server += `\` + strings.ToLower(config.Instance)
	} else {
		port := config.Port
		if port == 0 {
			port = 1433
		}
		server += ":" + strconv.FormatUint(port, 10)
	}
	return sql.OpenDB(mssql.NewConnectorConfig(config)), server + "/" + config.Database, nil
}

func (sqlserver) begin() []string { return []string{"SET LOCK_TIMEOUT 5000"} }

func (sqlserver) quote(name string) string { return "[" + strings.ReplaceAll(name, "]", "]]") + "]" }
func (sqlserver) param(n int) string       { return "@p" + strconv.Itoa(n) }
func (sqlserver) clock() string            { return "SELECT CONVERT(nvarchar(40), SYSUTCDATETIME(), 121)" }
func (sqlserver) about() string {
	return "SELECT 'SQL Server ' + CONVERT(nvarchar(40), SERVERPROPERTY('ProductVersion'))"
}
func (sqlserver) limit(n int) (head, tail string) { return "TOP (" + strconv.Itoa(n) + ") ", "" }

// read converts with the styles that lose nothing.
func (d sqlserver) read(c *column) string {
	name := d.quote(c.name)
	switch c.form {
	case formBytes:
		return "CONVERT(nvarchar(max), CONVERT(varchar(max), CONVERT(varbinary(max), " + name + "), 2))"
	case formInstant:
		return "CONVERT(nvarchar(40), SWITCHOFFSET(" + name + ", '+00:00'), 121)"
	case formStamp:
		return "CONVERT(nvarchar(40), " + name + ", 121)"
	case formDate:
		return "CONVERT(nvarchar(40), " + name + ", 23)"
	case formTime:
		return "CONVERT(nvarchar(40), " + name + ", 114)"
	case formFloat:
		return "CONVERT(nvarchar(60), " + name + ", 3)"
	}
	if c.fixed {
		return "RTRIM(CONVERT(nvarchar(max), " + name + "))"
	}
	if c.cast == "money" {
		return "CONVERT(nvarchar(60), " + name + ", 2)"
	}
	return "CONVERT(nvarchar(max), " + name + ")"
}

// bind casts to the column's own type: a comparison across types would neither
// use an index nor find a datetime again.
func (sqlserver) bind(c *column, param string) string {
	switch {
	case c.form == formBytes:
		return "CONVERT(varbinary(max), " + param + ", 2)"
	case c.form == formStamp || c.form == formInstant:
		return "CONVERT(" + c.cast + ", " + param + ", 121)"
	case c.cast == "":
		return param
	}
	return "CAST(" + param + " AS " + c.cast + ")"
}

// exact also compares lengths, since "=" ignores trailing blanks.
func (d sqlserver) exact(c *column, param string) string {
	text := d.read(c)
	return "(" + text + " COLLATE Latin1_General_100_BIN2 = " + param + " AND DATALENGTH(" + text + ") = DATALENGTH(" + param + "))"
}

// insert sends the key through a variable: OUTPUT alone is refused on a table
// with triggers.
func (d sqlserver) insert(t *table, key *column, columns, values []string) (string, bool) {
	text := "SET NOCOUNT ON; DECLARE @key TABLE (k nvarchar(max)); INSERT INTO " + t.sqlName(d)
	if len(columns) > 0 {
		text += " (" + strings.Join(columns, ", ") + ")"
	}
	text += " OUTPUT " + strings.ReplaceAll(d.read(key), d.quote(key.name), "inserted."+d.quote(key.name)) + " INTO @key"
	if len(columns) > 0 {
		text += " VALUES (" + strings.Join(values, ", ") + ")"
	} else {
		text += " DEFAULT VALUES"
	}
	return text + "; SELECT k FROM @key", true
}

func (sqlserver) tables() string {
	return `SELECT s.name, o.name, CASE WHEN s.name = SCHEMA_NAME() THEN 1 WHEN s.name = 'dbo' THEN 2 END, CAST(CASE WHEN o.type = 'V' THEN 1 ELSE 0 END AS bit)
FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V') ORDER BY 1, 2`
}

func (d sqlserver) describe(ctx context.Context, q queryer, t *table) error {
	t.updatable, t.insertable, t.deletable = true, true, true // of a view only the server knows
	return scanColumns(ctx, q, t, `SELECT c.name, TYPE_NAME(c.system_type_id), c.max_length, c.scale, c.is_nullable,
  CAST(CASE WHEN c.default_object_id <> 0 OR c.is_identity = 1 THEN 1 ELSE 0 END AS bit),
  CAST(CASE WHEN c.is_computed = 1 OR c.is_identity = 1 OR TYPE_NAME(c.system_type_id) = 'timestamp' THEN 1 ELSE 0 END AS bit)
FROM sys.columns c WHERE c.object_id = OBJECT_ID(@p1) ORDER BY c.column_id`,
		[]any{t.sqlName(d)}, func(rows *sql.Rows) (*column, error) {
			c := &column{}
			var base string
			var length, scale int
			err := rows.Scan(&c.name, &base, &length, &scale, &c.nullable, &c.defaulted, &c.made)
			sqlserverType(c, base, length, scale)
			return c, err
		})
}

// sqlserverType sets what a type means. Length is in bytes, -1 = no limit.
// Trailing blanks count nowhere in this dialect, so all texts lose them.
func sqlserverType(c *column, base string, length, scale int) {
	c.form, c.cast = formOther, base
	switch base {
	case "char", "varchar":
		c.form, c.fixed, c.max, c.unit, c.cast = formText, true, max(length, 0), unitBytes, "varchar(max)"
	case "nchar", "nvarchar":
		c.form, c.fixed, c.max, c.unit, c.cast = formText, true, max(length/2, 0), unitUTF16, ""
	case "text", "ntext", "xml":
		c.form, c.cast = formText, ""
	case "tinyint":
		c.form, c.bits, c.unsigned = formInteger, 8, true
	case "smallint", "int", "bigint":
		c.form, c.bits = formInteger, map[string]int{"smallint": 16, "int": 32, "bigint": 64}[base]
	case "decimal", "numeric":
		c.form, c.cast = formDecimal, "decimal(38, "+strconv.Itoa(scale)+")"
	case "money", "smallmoney":
		c.form, c.cast = formDecimal, "money"
	case "float", "real":
		c.form = formFloat
	case "bit":
		c.form = formBool
	case "date":
		c.form = formDate
	case "time":
		c.form = formTime
	case "datetime":
		c.form, c.digits = formStamp, 3
	case "datetime2":
		c.form, c.digits = formStamp, min(scale, 6)
	case "smalldatetime":
		c.form = formStamp
	case "datetimeoffset":
		c.form, c.digits = formInstant, min(scale, 6)
	case "binary", "varbinary", "image", "timestamp":
		c.form = formBytes
	case "uniqueidentifier":
		c.form = formUUID
	}
}
