// Package conntest is the conformance suite of the doors: what the comments on
// connector.Connector promise, as tests. Every kind of system passes it
// against a real server where there is one, else against a simulator.
package conntest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Harness lets the suite at one kind of system.
type Harness struct {
	// New makes a fresh, empty place. It registers its own clean-up with t.
	New func(t *testing.T) *Place

	// Secrets are texts that must not be in an Account or an error.
	Secrets []string

	// Stores says what the system makes of a value where it is not the value
	// itself. Nil: every value is kept as it is.
	Stores func(field, value string) string

	// Holds says whether the system can keep a value at all; one that it
	// cannot has to be refused. Nil: it can keep every value.
	Holds func(field, value string) bool

	// Bypass names checks that do not hold for this system, each with the
	// reason, which is printed. An unknown name fails the suite.
	Bypass map[string]string
}

// Place is an empty place under test.
type Place struct {
	System connector.System
	Name   string // as in System.Open
	Kind   contact.Kind

	Texts  []string // three mapped native fields that take free text; the first can be searched for
	Hidden string   // a native text field no row maps; "" where the system has none

	// Base returns what record number n needs beyond Texts. Nil: nothing.
	Base func(n int) contact.Values

	// Page is how many records a page holds; 0: a listing is always one page.
	Page int

	// User is somebody at the other end.
	User User

	// Reopen opens the same system anew, as another process would.
	Reopen func(t *testing.T) connector.System

	// Faults are the switches the other end has.
	Faults Faults
}

// User works on the records behind the connector's back.
type User interface {
	// Create makes a record with native fields and returns its id.
	Create(kind contact.Kind, set contact.Values) (id string, err error)
	// Edit changes native fields of a record.
	Edit(kind contact.Kind, id string, set contact.Values) error
	// Delete removes a record.
	Delete(kind contact.Kind, id string) error
	// Get returns a record with all its native fields, mapped or not; an
	// error where it is not there.
	Get(kind contact.Kind, id string) (contact.Record, error)
}

// Faults are switches at the other end; a check whose switch is nil is
// skipped with a word.
type Faults struct {
	ExpireCursors func()             // every cursor given out so far becomes useless
	LoseAnswer    func()             // the next write is carried out, its answer never arrives
	Race          func(edit func())  // edit runs between the next write and its answer
	Down          func()             // the system cannot be reached from now on
	RefuseLogin   func()             // the login is refused from now on
	Throttle      func()             // every call is told to come later
	Hang          func()             // no call is answered any more
	Vanish        func(field string) // a field is no longer there for anybody
}

// check is one promise.
type check struct {
	name string
	run  func(*subject)
}

// Run puts a kind of system through every check, each in a subtest of its own
// on a fresh place.
func Run(t *testing.T, h Harness) {
	t.Helper()
	all := slices.Concat(readChecks, writeChecks, pageChecks, valueChecks, markerChecks, listChecks, faultChecks)
	for _, name := range slices.Sorted(maps.Keys(h.Bypass)) {
		if !slices.ContainsFunc(all, func(c check) bool { return c.name == name }) {
			t.Errorf("conntest: bypass of %q, which is no check", name)
		}
	}
	for _, c := range all {
		t.Run(c.name, func(t *testing.T) {
			if reason, ok := h.Bypass[c.name]; ok {
				t.Skipf("BYPASSED: %s", reason)
			}
			c.run(newSubject(t, h))
		})
	}
}

// subject is a place under one check.
type subject struct {
	*testing.T
	*Place
	h    Harness
	can  connector.Abilities
	conn connector.Connector
	made int // records made, for Base
}

func newSubject(t *testing.T, h Harness) *subject {
	t.Helper()
	p := h.New(t)
	if len(p.Texts) < 3 {
		t.Fatal("conntest: a place needs three text fields")
	}
	s := &subject{T: t, Place: p, h: h, can: p.System.Abilities()}
	s.conn = s.open(p.System)
	return s
}

func (s *subject) open(y connector.System) connector.Connector {
	s.Helper()
	c, err := y.Open(s.Context(), s.Name)
	if err != nil {
		s.Fatalf("open: %v", err)
	}
	return c
}

// unable skips a check because an ability says that it does not hold.
func (s *subject) unable(what string) {
	s.Helper()
	s.Skipf("the system says: %s", what)
}

// writable skips a check that writes on a system that cannot be written to.
func (s *subject) writable() {
	s.Helper()
	if s.can.ReadOnly {
		s.unable("read only")
	}
}

