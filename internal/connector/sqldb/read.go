package sqldb

import (
	"context"
	"database/sql"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// countLimit is how long counting the rows for a description may take.
const countLimit = 2 * time.Second

// Describe implements connector.Connector. It looks at the schema anew and
// offers all columns of the table, the mapped ones as the configuration spells
// them.
func (p *place) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	return run(ctx, p, call{kind: kind, fresh: true}, func(ctx context.Context, l *layout) (connector.Shape, error) {
		shape := connector.Shape{Rows: p.count(ctx, l)}
		if err := p.db.QueryRowContext(ctx, p.dialect.about()).Scan(&shape.Note); err != nil {
			return connector.Shape{}, err
		}
		spelled := map[*column]string{}
		for _, m := range l.mapped {
			spelled[m.column] = m.field
		}
		for _, c := range l.columns {
			name := spelled[c]
			if name == "" {
				name = c.name
			}
			shape.Fields = append(shape.Fields, connector.Field{
				Name: name, Max: c.limit(), Required: c.required(),
				ReadOnly: c.made || p.settings.ReadOnly || !l.updatable && !l.insertable,
			})
		}
		return shape, nil
	})
}

// count counts the rows, -1 where that takes too long.
func (p *place) count(ctx context.Context, l *layout) int {
	ctx, cancel := context.WithTimeout(ctx, countLimit)
	defer cancel()
	n := -1
	if err := p.db.QueryRowContext(ctx, "SELECT count(*) FROM "+l.sqlName(p.dialect)).Scan(&n); err != nil {
		return -1
	}
	return n
}

// Get implements connector.Connector.
func (p *place) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	return run(ctx, p, call{kind: kind}, func(ctx context.Context, l *layout) (contact.Record, error) {
		r, err := p.fetch(ctx, p.db, l, id)
		if err != nil {
			return contact.Record{}, err
		}
		return l.record(r), nil
	})
}

// fetch reads the row with an id. The database's idea of equality may be wider
// than ours (case, trailing blanks), so the key read is compared once more.
func (p *place) fetch(ctx context.Context, q queryer, l *layout, id string) (row, error) {
	var found row
	if text, ok := l.id.take(id, p.zone); ok {
		s := selectRows(p.dialect, l, 10).add(" WHERE ").compare(l.id, "=", text)
		rows, err := s.rows(ctx, q, l)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if l.key(r) != id {
				continue
			}
			if found != nil {
				return nil, p.notUnique(l)
			}
			found = r
		}
	}
	if found == nil {
		return nil, p.fail(contact.NotFound, "table %s has no such row", l.name)
	}
	return found, nil
}

func (p *place) notUnique(l *layout) error {
	return p.fail(contact.Setup, "id: column %q of table %s is no key: two rows have the same value", l.id.name, l.name)
}

// List implements connector.Lister.
func (p *place) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	var after *mark
	for fresh := true; ; fresh = false {
		rows, err := run(ctx, p, call{kind: kind, fresh: fresh}, func(ctx context.Context, l *layout) ([]glance, error) {
			rows, err := p.byKey(ctx, l, after, p.page+1)
			if err != nil {
				return nil, err
			}
			list := make([]glance, len(rows))
			for i, r := range rows {
				list[i] = glance{l.key(r), l.version(r), l.value(r, l.id).String}
			}
			return list, nil
		})
		if err != nil {
			return err
		}
		more := len(rows) > p.page
		for _, r := range rows[:min(len(rows), p.page)] {
			if err := each(r.id, r.version); err != nil {
				return err
			}
			after = &mark{ID: r.raw}
		}
		if !more {
			return nil
		}
	}
}

// glance is a row as List shows it, with the key as the database wrote it.
type glance struct{ id, version, raw string }

// byKey reads up to n rows in the order of their keys. Rows without a key are
// no records.
func (p *place) byKey(ctx context.Context, l *layout, after *mark, n int) ([]row, error) {
	s := selectRows(p.dialect, l, n)
	if after == nil {
		s.add(" WHERE ", p.dialect.quote(l.id.name), " IS NOT NULL")
	} else {
		s.add(" WHERE ").compare(l.id, ">", after.ID)
	}
	rows, err := s.order(l.id).rows(ctx, p.db, l)
	if err != nil {
		return nil, err
	}
	for i := 1; i < len(rows); i++ {
		if l.key(rows[i]) == l.key(rows[i-1]) {
			return nil, p.notUnique(l)
		}
	}
	return rows, nil
}

// Find implements connector.Finder. The database's own equality is what an index
// serves; texts are compared byte for byte as well, since many databases take
// "a" for "A".
func (p *place) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	return run(ctx, p, call{kind: kind}, func(ctx context.Context, l *layout) ([]contact.Record, error) {
		s := selectRows(p.dialect, l, 1000).add(" WHERE ")
		switch {
		case marker != "" && l.marker == nil:
			return nil, p.fail(contact.Setup, "%s: no column is named for the marker", kind)
		case marker != "":
			text, ok := l.marker.take(marker, p.zone)
			if !ok {
				return nil, nil
			}
			s.compare(l.marker, "=", text)
		case len(key) == 0:
			return nil, p.fail(contact.Setup, "find: neither a marker nor a key")
		}
		if marker == "" {
			for i, name := range key.Names() {
				c, err := l.need("match", name)
				if err != nil {
					return nil, p.fail(contact.Setup, "%s: %w", kind, err)
				}
				if i > 0 {
					s.add(" AND ")
				}
				if !p.matches(s, c, key[name]) {
					return nil, nil
				}
			}
		}
		rows, err := s.rows(ctx, p.db, l)
		if err != nil {
			return nil, err
		}
		var found []contact.Record
		for _, r := range rows {
			if rec := l.record(r); marker == "" || rec.Marker == marker {
				found = append(found, rec)
			}
		}
		return found, nil
	})
}

// matches adds the condition that a column shows a text; false: it never can.
func (p *place) matches(s *statement, c *column, want string) bool {
	if want == "" {
		s.add("(", p.dialect.quote(c.name), " IS NULL")
		if c.form == formText {
			s.add(" OR ").compare(c, "=", "")
		}
		s.add(")")
		return true
	}
	text, ok := c.take(want, p.zone)
	if ok {
		s.compare(c, "=", text)
		if c.form == formText {
			s.add(" AND ").exactly(c, sql.NullString{String: text, Valid: true})
		}
	}
	return ok
}
