package engine

import (
	"context"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// What random histories and a close look have found, each as a small story.

// TestFollowersOwnRecordIsTheSamePerson: a place that gives nothing still shows
// who its records are.
func TestFollowersOwnRecordIsTheSamePerson(t *testing.T) {
	for _, first := range []string{"crm", "erp"} {
		w := twoPlaces(t)
		w.policy("erp", contact.Person).Gives = nil
		w.start()
		addPerson(w, first, 1, "title", "CEO")
		w.sync()
		if first == "erp" {
			addPerson(w, "crm", 1)
			w.sync()
		}
		w.wantCount(t, "erp", 1, all)
		w.quiet()
	}
}

// TestFirstBlankClearsNothing: a place that shows nothing when it is met does
// not clear what another one has of its own.
func TestFirstBlankClearsNothing(t *testing.T) {
	lead := []string{"crm"}
	book := both("book", contact.Person, lead, personSlots...)
	book.Gives = nil
	w := newWorld(t, both("crm", contact.Person, lead, personSlots...), both("erp", contact.Person, lead, personSlots...), book)
	addPerson(w, "crm", 1)
	addPerson(w, "book", 1, "title", "CEO")
	w.rest()
	w.wantTitles(t, anna, "CEO", "book")
}

// TestRefusedWriteIsTriedAgain waits longer each time, and gives up after as
// many tries as the place allows.
func TestRefusedWriteIsTriedAgain(t *testing.T) {
	w := twoPlaces(t)
	w.policy("erp", contact.Person).Tries = 3
	w.start()
	addPerson(w, "crm", 1)
	tries := 0
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op == memory.OpPut {
			tries++
			return memory.Fault{Class: contact.Refused}
		}
		return memory.Fault{}
	})
	if rep := w.sync(); tries != 1 || rep.Later["erp"].IsZero() {
		t.Errorf("%d tries at once, the next at %v", tries, rep.Later["erp"])
	}
	w.sync()
	if w.sync(); tries != 2 {
		t.Errorf("%d tries after two minutes", tries)
	}
	for range 5 {
		w.now = w.now.Add(time.Hour)
		w.sync()
	}
	if tries != 3 {
		t.Errorf("%d tries, want 3", tries)
	}
	w.servers["erp"].Inject(nil)
	w.edit("crm", contact.Person, "1", "title", "CEO") // what was wrong may be right now
	w.sync()
	w.wantTitles(t, anna, "CEO", "erp")
}

// TestRecordInUseWaitsAlone: a record that somebody has open over there holds
// nothing else up, is no failed try however long it takes, and is one line of
// history.
func TestRecordInUseWaitsAlone(t *testing.T) {
	w := twoPlaces(t)
	w.policy("erp", contact.Person).Tries = 3
	w.start()
	addPerson(w, "crm", 1)
	addPerson(w, "crm", 2)
	w.rest()
	inUse := w.find("erp", "a1@berg.example")
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op == memory.OpPut && c.ID == inUse {
			return memory.Fault{Class: contact.Refused, After: time.Minute}
		}
		return memory.Fault{}
	})
	w.edit("crm", contact.Person, w.find("crm", "a1@berg.example"), "title", "CEO")
	w.edit("crm", contact.Person, w.find("crm", "a2@berg.example"), "title", "CFO")
	if rep := w.sync(); len(rep.Stops) > 0 || rep.Later["erp"].IsZero() {
		t.Errorf("stopped: %v, the next try at %v", rep.Stops, rep.Later["erp"])
	}
	w.wantTitles(t, "a2@berg.example", "CFO", "erp")
	for range 10 {
		w.now = w.now.Add(time.Hour)
		w.sync()
	}
	link := w.linksOf("erp", contact.Person)[0]
	entries, err := w.store.Entries(w.ctx, link.Party, 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	failed := 0
	for _, e := range entries {
		if e.Op == contact.Failed {
			failed++
		}
	}
	if link.Remote != inUse || failed != 1 {
		t.Errorf("%d lines of history about a failed write to %s (%s is in use)", failed, link.Remote, inUse)
	}
	w.servers["erp"].Inject(nil)
	w.now = w.now.Add(time.Hour)
	w.sync()
	w.wantTitles(t, "a1@berg.example", "CEO", "erp")
}

