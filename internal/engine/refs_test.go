package engine

import (
	"context"
	"testing"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// TestWantedPersonKeepsItsCompanyInSight has a company change by the answer to
// its creation in a third place. The person who waits to be created where the
// company has long been must not lose sight of it by that, for nothing would
// ever wake the wait.
func TestWantedPersonKeepsItsCompanyInSight(t *testing.T) {
	lead := []string{"erp"}
	book := both("book", contact.Person, lead, "name.given", "name.family", "email.work")
	book.Map = append(book.Map, contact.MapEntry{Slot: "company", Field: "org", By: "name"})
	crm := both("crm", contact.Person, lead, "name.given", "name.family", "email.work", "company")
	w := newWorld(t, both("crm", contact.Company, lead, "name", "number"), both("erp", contact.Company, lead, "name", "number"), book, crm)
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op != memory.OpPut || c.ID != "" {
			return memory.Fault{}
		}
		return memory.Fault{Race: func(u *memory.User, id string) {
			if err := u.Edit(c.Kind, id, contact.Values{Fields: contact.Fields{"number": id}}); err != nil {
				t.Error(err)
			}
		}}
	})
	w.add("crm", contact.Company, "name", "Berg Bygg AB")
	w.add("book", contact.Person, "name.given", "Anna", "name.family", "Berg", "email.work", "anna@berg.example", "org", "Berg Bygg AB")
	w.sync()
	if n := w.user("crm").Count(contact.Person); n != 1 {
		t.Errorf("the crm holds %d persons, want 1", n)
	}
	w.quiet()
}

// TestWaitMeetsItsCompany has a company arrive while a person who names it is
// decided: it wakes what waits for it before the wait is stored, and nothing
// else ever would.
func TestWaitMeetsItsCompany(t *testing.T) {
	lead := []string{"erp"}
	named := func(place string) contact.Policy {
		p := both(place, contact.Person, lead, "name.given", "name.family", "email.work")
		p.Map = append(p.Map, contact.MapEntry{Slot: "company", Field: "org", By: "number"})
		return p
	}
	w := newWorldOf(t, map[string]memory.Options{"erp": {Incremental: true}, "book": {Incremental: true}},
		both("erp", contact.Company, lead, "name", "number"), named("book"), named("list"))
	w.sync()
	between := &betweenStore{Store: w.store}
	w.wrapped = func(Store) Store { return between }
	w.start()
	w.add("book", contact.Person, "name.given", "Anna", "name.family", "Berg", "email.work", "anna@berg.example", "org", "4711")
	w.add("erp", contact.Company, "name", "Berg Bygg AB", "number", "4711")
	between.before = func(c contact.Commit) bool {
		if len(c.Parties) == 0 || c.Parties[0].Party.Kind != contact.Person {
			return false
		}
		r, err := w.engine.beginRun(w.ctx, "test")
		if err != nil {
			t.Error(err)
		}
		if v := w.engine.visit(w.ctx, "erp", r, visitOptions{look: true}); v.Err != nil {
			t.Error(v.Err)
		}
		return true
	}
	if _, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"book"}}); err != nil {
		t.Fatal(err)
	}
	if between.before != nil {
		t.Fatal("no person was stored")
	}
	w.sync()
	anna, there := w.user("list").Get(contact.Person, "1")
	if !there || anna.Fields["org"] == "" {
		t.Errorf("the list shows %v: no company", anna.Fields)
	}
	w.quiet()
}

// betweenStore lets something happen once, right before a commit.
type betweenStore struct {
	Store
	before func(contact.Commit) (done bool)
}

func (s *betweenStore) Commit(ctx context.Context, c contact.Commit) error {
	if before := s.before; before != nil {
		s.before = nil
		if !before(c) {
			s.before = before
		}
	}
	return s.Store.Commit(ctx, c)
}
