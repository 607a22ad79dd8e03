package engine

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/store"
)

// tester is what a world needs of a test: testing.TB and rapid.T have it.
type tester interface {
	Helper()
	Cleanup(func())
	Logf(format string, args ...any)
	Error(args ...any)
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// world is a set of memory systems around one engine, with a clock that only
// moves when told to.
type world struct {
	t        tester
	ctx      context.Context
	now      time.Time
	dsn      string
	store    *store.Store
	servers  map[string]*memory.Server
	books    map[string]*addressBook // systems that are address books; see cards_test.go
	policies []contact.Policy
	engine   *Engine
	wrapDoor func(string, connector.System) connector.System
	wrapped  func(Store) Store
	acted    actionLog
	holder   string // "": w
}

// newWorld starts with an empty plain server for each system.
func newWorld(t tester, policies ...contact.Policy) *world {
	return newWorldOf(t, nil, policies...)
}

// newWorldOf starts with servers of which some are special.
func newWorldOf(t tester, special map[string]memory.Options, policies ...contact.Policy) *world {
	return newWorldAt(t, file(t), special, policies...)
}

// file names a store file, in memory where the machine offers that: a process
// that dies here takes no power with it, and waiting for the disk is most of
// the time of these tests.
func file(t tester) string {
	dir, err := os.MkdirTemp("/dev/shm", "kith")
	if err != nil {
		dir, err = os.MkdirTemp("", "kith")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "kith.db")
}

// newWorldAt starts over the store at dsn.
func newWorldAt(t tester, dsn string, special map[string]memory.Options, policies ...contact.Policy) *world {
	return newWorldWith(t, dsn, special, nil, policies...)
}

// newWorldWith has address books in place of some memory systems.
func newWorldWith(t tester, dsn string, special map[string]memory.Options, books map[string]*addressBook, policies ...contact.Policy) *world {
	w := &world{
		t: t, ctx: context.Background(), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		dsn: dsn, servers: map[string]*memory.Server{}, books: books, policies: policies,
	}
	for _, p := range policies {
		if w.servers[p.System] == nil && books[p.System] == nil {
			options := special[p.System]
			options.Name, options.Now = p.System, func() time.Time { return w.now }
			w.servers[p.System] = memory.NewServer(options)
		}
	}
	w.open()
	return w
}

// open starts an engine over the store file, as a process would.
func (w *world) open() {
	w.t.Helper()
	var err error
	if w.store, err = store.Open(w.ctx, w.dsn, store.Options{Now: func() time.Time { return w.now }}); err != nil {
		w.t.Fatal(err)
	}
	opened := w.store
	w.t.Cleanup(func() { opened.Close() })
	w.start()
}

// restart ends the process and starts another one over the same store file,
// after the dead one's leases have ended.
func (w *world) restart() {
	w.t.Helper()
	if err := w.store.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.wrapDoor, w.wrapped = nil, nil
	w.now = w.now.Add(leaseTime + time.Second)
	w.open()
}

// start makes a new engine over the open store: a restart, or a changed
// configuration.
func (w *world) start() {
	w.t.Helper()
	book, err := plan.NewBook(w.policies)
	if err != nil {
		w.t.Fatal(err)
	}
	settings := func(name string) connector.Settings {
		s := connector.Settings{Name: name, Fields: map[contact.Kind][]string{}, Collections: map[contact.Kind]contact.Collection{}}
		for _, kind := range contact.Kinds {
			if row := book.Row(name, kind); row != nil {
				s.Fields[kind], s.Collections[kind] = row.Natives(), row.Collection
			}
		}
		return s
	}
	systems := map[string]connector.System{}
	for name, server := range w.servers {
		systems[name] = server.Open(settings(name))
	}
	for name, cards := range w.books {
		systems[name] = cards.open(w.t, settings(name))
	}
	if w.wrapDoor != nil {
		for name, system := range systems {
			systems[name] = w.wrapDoor(name, system)
		}
	}
	var st Store = w.store
	if w.wrapped != nil {
		st = w.wrapped(st)
	}
	options := Options{
		Store: st, Book: book, Systems: systems, Installation: "test", Acted: w.acted.add, Holder: cmp.Or(w.holder, "w"),
		Now: func() time.Time { return w.now },
		Wait: func(_ context.Context, d time.Duration) error {
			w.now = w.now.Add(d)
			return nil
		},
	}
	if os.Getenv("KITH_TEST_LOG") != "" {
		options.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if w.engine, err = New(w.ctx, options); err != nil {
		w.t.Fatal(err)
	}
}

// sync runs once, a minute later than before.
func (w *world) sync() Report {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	rep, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test"})
	if err != nil {
		w.t.Fatal(err)
	}
	return rep
}

// quiet checks that two more runs write nothing.
func (w *world) quiet() {
	w.t.Helper()
	for run := 2; run <= 3; run++ {
		if rep := w.sync(); rep.Writes != 0 {
			w.t.Fatalf("run %d wrote %d: %+v", run, rep.Writes, w.acted.actions)
		}
	}
}

func (w *world) user(system string) *memory.User { return w.servers[system].User("") }

// hand is somebody who works in a system, with slots as names.
type hand interface {
	Create(kind contact.Kind, set contact.Values) string
	Edit(kind contact.Kind, id string, set contact.Values) error
	Delete(kind contact.Kind, id string) error
	All(kind contact.Kind) []contact.Record
}

func (w *world) hand(system string) hand {
	if cards := w.books[system]; cards != nil {
		return cards
	}
	return w.user(system)
}

func (w *world) add(system string, kind contact.Kind, fields ...string) string {
	return w.hand(system).Create(kind, contact.Values{Fields: pairs(fields)})
}

func (w *world) edit(system string, kind contact.Kind, id string, fields ...string) {
	w.t.Helper()
	if err := w.hand(system).Edit(kind, id, contact.Values{Fields: pairs(fields)}); err != nil {
		w.t.Fatal(err)
	}
}

func pairs(fields []string) contact.Fields {
	out := contact.Fields{}
	for i := 0; i+1 < len(fields); i += 2 {
		out[fields[i]] = fields[i+1]
	}
	return out
}

// both is a row that gives and takes everything, with native names as slots.
func both(system string, kind contact.Kind, leading []string, slots ...string) contact.Policy {
	p := contact.Policy{
		Place: system, System: system, Kind: kind,
		Gives:   &contact.Gives{Create: contact.CreateAll, Deletes: contact.GoneIgnore},
		Takes:   &contact.Takes{Create: contact.CreateAll, Exit: contact.ExitStay, Removal: contact.RemovalRule{How: contact.RemovalAsk}, Recreate: contact.RecreateNever},
		Match:   []string{contact.MatchStrict},
		Certain: contact.CertainLink, Possible: contact.PossibleAsk,
		Fields: []contact.FieldRule{{Slots: "all", Leading: leading, Conflict: contact.ConflictLeading, Blanks: contact.BlanksClear, Edits: contact.EditsOverwrite}},
		Phones: "as typed", Country: "SE", Brake: contact.Brake{Count: 10, Percent: 5}, Tries: 8,
		Collection: contact.Collection{Name: string(kind), ID: "id", Marker: "kith"},
	}
	for _, slot := range slots {
		p.Map = append(p.Map, contact.MapEntry{Slot: slot, Field: slot})
	}
	return p
}

var personSlots = []string{"name.given", "name.family", "email.work", "phone.mobile", "title"}

func twoPlaces(t tester) *world {
	lead := []string{"crm"}
	return newWorld(t,
		both("crm", contact.Person, lead, personSlots...),
		both("erp", contact.Person, lead, personSlots...))
}

func TestTwoPlacesComeInStep(t *testing.T) {
	w := twoPlaces(t)
	for i := range 30 {
		w.add("crm", contact.Person, "name.given", fmt.Sprint("Anna", i), "name.family", "Berg", "email.work", fmt.Sprintf("a%d@berg.example", i))
	}
	for i := 20; i < 40; i++ {
		w.add("erp", contact.Person, "name.given", fmt.Sprint("Anna", i), "name.family", "Berg", "email.work", fmt.Sprintf("a%d@berg.example", i), "title", "CFO")
	}
	rep := w.sync()
	if n := w.user("crm").Count(contact.Person); n != 40 {
		t.Errorf("crm holds %d persons, want 40 (%+v)", n, rep)
	}
	if n := w.user("erp").Count(contact.Person); n != 40 {
		t.Errorf("erp holds %d persons, want 40", n)
	}
	w.quiet()
}