// TestUnseenEditIsNotOverwritten: where the system cannot lock, a record that
// was not read just before is read before it is written.
func TestUnseenEditIsNotOverwritten(t *testing.T) {
	a := memory.DefaultAbilities()
	a.Locks = false
	w := newWorldOf(t, map[string]memory.Options{"erp": {Abilities: a}}, twoPlaces(t).policies...)
	addPerson(w, "crm", 1)
	w.rest()
	w.edit("crm", contact.Person, "1", "title", "CEO")
	w.edit("erp", contact.Person, "1", "title", "CTO", "phone.mobile", "+46701234567")
	w.now = w.now.Add(time.Minute)
	rep, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"crm"}})
	if err != nil {
		t.Fatal(err)
	}
	w.wantTitles(t, anna, "CEO", "crm", "erp")
	w.wantCount(t, "crm", 1, has("phone.mobile", "+46701234567"))
	entries, err := w.store.Entries(w.ctx, "", rep.Run, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Op == contact.Lost && e.Before == "CTO" {
			return
		}
	}
	t.Error("the history does not tell of the title that lost")
}

// TestConflictingWriteEndsInTheSameRun: a run goes on while a write met a newer
// record, and leaves nothing to the next one.
func TestConflictingWriteEndsInTheSameRun(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1)
	w.rest()
	w.edit("crm", contact.Person, "1", "title", "CEO")
	w.servers["erp"].Fail(memory.OpPut, 1, memory.Fault{Class: contact.Conflicting})
	w.sync()
	w.wantTitles(t, anna, "CEO", "erp")
	w.quiet()
}

// TestCompanyWakesItsPersonsInTheSameRun: persons who have waited for their
// company arrive with it.
func TestCompanyWakesItsPersonsInTheSameRun(t *testing.T) {
	w := newWorld(t, killPolicies(func(p *contact.Policy) {
		if p.Kind == contact.Person {
			p.Required = []string{"company"}
		}
	})...)
	addPerson(w, "crm", 1, "company", "1") // a company that is not there yet
	w.sync()
	w.wantCount(t, "erp", 0, all)
	w.add("crm", contact.Company, "name", "Acme", "vat", "SE1")
	w.sync()
	w.wantCount(t, "erp", 1, all)
	w.quiet()
}

// TestFoundCreateIsAReading: a create is found after its answer was lost, and a
// user has changed the record since. That is an edit like any other.
func TestFoundCreateIsAReading(t *testing.T) {
	for _, listed := range []bool{false, true} { // found by looking, or in a listing
		w := twoPlaces(t)
		w.policy("erp", contact.Person).Fields[0].Leading = nil
		w.policy("crm", contact.Person).Fields[0].Leading = nil
		w.start()
		w.sync()
		addPerson(w, "crm", 1, "title", "CEO")
		puts := 0
		w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
			switch {
			case c.Op == memory.OpPut:
				puts++
				return memory.Fault{Lost: puts == 1}
			case c.Op == memory.OpFind && listed:
				return memory.Fault{Class: contact.Unreachable}
			case c.Op == memory.OpFind:
				w.edit("erp", contact.Person, w.find("erp", anna), "phone.mobile", "+46701234567")
			}
			return memory.Fault{}
		})
		w.sync()
		if listed {
			w.edit("erp", contact.Person, w.find("erp", anna), "phone.mobile", "+46701234567")
		}
		w.edit("crm", contact.Person, "1", "title", "CFO")
		w.servers["erp"].Inject(nil)
		w.rest()
		w.wantTitles(t, anna, "CFO", "crm", "erp")
		w.wantCount(t, "crm", 1, has("phone.mobile", "+46701234567"))
		w.wantCount(t, "erp", 1, all)
	}
}

