package sqldb

import (
	"context"
	"strconv"

	"kith/internal/contact"
)

// create inserts a row and returns it as it is then.
func (p *place) create(ctx context.Context, w *writing, l *layout, r contact.Record) (contact.Record, error) {
	if l.view && !l.insertable {
		return contact.Record{}, p.fail(contact.Forbidden, "view %s cannot be written", l.name)
	}
	changes, err := p.changes(l, r, nil)
	if err != nil {
		return contact.Record{}, err
	}
	if l.marker != nil && r.Marker != "" {
		if changes, err = p.mark(l, changes, nil, r.Marker); err != nil {
			return contact.Record{}, err
		}
	}
	if c := l.changed; c != nil && c.required() && !sets(changes, c) {
		now, err := p.clock(ctx, w)
		if err != nil {
			return contact.Record{}, err
		}
		changes = append(changes, change{c, p.stamp(l, now)})
	}
	id, err := p.insert(ctx, w, l, changes)
	if err != nil {
		return contact.Record{}, err
	}
	if id == "" && l.marker != nil && r.Marker != "" {
		id, err = p.marked(ctx, w, l, r.Marker)
	}
	if err != nil {
		return contact.Record{}, err
	}
	if id == "" {
		return contact.Record{}, p.refuse(contact.Reason{}, "table %s does not tell the key of a new row: name a marker column, or write the key", l.name)
	}
	after, err := p.fetch(ctx, w, l, id)
	if contact.ClassOf(err) == contact.NotFound {
		return contact.Record{}, p.refuse(contact.Reason{}, "the new row does not show in %s", l.name)
	}
	if err != nil {
		return contact.Record{}, err
	}
	return l.record(after), nil
}

// insert inserts a row and returns its key, "" where the database does not tell.
func (p *place) insert(ctx context.Context, w *writing, l *layout, changes []change) (id string, err error) {
	s := &statement{d: p.dialect}
	var columns, values []string
	for _, ch := range changes {
		columns = append(columns, p.dialect.quote(ch.column.name))
		values = append(values, s.value(ch.column, ch.value))
		if ch.column == l.id {
			id = l.id.show(ch.value)
		}
	}
	text, keyed := p.dialect.insert(l.table, l.id, columns, values)
	s.add(text)
	if keyed {
		key, err := w.insert(ctx, s)
		if err != nil || !key.Valid {
			return id, err
		}
		return l.id.show(key), nil
	}
	result, err := w.change(ctx, s)
	if err != nil || id != "" || !l.id.counted {
		return id, err
	}
	n, err := result.LastInsertId()
	if err != nil || n == 0 {
		return "", err
	}
	return strconv.FormatInt(n, 10), nil
}

// marked finds the row that bears a marker within the transaction.
func (p *place) marked(ctx context.Context, w *writing, l *layout, marker string) (string, error) {
	s := selectRows(p.dialect, l, 2).add(" WHERE ").compare(l.marker, "=", marker)
	rows, err := s.rows(ctx, w, l)
	if err != nil || len(rows) != 1 {
		return "", err
	}
	return l.key(rows[0]), nil
}
