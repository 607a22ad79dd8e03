package engine

import (
	"slices"
	"strings"
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// cardsInStep is a CRM and an address book whose deletions count, with the same
// persons in both.
func cardsInStep(t *testing.T, soft sim.Software) *world {
	slots := []string{"name.given", "name.family", workMail, "title", "note"}
	policies := []contact.Policy{
		both("crm", contact.Person, []string{"crm"}, slots...),
		inCards(both("book", contact.Person, []string{"crm"}, slots...)),
	}
	for i := range policies {
		policies[i].Gives.Deletes, policies[i].Takes.Removal.How = contact.GoneSpread, contact.RemovalDelete
	}
	w := newWorldWith(t, file(t), nil, map[string]*addressBook{"book": newAddressBook(t, soft)}, policies...)
	for n := range brakePersons {
		addPerson(w, "book", n, "title", "CEO")
	}
	w.rest()
	w.wantCount(t, "crm", brakePersons, all)
	return w
}

// onReading makes everything go wrong that only asks.
func onReading(f sim.Fault) func(*world) {
	return func(w *world) {
		w.books["book"].Inject(func(r sim.Request) sim.Fault {
			if r.Method == "PROPFIND" && r.Depth == "1" || r.Method == "REPORT" {
				return f
			}
			return sim.Fault{}
		})
	}
}

// losing makes a server forget its tokens before something happens.
func losing(act func(*world)) func(*world) {
	return func(w *world) {
		w.books["book"].ForgetTokens()
		act(w)
	}
}

// TestK03CardBrakes stops at an address book that shows less than it should:
// nothing is folded, nothing is written, and once it is well again nothing has
// happened.
func TestK03CardBrakes(t *testing.T) {
	for name, b := range map[string]struct {
		act  func(*world)
		code string
	}{
		"an empty answer to a lost token": {losing(onReading(sim.Fault{Empty: true})), contact.CodeEmptied},
		"half an answer to a lost token":  {losing(onReading(sim.Fault{Half: true})), contact.CodeShrunken},
		"a book that is forbidden":        {func(w *world) { w.books["book"].book.Forbid(403) }, contact.CodeForbidden},
		"a request that is forbidden":     {func(w *world) { w.books["book"].Break(sim.Fault{Status: 403}) }, contact.CodeForbidden},
		"a login that is refused":         {func(w *world) { w.books["book"].Break(sim.Fault{Status: 401}) }, contact.CodeCredentials},
		"a path that leads nowhere":       {func(w *world) { w.books["book"].Break(sim.Fault{Status: 404}) }, contact.CodeSetup},
		"a login page":                    {func(w *world) { w.books["book"].Break(sim.Fault{LoginPage: true}) }, ""},
		"a server that is down":           {func(w *world) { w.books["book"].Break(sim.Fault{Drop: true}) }, contact.CodeUnreachable},
		"a server that fails":             {func(w *world) { w.books["book"].Break(sim.Fault{Status: 500}) }, contact.CodeUnreachable},
		"a wrong path": {func(w *world) {
			w.books["book"].path = strings.Replace(w.books["book"].path, "contacts", "contcats", 1)
			w.restart()
		}, contact.CodeSetup},
	} {
		for server, soft := range softs() {
			t.Run(name+"/"+server, func(t *testing.T) {
				w := cardsInStep(t, soft())
				path := w.books["book"].path
				before := w.rows("crm", contact.Person)
				b.act(w)
				if strings.Contains(name, "lost token") && soft().Quirks.UnknownToken == 207 {
					// The answer could be one of changes, and the cards it leaves out are
					// there when they are looked at: it is believed, and does no harm.
					if rep := w.sync(); len(rep.Stops) > 0 || rep.Writes > 0 {
						t.Errorf("stops: %v, %d writes", rep.Stops, rep.Writes)
					}
				} else {
					w.stopsSomehow(t, "book", b.code)
					w.stopsSomehow(t, "book", b.code)
				}
				if !slices.Equal(w.rows("crm", contact.Person), before) {
					t.Fatal("the CRM has changed")
				}
				w.books["book"].book.Forbid(0)
				w.healBooks()
				if w.books["book"].path != path {
					w.books["book"].path = path
					w.restart()
				}
				w.answerAll(t, contact.AnswerDrop)
				w.rest()
				w.wantCount(t, "crm", brakePersons, all)
				w.wantCount(t, "book", brakePersons, all)
				if faults := w.oneToOne(); len(faults) > 0 {
					t.Error(faults)
				}
			})
		}
	}
}

// stopsSomehow checks that a run stops at a place, for a reason where one is
// given, and writes nothing.
func (w *world) stopsSomehow(t *testing.T, place, code string) {
	t.Helper()
	if code != "" {
		w.stops(t, place, code)
		return
	}
	before := w.writes()
	rep := w.sync()
	if rep.Stops[place].Code == "" || w.writes() != before {
		t.Fatalf("stops: %v, %d writes", rep.Stops, w.writes()-before)
	}
}

// answerAll answers everything that is asked in the same way.
func (w *world) answerAll(t *testing.T, answer contact.Answer) {
	t.Helper()
	open, err := w.store.OpenReviews(w.ctx, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range open {
		if err := w.engine.Decide(w.ctx, r.ID, answer, "tester"); err != nil {
			t.Fatal(err)
		}
	}
}

// TestK03EmptiedAddressBook stops when a user has emptied the book, however the
// server tells of it, and removes nobody elsewhere before a person says so.
func TestK03EmptiedAddressBook(t *testing.T) {
	for server, soft := range softs() {
		for what, act := range map[string]func(*world){
			"one by one": func(*world) {}, "with a lost token": losing(func(*world) {}),
		} {
			t.Run(server+"/"+what, func(t *testing.T) {
				w := cardsInStep(t, soft())
				w.books["book"].book.Clear()
				act(w)
				w.stops(t, "book", contact.CodeEmptied)
				w.stops(t, "book", contact.CodeEmptied)
				w.wantCount(t, "crm", brakePersons, all)
				w.release(t)
				w.sync()
				w.wantCount(t, "book", 0, all)
			})
		}
	}
}

// TestK03LostTokens reads an address book whole when the server has lost its
// token, in every way a server has to say so: nothing is written, and what was
// deleted meanwhile is noticed.
func TestK03LostTokens(t *testing.T) {
	for name, set := range map[string]func(*sim.Quirks){
		"403": func(*sim.Quirks) {}, "500": func(q *sim.Quirks) { q.UnknownToken = 500 }, "410": func(q *sim.Quirks) { q.UnknownToken = 410 },
		"everything again":                       func(q *sim.Quirks) { q.UnknownToken = 207 },
		"everything again, and what was removed": func(q *sim.Quirks) { q.UnknownToken, q.UnknownTokenRemoved = 207, true },
		"no tokens at all":                       func(q *sim.Quirks) { q.NoSync = true },
	} {
		t.Run(name, func(t *testing.T) {
			soft := sim.Plain()
			set(&soft.Quirks)
			w := cardsInStep(t, soft)
			cards := w.books["book"]
			cards.ForgetTokens()
			before := w.writes()
			if rep := w.sync(); len(rep.Stops) > 0 || w.writes() != before {
				t.Fatalf("stopped: %v, %d writes", rep.Stops, w.writes()-before)
			}
			w.delete("book", contact.Person, w.find("book", "a7@berg.example"))
			w.edit("book", contact.Person, w.find("book", "a8@berg.example"), "title", "CFO")
			w.add("book", contact.Person, "name.given", "New", "name.family", "One", workMail, "new@berg.example")
			cards.ForgetTokens()
			w.rest()
			w.wantCount(t, "crm", brakePersons, all)
			w.wantCount(t, "crm", 0, has(workMail, "a7@berg.example"))
			w.wantCount(t, "crm", 1, has("title", "CFO"))
			if faults := append(w.oneToOne(), w.stillQuiet()...); len(faults) > 0 {
				t.Error(faults)
			}
		})
	}
}