// TestLeftRecordIsTakenAgain: a record that outlived its contact is taken again
// when the contact comes back, and not doubled.
func TestLeftRecordIsTakenAgain(t *testing.T) {
	w := twoPlaces(t)
	w.policy("crm", contact.Person).Gives.Deletes = contact.GoneSpread
	w.policy("erp", contact.Person).Takes.Removal.How = contact.RemovalLeave
	for _, p := range w.policies {
		p.Brake.Off = true
	}
	w.start()
	for n := range 12 {
		addPerson(w, "crm", n)
	}
	w.rest()
	w.delete("crm", contact.Person, w.find("crm", anna))
	w.rest()
	w.wantCount(t, "erp", 12, all)
	addPerson(w, "crm", 1, "title", "CEO")
	w.rest()
	w.wantCount(t, "erp", 12, all)
	w.wantTitles(t, anna, "CEO", "crm", "erp")
}

// TestGoneRecordIsNotReadForever: a write finds its record gone; that it is to
// be read again ends with the news that it is not there.
func TestGoneRecordIsNotReadForever(t *testing.T) {
	a := memory.DefaultAbilities()
	a.Lag = time.Minute
	w := newWorldOf(t, map[string]memory.Options{"erp": {Abilities: a}}, twoPlaces(t).policies...)
	w.policy("erp", contact.Person).Takes.Recreate = contact.RecreateAlways
	w.policy("erp", contact.Person).Brake.Off = true
	w.start()
	addPerson(w, "crm", 1)
	w.rest()
	w.edit("crm", contact.Person, "1", "title", "CEO")
	w.delete("erp", contact.Person, "1")
	w.now = w.now.Add(time.Hour)
	if _, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"crm"}}); err != nil {
		t.Fatal(err)
	}
	w.rest()
	w.wantTitles(t, anna, "CEO", "crm", "erp")
}

// TestQuestionEndsWithItsRecord: what was asked about a record that is let go
// needs no answer any more.
func TestQuestionEndsWithItsRecord(t *testing.T) {
	w := twoPlaces(t)
	erp := w.policy("erp", contact.Person)
	w.policy("crm", contact.Person).Gives.Deletes = contact.GoneSpread
	erp.Takes.Removal.How, erp.Fields[0].Conflict = contact.RemovalLeave, contact.ConflictAsk
	w.start()
	for n := range 12 {
		addPerson(w, "crm", n)
		addPerson(w, "erp", n)
	}
	addPerson(w, "crm", 20, "title", "CEO")
	addPerson(w, "erp", 20, "title", "CTO")
	w.rest()
	if r := w.open1(t); r.Ask != contact.AskConflict {
		t.Fatalf("asked: %+v", r)
	}
	w.delete("crm", contact.Person, w.find("crm", "a20@berg.example"))
	w.rest()
	if open, err := w.store.OpenReviews(w.ctx, "", nil); err != nil || len(open) > 0 {
		t.Errorf("still asked: %+v (%v)", open, err)
	}
}

// TestPlaceIsReadBeforeRecordsAreMade: who was made by hand in a place that
// tells cheaply what is new is not made again by a run that reads another one.
func TestPlaceIsReadBeforeRecordsAreMade(t *testing.T) {
	w := newWorldOf(t, map[string]memory.Options{"erp": {Incremental: true}}, twoPlaces(t).policies...)
	addPerson(w, "crm", 0)
	w.rest()
	addPerson(w, "crm", 1)
	addPerson(w, "erp", 1)
	w.now = w.now.Add(time.Minute)
	if _, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"crm"}}); err != nil {
		t.Fatal(err)
	}
	w.wantCount(t, "erp", 2, all)
	w.wantCount(t, "crm", 2, all)
}

// TestListedBeforeItIsWritten: a run that names another place does not write a
// place under a configuration under which that was never read.
func TestListedBeforeItIsWritten(t *testing.T) {
	b := brakes()["a changed mapping"]
	w := inStep(t, b.change)
	b.act(w)
	w.edit("crm", contact.Person, w.find("crm", anna), "title", "CFO")
	w.now = w.now.Add(time.Minute)
	before := w.servers["erp"].Writes()
	rep, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"crm"}})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Stops["erp"].Code != contact.CodeConfigChanged || w.servers["erp"].Writes() != before {
		t.Errorf("stopped: %v, writes: %d", rep.Stops, w.servers["erp"].Writes()-before)
	}
}

