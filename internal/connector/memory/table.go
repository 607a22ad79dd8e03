package memory

import (
	"encoding/binary"
	"slices"

	"kith/internal/connector"
	"kith/internal/contact"
)

// version is one state of a record. It never changes once it is in a table, so
// that a page can be put together outside the server's lock.
type version struct {
	id     string
	packed string // the field values by column, see pack
	lists  map[string][]contact.Item
	marker string
	gone   contact.Gone
	into   string
	seq    int64
	at     int64    // Unix time in nanoseconds by the server's clock
	prev   *version // kept only while reads lag
}

// table holds the records of one kind in the order of their creation. Removed
// records stay as versions with gone set, so that a change log can show them.
type table struct {
	fields  []connector.Field // the fixed fields; nil: any
	columns []string
	column  map[string]int
	rows    []*version
	byID    map[string]int32
	log     []change // only on an incremental server
	live    int
	number  int // the last number an id was made from
}

// change notes that a row got a new version. It is stale where the row has a
// later one.
type change struct {
	seq, at int64
	row     int32
}

func newTable(fields []connector.Field) *table {
	t := &table{fields: fields, column: map[string]int{}, byID: map[string]int32{}}
	for _, f := range fields {
		t.addColumn(f.Name)
	}
	return t
}

func (t *table) addColumn(name string) int {
	if i, ok := t.column[name]; ok {
		return i
	}
	i := len(t.columns)
	t.columns = append(t.columns, name)
	t.column[name] = i
	return i
}

// field returns the fixed field of a name; true with the zero Field where the
// table takes any.
func (t *table) field(name string) (connector.Field, bool) {
	if t.fields == nil {
		return connector.Field{Name: name}, true
	}
	i := slices.IndexFunc(t.fields, func(f connector.Field) bool { return f.Name == name })
	if i < 0 {
		return connector.Field{}, false
	}
	return t.fields[i], true
}

// get returns the newest version of a record, nil where there never was one.
func (t *table) get(id string) *version {
	if i, ok := t.byID[id]; ok {
		return t.rows[i]
	}
	return nil
}

// pack writes values one after the other, each behind its length: one
// allocation for a record, and values can be handed out as parts of it.
func pack(values []string) string {
	for len(values) > 0 && values[len(values)-1] == "" {
		values = values[:len(values)-1]
	}
	size := 0
	for _, v := range values {
		size += len(v) + 2
	}
	packed := make([]byte, 0, size)
	for _, v := range values {
		packed = binary.AppendUvarint(packed, uint64(len(v)))
		packed = append(packed, v...)
	}
	return string(packed)
}

// next parts the first value from a packed rest.
func next(packed string) (value, rest string) {
	var n, shift uint
	for i := 0; i < len(packed); i++ {
		b := packed[i]
		n |= uint(b&0x7f) << shift
		if b < 0x80 {
			end := i + 1 + int(n)
			return packed[i+1 : end], packed[end:]
		}
		shift += 7
	}
	return "", ""
}

// values returns a version's values for n columns.
func (v *version) values(n int) []string {
	values := make([]string, n)
	rest := v.packed
	for i := 0; rest != ""; i++ {
		values[i], rest = next(rest)
	}
	return values
}

// asOf returns the state a version's record had at a time, nil where it was
// not there yet.
func (v *version) asOf(at int64) *version {
	for v != nil && v.at > at {
		v = v.prev
	}
	return v
}

// forget drops what nobody can see any more: everything before the state that
// counted at a time.
func (v *version) forget(at int64) {
	if seen := v.asOf(at); seen != nil {
		seen.prev = nil
	}
}

// show makes a record of a version. Only the columns in want are shown, all
// where want is nil; extra are names that are shown blank.
func (v *version) show(kind contact.Kind, columns []string, want []bool, size int, extra []string) contact.Record {
	fields := make(contact.Fields, size)
	rest := v.packed
	for i, name := range columns {
		var value string
		if rest != "" {
			value, rest = next(rest)
		}
		if want[i] {
			fields[name] = value
		}
	}
	for _, name := range extra {
		fields[name] = ""
	}
	return contact.Record{
		Kind: kind, ID: v.id, Marker: v.marker, Gone: v.gone, Into: v.into,
		Values: contact.Values{Fields: fields, Lists: contact.Values{Lists: v.lists}.Clone().Lists},
	}
}
