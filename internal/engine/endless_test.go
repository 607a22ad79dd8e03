package engine

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// A write that never comes to rest has to end by itself, within one run and
// over all runs.

// upperAfter lets a server rewrite every title just after it was written, as a
// program of its own would.
func upperAfter(w *world, place string) (puts *int) {
	puts = new(int)
	w.servers[place].Inject(func(c memory.Call) memory.Fault {
		if c.Op != memory.OpPut {
			return memory.Fault{}
		}
		*puts++
		return memory.Fault{Race: func(u *memory.User, id string) {
			title := strings.ToUpper(u.All(contact.Person)[0].Fields["title"])
			if err := u.Edit(contact.Person, id, contact.Values{Fields: contact.Fields{"title": title}}); err != nil {
				w.t.Error(err)
			}
		}}
	})
	return puts
}

// TestK15RewrittenUnderEveryWrite: the answer to every write shows another
// value, so each of them is an edit by somebody else.
func TestK15RewrittenUnderEveryWrite(t *testing.T) {
	for _, gives := range []bool{true, false} {
		w := twoPlaces(t)
		if !gives {
			w.policy("erp", contact.Person).Gives = nil
		}
		w.start()
		addPerson(w, "crm", 1, "title", "Boss")
		puts := upperAfter(w, "erp")
		w.sync()
		w.sync()
		w.quiet()
		if *puts > 3 {
			t.Errorf("gives %t: %d writes for one value", gives, *puts)
		}
		w.wantTitles(t, anna, "BOSS", "erp")
	}
}

// TestK15BothRewriteUnderEveryWrite: two places that never agree.
func TestK15BothRewriteUnderEveryWrite(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1, "title", "Boss")
	puts := upperAfter(w, "erp")
	w.servers["crm"].Normalise(memory.Lower)
	w.sync()
	w.sync()
	w.quiet()
	if *puts > 4 {
		t.Errorf("%d writes for one value", *puts)
	}
}

// TestWriteThatAlwaysConflicts is tried at once a few times and then left
// alone for longer and longer, with a reason.
func TestWriteThatAlwaysConflicts(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1)
	w.sync()
	puts := 0
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op != memory.OpPut {
			return memory.Fault{}
		}
		puts++
		return memory.Fault{Class: contact.Conflicting}
	})
	w.edit("crm", contact.Person, "1", "title", "CEO")
	rep := w.sync()
	if puts != atOnce+1 || rep.Later["erp"].IsZero() {
		t.Errorf("%d tries in one run, the next at %v", puts, rep.Later["erp"])
	}
	if w.sync(); puts > atOnce+2 {
		t.Errorf("%d tries after a minute", puts)
	}
	w.servers["erp"].Inject(nil)
	w.now = w.now.Add(retryAfter << 2)
	w.sync()
	w.wantTitles(t, anna, "CEO", "erp")
}

// TestAnswersThatAreAlwaysLost: the write never arrives, and that is tried a
// few times in a run only.
func TestAnswersThatAreAlwaysLost(t *testing.T) {
	for _, create := range []bool{true, false} {
		w := twoPlaces(t)
		if !create {
			addPerson(w, "crm", 1)
			w.sync()
			w.edit("crm", contact.Person, "1", "title", "CEO")
		} else {
			addPerson(w, "crm", 1, "title", "CEO")
		}
		puts := 0
		w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
			if c.Op != memory.OpPut {
				return memory.Fault{}
			}
			puts++
			return memory.Fault{Class: contact.Uncertain}
		})
		if rep := w.sync(); puts != atOnce+1 || rep.Later["erp"].IsZero() {
			t.Errorf("create %t: %d tries in one run, the next at %v", create, puts, rep.Later["erp"])
		}
		w.servers["erp"].Inject(nil)
		w.now = w.now.Add(retryAfter)
		w.sync()
		w.wantTitles(t, anna, "CEO", "erp")
		w.wantCount(t, "erp", 1, all)
	}
}

// TestK15WrittenIntoWhatEveryWriteChanges: the system counts the writes to a record
// and shows the number, and the map writes the number back. Every write causes the
// next one, and none of them repeats a value.
func TestK15WrittenIntoWhatEveryWriteChanges(t *testing.T) {
	lead := []string{"crm"}
	erp := both("erp", contact.Person, lead, append(personSlots, "number")...)
	erp.Write = []contact.WriteEntry{{Field: "stamp", Expr: `"as of " + number`}}
	w := newWorld(t, both("crm", contact.Person, lead, personSlots...), erp)
	addPerson(w, "crm", 1)
	puts := 0
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op != memory.OpPut {
			return memory.Fault{}
		}
		puts++
		return memory.Fault{Race: func(u *memory.User, id string) {
			if err := u.Edit(contact.Person, id, contact.Values{Fields: contact.Fields{"number": strconv.Itoa(puts)}}); err != nil {
				t.Error(err)
			}
		}}
	})
	w.sync()
	if most := 1 + atOnce + 1; puts > most { // the create, and what is repeated at once
		t.Errorf("%d writes in the first run, at most %d", puts, most)
	}
	w.wantProblem("erp", contact.CodeNotKept, "stamp", "erp")
	for range 30 { // for two days
		w.now = w.now.Add(2 * time.Hour)
		w.sync()
	}
	if most := 1 + 8; puts > most {
		t.Errorf("%d writes in two days, at most %d", puts, most)
	}
	w.quiet()
	w.edit("crm", contact.Person, "1", "title", "CEO")
	w.sync()
	w.wantTitles(t, anna, "CEO", "erp")
}

