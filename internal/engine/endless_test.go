package engine

import (
	"strings"
	"testing"

	"kith/internal/connector/memory"
	"kith/internal/contact"
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
