package sqldb

import (
	"context"
	"database/sql"
	"strings"
)

// statement is SQL text in the making with its parameters, which are texts.
type statement struct {
	d    dialect
	text strings.Builder
	args []any
	tail string
}

func (s *statement) add(parts ...string) *statement {
	for _, p := range parts {
		s.text.WriteString(p)
	}
	return s
}

// param adds a parameter and returns how the text refers to it.
func (s *statement) param(text string) string {
	s.args = append(s.args, text)
	return s.d.param(len(s.args))
}

// selectRows begins a query for at most n rows as a layout reads them.
func selectRows(d dialect, l *layout, n int) *statement {
	head, tail := d.limit(n)
	s := &statement{d: d, tail: tail}
	s.add("SELECT ", head)
	for i, c := range l.selected {
		if i > 0 {
			s.add(", ")
		}
		s.add(d.read(c))
	}
	return s.add(" FROM ", l.sqlName(d), " t")
}

// order ends a query with its order. Columns are qualified: a bare name would be
// that of the text selected, and 10 comes before 9 as a text.
func (s *statement) order(columns ...*column) *statement {
	for i, c := range columns {
		word := ", "
		if i == 0 {
			word = " ORDER BY "
		}
		if c.form == formOther {
			s.add(word, s.d.read(c))
		} else {
			s.add(word, "t.", s.d.quote(c.name))
		}
	}
	return s
}

// operand is a column where it is compared or sorted by. What has no type of
// its own for us is compared as text.
func (s *statement) operand(c *column) string {
	if c.form == formOther {
		return s.d.read(c)
	}
	return s.d.quote(c.name)
}

// compare adds a condition between a column and a value, by the column's own
// order and equality.
func (s *statement) compare(c *column, op, text string) *statement {
	param := s.param(text)
	if c.form != formOther {
		param = s.d.bind(c, param)
	}
	return s.add(s.operand(c), " ", op, " ", param)
}

// exactly adds the condition that a column still holds what was read.
func (s *statement) exactly(c *column, v sql.NullString) *statement {
	if !v.Valid {
		return s.add(s.d.read(c), " IS NULL")
	}
	return s.add(s.d.exact(c, s.param(v.String)))
}

// row adds the condition that it is the row of r: found by its key, to the byte.
// Locks: and holding in every column what was read.
func (s *statement) row(l *layout, r row, locks bool) *statement {
	s.add(" WHERE ").compare(l.id, "=", l.value(r, l.id).String)
	for i, c := range l.selected {
		if locks || c == l.id {
			s.add(" AND ").exactly(c, r[i])
		}
	}
	return s
}

// value returns the expression for a value to be stored.
func (s *statement) value(c *column, v sql.NullString) string {
	if !v.Valid {
		return "NULL"
	}
	return s.d.bind(c, s.param(v.String))
}

func (s *statement) String() string { return s.text.String() + s.tail }

// rows runs the query and returns all its rows, or an error: never a part.
func (s *statement) rows(ctx context.Context, q queryer, l *layout) ([]row, error) {
	answer, err := q.QueryContext(ctx, s.String(), s.args...)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	var rows []row
	into := make([]any, len(l.selected))
	for answer.Next() {
		r := make(row, len(l.selected))
		for i := range r {
			into[i] = &r[i]
		}
		if err := answer.Scan(into...); err != nil {
			return nil, err
		}
		rows = append(rows, r)
	}
	return rows, answer.Err()
}
