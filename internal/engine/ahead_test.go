package engine

import (
	"context"
	"sync/atomic"
	"testing"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// TestDecidedAgainIsToldOnce: the store refuses batches, as it does where
// somebody else was at work. They are decided again, each record arrives once,
// and the run counts what was stored, not how often it was decided.
func TestDecidedAgainIsToldOnce(t *testing.T) {
	w := newWorldOf(t, map[string]memory.Options{"crm": {Page: 3}}, twoPlaces(t).policies...)
	refusing := &refusingStore{Store: w.store}
	w.wrapped = func(Store) Store { return refusing }
	w.start()
	for i := range 12 {
		addPerson(w, "crm", i)
	}
	refusing.left.Store(3)
	rep := w.sync()
	if refusing.left.Load() > 0 {
		t.Fatal("nothing was refused")
	}
	if got := rep.Counts["crm"]; got.Changed != 12 || got.Linked != 12 {
		t.Errorf("the run tells of %d changed and %d linked, not of 12", got.Changed, got.Linked)
	}
	if n := w.user("erp").Count(contact.Person); n != 12 {
		t.Errorf("the erp holds %d of 12", n)
	}
}

// refusingStore refuses the next commits that start parties.
type refusingStore struct {
	Store
	left atomic.Int32
}

func (s *refusingStore) Commit(ctx context.Context, c contact.Commit) error {
	if len(c.Parties) > 0 && s.left.Add(-1) >= 0 {
		return contact.Fail(contact.Conflicting, "somebody else was quicker")
	}
	return s.Store.Commit(ctx, c)
}
