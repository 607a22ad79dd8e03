package engine

import (
	"context"
	"slices"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// Traps in which a simpler synchroniser loses, doubles or reverts data. Each
// test fails when the rule against its trap is taken out.

func (w *world) title(system, mail string) string {
	w.t.Helper()
	r, _ := w.user(system).Get(contact.Person, w.find(system, mail))
	return r.Fields["title"]
}

func (w *world) wantTitles(t *testing.T, mail, title string, systems ...string) {
	t.Helper()
	for _, system := range systems {
		if got := w.title(system, mail); got != title {
			t.Errorf("%s shows the title %q, want %q", system, got, title)
		}
	}
}

const anna = "a1@berg.example"

// TestPitfall01AnswerIsAReading: what a user changes between our write and its
// answer is an edit, and reaches everybody.
func TestPitfall01AnswerIsAReading(t *testing.T) {
	for _, locks := range []bool{true, false} {
		a := memory.DefaultAbilities()
		a.Locks = locks
		w := newWorldOf(t, map[string]memory.Options{"erp": {Abilities: a}}, twoPlaces(t).policies...)
		addPerson(w, "crm", 1)
		w.rest()
		w.edit("crm", contact.Person, "1", "phone.mobile", "+46701234567")
		w.servers["erp"].Fail(memory.OpPut, 1, memory.Fault{Race: func(u *memory.User, id string) {
			u.Edit(contact.Person, id, contact.Values{Fields: contact.Fields{"title": "CTO"}})
		}})
		w.sync()
		w.wantTitles(t, anna, "CTO", "crm", "erp")
		w.quiet()
	}
}

// TestPitfall03LateReadings: a replica that lags does not revert what was
// written, and an index that does not show new records yet is no empty place.
func TestPitfall03LateReadings(t *testing.T) {
	a := memory.DefaultAbilities()
	a.Lag = 5 * time.Minute
	w := newWorldOf(t, map[string]memory.Options{"erp": {Abilities: a}}, twoPlaces(t).policies...)
	for n := range 30 {
		addPerson(w, "crm", n, "title", "CEO")
	}
	w.servers["erp"].Lag(4 * time.Minute)
	w.sync()
	if rep := w.sync(); len(rep.Stops) > 0 || rep.Writes > 0 { // the index shows nothing yet
		t.Fatalf("stopped: %v, writes: %d", rep.Stops, rep.Writes)
	}
	w.now = w.now.Add(time.Hour)
	w.edit("crm", contact.Person, "2", "title", "CFO")
	w.sync()
	if rep := w.sync(); rep.Writes > 0 { // the replica still shows CEO
		t.Errorf("a late reading made %d writes", rep.Writes)
	}
	w.wantTitles(t, anna, "CFO", "crm", "erp")
}

// TestPitfall04NotTakenIn: a record that is not taken in keeps its reason and
// none of its values.
func TestPitfall04NotTakenIn(t *testing.T) {
	policies := twoPlaces(t).policies
	policies[1].Gives.Create = contact.CreateByHand
	w := newWorld(t, policies...)
	addPerson(w, "erp", 1, "title", "CEO")
	w.sync()
	links := w.linksOf("erp", contact.Person)
	if len(links) != 1 || links[0].Party != "" || links[0].Problem.Code != contact.CodeByHand || len(links[0].Seen) > 0 {
		t.Errorf("remembered: %+v", links)
	}
	w.quiet()
}

// TestPitfall05NoCreateBeforeListing: nothing is made in a place that was never
// read completely, and what a following place has of its own is linked.
func TestPitfall05NoCreateBeforeListing(t *testing.T) {
	policies := twoPlaces(t).policies
	policies[1].Gives = nil
	w := newWorldOf(t, map[string]memory.Options{"erp": {Page: 3}}, policies...)
	for n := range 10 {
		addPerson(w, "crm", n)
		addPerson(w, "erp", n, "title", "CEO")
	}
	w.servers["erp"].Fail(memory.OpPull, 3, memory.Fault{Class: contact.Unreachable}) // half read
	w.sync()
	w.wantCount(t, "erp", 10, all)
	w.rest()
	w.wantCount(t, "erp", 10, all)
	w.wantCount(t, "erp", 10, has("title", "CEO")) // a blank clears nothing at first contact
}

// TestPitfall06OneIntake: the brake counts what waits, whichever way it came
// in, before anything of it is folded.
func TestPitfall06OneIntake(t *testing.T) {
	w := inStep(t, nil)
	var rows []contact.InboxRow
	for _, r := range w.user("crm").All(contact.Person)[:11] {
		rows = append(rows, contact.InboxRow{Place: "crm", Asked: w.now, Record: contact.Record{Kind: contact.Person, ID: r.ID, Gone: contact.Deleted}})
	}
	if err := w.store.Commit(w.ctx, contact.Commit{Inbox: rows}); err != nil {
		t.Fatal(err)
	}
	w.stops(t, "crm", contact.CodeRemovalsIn)
	w.wantCount(t, "erp", brakePersons, all)
}

// second is another process over the same store and servers.
func (w *world) second(wrap func(Store) Store) *Engine {
	w.t.Helper()
	o := w.engine.Options
	o.Holder = "second"
	o.Store = w.store
	if wrap != nil {
		o.Store = wrap(w.store)
	}
	e, err := New(w.ctx, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}

// atCommit calls a function once, just before a commit that fits.
type atCommit struct {
	Store
	fits func(contact.Commit) bool
	do   func()
}

func (s *atCommit) Commit(ctx context.Context, c contact.Commit) error {
	if s.do != nil && s.fits(c) {
		do := s.do
		s.do = nil
		do()
	}
	return s.Store.Commit(ctx, c)
}

// TestPitfall07Fences: a process that was stopped for longer than its lease
// cannot commit any more, and one that holds a place keeps others out.
func TestPitfall07Fences(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1)
	var inside Report
	slow := w.second(func(s Store) Store {
		return &atCommit{s, func(c contact.Commit) bool { return len(c.Parties) > 0 }, func() {
			rep, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test", Places: []string{"crm"}})
			if err != nil {
				t.Fatal(err)
			}
			inside = rep
			w.now = w.now.Add(leaseTime + time.Second)
			w.sync()
		}}
	})
	rep, err := slow.Sync(w.ctx, SyncOptions{Cause: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if inside.Stops["crm"].Code != contact.CodeHeld {
		t.Errorf("a place that is held was worked at: %v", inside.Stops)
	}
	if rep.Stops["crm"].Code != contact.CodeHeld {
		t.Errorf("a process that lost its place went on: %v", rep.Stops)
	}
	w.rest()
	for _, fault := range append(w.oneToOne(), w.want(contact.Person, []string{personLine(1, "")}, "crm", "erp")...) {
		t.Error(fault)
	}
}

// TestPitfall10OurOwnWork: a user's copy of a card, marker and all, is not
// linked over the original, and our own late create is taken away again.
func TestPitfall10OurOwnWork(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1)
	w.rest()
	original := w.find("erp", anna)
	copied, err := w.user("erp").Copy(contact.Person, original)
	if err != nil {
		t.Fatal(err)
	}
	w.edit("erp", contact.Person, copied, "title", "CTO")
	w.sync()
	if r := w.open1(t); r.Ask != contact.AskTwice || r.Remote != copied {
		t.Errorf("asked: %+v", r)
	}
	if r, there := w.user("erp").Get(contact.Person, original); !there || r.Fields["title"] != "" {
		t.Errorf("the original shows %v", r.Fields)
	}
	w.quiet()
}

// TestPitfall18AbsentIsNotDeleted: a record that a listing skipped is there if
// a look at it says so.
func TestPitfall18AbsentIsNotDeleted(t *testing.T) {
	w := inStep(t, nil)
	for _, kind := range []memory.Op{memory.OpPull, memory.OpList} {
		w.servers["crm"].Fail(kind, 1, memory.Fault{Half: true})
	}
	half := 0
	w.servers["crm"].Inject(func(c memory.Call) memory.Fault {
		if c.Op == memory.OpPull {
			half++
			return memory.Fault{Half: half == 1}
		}
		return memory.Fault{}
	})
	w.stops(t, "crm", contact.CodeShrunken)
	w.release(t)
	w.rest()
	unharmed(t, w)
}

// TestPitfall20ConcurrentCommits: two processes that decide about one contact
// at the same time do not undo each other's work.
func TestPitfall20ConcurrentCommits(t *testing.T) {
	for name, story := range map[string]struct {
		before, act func(w *world)
		want        string
	}{
		"both see a new person": {func(*world) {}, func(w *world) {
			addPerson(w, "crm", 1, "title", "CEO")
			addPerson(w, "erp", 1, "title", "CEO")
		}, "title=CEO"},
		"both edit": {func(w *world) {
			addPerson(w, "crm", 1, "title", "CEO")
			w.rest()
		}, func(w *world) {
			w.edit("crm", contact.Person, "1", "title", "CFO")
			w.edit("erp", contact.Person, "1", "phone.mobile", "+46701234567")
		}, "phone.mobile=+46701234567 title=CFO"},
		"a create on its way": {func(w *world) {
			w.servers["erp"].Break(memory.Fault{Class: contact.Unreachable})
			addPerson(w, "crm", 1, "title", "CEO")
			w.sync()
			w.servers["erp"].Inject(nil)
		}, func(w *world) { w.edit("crm", contact.Person, "1", "title", "CFO") }, "title=CFO"},
		"a removal on its way": {func(w *world) {
			addPerson(w, "crm", 1, "title", "CEO")
			w.rest()
		}, func(w *world) {
			w.edit("crm", contact.Person, "1", "title", "CFO")
			w.delete("erp", contact.Person, "1")
		}, "title=CFO"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, both("crm", contact.Person, nil, personSlots...), both("erp", contact.Person, nil, personSlots...))
			erp := w.policy("erp", contact.Person)
			erp.Takes.Recreate, erp.Brake.Off = contact.RecreateAlways, true
			w.start()
			w.sync() // both are listed
			story.before(w)
			story.act(w)
			// The second process reads the CRM; while it is about to commit what it
			// has decided, this one does all there is to do at the ERP.
			slow := w.second(func(s Store) Store {
				return &atCommit{s, func(c contact.Commit) bool { return len(c.Parties) > 0 }, func() { w.visit("erp", w.engine) }}
			})
			w.visit("crm", slow)
			w.rest()
			line := "email.work=a1@berg.example name.family=Dahl name.given=Bo " + story.want
			for _, fault := range slices.Concat(w.oneToOne(), w.want(contact.Person, []string{line}, "crm", "erp"), w.stillQuiet()) {
				t.Error(fault)
			}
		})
	}
}

