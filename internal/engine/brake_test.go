package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// brakePersons is how many persons both places share before something happens.
const brakePersons = 60

// inStep is a CRM whose deletions count and an ERP that follows them, with the
// same persons in both. The first 15 have a note.
func inStep(t *testing.T, change func(*contact.Policy)) *world {
	lead := []string{"crm"}
	var policies []contact.Policy
	for _, system := range []string{"crm", "erp"} {
		p := both(system, contact.Person, lead, append([]string{"note"}, personSlots...)...)
		p.Gives.Deletes, p.Takes.Removal.How = contact.GoneSpread, contact.RemovalDelete
		if change != nil {
			change(&p)
		}
		policies = append(policies, p)
	}
	w := newWorld(t, policies...)
	for n := range brakePersons {
		note := ""
		if n < 15 {
			note = "a note"
		}
		addPerson(w, "crm", n, "title", "CEO", "note", note)
	}
	w.rest()
	return w
}

// brake is a cause for which a place has to stop.
type brake struct {
	change func(*contact.Policy) // the rules before
	act    func(w *world)
	place  string
	code   string
	heal   func(w *world)
	after  func(t *testing.T, w *world) // once a person has let it through
}

func (w *world) count(system string, fits func(contact.Record) bool) int {
	n := 0
	for _, r := range w.hand(system).All(contact.Person) {
		if fits(r) {
			n++
		}
	}
	return n
}

func all(contact.Record) bool { return true }

func has(field, text string) func(contact.Record) bool {
	return func(r contact.Record) bool { return r.Fields[field] == text }
}

func (w *world) wantCount(t *testing.T, system string, want int, fits func(contact.Record) bool) {
	t.Helper()
	if got := w.count(system, fits); got != want {
		t.Errorf("%s has %d such persons, want %d", system, got, want)
	}
}

func (w *world) editMany(from, to int, fields ...string) {
	for n := from; n < to; n++ {
		w.edit("crm", contact.Person, w.find("crm", fmt.Sprintf("a%d@berg.example", n)), fields...)
	}
}

func (w *world) deleteMany(n int) {
	for i := range n {
		w.delete("crm", contact.Person, w.find("crm", fmt.Sprintf("a%d@berg.example", i)))
	}
}

func onPull(fault memory.Fault) func(*world) {
	return func(w *world) {
		w.servers["crm"].Inject(func(c memory.Call) memory.Fault {
			if c.Op == memory.OpPull || c.Op == memory.OpList {
				return fault
			}
			return memory.Fault{}
		})
	}
}

func unharmed(t *testing.T, w *world) {
	t.Helper()
	w.wantCount(t, "crm", brakePersons, all)
	w.wantCount(t, "erp", brakePersons, all)
}

