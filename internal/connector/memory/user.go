package memory

import (
	"fmt"

	"kith/internal/contact"
)

// User works in a place by hand, behind the connector's back: nothing goes
// wrong with what a user does, and no limit of a field stops one. The
// server's normalisers hold for users too.
type User struct {
	server *Server
	place  *place
}

// User returns a user of a place of the server. It panics where there is no
// such place.
func (s *Server) User(name string) *User {
	p := s.places[name]
	if p == nil {
		panic(fmt.Sprintf("memory: the server has no place %q", name))
	}
	return &User{s, p}
}

// Create makes a record and returns its id.
func (u *User) Create(kind contact.Kind, set contact.Values) string {
	return u.CreateAs(kind, "", set)
}

// CreateAs makes a record with a chosen id, or replaces the one that has it.
func (u *User) CreateAs(kind contact.Kind, id string, set contact.Values) string {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	return u.server.insert(t, kind, id, set, "").id
}

// Copy makes a second record like the first, with its marker, as desktop
// programs do, and returns its id.
func (u *User) Copy(kind contact.Kind, id string) (string, error) {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	old, err := u.there(t, kind, id)
	if err != nil {
		return "", err
	}
	set := contact.Values{Fields: contact.Fields{}}
	for i, value := range old.values(len(t.columns)) {
		set.Fields[t.columns[i]] = value
	}
	set.Lists = old.lists
	return u.server.insert(t, kind, "", set, old.marker).id, nil
}

// Edit changes a record: fields by name, list entries as contact.Item says.
func (u *User) Edit(kind contact.Kind, id string, set contact.Values) error {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	old, err := u.there(t, kind, id)
	if err == nil {
		u.server.update(t, old, set, old.marker)
	}
	return err
}

// Delete removes a record.
func (u *User) Delete(kind contact.Kind, id string) error {
	return u.Gone(kind, id, contact.Deleted, "")
}

// Gone takes a record away in one of the ways in which records go. into is the
// surviving record of a merge.
func (u *User) Gone(kind contact.Kind, id string, how contact.Gone, into string) error {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	old, err := u.there(t, kind, id)
	if err == nil {
		u.server.remove(t, old, how, into)
	}
	return err
}

// Get returns a record with all its fields, false where it is not there.
func (u *User) Get(kind contact.Kind, id string) (contact.Record, bool) {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	old, err := u.there(t, kind, id)
	if err != nil {
		return contact.Record{}, false
	}
	return u.all(kind, t).record(old), true
}

// All returns every record with all its fields, in the order of creation.
func (u *User) All(kind contact.Kind) []contact.Record {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	view := u.all(kind, t)
	records := make([]contact.Record, 0, t.live)
	for _, v := range t.rows {
		if v.gone == contact.Here {
			records = append(records, view.record(v))
		}
	}
	return records
}

// Count returns how many records there are.
func (u *User) Count(kind contact.Kind) int {
	t := u.lock(kind)
	defer u.server.mu.Unlock()
	return t.live
}

// Writes returns how many Put, Remove and Mark calls have been carried out in
// the place.
func (u *User) Writes() int {
	u.server.mu.Lock()
	defer u.server.mu.Unlock()
	return u.place.writes
}

// lock takes the server's lock and returns the kind's table.
func (u *User) lock(kind contact.Kind) *table {
	t := u.place.tables[kind]
	if t == nil {
		panic(fmt.Sprintf("memory: the server has no %s records", kind))
	}
	u.server.mu.Lock()
	u.server.settle(false)
	return t
}

// all is the view of somebody who sees every field.
func (u *User) all(kind contact.Kind, t *table) view {
	v := view{kind: kind, columns: t.columns, want: make([]bool, len(t.columns)), size: len(t.columns), versions: true, times: true, uid: -1}
	for i := range v.want {
		v.want[i] = true
	}
	return v
}

func (u *User) there(t *table, kind contact.Kind, id string) (*version, error) {
	v := t.get(id)
	if v == nil || v.gone != contact.Here && v.gone != contact.Archived {
		return nil, contact.Fail(contact.NotFound, "there is no %s %q", kind, id)
	}
	return v, nil
}
