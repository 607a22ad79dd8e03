package memory

import (
	"context"
	"slices"
	"strconv"
	"unicode/utf8"

	"kith/internal/connector"
	"kith/internal/contact"
)

func (c *conn) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	if !c.server.opt.Abilities.Marker {
		r.Marker = ""
	}
	change := func(t *table) (*version, error) {
		if err := c.accepts(t, r); err != nil {
			return nil, err
		}
		if r.ID == "" {
			return c.server.insert(t, r.Kind, "", c.server.withUID(r), r.Marker), nil
		}
		old, err := c.locked(t, r.Kind, r.ID, r.Version)
		if err != nil {
			return nil, err
		}
		marker := old.marker
		if r.Marker != "" {
			marker = r.Marker
		}
		return c.server.update(t, old, r.Values, marker), nil
	}
	return c.write(ctx, Call{Op: OpPut, Place: c.place.name, Kind: r.Kind, ID: r.ID}, change)
}

// withUID is what a new record shows: of a card, its identity too.
func (s *Server) withUID(r contact.Record) contact.Values {
	if s.opt.UID == "" || r.UID == "" {
		return r.Values
	}
	set := r.Values.Clone()
	set.Fields[s.opt.UID] = r.UID
	return set
}

// Mark implements connector.Marking.
func (c *conn) Mark(ctx context.Context, kind contact.Kind, id, expected, marker string) (contact.Record, error) {
	change := func(t *table) (*version, error) {
		old, err := c.locked(t, kind, id, expected)
		if err != nil {
			return nil, err
		}
		return c.server.update(t, old, contact.Values{}, marker), nil
	}
	return c.write(ctx, Call{Op: OpMark, Place: c.place.name, Kind: kind, ID: id}, change)
}

func (c *conn) Remove(ctx context.Context, kind contact.Kind, id, expected string) error {
	change := func(t *table) (*version, error) {
		old, err := c.locked(t, kind, id, expected)
		if err != nil {
			return nil, err
		}
		return c.server.remove(t, old, contact.Deleted, ""), nil
	}
	_, err := c.write(ctx, Call{Op: OpRemove, Place: c.place.name, Kind: kind, ID: id}, change)
	return err
}