// visit is one visit of one place.
func (w *world) visit(place string, e *Engine) {
	w.t.Helper()
	w.now = w.now.Add(time.Minute)
	r, err := e.beginRun(w.ctx, "test")
	if err != nil {
		w.t.Fatal(err)
	}
	if v := e.visit(w.ctx, place, r, visitOptions{look: true}); v.Err != nil {
		w.t.Errorf("visit %s: %v", place, v.Err)
	}
}

// TestPitfall21Versions: an equal version does not prove equal content, and a
// version that moved without news is remembered for the next write.
func TestPitfall21Versions(t *testing.T) {
	for _, noVersions := range []bool{true, false} {
		w := newWorldOf(t, map[string]memory.Options{"erp": {NoVersions: noVersions}}, twoPlaces(t).policies...)
		addPerson(w, "crm", 1, "title", "CEO")
		w.rest()
		id := w.find("erp", anna)
		w.edit("erp", contact.Person, id, "title", "CFO")
		w.sync()
		w.wantTitles(t, anna, "CFO", "crm", "erp")

		w.edit("erp", contact.Person, id, "favourite colour", "blue") // not mapped: the version moves alone
		w.sync()
		w.edit("crm", contact.Person, "1", "title", "CTO")
		conflicts := 0
		w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
			if c.Op == memory.OpGet {
				conflicts++ // a refused version is read again
			}
			return memory.Fault{}
		})
		w.sync()
		w.wantTitles(t, anna, "CTO", "crm", "erp")
		if conflicts > 0 {
			t.Error("the write met an old version")
		}
	}
}

