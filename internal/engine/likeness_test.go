package engine

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// likePolicies are two places that recognise persons by likeness alone. What is
// made in one is not made in the other, so that only recognition is seen.
func likePolicies() []contact.Policy {
	var out []contact.Policy
	for _, place := range []string{"crm", "erp"} {
		p := both(place, contact.Person, []string{"crm"}, personSlots...)
		p.Match, p.Country = []string{contact.MatchStandard}, "DE"
		p.Takes.Create = contact.CreateNever
		out = append(out, p)
	}
	return out
}

// partyOf is the party that a record belongs to.
func (w *world) partyOf(place, remote string) string {
	w.t.Helper()
	links, err := w.store.LinksByRemote(w.ctx, place, contact.Person, []string{remote})
	if err != nil || len(links) != 1 {
		w.t.Fatalf("%s %s: %v, %v", place, remote, links, err)
	}
	return links[0].Party
}

// What another process over the same store has made or changed is known to
// whoever asks next.
func TestLikenessKnowsWhatOthersStore(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	w.add("crm", contact.Person, "name.given", "Cia", "name.family", "Dahl")
	w.sync() // this engine has its index
	mine := w.engine
	w.start() // another process
	hans := w.add("crm", contact.Person, "name.given", "Johannes", "name.family", "Schmidt", "phone.mobile", "0171 2345678")
	w.sync()
	w.engine = mine
	same := w.add("erp", contact.Person, "name.given", "Hans", "name.family", "Schmitt", "phone.mobile", "+49 171 2345678")
	w.sync()
	if w.partyOf("crm", hans) != w.partyOf("erp", same) {
		t.Error("a contact that another process made was not recognised")
	}
	emma := w.add("crm", contact.Person, "name.given", "Emma", "name.family", "Berg", "email.work", "emma@berg.example")
	w.sync()
	w.start()
	w.edit("crm", contact.Person, emma, "email.work", "emma@neu.example", "phone.mobile", "0171 777777")
	w.sync()
	w.engine = mine
	same = w.add("erp", contact.Person, "name.given", "Emmy", "name.family", "Berg", "phone.mobile", "0171 777777")
	w.sync()
	if party := w.partyOf("erp", same); party != w.partyOf("crm", emma) {
		t.Errorf("a contact that another process changed was not recognised: %q", party)
	}
}

// A party that ends is nobody's likeness any more, one that is joined leads to
// the one it has become.
func TestLikenessFollowsTheEndOfParties(t *testing.T) {
	policies := likePolicies()
	policies[0].Gives.Deletes = contact.GoneSpread
	w := newWorld(t, policies...)
	hans := w.add("crm", contact.Person, "name.given", "Johannes", "name.family", "Müller", "phone.mobile", "0171 2345678")
	w.add("crm", contact.Person, "name.given", "Cia", "name.family", "Dahl")
	w.sync()
	gone := w.partyOf("crm", hans)
	w.delete("crm", contact.Person, hans)
	w.sync()
	again := w.add("erp", contact.Person, "name.given", "Hans", "name.family", "Mueller", "phone.mobile", "+49 171 2345678")
	w.sync()
	if party := w.partyOf("erp", again); party == gone || party == "" {
		t.Errorf("a record was taken for the contact that is no more: %q", party)
	}
}

// Two places that are read at the same moment and show the same new persons, each
// in its own way, make one party of each: whoever is started can be found before
// it is stored.
func TestLikenessAtTheSameMoment(t *testing.T) {
	const n = 60
	w := newWorld(t, likePolicies()...)
	for i := range n {
		family, mobile := surnames[i%len(surnames)], fmt.Sprintf("0171 %07d", 1000003*(i+1)%9999991)
		w.add("crm", contact.Person, "name.given", "Johannes", "name.family", family, "phone.mobile", mobile)
		w.add("erp", contact.Person, "name.given", "Hans", "name.family", family, "phone.mobile", "+49 "+mobile[1:])
	}
	w.engine.Batch = 7
	var group sync.WaitGroup
	for _, place := range []string{"crm", "erp"} {
		r, err := w.engine.beginRun(w.ctx, "test")
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			if v := w.engine.visit(w.ctx, place, r, visitOptions{look: true}); !v.Stop.IsZero() {
				t.Errorf("%s stopped: %v %v", place, v.Stop, v.Err)
			}
		})
	}
	group.Wait()
	for range 3 {
		w.sync()
	}
	parties, err := w.store.PartiesAfter(w.ctx, contact.Person, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	open := len(w.openReviews())
	if len(parties) != n || open != 0 {
		t.Errorf("%d parties of %d persons, %d questions", len(parties), n, open)
	}
	for _, place := range []string{"crm", "erp"} {
		for _, link := range w.linksOf(place, contact.Person) {
			if link.Party == "" {
				t.Errorf("%s %s belongs to nobody: %v", place, link.Remote, link.Problem)
			}
		}
	}
}

