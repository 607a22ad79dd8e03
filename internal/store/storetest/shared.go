package storetest

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kith/internal/contact"
)

// RunShared runs what has to hold when one store is open several times, as by
// several processes. open makes a store and returns how to open it once more.
func RunShared(t *testing.T, open func(t *testing.T) func() Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, func() Store)
	}{
		{"two holders race", testRace},
		{"a stale fence is refused always", testStale},
		{"200 writers", testWriters},
		{"one party, many changes", testOneParty},
		{"one new party, many makers", testOneNewParty},
		{"readers see whole commits", testReaders},
		{"names of another process", testOtherNames},
		{"secret of the first", testOneSecret},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}

// together runs do n times at once and returns the errors.
func together(n int, do func(i int) error) []error {
	errs := make([]error, n)
	var group sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		group.Go(func() { <-start; errs[i] = do(i) })
	}
	close(start)
	group.Wait()
	return errs
}

func testRace(t *testing.T, again func() Store) {
	stores := []Store{again(), again()}
	for round := range 20 {
		place := fmt.Sprint("place", round)
		errs := together(8, func(i int) error {
			_, err := stores[i%2].Take(t.Context(), place, "crm", fmt.Sprint("holder", i), time.Hour)
			return err
		})
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
				continue
			}
			refused(t, err, contact.Held)
		}
		if won != 1 {
			t.Fatalf("%d holders of one place", won)
		}
	}
}

// While others take the place all the time, whatever is committed with an
// older fence than the highest that was given out before it is refused.
func testStale(t *testing.T, again func() Store) {
	stores := []Store{again(), again()}
	var highest, taken atomic.Int64
	errs := together(6, func(i int) error {
		s := stores[i%2]
		holder := fmt.Sprint("holder", i)
		for n := range 15 {
			p, err := s.Take(t.Context(), "crm", "crm", holder, 0)
			if err != nil {
				return err
			}
			for seen := highest.Load(); p.Fence > seen && !highest.CompareAndSwap(seen, p.Fence); {
				seen = highest.Load()
			}
			before := highest.Load()
			err = s.Commit(t.Context(), contact.Commit{Place: "crm", Fence: p.Fence, Links: []contact.Link{link("crm", fmt.Sprint(holder, ".", n), "")}})
			switch {
			case err == nil && p.Fence < before:
				return fmt.Errorf("fence %d was taken after %d had been given out", p.Fence, before)
			case err == nil:
				taken.Add(1)
			case contact.ClassOf(err) != contact.Held:
				return err
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	count := must[contact.PlaceCount](t)(stores[0].Count(t.Context(), "crm"))
	if int64(count.Unlinked) != taken.Load() {
		t.Fatalf("%d commits were taken, %d links are there", taken.Load(), count.Unlinked)
	}
}

func testWriters(t *testing.T, again func() Store) {
	stores := []Store{again(), again(), again()}
	errs := together(200, func(i int) error {
		id := fmt.Sprintf("p%03d", i)
		return stores[i%3].Commit(t.Context(), contact.Commit{
			Parties: []contact.PartyChange{{Party: person(id)}},
			Links:   []contact.Link{link("crm", id, id)},
			Keys:    []contact.KeyChange{{Kind: contact.Person, Owner: id, Keys: []contact.Key{1}}},
			Entries: []contact.Entry{{Party: id, Op: contact.Linked}},
		})
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	same(t, must[int](t)(again().CountLive(t.Context(), "crm", contact.Person)), 200)
	same(t, len(must[[]contact.KeyHit](t)(again().FindKeys(t.Context(), "", contact.Person, []contact.Key{1}))), 200)
}

// Compare-and-swap: no change of a party is lost, and every one is counted.
func testOneParty(t *testing.T, again func() Store) {
	stores := []Store{again(), again()}
	makeParties(t, stores[0], "p1")
	errs := together(8, func(i int) error {
		for done := 0; done < 5; {
			found, err := stores[i%2].Parties(t.Context(), []string{"p1"})
			if err != nil {
				return err
			}
			p := found[0]
			was := p.Rev
			p.Rev++
			err = stores[i%2].Commit(t.Context(), contact.Commit{Parties: []contact.PartyChange{{Party: p, Was: was}}})
			switch {
			case err == nil:
				done++
			case contact.ClassOf(err) != contact.Conflicting:
				return err
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	same(t, must[[]contact.Party](t)(stores[1].Parties(t.Context(), []string{"p1"}))[0].Rev, int64(41))
}

func testOneNewParty(t *testing.T, again func() Store) {
	stores := []Store{again(), again()}
	for round := range 10 {
		id := fmt.Sprint("p", round)
		errs := together(6, func(i int) error {
			return stores[i%2].Commit(t.Context(), contact.Commit{
				Parties: []contact.PartyChange{{Party: person(id)}}, Links: []contact.Link{link(fmt.Sprint("place", i), id, id)},
			})
		})
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
				continue
			}
			refused(t, err, contact.Conflicting)
		}
		if made != 1 || len(must[[]contact.Link](t)(stores[0].LinksByParty(t.Context(), []string{id}))) != 1 {
			t.Fatalf("party %s was made %d times", id, made)
		}
	}
}

// Every commit has a party and its link, so a reader never finds more links
// than it finds parties a moment later.
func testReaders(t *testing.T, again func() Store) {
	writer, reader := again(), again()
	const commits, step = 30, 20
	ids := numbered("p", commits*step)
	var finished atomic.Bool
	errs := together(4, func(i int) error {
		if i > 0 {
			for last := false; !last; {
				last = finished.Load()
				links, err := reader.LinksByRemote(t.Context(), "crm", contact.Person, ids)
				if err != nil {
					return err
				}
				if len(links)%step != 0 {
					return fmt.Errorf("%d links: a part of a commit", len(links))
				}
				parties, err := reader.Parties(t.Context(), ids)
				if err != nil || len(parties) < len(links) {
					return fmt.Errorf("%d links of %d parties: %w", len(links), len(parties), err)
				}
			}
			return nil
		}
		defer finished.Store(true)
		for n := 0; n < len(ids); n += step {
			var c contact.Commit
			for _, id := range ids[n : n+step] {
				c.Parties = append(c.Parties, contact.PartyChange{Party: person(id)})
				c.Links = append(c.Links, link("crm", id, id))
			}
			if err := writer.Commit(t.Context(), c); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// A store that was open before learns the names another one adds.
func testOtherNames(t *testing.T, again func() Store) {
	early, late := again(), again()
	makeParties(t, late, "p1")
	l := link("new place", "r1", "p1")
	l.Seen = contact.Memo{"new field": "x"}
	commit(t, late, contact.Commit{Links: []contact.Link{l}})
	same(t, must[[]contact.Link](t)(early.LinksByParty(t.Context(), []string{"p1"}))[0].Seen, l.Seen)
	same(t, must[contact.PlaceCount](t)(early.Count(t.Context(), "new place")).Live, 1)
}

func testOneSecret(t *testing.T, again func() Store) {
	stores := []Store{again(), again(), again(), again()}
	secrets := make([]string, len(stores))
	errs := together(len(stores), func(i int) error {
		secret, err := stores[i].Secret(t.Context())
		secrets[i] = string(secret)
		return err
	})
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		same(t, secret, secrets[0])
	}
}