// values returns the values of a new record: texts by position, and what each
// record needs.
func (s *subject) values(texts ...string) contact.Values {
	set := contact.Values{}
	if s.Base != nil {
		set = s.Base(s.made).Clone()
	}
	s.made++
	if set.Fields == nil {
		set.Fields = contact.Fields{}
	}
	for i, text := range texts {
		set.Fields[s.Texts[i]] = text
	}
	return set
}

// text is a change of one text field.
func (s *subject) text(i int, value string) contact.Values {
	return contact.Values{Fields: contact.Fields{s.Texts[i]: value}}
}

// create makes a record through the connector.
func (s *subject) create(texts ...string) contact.Record {
	s.Helper()
	return s.put(contact.Record{Values: s.values(texts...)})
}

func (s *subject) put(r contact.Record) contact.Record {
	s.Helper()
	r.Kind = s.Kind
	answer, err := s.conn.Put(s.Context(), r)
	if err != nil {
		s.Fatalf("put: %v", err)
	}
	if answer.ID == "" || r.ID != "" && answer.ID != r.ID || answer.Kind != s.Kind {
		s.Fatalf("put of %s %q answers with %s %q", r.Kind, r.ID, answer.Kind, answer.ID)
	}
	return answer
}

func (s *subject) get(id string) contact.Record {
	s.Helper()
	r, err := s.conn.Get(s.Context(), s.Kind, id)
	if err != nil {
		s.Fatalf("get %q: %v", id, err)
	}
	if r.ID != id || r.Kind != s.Kind {
		s.Fatalf("get %q answers with %s %q", id, r.Kind, r.ID)
	}
	return r
}

// native makes a record as a user.
func (s *subject) native(texts ...string) string {
	s.Helper()
	id, err := s.User.Create(s.Kind, s.values(texts...))
	if err != nil {
		s.Fatalf("user creates: %v", err)
	}
	return id
}

// wants fails unless an error has a class.
func (s *subject) wants(what string, err error, classes ...contact.Class) {
	s.Helper()
	if !slices.Contains(classes, contact.ClassOf(err)) {
		s.Errorf("%s: class %q (%v), want %q", what, contact.ClassOf(err), err, classes)
	}
	s.discreet(what, err)
}

// discreet fails where an error shows a secret.
func (s *subject) discreet(what string, err error) {
	s.Helper()
	for _, secret := range s.h.Secrets {
		if err != nil && strings.Contains(err.Error(), secret) {
			s.Errorf("%s: the error shows a secret", what)
		}
	}
}

// same fails where two readings of a record differ in what they show.
func (s *subject) same(what string, got, want contact.Record) {
	s.Helper()
	if d := difference(got, want); d != "" {
		s.Errorf("%s: %s", what, d)
	}
}

// difference says in which way two records show different things, "" where
// they do not.
func difference(got, want contact.Record) string {
	if got.ID != want.ID || got.Kind != want.Kind || got.Gone != want.Gone {
		return fmt.Sprintf("%s %q %q, want %s %q %q", got.Kind, got.ID, got.Gone, want.Kind, want.ID, want.Gone)
	}
	if got.Marker != want.Marker {
		return fmt.Sprintf("marker %q, want %q", got.Marker, want.Marker)
	}
	names := contact.Fields{}
	maps.Copy(names, got.Fields)
	maps.Copy(names, want.Fields)
	for _, name := range names.Names() {
		g, gok := got.Fields[name]
		w, wok := want.Fields[name]
		if g != w || gok != wok {
			return fmt.Sprintf("field %s is %q (shown: %t), want %q (shown: %t)", name, g, gok, w, wok)
		}
	}
	for _, family := range contact.Families {
		if !slices.EqualFunc(got.Lists[family], want.Lists[family], sameItem) {
			return fmt.Sprintf("list %s is %+v, want %+v", family, got.Lists[family], want.Lists[family])
		}
	}
	return ""
}

func sameItem(a, b contact.Item) bool {
	return a.Value == b.Value && a.Label == b.Label && a.Preferred == b.Preferred && maps.Equal(a.Parts, b.Parts)
}

// stores is what the system is expected to make of a value.
func (s *subject) stores(field, value string) string {
	if s.h.Stores == nil {
		return value
	}
	return s.h.Stores(field, value)
}

func (s *subject) holds(field, value string) bool { return s.h.Holds == nil || s.h.Holds(field, value) }