// TestK15PictureThatIsNotKept: a server that destroys every picture is given each
// once, in both forms that there are, and the other side keeps it.
func TestK15PictureThatIsNotKept(t *testing.T) {
	healthy := false
	soft := sim.Radicale()
	soft.Quirks.Rewrite = append(soft.Quirks.Rewrite, func(text string, now time.Time) string {
		if healthy {
			return text
		}
		return sim.CutPictures(text, now)
	})
	for _, gives := range []bool{true, false} {
		slots := []string{"name.given", "name.family", workMail, "title", "photo"}
		crm, cards := both("crm", contact.Person, []string{"crm"}, slots...), inCards(both("book", contact.Person, []string{"crm"}, slots...))
		if !gives {
			cards.Gives = nil
		}
		book := newAddressBook(t, soft)
		puts := 0
		book.Inject(func(r sim.Request) sim.Fault {
			if r.Method == "PUT" {
				puts++
			}
			return sim.Fault{}
		})
		w := newWorldWith(t, file(t), nil, map[string]*addressBook{"book": book}, crm, cards)
		name := addPerson(w, "book", 1)
		text, _ := book.book.Card(name)
		book.book.Put(name, strings.Replace(text, "VERSION:3.0", "VERSION:4.0", 1))
		const first, second = "data:image/png;base64,iVBORw0KGgo=", "data:image/png;base64,iVBORw0KGgp/"
		addPerson(w, "crm", 1, "photo", first)
		crmShows := func(what, want string) {
			t.Helper()
			if got := w.user("crm").All(contact.Person)[0].Fields["photo"]; got != want {
				t.Errorf("gives %t: %s, and the CRM shows %q", gives, what, got)
			}
		}
		for _, picture := range []string{first, second} {
			before := puts
			w.edit("crm", contact.Person, "1", "photo", picture)
			w.sync()
			if n := puts - before; n == 0 || n > 2 {
				t.Errorf("gives %t: a picture was written %d times", gives, n)
			}
			w.wantProblem("book", contact.CodeNotKept, "PHOTO", "book")
			w.quiet()
			w.restart()
			w.quiet()
			w.wantProblem("book", contact.CodeNotKept, "PHOTO", "book")
			crmShows("a picture was not kept", picture)
		}
		text = card(book, name)
		if !gives {
			book.book.Put(name, strings.Replace(text, "PHOTO:", "X-GONE:", 1))
			w.quiet()
			crmShows("what was left of a picture was taken away", second)
		}
		healthy = true
		book.book.Put(name, strings.Replace(text, "PHOTO:", "PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo9\r\nX-WAS:", 1))
		w.sync()
		w.quiet()
		if now, want := "data:image/png;base64,iVBORw0KGgo9", second; gives {
			crmShows("a user has put a picture there that is kept", now)
		} else if crmShows("a picture there counts for nothing", want); !strings.Contains(card(book, name), "iVBORw0KGgp/") {
			t.Errorf("ours is not there:\n%s", card(book, name))
		}
		w.wantNoProblem("book")
		healthy = false
		w.edit("crm", contact.Person, "1", "photo", first)
		w.sync()
		w.wantProblem("book", contact.CodeNotKept, "PHOTO", "book")
		w.edit("crm", contact.Person, "1", "photo", "")
		w.quiet()
		w.wantNoProblem("book")
	}
}

// card is what a book holds under a name.
func card(book *addressBook, name string) string {
	text, _ := book.book.Card(name)
	return text
}

// wantNoProblem checks that nothing in a place waits for a person to mend it.
func (w *world) wantNoProblem(place string) {
	w.t.Helper()
	if links, _, err := w.store.ProblemsOf(w.ctx, place, contact.Parked, 1); err != nil || len(links) > 0 {
		w.t.Errorf("%s has the problems %+v, %v", place, links, err)
	}
}

// wantProblem checks why the one record of a place is not in step.
func (w *world) wantProblem(place, code string, args ...string) {
	w.t.Helper()
	links, _, err := w.store.ProblemsOf(w.ctx, place, []string{code}, 2)
	if err != nil {
		w.t.Fatal(err)
	}
	if len(links) != 1 || !slices.Equal(links[0].Problem.Args, args) {
		w.t.Errorf("%s has the problems %+v, want %s %v", place, links, code, args)
	}
}