func brakes() map[string]brake {
	heal := func(w *world) { w.servers["crm"].Inject(nil) }
	onlyCEOs := func(p *contact.Policy) {
		if p.Place == "erp" {
			p.Takes.Choose.Any, p.Takes.Exit = []string{`title == "CEO"`}, contact.ExitRemove
		}
	}
	return map[string]brake{
		"an empty answer":               {act: onPull(memory.Fault{Empty: true}), place: "crm", code: contact.CodeEmptied, after: unharmed},
		"an empty answer, then a whole": {act: onPull(memory.Fault{Empty: true}), place: "crm", code: contact.CodeEmptied, heal: heal, after: unharmed},
		"half an answer":                {act: onPull(memory.Fault{Half: true}), place: "crm", code: contact.CodeShrunken, after: unharmed},
		"everything changed": {
			act: func(w *world) { w.editMany(0, 35, "title", "CFO") }, place: "crm", code: contact.CodeAllChanged,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", 35, has("title", "CFO")) },
		},
		"a slot blanked": {
			act: func(w *world) { w.editMany(0, 12, "note", "") }, place: "crm", code: contact.CodeBlanked,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", 3, has("note", "a note")) },
		},
		"a vanished column": {
			act:   func(w *world) { w.servers["crm"].Vanish(contact.Person, "title") },
			place: "crm", code: contact.CodeColumnGone,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", brakePersons, has("title", "CEO")) },
		},
		"another account": {
			act: func(w *world) { w.servers["crm"].SetAccount("other") }, place: "crm", code: contact.CodeAccount, after: unharmed,
		},
		"11 removals": {
			act: func(w *world) { w.deleteMany(11) }, place: "crm", code: contact.CodeRemovalsIn,
			after: func(t *testing.T, w *world) { // what leaves a place has a brake of its own
				w.stops(t, "erp", contact.CodeRemovalsOut)
				w.release(t)
				w.rest()
				w.wantCount(t, "erp", brakePersons-11, all)
			},
		},
		"11 leave the choice": {
			change: onlyCEOs, act: func(w *world) { w.editMany(0, 11, "title", "CFO") }, place: "erp", code: contact.CodeRemovalsOut,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", brakePersons-11, all) },
		},
		"a changed filter": {
			act: func(w *world) {
				w.editMany(0, 5, "title", "CFO")
				w.rest()
				onlyCEOs(w.policy("erp", contact.Person))
				w.restart()
			},
			place: "erp", code: contact.CodeConfigChanged,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", brakePersons-5, all) },
		},
		"a changed mapping": {
			change: func(p *contact.Policy) {
				if p.Place == "erp" {
					p.Skip = []string{"note"}
				}
			},
			act: func(w *world) {
				w.policy("erp", contact.Person).Skip = nil
				w.restart()
			},
			place: "erp", code: contact.CodeConfigChanged,
			after: func(t *testing.T, w *world) { w.wantCount(t, "erp", 15, has("note", "a note")) },
		},
	}
}

// stops checks that a run stops at a place for a reason and writes nothing.
func (w *world) stops(t *testing.T, place, code string) {
	t.Helper()
	before := w.writes()
	rep := w.sync()
	if got := rep.Stops[place].Code; got != code {
		t.Fatalf("%s stops with %q, want %q (%v)", place, got, code, rep.Stops)
	}
	if n := w.writes() - before; n != 0 {
		t.Fatalf("%d writes left in spite of the brake", n)
	}
}

// release answers everything that is asked with go.
func (w *world) release(t *testing.T) {
	t.Helper()
	open := w.open1(t)
	if err := w.engine.Decide(w.ctx, open.ID, contact.AnswerGo, "tester"); err != nil {
		t.Fatal(err)
	}
}

