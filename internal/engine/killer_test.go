package engine

import (
	"context"
	"errors"
	"sync"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

var errKilled = errors.New("the process was killed")

// killer ends a process at its n-th step. Steps are the moments before and
// after every commit and every write at a door; after it nothing has any
// effect any more.
type killer struct {
	mu    sync.Mutex
	at    int // 0: never
	steps int
	dead  bool
	where string
	die   func() // nil: every later call fails instead
}

func (k *killer) step(what string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.dead {
		return errKilled
	}
	if k.steps++; k.steps == k.at {
		if k.die != nil {
			k.die()
		}
		k.dead, k.where = true, what
		return errKilled
	}
	return nil
}

func (k *killer) alive() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.dead {
		return errKilled
	}
	return nil
}

// killStore is a store used by a process that dies.
type killStore struct {
	Store
	*killer
}

func (s killStore) Commit(ctx context.Context, c contact.Commit) error {
	if err := s.step("before a commit"); err != nil {
		return err
	}
	if err := s.Store.Commit(ctx, c); err != nil {
		return err
	}
	return s.step("after a commit")
}

func (s killStore) Take(ctx context.Context, place, system, holder string, lease time.Duration) (contact.Place, error) {
	if err := s.alive(); err != nil {
		return contact.Place{}, err
	}
	return s.Store.Take(ctx, place, system, holder, lease)
}

func (s killStore) Release(ctx context.Context, place, holder string) error {
	if err := s.alive(); err != nil {
		return err
	}
	return s.Store.Release(ctx, place, holder)
}

func (s killStore) BeginRun(ctx context.Context, cause string, at time.Time) (int64, error) {
	if err := s.alive(); err != nil {
		return 0, err
	}
	return s.Store.BeginRun(ctx, cause, at)
}

func (s killStore) SaveRun(ctx context.Context, run contact.Run) error {
	if err := s.alive(); err != nil {
		return err
	}
	return s.Store.SaveRun(ctx, run)
}

// killSystem is a system used by a process that dies.
type killSystem struct {
	connector.System
	*killer
}

func (y killSystem) Open(ctx context.Context, place string) (connector.Connector, error) {
	door, err := y.System.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	lister, _ := door.(connector.Lister)
	finder, _ := door.(connector.Finder)
	var marking connector.Marking
	if m, ok := door.(connector.Marking); ok {
		marking = killMarking{m, y.killer}
	}
	return connector.With(killDoor{door, y.killer}, lister, finder, marking), nil
}

type killDoor struct {
	connector.Connector
	*killer
}

func (d killDoor) Pull(ctx context.Context, kind contact.Kind, cursor string) (connector.Page, error) {
	if err := d.alive(); err != nil {
		return connector.Page{}, err
	}
	return d.Connector.Pull(ctx, kind, cursor)
}

func (d killDoor) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	if err := d.step("before a put"); err != nil {
		return contact.Record{}, err
	}
	answer, err := d.Connector.Put(ctx, r)
	if err != nil {
		return answer, err
	}
	return answer, d.step("after a put")
}

func (d killDoor) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	if err := d.step("before a removal"); err != nil {
		return err
	}
	if err := d.Connector.Remove(ctx, kind, id, version); err != nil {
		return err
	}
	return d.step("after a removal")
}

type killMarking struct {
	connector.Marking
	*killer
}

func (m killMarking) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	if err := m.step("before a mark"); err != nil {
		return contact.Record{}, err
	}
	answer, err := m.Marking.Mark(ctx, kind, id, version, marker)
	if err != nil {
		return answer, err
	}
	return answer, m.step("after a mark")
}

// killable makes the world's next engine one that dies at step n, 0 = never.
func (w *world) killable(n int) *killer {
	k := &killer{at: n}
	w.wrapped = func(s Store) Store { return killStore{s, k} }
	w.wrapDoor = func(_ string, y connector.System) connector.System { return killSystem{y, k} }
	w.start()
	return k
}
