package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"kith/internal/contact"
	"kith/internal/spelling"
)

// table is a table or view as the schema shows it.
type table struct {
	schema, name string
	view         bool
	columns      []*column

	insertable, updatable, deletable bool
}

// findTable looks up a configured table name: as it stands, else ignoring case,
// with or without a schema in front.
func findTable(ctx context.Context, d dialect, q queryer, wanted string) (*table, error) {
	rows, err := q.QueryContext(ctx, d.tables())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var names []string
	best, rank := (*table)(nil), 0
	for rows.Next() {
		t := &table{}
		var near sql.NullInt64
		if err := rows.Scan(&t.schema, &t.name, &near, &t.view); err != nil {
			return nil, err
		}
		full := t.schema + "." + t.name
		names = append(names, full)
		if near.Valid {
			names = append(names, t.name)
		}
		if r := rankOf(wanted, full, t.name, near); r > 0 && (rank == 0 || r < rank) {
			best, rank = t, r
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if best == nil {
		return nil, contact.Fail(contact.Setup, "there is no table %q%s", wanted, spelling.Hint(wanted, names))
	}
	return best, d.describe(ctx, q, best)
}

// rankOf says how well a table fits the wanted name; 0 = not at all, else the
// smaller the better: exact before folded, qualified before the search path.
func rankOf(wanted, full, name string, near sql.NullInt64) int {
	const folded = 1 << 20
	at := int(near.Int64) + 2
	switch {
	case wanted == full:
		return 1
	case near.Valid && wanted == name:
		return at
	case strings.EqualFold(wanted, full):
		return folded
	case near.Valid && strings.EqualFold(wanted, name):
		return folded + at
	}
	return 0
}

// column looks up a configured column name: as it stands, else ignoring case.
func (t *table) column(wanted string) *column {
	var found *column
	for _, c := range t.columns {
		if c.name == wanted {
			return c
		}
		if found == nil && strings.EqualFold(c.name, wanted) {
			found = c
		}
	}
	return found
}

// need is column for one the configuration cannot do without.
func (t *table) need(key, wanted string) (*column, error) {
	if c := t.column(wanted); c != nil {
		return c, nil
	}
	return nil, contact.Fail(contact.Setup, "%s: table %s has no column %q%s", key, t.name, wanted, spelling.Hint(wanted, t.names()))
}

func (t *table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// sqlName returns the table's name for a statement.
func (t *table) sqlName(d dialect) string {
	if t.schema == "" {
		return d.quote(t.name)
	}
	return d.quote(t.schema) + "." + d.quote(t.name)
}

// scanColumns reads the rows of a query about columns with a scanner for one.
func scanColumns(ctx context.Context, q queryer, t *table, query string, args []any, scan func(*sql.Rows) (*column, error)) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		c, err := scan(rows)
		if err != nil {
			return fmt.Errorf("read the columns of %s: %w", t.name, err)
		}
		t.columns = append(t.columns, c)
	}
	return rows.Err()
}