func (w *world) openReviews() []contact.Review {
	w.t.Helper()
	open, err := w.store.OpenReviews(w.ctx, "", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	return open
}

// reading folds a record at a place in a batch of its own, without storing it.
func (w *world) reading(place, remote string) (*batch, error) {
	w.t.Helper()
	s, err := w.engine.site(w.ctx, place)
	if err != nil {
		w.t.Fatal(err)
	}
	if s.run, err = w.engine.beginRun(w.ctx, "test"); err != nil {
		w.t.Fatal(err)
	}
	if s.place, err = w.store.Take(w.ctx, place, place, w.engine.Holder, leaseTime); err != nil {
		w.t.Fatal(err)
	}
	s.lease.begin(s.place.Fence, w.now)
	record, there := w.user(place).Get(contact.Person, remote)
	if !there {
		w.t.Fatalf("%s has no %s", place, remote)
	}
	b := s.newBatch(contact.Person)
	return b, b.fold(w.ctx, []contact.InboxRow{{Place: place, Record: record, Asked: w.now}})
}

// Whoever meets somebody that another batch has just started waits until that is
// stored, and takes him for the same. One that has started somebody himself does
// not wait, because the other may wait for him, but decides anew.
func TestLikenessOfWhoIsNotStoredYet(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	hans := w.add("crm", contact.Person, "name.given", "Johannes", "name.family", "Schmidt", "phone.mobile", "0171 2345678")
	same := w.add("erp", contact.Person, "name.given", "Hans", "name.family", "Schmitt", "phone.mobile", "+49 171 2345678")
	first, err := w.reading("crm", hans)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan error)
	go func() {
		b, err := w.reading("erp", same)
		if err == nil {
			err = b.flush(w.ctx)
		}
		second <- err
	}()
	select {
	case err := <-second:
		t.Fatalf("it did not wait (%v)", err)
	case <-time.After(50 * time.Millisecond):
	}
	if err := first.flush(w.ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-second; err != nil {
		t.Fatal(err)
	}
	if w.partyOf("crm", hans) != w.partyOf("erp", same) {
		t.Error("they are two")
	}

	bo := w.add("crm", contact.Person, "name.given", "Bo", "name.family", "Quist", "phone.mobile", "0171 777777")
	if first, err = w.reading("crm", bo); err != nil {
		t.Fatal(err)
	}
	cia := w.add("erp", contact.Person, "name.given", "Cia", "name.family", "Dahl")
	again := w.add("erp", contact.Person, "name.given", "Bosse", "name.family", "Qvist", "phone.mobile", "0171 777777")
	b, err := w.reading("erp", cia)
	if err != nil {
		t.Fatal(err)
	}
	record, _ := w.user("erp").Get(contact.Person, again)
	if err := b.fold(w.ctx, []contact.InboxRow{{Place: "erp", Record: record, Asked: w.now}}); contact.ClassOf(err) != contact.Conflicting {
		t.Errorf("the batch waits, or goes on: %v", err)
	}
	b.abandon()
	first.abandon()
	if x := w.engine.likeness[contact.Person]; x.index.Len() != 1 || len(x.pending) != 0 {
		t.Errorf("what was given up is still found: %d parties, %d pending", x.index.Len(), len(x.pending))
	}
}

// A run that meets nobody new does not load what it would be compared with.
func TestLikenessIsLoadedWhenSomebodyIsNew(t *testing.T) {
	w := newWorld(t, likePolicies()...)
	anna := w.add("crm", contact.Person, "name.given", "Anna", "name.family", "Berg")
	w.sync()
	w.restart()
	w.edit("crm", contact.Person, anna, "title", "CFO")
	w.sync()
	if w.engine.likeness[contact.Person].index != nil {
		t.Error("the index was loaded for an edit")
	}
	w.add("crm", contact.Person, "name.given", "Bo", "name.family", "Ek")
	w.sync()
	if x := w.engine.likeness[contact.Person].index; x == nil || x.Len() != 2 {
		t.Error("the index does not hold the two")
	}
}

// TestNamesakesOfOnePlaceAreNoQuestion: who keeps a place tells his people
// apart, however many bear one name, and whichever page they come with.
func TestNamesakesOfOnePlaceAreNoQuestion(t *testing.T) {
	policies := twoPlaces(t).policies
	for i := range policies {
		policies[i].Match, policies[i].Possible = []string{contact.MatchStandard}, contact.PossibleAsk
	}
	w := newWorldOf(t, map[string]memory.Options{"crm": {Page: 3}}, policies...)
	for i := range 12 {
		w.add("crm", contact.Person, "name.given", "Nils", "name.family", "Petit",
			"email.work", fmt.Sprintf("p%d@lab.example", i*17), "phone.mobile", fmt.Sprintf("+4670%07d", i*1371))
	}
	if rep := w.sync(); rep.Reviews != 0 {
		t.Errorf("%d questions are asked", rep.Reviews)
	}
	if n := w.user("erp").Count(contact.Person); n != 12 {
		t.Errorf("the erp holds %d of 12", n)
	}
}