// TestMadeAgainInAnotherBatch: the new record of who was deleted and made again
// is folded before the deletion, because batches are small.
func TestMadeAgainInAnotherBatch(t *testing.T) {
	w := twoPlaces(t)
	for n := 1; n <= 5; n++ {
		addPerson(w, "crm", n)
	}
	w.sync()
	w.engine.Batch = 1
	w.delete("crm", contact.Person, "1")
	addPerson(w, "crm", 1, "title", "CEO")
	w.sync()
	open, err := w.store.Reviews(w.ctx, true, 10)
	if err != nil || len(open) > 0 {
		t.Errorf("open: %v, %v", open, err)
	}
	w.quiet()
	w.wantTitles(t, anna, "CEO", "erp")
	w.wantCount(t, "erp", 5, all)
}

// TestMissedByTheWatermark: a change that the system does not tell of, because
// its transaction ended after later ones had been read, shows by its version.
func TestMissedByTheWatermark(t *testing.T) {
	incremental := memory.Options{Abilities: memory.DefaultAbilities(), Incremental: true}
	w := newWorldOf(t, map[string]memory.Options{"crm": incremental}, both("crm", contact.Person, nil, personSlots...), both("erp", contact.Person, nil, personSlots...))
	for n := 1; n <= 3; n++ {
		addPerson(w, "crm", n)
	}
	w.sync()
	w.servers["crm"].Lag(time.Hour, memory.OpPull)
	w.edit("crm", contact.Person, "1", "title", "CEO")
	w.sync()
	w.wantTitles(t, anna, "CEO", "erp")
	gets := 0
	w.servers["crm"].Inject(func(c memory.Call) memory.Fault {
		if c.Op == memory.OpGet {
			gets++
		}
		return memory.Fault{}
	})
	w.servers["crm"].Lag(0)
	w.edit("crm", contact.Person, "2", "title", "CFO")
	w.sync()
	w.quiet()
	if gets > 0 {
		t.Errorf("%d records were read one by one that were shown or have not changed", gets)
	}
}

// fullStore has no room for a while.
type fullStore struct {
	Store
	full bool
}

func (s *fullStore) Commit(ctx context.Context, c contact.Commit) error {
	if s.full {
		return &contact.Error{Class: contact.Unreachable, Reason: contact.Because(contact.CodeStoreFull, "kith.db")}
	}
	return s.Store.Commit(ctx, c)
}

// TestFullDiskIsNoPlacesFault: when our own memory has no room, no place is
// blamed for it, and all goes on when there is room again.
func TestFullDiskIsNoPlacesFault(t *testing.T) {
	w := twoPlaces(t)
	full := &fullStore{}
	w.wrapped = func(s Store) Store { full.Store = s; return full }
	w.start()
	addPerson(w, "crm", 1)
	w.sync()
	addPerson(w, "crm", 2)
	full.full = true
	for place, why := range w.sync().Stops {
		if why.Code != contact.CodeStoreFull {
			t.Errorf("%s stopped because %v", place, why)
		}
	}
	full.full = false
	if why := w.placeRow("crm").Paused; !why.IsZero() {
		t.Errorf("crm is remembered as stopped: %v", why)
	}
	w.sync()
	w.wantCount(t, "erp", 2, all)
}

// TestRemovalThatArrivedIsOver: a contact that was deleted, and is gone from every
// place, is nothing that anybody has to look at; one whose removal waits is.
func TestRemovalThatArrivedIsOver(t *testing.T) {
	for _, how := range []contact.Removal{contact.RemovalDelete, contact.RemovalMark, contact.RemovalAsk} {
		w := twoPlaces(t)
		w.policy("crm", contact.Person).Gives.Deletes = contact.GoneSpread
		w.policy("erp", contact.Person).Takes.Removal = contact.RemovalRule{How: how, Slot: "status", Value: "gone"}
		w.start()
		for n := range 12 {
			addPerson(w, "crm", n)
		}
		w.rest()
		w.delete("crm", contact.Person, "1")
		w.rest()
		left, err := w.store.Problems(w.ctx, "", 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		if want := how == contact.RemovalAsk; (len(left) > 0) != want {
			t.Errorf("after %s: %d records are not in step: %+v", how, len(left), left)
		}
	}
}