// TestPitfall22PlacesComeAndGo: a place that leaves the file takes nothing
// along, and finds its links again when it returns.
func TestPitfall22PlacesComeAndGo(t *testing.T) {
	policies := twoPlaces(t).policies
	w := newWorld(t, policies...)
	for n := range 20 {
		addPerson(w, "crm", n, "title", "CEO")
	}
	w.rest()
	w.policies = policies[:1]
	w.restart()
	w.edit("crm", contact.Person, "2", "title", "CFO")
	w.quiet()
	w.wantCount(t, "erp", 20, has("title", "CEO"))
	w.policies = policies
	w.restart()
	w.rest()
	w.wantCount(t, "erp", 20, all)
	w.wantTitles(t, anna, "CFO", "erp")
	for _, fault := range w.oneToOne() {
		t.Error(fault)
	}
	// A mailbox that refuses us is no empty mailbox.
	w.servers["erp"].Break(memory.Fault{Class: contact.Forbidden})
	if rep := w.sync(); rep.Stops["erp"].Code != contact.CodeForbidden || rep.Writes > 0 {
		t.Errorf("stopped: %v, writes %d", rep.Stops, rep.Writes)
	}
	w.wantCount(t, "crm", 20, all)
}

// TestPitfall27MarkersOfAnotherInstallation: what a live installation has made
// is its own: a trial over the same systems links it by value, and does not take
// it away. One that has only lost its store knows its work again.
func TestPitfall27MarkersOfAnotherInstallation(t *testing.T) {
	for installation, want := range map[string]int{"test": 0, "trial": 1} {
		w := twoPlaces(t)
		w.policy("erp", contact.Person).Takes.Removal.How = contact.RemovalDelete
		w.policy("erp", contact.Person).Brake.Off = true
		w.start()
		addPerson(w, "crm", 1)
		w.sync()

		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		w.dsn = file(t)
		w.open()
		o := w.engine.Options
		o.Installation = installation
		var err error
		if w.engine, err = New(w.ctx, o); err != nil {
			t.Fatal(err)
		}
		if rep := w.sync(); rep.Writes != 0 {
			t.Errorf("%s wrote %d when it first met what the systems agree about", installation, rep.Writes)
		}
		w.wantCount(t, "erp", 1, all)
		if err := w.engine.Switch(w.ctx, w.linksOf("crm", contact.Person)[0].Party, "erp", contact.Off, "anna"); err != nil {
			t.Fatal(err)
		}
		w.rest()
		w.wantCount(t, "erp", want, all)
	}
}

