package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgres speaks to PostgreSQL and what is compatible with its catalog.
type postgres struct{}

func (postgres) parallel() int { return 4 }

func (postgres) connect(dsn string, o session) (*sql.DB, string, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil { // its text quotes the address
		return nil, "", errors.New("this is no address of a PostgreSQL database; one is postgres://user:password@host/database")
	}
	config.RuntimeParams["timezone"] = postgresZone(o)
	config.RuntimeParams["datestyle"] = "ISO" // values are exchanged as text
	config.RuntimeParams["application_name"] = "kith"
	if o.readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	address := net.JoinHostPort(strings.ToLower(config.Host), strconv.Itoa(int(config.Port))) + "/" + config.Database
	return stdlib.OpenDB(*config), address, nil
}

// postgresZone names a zone as PostgreSQL does, which knows the IANA names, or
// says its present offset in POSIX form, where west is positive.
func postgresZone(o session) string {
	name := o.zone.String()
	if _, err := time.LoadLocation(name); err == nil && name != "Local" && name != "" {
		return name
	}
	_, offset := o.now().In(o.zone).Zone()
	sign, minutes := '-', offset/60
	if minutes < 0 {
		sign, minutes = '+', -minutes
	}
	return fmt.Sprintf("<kith>%c%02d:%02d", sign, minutes/60, minutes%60)
}

// begin keeps a write from waiting for a row that somebody holds in an open
// dialogue.
func (postgres) begin() []string { return []string{"SET LOCAL lock_timeout = '5s'"} }

func (postgres) quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func (postgres) param(n int) string       { return "$" + strconv.Itoa(n) }
func (postgres) clock() string            { return "SELECT (clock_timestamp() AT TIME ZONE 'UTC')::text" }
func (postgres) about() string {
	return "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1)"
}
func (postgres) limit(n int) (head, tail string) { return "", " LIMIT " + strconv.Itoa(n) }

func (d postgres) read(c *column) string {
	switch c.form {
	case formBytes:
		return "encode(" + d.quote(c.name) + ", 'hex')"
	case formInstant:
		return "(" + d.quote(c.name) + " AT TIME ZONE 'UTC')::text"
	}
	return d.quote(c.name) + "::text"
}

func (postgres) bind(c *column, param string) string {
	switch c.form {
	case formBytes:
		return "decode(" + param + "::text, 'hex')"
	case formInstant:
		return "(" + param + "::text::timestamp AT TIME ZONE 'UTC')"
	}
	return param + "::text::" + c.cast
}

func (d postgres) exact(c *column, param string) string {
	return d.read(c) + ` COLLATE "C" = ` + param + "::text"
}

func (d postgres) insert(t *table, key *column, columns, values []string) (string, bool) {
	text := "INSERT INTO " + t.sqlName(d)
	if len(columns) == 0 {
		text += " DEFAULT VALUES"
	} else {
		text += " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	}
	return text + " RETURNING " + d.read(key), true
}

func (postgres) tables() string {
	return `SELECT n.nspname, c.relname, array_position(current_schemas(false), n.nspname), c.relkind IN ('v', 'm')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
ORDER BY 1, 2`
}

// describe asks the catalog and not the information schema, which hides what the
// login may not use: "not there" and "not allowed" are different mistakes. A
// domain counts as the type below it, with its own limits.
func (d postgres) describe(ctx context.Context, q queryer, t *table) error {
	var events int
	err := q.QueryRowContext(ctx, `SELECT pg_catalog.pg_relation_is_updatable($1::text::regclass, true)`, t.sqlName(d)).Scan(&events)
	if err != nil {
		return err
	}
	const update, insert, remove = 1 << 2, 1 << 3, 1 << 4
	t.updatable, t.insertable, t.deletable = events&update != 0, events&insert != 0, events&remove != 0
	return scanColumns(ctx, q, t, `SELECT a.attname, b.typname, b.typtype::text, pg_catalog.format_type(b.oid, NULL),
  CASE WHEN y.typtype = 'd' THEN y.typtypmod ELSE a.atttypmod END,
  a.attnotnull OR y.typnotnull,
  a.atthasdef OR a.attidentity <> '' OR y.typdefault IS NOT NULL,
  a.attidentity = 'a' OR a.attgenerated <> '' OR c.relkind = 'v' AND NOT pg_catalog.pg_column_is_updatable(c.oid, a.attnum, true)
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
JOIN pg_catalog.pg_type b ON b.oid = CASE WHEN y.typtype = 'd' THEN y.typbasetype ELSE y.oid END
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`, []any{t.sqlName(d)}, func(rows *sql.Rows) (*column, error) {
		c := &column{}
		var base, class, full string
		var modifier int
		var filled bool
		err := rows.Scan(&c.name, &base, &class, &full, &modifier, &filled, &c.defaulted, &c.made)
		c.nullable = !filled
		postgresType(c, base, class, full, modifier)
		return c, err
	})
}

// postgresType sets what a type means. Parameters are cast to the bare type:
// a cast to varchar(5) would cut without a word where an assignment complains.
func postgresType(c *column, base, class, full string, modifier int) {
	c.form, c.cast = formOther, full
	if class != "b" {
		return
	}
	digits := 6
	if modifier >= 0 {
		digits = modifier
	}
	switch base {
	case "text", "citext":
		c.form, c.cast = formText, base
	case "varchar", "bpchar":
		c.form, c.cast, c.fixed = formText, base, base == "bpchar"
		if modifier > 4 {
			c.max = modifier - 4
		}
	case "name":
		c.form, c.cast, c.max, c.unit = formText, "name", 63, unitBytes
	case "int2", "int4", "int8":
		c.form, c.bits = formInteger, map[string]int{"int2": 16, "int4": 32, "int8": 64}[base]
	case "numeric":
		c.form = formDecimal
	case "float4", "float8":
		c.form = formFloat
	case "bool":
		c.form = formBool
	case "date":
		c.form = formDate
	case "time":
		c.form = formTime
	case "timestamp":
		c.form, c.digits = formStamp, digits
	case "timestamptz":
		c.form, c.digits = formInstant, digits
	case "bytea":
		c.form = formBytes
	case "uuid":
		c.form = formUUID
	}
}
