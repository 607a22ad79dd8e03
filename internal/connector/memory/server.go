// Package memory is a system that lives in this process: the demo's two sides,
// and the remote that tests break on purpose. A Server is the remote; it keeps
// its records when the systems opened on it are closed.
package memory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Keys describes the configuration of the kind: it has none of its own.
var Keys []connector.Key

// Options is what a server is like. The zero value is a plain, able system
// with the one place "" that is read by complete listings.
type Options struct {
	Name   string   // the account
	Places []string // the suffixes of the places; empty: only ""

	// Abilities is what the system says of itself and does. Without Kinds all
	// of DefaultAbilities counts.
	Abilities connector.Abilities

	// Incremental: Pull gives what changed since the cursor, with deletions
	// where Abilities.DeletesVisible. Else every Pull round is a complete
	// listing and DeletesVisible does not count.
	Incremental bool

	NoList, NoFind, NoMark bool // leave out Lister, Finder, Marking
	NoVersions             bool // records have no version

	// Fields fixes the fields of a kind: others are refused, and limits are
	// enforced. A kind without an entry takes any field.
	Fields map[contact.Kind][]connector.Field

	// UID names the field that is the identity of a card, see contact.Record; ""
	// where records have none.
	UID string

	Page int                                        // records per page; 0: 1,000
	Now  func() time.Time                           // the server's clock; nil: time.Now
	ID   func(kind contact.Kind, number int) string // makes ids; nil: the number
}

// DefaultAbilities is what a server can do unless told otherwise.
func DefaultAbilities() connector.Abilities {
	return connector.Abilities{
		Kinds: contact.Kinds, Marker: true, Marks: true, CompareAlways: true,
		VersionIsContent: true, Locks: true, Parallel: 8,
	}
}

// Server is the remote: it outlives every System opened on it. It is safe for
// concurrent use.
type Server struct {
	opt Options

	mu       sync.Mutex
	account  string
	places   map[string]*place
	seq      int64 // counts changes; a record's version
	stamp    int64 // the time of the last change, see store
	floor    int64 // cursors from before are expired
	calls    int
	inject   func(Call) Fault
	pending  []lateWrite
	lag      time.Duration
	lagOps   []Op
	lagSince int64
	vanished map[contact.Kind][]string
	normal   []Normaliser
}

// place is one place with its records by kind.
type place struct {
	name   string
	tables map[contact.Kind]*table
	writes int
}

// NewServer returns an empty server.
func NewServer(opt Options) *Server {
	if opt.Abilities.Kinds == nil {
		opt.Abilities = DefaultAbilities()
	}
	opt.Abilities.DeletesVisible = opt.Abilities.DeletesVisible && opt.Incremental
	opt.Abilities.Parallel = max(opt.Abilities.Parallel, 1)
	if opt.Places == nil {
		opt.Places = []string{""}
	}
	if opt.Page == 0 {
		opt.Page = 1000
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.ID == nil {
		opt.ID = func(_ contact.Kind, number int) string { return strconv.Itoa(number) }
	}
	s := &Server{opt: opt, account: opt.Name, places: map[string]*place{}, vanished: map[contact.Kind][]string{}}
	for _, name := range opt.Places {
		p := &place{name: name, tables: map[contact.Kind]*table{}}
		for _, kind := range opt.Abilities.Kinds {
			p.tables[kind] = newTable(opt.Fields[kind])
		}
		s.places[name] = p
	}
	return s
}

// Open opens a system on a fresh, empty server, which ends with it.
func Open(settings connector.Settings) (connector.System, error) {
	return NewServer(Options{Name: settings.Name, Now: settings.Now}).Open(settings), nil
}

// Open opens a system on the server. Several may be open at a time.
func (s *Server) Open(settings connector.Settings) connector.System {
	return &system{server: s, settings: settings, closed: make(chan struct{})}
}

// Writes returns how many Put, Remove and Mark calls have been carried out,
// in all places.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, p := range s.places {
		n += p.writes
	}
	return n
}

// Calls returns how many calls have reached the server.
func (s *Server) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// system is one opened account.
type system struct {
	server   *Server
	settings connector.Settings
	once     sync.Once
	closed   chan struct{}
}

func (y *system) Abilities() connector.Abilities {
	a := y.server.opt.Abilities
	a.Kinds, a.Lists = slices.Clone(a.Kinds), slices.Clone(a.Lists)
	a.ReadOnly = a.ReadOnly || y.settings.ReadOnly
	a.UIDs = y.server.opt.UID != ""
	return a
}

func (y *system) Places(ctx context.Context) ([]string, error) {
	if _, err := y.begin(ctx, Call{Op: OpPlaces}); err != nil {
		return nil, err
	}
	return slices.Clone(y.server.opt.Places), nil
}

func (y *system) Open(ctx context.Context, name string) (connector.Connector, error) {
	if _, err := y.begin(ctx, Call{Op: OpOpen, Place: name}); err != nil {
		return nil, err
	}
	p := y.server.places[name]
	if p == nil {
		return nil, contact.Fail(contact.Setup, "%s has no place %q; it has %q", y.name(), name, y.server.opt.Places)
	}
	c := &conn{system: y, server: y.server, place: p}
	var lister connector.Lister = c
	var finder connector.Finder = c
	var marking connector.Marking = c
	if y.server.opt.NoList {
		lister = nil
	}
	if y.server.opt.NoFind {
		finder = nil
	}
	if y.server.opt.NoMark || !y.server.opt.Abilities.Marker {
		marking = nil
	}
	return connector.With(c, lister, finder, marking), nil
}

func (y *system) Close() error {
	y.once.Do(func() { close(y.closed) })
	return nil
}

func (y *system) name() string { return fmt.Sprintf("memory %q", y.settings.Name) }
