package engine

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"kith/internal/config"
	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// inTurn lets time pass only between visits, so that a served story goes the
// same way each time.
type inTurn struct {
	Waker
	rested chan struct{}
	visits int // that are left, lest a story without end is told
}

func (o *inTurn) Next(ctx context.Context) (string, bool, error) {
	<-o.rested
	if o.visits--; o.visits < 0 {
		return "", false, errors.New("no visits are left")
	}
	return o.Waker.Next(ctx)
}

func (o *inTurn) Rest(place string, v Visit) {
	o.Waker.Rest(place, v)
	o.rested <- struct{}{}
}

// serve serves two places by a schedule until the story has been told. Its
// events happen in between visits, each so long after the start.
func (w *world) serve(s config.Schedule, story map[time.Duration]func()) {
	w.t.Helper()
	start, last := w.now, time.Duration(0)
	for at := range story {
		last = max(last, at)
	}
	ctx, stop := context.WithCancel(w.ctx)
	defer stop()
	alarm := &Alarm{
		Places: []string{"crm", "erp"}, HasWork: w.engine.HasWork, Now: func() time.Time { return w.now },
		Schedule: func(_ string, last time.Time) time.Time { return s.Next(start, last, w.now) },
		Wait: func(_ context.Context, d time.Duration) error {
			w.now = w.now.Add(d)
			passed := w.now.Sub(start)
			if event := story[passed]; event != nil {
				event()
			}
			if passed >= last {
				stop()
			}
			return nil
		},
	}
	waker := &inTurn{alarm, make(chan struct{}, 1), 100}
	waker.rested <- struct{}{}
	if err := w.engine.Serve(ctx, waker, 1); err != nil {
		w.t.Fatal(err)
	}
	if passed := w.now.Sub(start); passed < last {
		w.t.Errorf("the places are visited without a rest %s after the start", passed)
	}
}

// TestR044EveryFifteenMinutes: each place is read when its interval has passed
// and not in between, and a change waits until then. A place that cannot be
// reached is tried again, holds no other place up, and comes back to its times.
func TestR044EveryFifteenMinutes(t *testing.T) {
	w := twoPlaces(t)
	addPerson(w, "crm", 1, "title", "CEO")
	start := w.now
	read := map[string][]string{}
	for name, server := range w.servers {
		server.Inject(func(c memory.Call) memory.Fault {
			if c.Op != memory.OpPull {
				return memory.Fault{}
			}
			passed := w.now.Sub(start)
			read[name] = append(read[name], passed.String())
			if name == "crm" && passed > 29*time.Minute && passed < 31*time.Minute {
				return memory.Fault{Class: contact.Unreachable}
			}
			return memory.Fault{}
		})
	}
	shown := func(title string, systems ...string) func() {
		return func() { w.wantTitles(t, anna, title, systems...) }
	}
	w.serve(config.Schedule{Every: 15 * time.Minute}, map[time.Duration]func(){
		time.Minute:                    shown("CEO", "crm", "erp"),
		7 * time.Minute:                func() { w.edit("crm", contact.Person, "1", "title", "CFO") },
		15*time.Minute - time.Second:   shown("CEO", "erp"),
		16 * time.Minute:               shown("CFO", "crm", "erp"),
		22 * time.Minute:               func() { w.edit("erp", contact.Person, w.find("erp", anna), "title", "CTO") },
		31 * time.Minute:               shown("CFO", "crm"), // nobody is there
		32 * time.Minute:               func() { w.edit("crm", contact.Person, "1", "phone.mobile", "+46701234567") },
		33 * time.Minute:               shown("CTO", "crm", "erp"),
		45*time.Minute + 2*time.Second: func() { w.wantCount(t, "erp", 1, has("phone.mobile", "+46701234567")) },
	})
	for place, want := range map[string][]string{
		"crm": {"0s", "15m0s", "30m0s", "30m15s", "30m45s", "31m45s", "45m0s"},
		"erp": {"0s", "15m0s", "30m0s", "45m0s"},
	} {
		if got := slices.Compact(read[place]); !slices.Equal(got, want) {
			t.Errorf("%s was read at %v, want %v", place, got, want)
		}
	}
}
