package sqldb

import (
	"context"
	"database/sql"
	"time"
)

// dialect is what differs between databases. Statements are text; it never sees
// a record.
type dialect interface {
	// connect prepares the pool without connecting, and names the server and
	// database without login. Its errors never show the address as written.
	connect(dsn string, o session) (db *sql.DB, address string, err error)

	// begin lists statements for the start of a writing transaction.
	begin() []string

	quote(name string) string
	param(n int) string // the n-th parameter, from 1

	// read is an expression for a column's value as text, null for null.
	read(c *column) string
	// bind is an expression that turns a parameter's text into the column's type.
	bind(c *column, param string) string
	// exact is a condition: the column's text equals the parameter byte for byte.
	exact(c *column, param string) string

	// limit returns what limits a query to n rows, after SELECT and at its end.
	limit(n int) (head, tail string)
	// insert returns an INSERT; keyed when it answers the new key as a row.
	insert(t *table, key *column, columns, values []string) (text string, keyed bool)

	clock() string // a query for the server's time, UTC
	about() string // a query for name and version

	// tables is a query for schema, name, whether it needs no schema in front
	// (the smaller the number the nearer, null = it does), and whether it is a view.
	tables() string
	// describe reads the columns of a table, and what can be written.
	describe(ctx context.Context, q queryer, t *table) error

	// verdict says what an error of the server means; false: it is no such error.
	verdict(err error) (verdict, bool)

	parallel() int
}

// session is how the connections of a pool are set up. Their zone is that of the
// system's local times, so that a column filled by now() tells the same time
// whether we or the application caused it.
type session struct {
	zone     *time.Location
	now      func() time.Time
	readOnly bool
}

// queryer is a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// dialectOf returns the dialect with a name of the configuration, nil where
// there is none.
func dialectOf(name string) dialect {
	switch name {
	case "postgres":
		return postgres{}
	case "mysql":
		return &mysqlDialect{}
	case "sqlserver":
		return sqlserver{}
	case "sqlite":
		return sqlite{}
	}
	return nil
}
