package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// sqlite reads and writes a SQLite file that another program owns.
type sqlite struct{}

// parallel is one: SQLite has one writer, and a reader could hold it up.
func (sqlite) parallel() int { return 1 }

// connect never makes the file: a slip in the path would be an empty database.
func (sqlite) connect(dsn string, o session) (*sql.DB, string, error) {
	path := dsn
	for _, prefix := range []string{"sqlite://", "sqlite:", "file://", "file:"} {
		if rest, ok := strings.CutPrefix(path, prefix); ok {
			path = rest
			break
		}
	}
	path, _, _ = strings.Cut(path, "?")
	if path == "" || path == ":memory:" {
		return nil, "", errors.New("this is no path of a SQLite file; one is sqlite:///srv/erp/data.db")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, "", errors.New("the path of the SQLite file cannot be resolved")
	}
	options := url.Values{"mode": {"rw"}, "_txlock": {"immediate"}}
	if o.readOnly {
		options.Set("mode", "ro")
	}
	// Waiting is ours, in steps, so that a call ends when its time is up. The
	// file's foreign keys hold for us even where its owner forgets them.
	options["_pragma"] = []string{"busy_timeout(250)", "foreign_keys(1)"}
	file := url.URL{Scheme: "file", Path: path, RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", file.String())
	return db, path, err
}

func (sqlite) begin() []string { return nil }

func (sqlite) quote(name string) string        { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
func (sqlite) param(int) string                { return "?" }
func (sqlite) clock() string                   { return "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')" }
func (sqlite) about() string                   { return "SELECT 'SQLite ' || sqlite_version()" }
func (sqlite) limit(n int) (head, tail string) { return "", " LIMIT " + strconv.Itoa(n) }

func (d sqlite) read(c *column) string {
	if c.form == formBytes {
		return "CASE WHEN " + d.quote(c.name) + " IS NOT NULL THEN hex(" + d.quote(c.name) + ") END"
	}
	return "CAST(" + d.quote(c.name) + " AS TEXT)"
}

func (sqlite) bind(c *column, param string) string {
	switch c.form {
	case formBytes:
		return "unhex(" + param + ")"
	case formInteger, formBool:
		return "CAST(" + param + " AS INTEGER)"
	case formDecimal:
		return "CAST(" + param + " AS NUMERIC)"
	case formFloat:
		return "CAST(" + param + " AS REAL)"
	}
	return param
}

func (d sqlite) exact(c *column, param string) string { return d.read(c) + " = " + param }

func (d sqlite) insert(t *table, key *column, columns, values []string) (string, bool) {
	text := "INSERT INTO " + t.sqlName(d)
	if len(columns) == 0 {
		text += " DEFAULT VALUES"
	} else {
		text += " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")"
	}
	return text + " RETURNING " + d.read(key), true
}

func (sqlite) tables() string {
	return `SELECT '', name, 1, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY name`
}

// describe takes declared lengths for limits, though SQLite does not hold
// anyone to them: the program that declared them relies on them.
func (d sqlite) describe(ctx context.Context, q queryer, t *table) error {
	t.updatable, t.insertable, t.deletable = true, true, true
	if t.view { // only triggers make a view writable
		err := q.QueryRowContext(ctx, `SELECT
  EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 AND sql LIKE '%INSTEAD OF UPDATE%'),
  EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 AND sql LIKE '%INSTEAD OF INSERT%'),
  EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 AND sql LIKE '%INSTEAD OF DELETE%')`,
			t.name).Scan(&t.updatable, &t.insertable, &t.deletable)
		if err != nil {
			return err
		}
	}
	return scanColumns(ctx, q, t, `SELECT name, upper(type), "notnull", dflt_value IS NOT NULL, pk, hidden FROM pragma_table_xinfo(?)`,
		[]any{t.name}, func(rows *sql.Rows) (*column, error) {
			c := &column{}
			var declared string
			var filled bool
			var key, hidden int
			err := rows.Scan(&c.name, &declared, &filled, &c.defaulted, &key, &hidden)
			counted := key == 1 && declared == "INTEGER" // an alias of the row id
			c.nullable, c.defaulted = !filled && !counted, c.defaulted || counted
			c.made = hidden != 0
			sqliteType(c, declared)
			return c, err
		})
}

// sqliteType goes by the declared type as SQLite does (its manual, "Datatypes",
// section 3.1), with the names of dates and flags added.
func sqliteType(c *column, declared string) {
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(declared, w) {
				return true
			}
		}
		return false
	}
	switch {
	case declared == "":
		c.form = formOther
	case has("BOOL"):
		c.form = formBool
	case has("INT"):
		c.form, c.bits = formInteger, 64
	case has("CHAR", "CLOB", "TEXT"):
		c.form = formText
		c.fixed = strings.HasPrefix(declared, "CHAR(") || strings.HasPrefix(declared, "NCHAR(")
		if _, length, ok := strings.Cut(strings.TrimSuffix(declared, ")"), "("); ok {
			c.max, _ = strconv.Atoi(strings.TrimSpace(length))
		}
	case has("BLOB"):
		c.form = formBytes
	case has("REAL", "FLOA", "DOUB"):
		c.form = formFloat
	case has("DATETIME", "TIMESTAMP"):
		c.form = formStamp
	case has("DATE"):
		c.form = formDate
	case has("TIME"):
		c.form = formTime
	case has("NUM", "DEC"):
		c.form = formDecimal
	default:
		c.form = formOther
	}
}
