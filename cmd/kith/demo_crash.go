package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sim"
)

// leaseEnds is how long after a crash a dead process' places are free again.
const leaseEnds = 3 * time.Minute

// crash lets the process die between a create and its answer: the system has
// the record, and nobody has stored that it does.
func (d *demo) crash(ctx context.Context) error {
	p := d.world.Newcomer(sim.InCRM)
	d.stage.say("%s is new in the CRM and has to be created elsewhere. The process dies at the worst moment: the other system has carried out the create, and its answer is stored nowhere.", p.Name())
	before := d.persons()
	id := d.user("crm").Create(contact.Person, d.world.Show(&p, simulated["crm"], 1))
	place, err := d.dieWriting(ctx)
	if err != nil {
		return err
	}
	d.stage.fact("the process is gone; %s holds %d new record, and Kith has noted no more than that it was about to create one", place, d.persons()[place]-before[place])
	d.stage.check(d.persons()[place] == before[place]+1, "the crash came before the write")
	d.stage.say("A new process starts over the same store. It settles what was begun before anything else: it finds the record by Kith's own mark on it, instead of creating a second one.")
	d.clock.skip(leaseEnds)
	d.house.options.Holder = holder()
	if err := d.house.start(ctx); err != nil {
		return err
	}
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	d.stage.check(len(rep.Stops) == 0, "a place stopped")
	for _, place := range demoPlaces {
		created := d.persons()[place] - before[place]
		d.stage.fact("%s holds %d record of %s", place, created, p.Name())
		d.stage.check(created == 1, "%s holds %d new records, not one", place, created)
	}
	m, err := d.member(ctx, "crm", id, p)
	if err != nil {
		return err
	}
	if err := d.checkInSync(ctx, m); err != nil {
		return err
	}
	return d.quiet(ctx)
}

// persons counts the persons of each system.
func (d *demo) persons() map[string]int {
	counts := map[string]int{}
	for _, place := range demoPlaces {
		counts[place] = d.user(place).Count(contact.Person)
	}
	return counts
}

// dieWriting runs an engine that dies with its first create, and returns the
// place where that was.
func (d *demo) dieWriting(ctx context.Context) (string, error) {
	ctx, end := context.WithCancel(ctx)
	defer end()
	life := &life{end: end}
	o := d.house.options
	o.Store, o.Log = mortalStore{o.Store, life}, slog.New(slog.DiscardHandler)
	o.Systems = map[string]connector.System{}
	for name, system := range d.house.systems {
		o.Systems[name] = mortalSystem{system, name, life}
	}
	d.clock.skip(demoPause)
	e, err := engine.New(ctx, o)
	if err != nil {
		return "", err
	}
	_, err = e.Sync(ctx, engine.SyncOptions{Cause: "demo"})
	if !errors.Is(err, errDead) {
		return "", errors.Join(errors.New("the process did not die"), err)
	}
	return life.place, nil
}

var errDead = errors.New("the process is dead")

// life is that of one process. After its end nothing it does has any effect.
type life struct {
	over  atomic.Bool
	end   context.CancelFunc
	place string // where it ended
}

func (l *life) alive() error {
	if l.over.Load() {
		return errDead
	}
	return nil
}

// mortalStore is the store as a process uses it that may die.
type mortalStore struct {
	engine.Store
	*life
}

func (s mortalStore) Commit(ctx context.Context, c contact.Commit) error {
	if err := s.alive(); err != nil {
		return err
	}
	return s.Store.Commit(ctx, c)
}

func (s mortalStore) Release(ctx context.Context, place, holder string) error {
	if err := s.alive(); err != nil {
		return err
	}
	return s.Store.Release(ctx, place, holder)
}

func (s mortalStore) SaveRun(ctx context.Context, run contact.Run) error {
	if err := s.alive(); err != nil {
		return err
	}
	return s.Store.SaveRun(ctx, run)
}

// mortalSystem is a system whose first create ends the process.
type mortalSystem struct {
	connector.System
	name string
	*life
}

func (s mortalSystem) Open(ctx context.Context, place string) (connector.Connector, error) {
	if err := s.alive(); err != nil {
		return nil, err
	}
	door, err := s.System.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	lister, _ := door.(connector.Lister)
	finder, _ := door.(connector.Finder)
	marking, _ := door.(connector.Marking)
	return connector.With(mortalDoor{door, s.name, s.life}, lister, finder, marking), nil
}

type mortalDoor struct {
	connector.Connector
	name string
	*life
}

func (m mortalDoor) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	if err := m.alive(); err != nil {
		return contact.Record{}, err
	}
	answer, err := m.Connector.Put(ctx, r)
	if err == nil && r.ID == "" && m.over.CompareAndSwap(false, true) {
		m.place = m.name
		m.end()
		return contact.Record{}, errDead
	}
	return answer, err
}
