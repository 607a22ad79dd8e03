package engine

import (
	"context"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// slow makes every call of some kinds take its time by the simulated clock.
func slow(w *world, place string, each map[memory.Op]time.Duration, also func()) {
	w.servers[place].Inject(func(c memory.Call) memory.Fault {
		if d := each[c.Op]; d > 0 {
			w.now = w.now.Add(d)
			also()
		}
		return memory.Fault{}
	})
}

// oneByOne is a world whose servers take one call at a time, so that one clock
// can be moved by them.
func oneByOne(t *testing.T) *world {
	options := memory.Options{Abilities: memory.DefaultAbilities(), Page: 5}
	options.Abilities.Parallel = 1
	return newWorldOf(t, map[string]memory.Options{"crm": options, "erp": options},
		both("crm", contact.Person, nil, personSlots...), both("erp", contact.Person, nil, personSlots...))
}

// TestLongListingKeepsItsPlace: a listing that takes longer than the lease
// comes to its end, and nobody else gets the place meanwhile.
func TestLongListingKeepsItsPlace(t *testing.T) {
	w := oneByOne(t)
	for n := 1; n <= 60; n++ {
		addPerson(w, "crm", n)
	}
	slow(w, "crm", map[memory.Op]time.Duration{memory.OpPull: time.Minute}, func() {
		if _, err := w.store.Take(w.ctx, "crm", "crm", "another", time.Minute); contact.ClassOf(err) != contact.Held {
			t.Errorf("%v: another one takes the place: %v", w.now, err)
		}
	})
	rep := w.sync()
	if rep.Counts["crm"].Read != 60 || rep.Counts["erp"].Created != 60 {
		t.Errorf("%+v", rep.Counts)
	}
	w.wantCount(t, "erp", 60, all)
}

// takes counts how often places are taken, and for how long each time.
type takes struct {
	Store
	w       *world
	began   time.Time
	visits  int
	longest time.Duration
}

func (s *takes) Take(ctx context.Context, place, system, holder string, lease time.Duration) (contact.Place, error) {
	s.began = s.w.now
	s.visits++
	return s.Store.Take(ctx, place, system, holder, lease)
}

func (s *takes) Release(ctx context.Context, place, holder string) error {
	s.longest = max(s.longest, s.w.now.Sub(s.began))
	return s.Store.Release(ctx, place, holder)
}

// TestLongWritingGivesWay: a visit writes for half a minute and then lets
// others have their turn; one run still does it all, once.
func TestLongWritingGivesWay(t *testing.T) {
	w := oneByOne(t)
	counted := &takes{w: w}
	w.wrapped = func(s Store) Store { counted.Store = s; return counted }
	w.start()
	for n := 1; n <= 100; n++ {
		addPerson(w, "crm", n)
	}
	puts := 0
	slow(w, "erp", map[memory.Op]time.Duration{memory.OpPut: time.Second}, func() { puts++ })
	rep := w.sync()
	if rep.Counts["erp"].Created != 100 || puts != 100 {
		t.Errorf("%d created with %d calls", rep.Counts["erp"].Created, puts)
	}
	if counted.longest > visitTime+time.Second || counted.visits < 8 {
		t.Errorf("%d visits, the longest %v", counted.visits, counted.longest)
	}
	w.quiet()
}
