package sqldb

import (
	"database/sql"
	"strconv"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/spelling"
)

// change is a column with the value it shall get.
type change struct {
	column *column
	value  sql.NullString
}

// changes turns the fields of a record into columns and values, or says what of
// them the table cannot take. Before is the row to be updated, nil for a new one.
func (p *place) changes(l *layout, r contact.Record, before row) ([]change, error) {
	for family := range r.Lists {
		return nil, p.refuse(contact.Because(contact.CodeNoSuchField, family), "a table has no list %s", family)
	}
	var changes []change
	for _, name := range r.Fields.Names() {
		c := l.column(name)
		if c == nil {
			return nil, p.refuse(contact.Because(contact.CodeNoSuchField, name), "table %s has no column %q%s", l.name, name, spelling.Hint(name, l.names()))
		}
		text := r.Fields[name]
		if before != nil {
			if _, read := l.place[c]; read && p.shows(l, c, before, text) {
				continue
			}
			if c == l.id {
				return nil, p.refuse(contact.Because(contact.CodeMadeThere, name), "column %s is the key and cannot be changed", name)
			}
		}
		if c.made {
			return nil, p.refuse(contact.Because(contact.CodeMadeThere, name), "column %s is made by the database", name)
		}
		v, err := p.encode(c, name, text)
		if err != nil {
			return nil, err
		}
		if before == nil && text == "" && c.defaulted && !c.nullable {
			continue // nothing said about it: its default
		}
		if !v.Valid && !c.nullable {
			return nil, p.refuse(contact.Because(contact.CodeRequired, name), "column %s must not be empty", name)
		}
		changes = append(changes, change{c, v})
	}
	return changes, nil
}

// shows reports whether a row already shows a text, or one that means the same
// to the column.
func (p *place) shows(l *layout, c *column, r row, text string) bool {
	now := c.show(l.value(r, c))
	if now == text {
		return true
	}
	if text == "" || now == "" {
		return false
	}
	taken, ok := c.take(text, p.zone)
	return ok && c.show(sql.NullString{String: taken, Valid: true}) == now
}

// encode turns a text into a column's value; name is how the caller calls it.
func (p *place) encode(c *column, name, text string) (sql.NullString, error) {
	if text == "" {
		empty := c.form == formText && (p.traits.blank || !c.nullable)
		return sql.NullString{Valid: empty}, nil
	}
	if c.max > 0 && c.length(text) > c.max {
		limit := strconv.Itoa(c.max)
		return sql.NullString{}, p.refuse(contact.Because(contact.CodeTooLong, name, limit), "column %s takes at most %s characters", name, limit)
	}
	taken, ok := c.take(text, p.zone)
	if !ok {
		return sql.NullString{}, p.refuse(contact.Reason{}, "column %s takes %s and nothing else", name, formNames[c.form])
	}
	return sql.NullString{String: taken, Valid: true}, nil
}

// refuse is connector.Refuse with the system's name in front.
func (p *place) refuse(why contact.Reason, format string, args ...any) error {
	return connector.Refuse(why, p.settings.Name+": "+format, args...)
}