// TestR009Watermark reads after the first complete listing only what changed,
// also in a new process.
func TestR009Watermark(t *testing.T) {
	for _, visible := range []bool{true, false} {
		a := memory.DefaultAbilities()
		a.DeletesVisible = visible
		w := newWorldOf(t, map[string]memory.Options{"erp": {Abilities: a, Incremental: true, Page: 10}}, twoPlaces(t).policies...)
		for n := range 50 {
			addPerson(w, "erp", n, "title", "CEO")
		}
		w.rest()
		w.restart()
		w.edit("erp", contact.Person, "2", "title", "CFO")
		rep := w.sync()
		if read := rep.Counts["erp"].Read; read != 1 {
			t.Errorf("%d records were read for one change", read)
		}
		w.wantTitles(t, anna, "CFO", "crm", "erp")
		if read := w.sync().Counts["erp"].Read; read != 0 {
			t.Errorf("%d records were read for no change", read)
		}
		w.servers["erp"].ExpireCursors()
		if rep := w.sync(); rep.Writes > 0 || rep.Counts["erp"].Read != 50 {
			t.Errorf("an expired cursor: %+v", rep)
		}
	}
}

// TestR058FailuresAreKept: a record that cannot be written has its reason, the
// run remembers how many, and the history tells.
func TestR058FailuresAreKept(t *testing.T) {
	policies := twoPlaces(t).policies
	policies[1].Required = []string{"title"}
	w := newWorld(t, policies...)
	addPerson(w, "crm", 1)
	addPerson(w, "crm", 2, "title", "CEO")
	w.servers["erp"].Fail(memory.OpPut, 1, memory.Fault{Class: contact.Refused})
	rep := w.sync()
	run, err := w.store.Run(w.ctx, rep.Run)
	if err != nil || run.Counts["erp"].Failed != 1 {
		t.Errorf("the run says %+v (%v)", run, err)
	}
	codes := map[string]bool{}
	for _, link := range w.problems("erp") {
		codes[link.Problem.Code] = true
	}
	if !codes[contact.CodeRequired] || !codes[contact.CodeRefused] {
		t.Errorf("reasons: %v", codes)
	}
	entries, err := w.store.Entries(w.ctx, "", rep.Run, 100)
	if err != nil || !slices.ContainsFunc(entries, func(e contact.Entry) bool { return e.Op == contact.Failed && e.Why.Code == contact.CodeRefused }) {
		t.Errorf("the history does not tell of the failure (%v)", err)
	}
	w.servers["erp"].Break(memory.Fault{Class: contact.Credentials})
	rep = w.sync()
	if run, err = w.store.Run(w.ctx, rep.Run); err != nil || run.Problem.Code != contact.CodeCredentials {
		t.Errorf("the run says %+v (%v)", run, err)
	}
}

// problems returns the links of a place that have a reason not to be in step.
func (w *world) problems(place string) []contact.Link {
	w.t.Helper()
	links, err := w.store.Problems(w.ctx, place, 0, 1000)
	if err != nil {
		w.t.Fatal(err)
	}
	return links
}
