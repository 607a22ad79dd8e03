package file

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

// draft is a file with changes that are not written yet.
type draft struct {
	*collection
	old     *snapshot
	file    io.ReaderAt
	edited  map[int32]string // rows of the old file by number; "" is removed
	added   []string
	keys    map[string]int // where the added rows are by key
	highest string
}

func (c *collection) draft(file io.ReaderAt, old *snapshot) *draft {
	return &draft{collection: c, old: old, file: file, edited: map[int32]string{}, keys: map[string]int{}, highest: old.highest}
}

// get reads a row as it stands in the draft, nil where there is none.
func (d *draft) get(key string) (*rows, error) {
	if d.absent(key) {
		return nil, nil
	}
	if n, ok := d.keys[key]; ok {
		return d.parse(d.added[n])
	}
	n := d.old.byKey[key]
	if text, ok := d.edited[n]; ok {
		return d.parse(text)
	}
	r, err := d.old.from(d.file, int(n))
	if err == nil {
		err = r.next()
	}
	if err != nil || len(r.spans) != len(d.old.header.columns) {
		return nil, errChanging
	}
	return r, nil
}

func (d *draft) parse(text string) (*rows, error) {
	r := rowOf(text, d.old.header.delimiter)
	return r, r.next()
}

// set puts a row in the place of the one with its key, or behind all; "" takes
// it away.
func (d *draft) set(key, text string) {
	if n, ok := d.keys[key]; ok {
		d.added[n] = text
		if text == "" {
			delete(d.keys, key)
		}
		return
	}
	if n, ok := d.old.byKey[key]; ok && !d.gone(n) {
		d.edited[n] = text
		return
	}
	d.keys[key] = len(d.added)
	d.added = append(d.added, text)
	if isNumber(key) && higher(key, d.highest) {
		d.highest = key
	}
}

// gone reports whether a row of the old file has been removed in the draft.
func (d *draft) gone(n int32) bool {
	text, edited := d.edited[n]
	return edited && text == ""
}

// locked reads the row a write is about, if it is there and has not moved on.
func (d *draft) locked(key, version string) (*rows, error) {
	r, err := d.get(key)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return nil, d.notFound()
	}
	if version != "" && version != d.old.version(r.content()) {
		return nil, contact.Fail(contact.Conflicting, "%s: the row has changed since it was read", d.name())
	}
	return r, nil
}

// put carries out a Put.
func (d *draft) put(record contact.Record) (contact.Record, error) {
	if err := d.accepts(record); err != nil {
		return contact.Record{}, err
	}
	var r *rows
	key, err := record.ID, error(nil)
	if key == "" {
		if key, err = d.newKey(record.Fields[d.spec.ID]); err != nil {
			return contact.Record{}, err
		}
		blank := strings.Repeat(string(d.old.header.delimiter), len(d.old.header.columns)-1)
		r = rowOf(blank+d.old.header.lineEnd, d.old.header.delimiter)
		err = r.row()
	} else {
		r, err = d.locked(key, record.Version)
	}
	if err != nil {
		return contact.Record{}, err
	}
	values := record.Fields.Clone()
	if values == nil {
		values = contact.Fields{}
	}
	values[d.spec.ID] = key
	if d.old.header.marker >= 0 && record.Marker != "" {
		values[d.spec.Marker] = record.Marker
	}
	return d.store(key, r, values)
}

// mark carries out a Mark.
func (d *draft) mark(key, version, marker string) (contact.Record, error) {
	r, err := d.locked(key, version)
	if err != nil {
		return contact.Record{}, err
	}
	return d.store(key, r, contact.Fields{d.spec.Marker: marker})
}

// remove carries out a Remove.
func (d *draft) remove(key, version string) error {
	if _, err := d.locked(key, version); err != nil {
		return err
	}
	d.set(key, "")
	return nil
}

// store writes values into the row that r stands on. Fields that do not change
// stay as they are written.
func (d *draft) store(key string, r *rows, values contact.Fields) (contact.Record, error) {
	h := d.old.header
	var text bytes.Buffer
	for i, name := range h.columns {
		if i > 0 {
			text.WriteByte(h.delimiter)
		}
		value, given := values[name]
		if !given || name == "" || value == r.value(i) {
			text.Write(r.raw(i))
			continue
		}
		text.WriteString(quote(value, h.delimiter, h.quoteAll || r.spans[i].quoted))
	}
	end := string(r.text[len(r.content()):])
	text.WriteString(end)
	if text.Len() > maxRow {
		return contact.Record{}, connector.Refuse(contact.Because(contact.CodeTooLong, "", strconv.Itoa(maxRow)), "%s: the row is longer than %d MiB", d.name(), maxRow>>20)
	}
	fresh, err := d.parse(text.String())
	if err != nil {
		return contact.Record{}, contact.Fail(contact.Malformed, "%s: a row cannot be written: %w", d.name(), err)
	}
	if !bytes.Equal(fresh.text, r.text) || d.absent(key) {
		d.set(key, text.String())
	}
	return d.record(d.old, fresh), nil
}

// absent reports whether the draft has no row with a key.
func (d *draft) absent(key string) bool {
	if _, ok := d.keys[key]; ok {
		return false
	}
	n, ok := d.old.byKey[key]
	return !ok || d.gone(n)
}

// newKey returns the key of a new row: the one that is given, else the number
// after the highest.
func (d *draft) newKey(given string) (string, error) {
	switch {
	case given != "" && !d.absent(given):
		return "", connector.Refuse(contact.Because(contact.CodeKeyTaken, d.spec.ID), "%s has a row with this key", d.name())
	case given != "":
		return given, nil
	case d.highest == "" && len(d.old.rows) > 0:
		return "", connector.Refuse(contact.Because(contact.CodeKeyNeeded, d.spec.ID),
			"%s: the keys in column %s are no numbers, so a new row needs one from a mapped field", d.name(), d.spec.ID)
	}
	return increase(d.highest), nil
}

// accepts checks the values of a Put.
func (d *draft) accepts(record contact.Record) error {
	for family := range record.Lists {
		return connector.Refuse(contact.Because(contact.CodeNoSuchField, family), "%s: a file has no lists", d.name())
	}
	for _, name := range record.Fields.Names() {
		value := record.Fields[name]
		if name == "" || !slices.Contains(d.old.header.columns, name) {
			return connector.Refuse(contact.Because(contact.CodeNoSuchField, name), "%s has no column %s", d.name(), name)
		}
		if name == d.spec.ID && record.ID != "" && value != record.ID {
			return connector.Refuse(contact.Because(contact.CodeMadeThere, name), "%s: column %s is the key and stays as it is", d.name(), name)
		}
		if err := d.fits(name, value); err != nil {
			return err
		}
	}
	return d.fits(d.spec.Marker, record.Marker)
}

// fits refuses a value that the file cannot hold.
func (d *draft) fits(name, value string) error {
	switch {
	case len(value) > maxField/2:
		return connector.Refuse(contact.Because(contact.CodeTooLong, name, strconv.Itoa(maxField/2)), "%s: the value for column %s is longer than %d bytes", d.name(), name, maxField/2)
	case strings.IndexByte(value, 0) >= 0, !d.old.set.holds(value):
		return connector.Refuse(contact.Because(contact.CodeUnencodable, name, d.old.set.name),
			"%s: the value for column %s has a character that %s cannot hold", d.name(), name, d.old.set.name)
	}
	return nil
}
