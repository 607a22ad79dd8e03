package memory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

// conn is one open place.
type conn struct {
	system *system
	server *Server
	place  *place
}

func (c *conn) Account() string {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	parts := []string{fmt.Sprintf("memory %s/%s", s.account, c.place.name)}
	for _, kind := range s.opt.Abilities.Kinds {
		if name := c.system.settings.Collections[kind].Name; name != "" {
			parts = append(parts, string(kind)+"="+name)
		}
	}
	return strings.Join(parts, " ")
}

// enter begins a call on a kind's table.
func (c *conn) enter(ctx context.Context, op Op, kind contact.Kind, id string) (*table, Fault, error) {
	f, err := c.system.begin(ctx, Call{Op: op, Place: c.place.name, Kind: kind, ID: id})
	if err != nil {
		return nil, f, err
	}
	t := c.place.tables[kind]
	if t == nil {
		return nil, f, contact.Fail(contact.Setup, "%s has no %s records", c.system.name(), kind)
	}
	return t, f, nil
}

func (c *conn) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	t, _, err := c.enter(ctx, OpDescribe, kind, "")
	if err != nil {
		return connector.Shape{}, err
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	shape := connector.Shape{Rows: t.live, Note: "in memory"}
	for _, name := range t.columns {
		if f, ok := t.field(name); ok && !slices.Contains(c.server.vanished[kind], name) {
			shape.Fields = append(shape.Fields, f)
		}
	}
	return shape, nil
}

// view is what a reader sees of a table: its columns at one moment, and which
// of them the rows map.
type view struct {
	kind     contact.Kind
	columns  []string
	want     []bool
	extra    []string // mapped, but no record has ever had them
	missing  []string
	size     int
	versions bool
	times    bool
	uid      int // the column with the identity of a card; -1: none
}

// view is called with the lock held.
func (c *conn) view(kind contact.Kind, t *table) view {
	vanished := c.server.vanished[kind]
	v := view{
		kind: kind, columns: t.columns, want: make([]bool, len(t.columns)),
		versions: !c.server.opt.NoVersions, times: c.server.opt.Abilities.Skew >= 0, uid: -1,
	}
	if i, known := t.column[c.server.opt.UID]; known {
		v.uid = i
	}
	mapped := c.system.settings.Fields[kind]
	if len(mapped) == 0 {
		mapped = t.columns
	}
	for _, name := range mapped {
		i, known := t.column[name]
		switch _, allowed := t.field(name); {
		case !allowed || slices.Contains(vanished, name):
			v.missing = append(v.missing, name)
		case known:
			v.want[i] = true
		default:
			v.extra = append(v.extra, name)
		}
	}
	v.size = len(mapped)
	return v
}

func (w view) record(v *version) contact.Record {
	r := v.show(w.kind, w.columns, w.want, w.size, w.extra)
	if w.versions {
		r.Version = strconv.FormatInt(v.seq, 10)
	}
	if w.uid >= 0 {
		r.UID = v.values(len(w.columns))[w.uid]
	}
	if w.times {
		r.Modified = unixNano(v.at)
	}
	if v.gone != contact.Here && v.gone != contact.Archived {
		r.Values = contact.Values{}
	}
	return r
}

func (c *conn) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	t, _, err := c.enter(ctx, OpGet, kind, id)
	if err != nil {
		return contact.Record{}, err
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	v := t.get(id).asOf(c.server.cut(OpGet))
	if v == nil || v.gone == contact.Deleted || v.gone == contact.Hidden {
		return contact.Record{}, c.notFound(kind, id)
	}
	return c.view(kind, t).record(v), nil
}

func (c *conn) notFound(kind contact.Kind, id string) error {
	return contact.Fail(contact.NotFound, "%s has no %s %q", c.system.name(), kind, id)
}

// List implements connector.Lister.
func (c *conn) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	t, fault, err := c.enter(ctx, OpList, kind, "")
	if err != nil {
		return err
	}
	c.server.mu.Lock()
	cut := c.server.cut(OpList)
	rows := slices.Clone(t.rows)
	for i, v := range rows {
		rows[i] = v.asOf(cut)
	}
	c.server.mu.Unlock()
	rows = slices.DeleteFunc(rows, func(v *version) bool { return v == nil || v.gone != contact.Here })
	switch {
	case fault.Empty:
		rows = nil
	case fault.Half:
		rows = rows[:len(rows)/2]
	}
	for i, v := range rows {
		if i%1024 == 0 && ctx.Err() != nil {
			return c.system.stopped(Call{Op: OpList}, ctx.Err())
		}
		var version string
		if !c.server.opt.NoVersions {
			version = strconv.FormatInt(v.seq, 10)
		}
		if err := each(v.id, version); err != nil {
			return err
		}
	}
	return nil
}

// Find implements connector.Finder. It reads every record.
func (c *conn) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	t, _, err := c.enter(ctx, OpFind, kind, "")
	if err != nil {
		return nil, err
	}
	if marker == "" && len(key) == 0 {
		return nil, contact.Fail(contact.Setup, "find in %s: neither a marker nor a key", c.system.name())
	}
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	cut := c.server.cut(OpFind)
	view := c.view(kind, t)
	var found []contact.Record
	for _, v := range t.rows {
		v = v.asOf(cut)
		if v != nil && v.gone == contact.Here && v.fits(t, marker, key) {
			found = append(found, view.record(v))
		}
	}
	return found, nil
}

// fits reports whether a version bears the marker, or the key's values where
// there is no marker.
func (v *version) fits(t *table, marker string, key contact.Fields) bool {
	if marker != "" {
		return v.marker == marker
	}
	values := v.values(len(t.columns))
	for name, want := range key {
		i, ok := t.column[name]
		if !ok && want != "" || ok && values[i] != want {
			return false
		}
	}
	return true
}
