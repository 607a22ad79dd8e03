package engine

import (
	"sync"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// abreastWorld has n persons in two places, in step.
func abreastWorld(t *testing.T, n int) (w *world, crm, erp []string) {
	w = twoPlaces(t)
	w.engine.Abreast = 2
	for i := range n {
		crm = append(crm, addPerson(w, "crm", i+1))
	}
	w.sync()
	w.quiet()
	mails := map[string]string{}
	for _, r := range w.user("erp").All(contact.Person) {
		mails[r.Fields["email.work"]] = r.ID
	}
	for _, id := range crm {
		for _, r := range w.user("crm").All(contact.Person) {
			if r.ID == id {
				erp = append(erp, mails[r.Fields["email.work"]])
			}
		}
	}
	return w, crm, erp
}

// TestPlacesAreWrittenAbreast: what one place gets does not wait for what another
// one gets. Each write here waits until the other place is being written to.
func TestPlacesAreWrittenAbreast(t *testing.T) {
	w, crm, erp := abreastWorld(t, 2)
	w.edit("crm", contact.Person, crm[0], "title", "CFO")
	w.edit("erp", contact.Person, erp[1], "title", "CEO")
	var both sync.WaitGroup
	both.Add(2)
	met := make(chan struct{})
	go func() { both.Wait(); close(met) }()
	for _, place := range []string{"crm", "erp"} {
		w.servers[place].Inject(func(c memory.Call) memory.Fault {
			if c.Op == memory.OpPut {
				both.Done()
				select {
				case <-met:
				case <-time.After(20 * time.Second):
					t.Errorf("%s is written to alone", place)
				}
			}
			return memory.Fault{}
		})
	}
	if rep := w.sync(); rep.Writes != 2 {
		t.Errorf("%d writes, want 2", rep.Writes)
	}
}

// TestAllPlacesAreReadBeforeOneIsWritten: a person whom users have edited in both
// places is written once in each, with nothing that a later reading would change.
func TestAllPlacesAreReadBeforeOneIsWritten(t *testing.T) {
	w, crm, erp := abreastWorld(t, 1)
	w.edit("crm", contact.Person, crm[0], "title", "CFO")
	w.edit("erp", contact.Person, erp[0], "phone.mobile", "+46701234567")
	var mu sync.Mutex
	var written bool
	for _, place := range []string{"crm", "erp"} {
		w.servers[place].Inject(func(c memory.Call) memory.Fault {
			mu.Lock()
			defer mu.Unlock()
			written = written || c.Op == memory.OpPut
			if c.Op == memory.OpPull && written {
				t.Errorf("%s is read after a place was written to", place)
			}
			return memory.Fault{}
		})
	}
	if rep := w.sync(); rep.Writes != 2 {
		t.Errorf("%d writes, want 2", rep.Writes)
	}
}

// TestPlacesWrittenAbreastComeInStep: persons are edited in both places and both
// are written at the same time; nothing is lost and nothing left to do.
func TestPlacesWrittenAbreastComeInStep(t *testing.T) {
	const n, edited = 40, 15
	w, crm, erp := abreastWorld(t, n)
	w.engine.Batch = 7
	for i := range edited {
		w.edit("crm", contact.Person, crm[i], "title", "CFO")
		w.edit("erp", contact.Person, erp[i], "phone.mobile", "+46701234567")
	}
	for i := range 10 {
		addPerson(w, "crm", 100+i)
		addPerson(w, "erp", 200+i)
	}
	w.sync()
	for _, place := range []string{"crm", "erp"} {
		w.wantCount(t, place, n+20, all)
		w.wantCount(t, place, edited, func(r contact.Record) bool {
			return r.Fields["title"] == "CFO" && r.Fields["phone.mobile"] == "+46701234567"
		})
	}
	w.quiet()
}

// TestAPlanIsCarriedOutInItsOrder: what a person has seen beforehand is written as
// it was shown, place by place.
func TestAPlanIsCarriedOutInItsOrder(t *testing.T) {
	w := twoPlaces(t)
	w.engine.Abreast = 4
	if got := w.engine.abreast(); got != 4 {
		t.Errorf("%d places abreast, want 4", got)
	}
	w.engine.OnlyActions = &Plan{}
	if got := w.engine.abreast(); got != 1 {
		t.Errorf("%d places abreast under a plan, want 1", got)
	}
}

// TestAPreviewShowsTheWritesOfARunAbreast: a person edited in both places is one
// write in each, in the preview as in the run.
func TestAPreviewShowsTheWritesOfARunAbreast(t *testing.T) {
	w, crm, erp := abreastWorld(t, 1)
	w.edit("crm", contact.Person, crm[0], "title", "CFO")
	w.edit("erp", contact.Person, erp[0], "phone.mobile", "+46701234567")
	_, actions, err := Preview(w.ctx, w.engine.Options, SyncOptions{Cause: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if rep := w.sync(); rep.Writes != len(actions) {
		t.Errorf("%d writes, %d shown", rep.Writes, len(actions))
	}
}
