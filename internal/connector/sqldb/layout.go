package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/binary"
	"time"

	"kith/internal/contact"
)

// layout is a table in the roles its columns play for one kind of record.
type layout struct {
	*table
	kind    contact.Kind
	zone    *time.Location
	id      *column
	changed *column // nil: no stamp
	marker  *column // nil: no marker
	mapped  []mapping
	missing []string // mapped names the table does not have

	selected []*column // what every reading selects, each column once
	place    map[*column]int
}

// mapping ties a native field, as the configuration spells it, to its column.
type mapping struct {
	field string
	*column
}

// row is one row in the order of layout.selected, as the database rendered it.
type row []sql.NullString

// layOut discovers the collection of a kind.
func layOut(ctx context.Context, d dialect, q queryer, kind contact.Kind, c contact.Collection, fields []string, zone *time.Location, known traits) (*layout, error) {
	t, err := findTable(ctx, d, q, c.Name)
	if err != nil {
		return nil, err
	}
	for _, c := range t.columns {
		c.fixed = c.fixed || known.padded && c.form == formText
	}
	l := &layout{table: t, kind: kind, zone: zone, place: map[*column]int{}}
	if l.id, err = t.need("id", c.ID); err != nil {
		return nil, err
	}
	l.selects(l.id)
	if c.Changed != "" {
		if l.changed, err = t.need("changed", c.Changed); err != nil {
			return nil, err
		}
		switch l.changed.form {
		case formStamp, formInstant, formDate:
		case formText:
			if _, dynamic := d.(sqlite); dynamic { // SQLite has no type for times, text is its usual one
				l.changed.form = formStamp
				break
			}
			fallthrough
		default:
			return nil, contact.Fail(contact.Setup, "changed: column %q of table %s holds no times; without `changed` everything is compared at each visit", l.changed.name, t.name)
		}
		l.selects(l.changed)
	}
	if c.Marker != "" {
		if l.marker, err = t.need("marker", c.Marker); err != nil {
			return nil, err
		}
		l.selects(l.marker)
	}
	if len(fields) == 0 {
		fields = t.names()
	}
	for _, name := range fields {
		c := t.column(name)
		if c == nil {
			l.missing = append(l.missing, name)
			continue
		}
		l.mapped = append(l.mapped, mapping{name, c})
		l.selects(c)
	}
	return l, nil
}

func (l *layout) selects(c *column) {
	if _, known := l.place[c]; !known {
		l.place[c] = len(l.selected)
		l.selected = append(l.selected, c)
	}
}

// value returns what a row holds in a column.
func (l *layout) value(r row, c *column) sql.NullString { return r[l.place[c]] }

// key returns the id a row has as a record.
func (l *layout) key(r row) string { return l.id.show(l.value(r, l.id)) }

// record shows a row.
func (l *layout) record(r row) contact.Record {
	rec := contact.Record{Kind: l.kind, ID: l.key(r), Version: l.version(r)}
	rec.Fields = make(contact.Fields, len(l.mapped))
	for _, m := range l.mapped {
		rec.Fields[m.field] = m.show(l.value(r, m.column))
	}
	if l.marker != nil {
		rec.Marker = l.marker.show(l.value(r, l.marker))
	}
	if l.changed != nil && l.changed.form != formDate { // a day says too little to compare by
		if v := l.value(r, l.changed); v.Valid {
			rec.Modified, _, _ = readStamp(v.String, l.stampZone())
			if !rec.Modified.IsZero() {
				rec.Modified = rec.Modified.UTC()
			}
		}
	}
	return rec
}

// stampZone is the zone in which the changed column's text is to be read.
func (l *layout) stampZone() *time.Location {
	if l.changed.form == formInstant {
		return time.UTC
	}
	return l.zone
}

// version hashes everything a reading selects, names and nulls included, so
// that equal versions mean equal content under the same configuration.
func (l *layout) version(r row) string {
	h := sha256.New()
	var size [4]byte
	add := func(text string, valid bool) {
		n := uint32(len(text))
		if !valid {
			n = ^uint32(0)
		}
		binary.BigEndian.PutUint32(size[:], n)
		h.Write(size[:])
		h.Write([]byte(text))
	}
	for i, c := range l.selected {
		add(c.name, true)
		add(r[i].String, r[i].Valid)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