// write carries out one change with whatever goes wrong with it, and returns
// the record as the answer shows it.
func (c *conn) write(ctx context.Context, call Call, change func(*table) (*version, error)) (contact.Record, error) {
	t, fault, err := c.enter(ctx, call.Op, call.Kind, call.ID)
	if err != nil {
		return contact.Record{}, err
	}
	s := c.server
	if c.system.Abilities().ReadOnly {
		return contact.Record{}, connector.Refuse(contact.Because(contact.CodeReadOnly), "%s %s: the system is read only", call.Op, c.system.name())
	}
	apply := func() (*version, error) {
		v, err := change(t)
		if err == nil {
			c.place.writes++
		}
		return v, err
	}
	s.mu.Lock()
	if fault.late() {
		s.delay(fault, func() { _, _ = apply() })
		s.mu.Unlock()
		return contact.Record{}, c.system.lost(ctx, call, fault)
	}
	mine, err := apply()
	s.mu.Unlock()
	if fault.Lost {
		return contact.Record{}, c.system.lost(ctx, call, fault)
	}
	if err != nil {
		return contact.Record{}, err
	}
	if fault.Race != nil {
		fault.Race(s.User(c.place.name), mine.id)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	current := t.get(mine.id)
	answer := c.view(call.Kind, t).record(current)
	answer.Moved = current.seq != mine.seq
	return answer, nil
}

// locked returns the record a write is about, if it is there and has not
// moved on. Called with the lock held.
func (c *conn) locked(t *table, kind contact.Kind, id, expected string) (*version, error) {
	v := t.get(id)
	if v == nil || v.gone != contact.Here && v.gone != contact.Archived {
		return nil, c.notFound(kind, id)
	}
	if c.server.opt.Abilities.Locks && expected != "" && expected != strconv.FormatInt(v.seq, 10) {
		return nil, contact.Fail(contact.Conflicting, "%s: %s %q has changed since it was read", c.system.name(), kind, id)
	}
	return v, nil
}

// accepts checks a record against the table's fixed fields and the server's
// lists. Called with the lock held.
func (c *conn) accepts(t *table, r contact.Record) error {
	for _, name := range r.Fields.Names() {
		f, ok := t.field(name)
		ok = ok && !slices.Contains(c.server.vanished[r.Kind], name)
		switch {
		case !ok:
			return connector.Refuse(contact.Because(contact.CodeNoSuchField, name), "%s: a %s has no field %s", c.system.name(), r.Kind, name)
		case f.ReadOnly:
			return connector.Refuse(contact.Because(contact.CodeMadeThere, name), "%s: field %s is made by the system", c.system.name(), name)
		case f.Max > 0 && utf8.RuneCountInString(r.Fields[name]) > f.Max:
			return connector.Refuse(contact.Because(contact.CodeTooLong, name, strconv.Itoa(f.Max)),
				"%s: field %s takes at most %d characters", c.system.name(), name, f.Max)
		}
	}
	for _, f := range t.fields {
		value, set := r.Fields[f.Name]
		if f.Required && value == "" && (set || r.ID == "") {
			return connector.Refuse(contact.Because(contact.CodeFieldNeeded, f.Name), "%s: field %s must not be empty", c.system.name(), f.Name)
		}
	}
	for family := range r.Lists {
		if !slices.Contains(c.server.opt.Abilities.Lists, family) {
			return connector.Refuse(contact.Because(contact.CodeNoSuchField, family), "%s: a %s has no list %s", c.system.name(), r.Kind, family)
		}
	}
	return nil
}

// insert makes a record; id "" lets the server choose. Called with the lock
// held, as update, remove and store.
func (s *Server) insert(t *table, kind contact.Kind, id string, set contact.Values, marker string) *version {
	for free := id != ""; !free; free = t.get(id) == nil {
		t.number++
		id = s.opt.ID(kind, t.number)
	}
	return s.update(t, &version{id: id, gone: contact.Absent}, set, marker)
}

// update stores a record with some values changed; nothing happens where the
// record is the same after it.
func (s *Server) update(t *table, old *version, set contact.Values, marker string) *version {
	for name := range set.Fields {
		t.addColumn(name)
	}
	values := old.values(len(t.columns))
	for name, value := range set.Fields {
		i := t.column[name]
		values[i] = s.rewrite(name, value, values[i])
	}
	fresh := &version{id: old.id, packed: pack(values), lists: s.changeLists(old.lists, set.Lists), marker: marker}
	if old.gone == contact.Here && fresh.packed == old.packed && fresh.marker == old.marker && sameLists(fresh.lists, old.lists) {
		return old
	}
	return s.store(t, fresh)
}

func (s *Server) remove(t *table, old *version, how contact.Gone, into string) *version {
	fresh := &version{id: old.id, gone: how, into: into}
	if how == contact.Archived {
		fresh.packed, fresh.lists, fresh.marker = old.packed, old.lists, old.marker
	}
	return s.store(t, fresh)
}

func (s *Server) store(t *table, v *version) *version {
	s.seq++
	v.seq = s.seq
	// Stamps never repeat, so that "as of a time" is one state even under a
	// clock that stands still.
	s.stamp = max(s.stamp+1, s.opt.Now().UnixNano())
	v.at = s.stamp
	row, known := t.byID[v.id]
	if known {
		old := t.rows[row]
		if s.lag > 0 {
			v.prev = old
			v.forget(max(v.at-int64(s.lag), s.lagSince))
		}
		if old.gone == contact.Here {
			t.live--
		}
		t.rows[row] = v
	} else {
		row = int32(len(t.rows))
		t.byID[v.id] = row
		t.rows = append(t.rows, v)
	}
	if v.gone == contact.Here {
		t.live++
	}
	if s.opt.Incremental {
		t.log = append(t.log, change{v.seq, v.at, row})
		t.compact(s.lag > 0)
	}
	return v
}

// compact drops the stale half of a log that has grown long. A reader who lags
// may still need what is stale.
func (t *table) compact(lagging bool) {
	if lagging || len(t.log) < 2*len(t.rows)+1024 {
		return
	}
	t.log = slices.DeleteFunc(t.log, func(c change) bool { return t.rows[c.row].seq != c.seq })
}