// open1 returns the one open review.
func (w *world) open1(t *testing.T) contact.Review {
	t.Helper()
	open, err := w.store.OpenReviews(w.ctx, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(open) != 1 {
		t.Fatalf("%d reviews are open, want 1: %+v", len(open), open)
	}
	return open[0]
}

// TestK03Brakes stops a mass change before anything is folded or written, asks
// once, and goes on by a person's word.
func TestK03Brakes(t *testing.T) {
	for name, b := range brakes() {
		t.Run(name, func(t *testing.T) {
			w := inStep(t, b.change)
			before := w.rows("erp", contact.Person)
			if name == "a changed filter" {
				before = nil // its own act syncs
			}
			b.act(w)
			w.stops(t, b.place, b.code)
			w.stops(t, b.place, b.code) // and is asked once only
			if got := w.rows("erp", contact.Person); before != nil && !slices.Equal(got, before) {
				t.Fatal("the ERP has changed in spite of the brake")
			}
			if r := w.open1(t); r.Place != b.place || r.Why.Code != b.code {
				t.Errorf("the review is about %s, %v", r.Place, r.Why)
			}
			if b.heal != nil {
				b.heal(w)
			}
			w.release(t)
			w.sync()
			b.after(t, w)
			for _, server := range w.servers {
				server.Inject(nil)
				server.Vanish(contact.Person)
			}
			w.rest()
			if place := w.placeRow(b.place); isBrake(place.Paused.Code) {
				t.Errorf("%s is still paused: %v", b.place, place.Paused)
			}
		})
	}
}

func (w *world) placeRow(name string) contact.Place {
	w.t.Helper()
	places, err := w.store.Places(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	return places[name]
}

// TestK03BelowTheBrake lets through what is no mass change.
func TestK03BelowTheBrake(t *testing.T) {
	for name, act := range map[string]func(w *world){
		"10 removals":                func(w *world) { w.deleteMany(10) },
		"half of them changed":       func(w *world) { w.editMany(0, 30, "title", "CFO") },
		"a slot blanked on 12 of 60": func(w *world) { w.editMany(0, 12, "title", "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := inStep(t, nil)
			act(w)
			if rep := w.sync(); len(rep.Stops) > 0 || rep.Writes == 0 {
				t.Errorf("stopped: %v, writes: %d", rep.Stops, rep.Writes)
			}
		})
	}
}

// TestK03RemovalsOfADay counts removals over 24 hours, however slowly they come.
func TestK03RemovalsOfADay(t *testing.T) {
	w := inStep(t, nil)
	w.deleteMany(10)
	w.rest()
	w.now = w.now.Add(20 * time.Hour)
	w.delete("crm", contact.Person, w.find("crm", "a10@berg.example"))
	w.stops(t, "crm", contact.CodeRemovalsIn)
	w.now = w.now.Add(5 * time.Hour)
	w.release(t)
	w.rest()
	w.wantCount(t, "erp", brakePersons-11, all)
}

// TestK03WritingStoppedReadingGoesOn keeps reading a place that may not be
// written: what users do there reaches the others.
func TestK03WritingStoppedReadingGoesOn(t *testing.T) {
	b := brakes()["a changed mapping"]
	w := inStep(t, b.change)
	b.act(w)
	w.stops(t, "erp", contact.CodeConfigChanged)
	w.edit("erp", contact.Person, w.find("erp", "a30@berg.example"), "title", "CTO")
	w.sync()
	if r, _ := w.user("crm").Get(contact.Person, w.find("crm", "a30@berg.example")); r.Fields["title"] != "CTO" {
		t.Errorf("the CRM shows %q", r.Fields["title"])
	}
}

// TestK03DroppedReadings forgets what a person does not let through, and looks
// again.
func TestK03DroppedReadings(t *testing.T) {
	w := inStep(t, nil)
	onPull(memory.Fault{Empty: true})(w)
	w.stops(t, "crm", contact.CodeEmptied)
	if err := w.engine.Decide(w.ctx, w.open1(t).ID, contact.AnswerDrop, "tester"); err != nil {
		t.Fatal(err)
	}
	w.servers["crm"].Inject(nil)
	w.edit("crm", contact.Person, w.find("crm", "a3@berg.example"), "title", "CTO")
	if rep := w.sync(); len(rep.Stops) > 0 {
		t.Errorf("stopped: %v", rep.Stops)
	}
	unharmed(t, w)
	w.wantCount(t, "erp", 1, has("title", "CTO"))
	w.quiet()
}

// TestK03AQuietChangeIsAccepted asks nobody about a configuration that writes
// nothing, and takes back a question that has answered itself.
func TestK03AQuietChangeIsAccepted(t *testing.T) {
	b := brakes()["a changed mapping"]
	w := inStep(t, b.change)
	b.act(w)
	w.stops(t, "erp", contact.CodeConfigChanged)
	w.open1(t)
	b.change(w.policy("erp", contact.Person)) // as it was
	w.restart()
	if rep := w.sync(); len(rep.Stops) > 0 || rep.Reviews > 0 {
		t.Errorf("stopped: %v, %d reviews", rep.Stops, rep.Reviews)
	}
}
