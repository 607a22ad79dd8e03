package sqldb

import (
	"context"
	"database/sql"
	"time"

	"kith/internal/contact"
)

// Put implements connector.Connector.
func (p *place) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	return transact(ctx, p, r.Kind, func(ctx context.Context, w *writing, l *layout) (contact.Record, error) {
		if r.ID == "" {
			return p.create(ctx, w, l, r)
		}
		before, err := p.locked(ctx, w, l, r.ID, r.Version)
		if err != nil {
			return contact.Record{}, err
		}
		if l.view && !l.updatable {
			return contact.Record{}, p.fail(contact.Forbidden, "view %s cannot be written", l.name)
		}
		changes, err := p.changes(l, r, before)
		if err != nil {
			return contact.Record{}, err
		}
		if l.marker != nil && r.Marker != "" {
			if changes, err = p.mark(l, changes, before, r.Marker); err != nil {
				return contact.Record{}, err
			}
		}
		if len(changes) == 0 {
			return l.record(before), nil
		}
		if c := l.changed; c != nil && !c.made && !c.touched && !sets(changes, c) {
			now, err := p.clock(ctx, w)
			if err != nil {
				return contact.Record{}, err
			}
			changes = append(changes, change{c, p.stamp(l, now)})
		}
		return p.update(ctx, w, l, before, changes, r.Version != "")
	})
}

// marking is a place whose rows name a column for the marker.
type marking struct{ *place }

// Mark implements connector.Marking.
func (p marking) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	return transact(ctx, p.place, kind, func(ctx context.Context, w *writing, l *layout) (contact.Record, error) {
		if l.marker == nil {
			return contact.Record{}, p.fail(contact.Setup, "%s: no column is named for the marker", kind)
		}
		before, err := p.locked(ctx, w, l, id, version)
		if err != nil {
			return contact.Record{}, err
		}
		changes, err := p.mark(l, nil, before, marker)
		if err != nil {
			return contact.Record{}, err
		}
		if len(changes) == 0 {
			return l.record(before), nil
		}
		return p.update(ctx, w, l, before, changes, version != "")
	})
}

// mark adds the marker to what changes, where it is not there already.
func (p *place) mark(l *layout, changes []change, before row, marker string) ([]change, error) {
	if before != nil && p.shows(l, l.marker, before, marker) {
		return changes, nil
	}
	v, err := p.encode(l.marker, l.marker.name, marker)
	if err != nil {
		return nil, err
	}
	if !v.Valid && !l.marker.nullable {
		return nil, p.refuse(contact.Because(contact.CodeRequired, l.marker.name), "column %s must not be empty", l.marker.name)
	}
	return append(changes, change{l.marker, v}), nil
}

func sets(changes []change, c *column) bool {
	for _, ch := range changes {
		if ch.column == c {
			return true
		}
	}
	return false
}

// stamp is the value of the changed column for the server's time now.
func (p *place) stamp(l *layout, now time.Time) sql.NullString {
	text := l.changed.stamp(now, l.stampZone())
	if l.changed.form == formDate {
		text = text[:len(dayText)]
	}
	return sql.NullString{String: text, Valid: true}
}

// update changes the row before and returns it as it is then. Locks: only if it
// still is what was read.
func (p *place) update(ctx context.Context, w *writing, l *layout, before row, changes []change, locks bool) (contact.Record, error) {
	s := (&statement{d: p.dialect}).add("UPDATE ", l.sqlName(p.dialect), " SET ")
	for i, ch := range changes {
		if i > 0 {
			s.add(", ")
		}
		s.add(p.dialect.quote(ch.column.name), " = ", s.value(ch.column, ch.value))
	}
	s.row(l, before, locks)
	if err := p.one(ctx, w, l, before, s); err != nil {
		return contact.Record{}, err
	}
	after, err := p.fetch(ctx, w, l, l.key(before))
	if contact.ClassOf(err) == contact.NotFound {
		return contact.Record{}, p.refuse(contact.Reason{}, "the row would vanish from %s, which does not show such rows", l.name)
	}
	if err != nil {
		return contact.Record{}, err
	}
	return l.record(after), nil
}

// one sends a statement about the row before. Where it hits nothing, a look at
// the row tells why, from outside: this transaction may still see the past.
func (p *place) one(ctx context.Context, w *writing, l *layout, before row, s *statement) error {
	result, err := w.change(ctx, s)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil || n > 0 {
		return err
	}
	if l.view && p.dialect.parallel() == 1 {
		// SQLite counts no rows where a trigger stands in for the write. It has one
		// writer, so whatever happened to the row was us.
		if now, err := p.fetch(ctx, w, l, l.key(before)); contact.ClassOf(err) == contact.NotFound || err == nil && l.version(now) != l.version(before) {
			return nil
		}
	}
	_ = w.Rollback() // frees the only connection some databases have; nothing was changed
	now, err := p.fetch(ctx, p.db, l, l.key(before))
	switch {
	case err != nil:
		return err
	case l.version(now) != l.version(before):
		return p.conflict(l)
	}
	return p.refuse(contact.Reason{}, "table %s: a rule or trigger of the database kept the row as it is", l.name)
}

// Remove implements connector.Connector.
func (p *place) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	_, err := transact(ctx, p, kind, func(ctx context.Context, w *writing, l *layout) (struct{}, error) {
		before, err := p.locked(ctx, w, l, id, version)
		if err != nil {
			return struct{}{}, err
		}
		if l.view && !l.deletable {
			return struct{}{}, p.fail(contact.Forbidden, "view %s cannot be written", l.name)
		}
		s := (&statement{d: p.dialect}).add("DELETE FROM ", l.sqlName(p.dialect)).row(l, before, version != "")
		return struct{}{}, p.one(ctx, w, l, before, s)
	})
	return err
}
