package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"kith/internal/contact"
	"kith/internal/sentence"
	"kith/internal/sim"
)

const (
	happens   = 5 * time.Second         // between two events
	answers   = 4500 * time.Millisecond // within which Kith is expected to have acted
	newPerson = 6                       // one event in so many is a new person
)

// live lets things happen to the simulated systems while `serve` keeps them in
// step, until ctx ends. That is no failure.
func (d *demo) live(ctx context.Context) error {
	d.stage.close("Kith goes on now as `kith serve` does. Every few seconds something happens to somebody; Ctrl-C ends it and leaves nothing behind.")
	var group sync.WaitGroup
	defer group.Wait()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	group.Go(func() {
		next := time.Now()
		for n := 1; ; n++ {
			next = next.Add(d.pace)
			if wait(ctx, time.Until(next)) != nil {
				return
			}
			if err := d.happen(ctx, n); err != nil && ctx.Err() == nil {
				d.say("%v", err)
			}
		}
	})
	return d.serve(ctx, d.house, len(demoPlaces))
}

// happening is an event and what became of it.
type happening struct {
	At     time.Time `json:"at"`
	Place  string    `json:"place"`
	Name   string    `json:"name"`
	Event  string    `json:"event"`
	Answer []string  `json:"answer,omitempty"`
}

// happen lets one thing happen and tells what Kith does.
func (d *demo) happen(ctx context.Context, n int) error {
	place := demoPlaces[rand.IntN(len(demoPlaces))]
	h := happening{At: d.clock.now(), Place: place}
	var id string
	if n%newPerson == 0 {
		p := d.world.Newcomer(simulated[place])
		h.Name, h.Event = p.Name(), "is new"
		id = d.user(place).Create(contact.Person, d.world.Show(&p, simulated[place], 1))
	} else {
		persons := d.user(place).All(contact.Person)
		r := persons[rand.IntN(len(persons))]
		id, h.Name = r.ID, recordName(r)
		title := d.world.Title(d.countryOf(h.Name))
		h.Event = fmt.Sprintf("is %q now", title)
		if err := d.edit(place, id, contact.Fields{titleField[place]: title}); err != nil {
			return err
		}
	}
	last, err := d.newest(ctx)
	if err != nil {
		return err
	}
	h.Answer = d.answer(ctx, place, id, last)
	if err := ctx.Err(); err != nil {
		return err // nobody knows what would have come of it
	}
	return d.tell(h)
}

var titleField = map[string]string{"crm": "JobTitle", "erp": "position", "book": "title"}

// countryOf is where a person lives, as far as the demo knows.
func (d *demo) countryOf(name string) string {
	for i := range d.world.Persons {
		if p := &d.world.Persons[i]; p.Name() == name {
			return p.Country
		}
	}
	return "GB"
}

// recordName is how a reader knows a simulated system's record.
func recordName(r contact.Record) string {
	for _, fields := range [][2]string{{"FirstName", "LastName"}, {"given", "family"}} {
		if name := strings.TrimSpace(r.Fields[fields[0]] + " " + r.Fields[fields[1]]); name != "" {
			return name
		}
	}
	family, given, _ := strings.Cut(r.Fields["full_name"], ", ")
	return strings.TrimSpace(given + " " + family)
}

// newest is the last line of history.
func (d *demo) newest(ctx context.Context) (int64, error) {
	entries, err := d.house.store.Entries(ctx, "", 0, 1)
	if err != nil || len(entries) == 0 {
		return 0, err
	}
	return entries[0].Seq, nil
}

// answer waits for what Kith does about a record after a line of history.
func (d *demo) answer(ctx context.Context, place, id string, after int64) []string {
	end := time.Now().Add(answers)
	var did []string
	for time.Now().Before(end) && wait(ctx, 200*time.Millisecond) == nil {
		m, err := d.member(ctx, place, id, sim.Person{})
		if err != nil || m.party == "" {
			continue
		}
		entries, err := d.house.store.Entries(ctx, m.party, 0, 50)
		if err != nil {
			continue
		}
		did = nil
		for _, e := range slices.Backward(entries) {
			if text := deed(e); e.Seq > after && text != "" {
				did = append(did, text)
			}
		}
		if len(did) > 0 && d.rests(ctx) {
			break
		}
	}
	return did
}

// rests reports whether nothing is left to do at any place.
func (d *demo) rests(ctx context.Context) bool {
	for _, place := range demoPlaces {
		if busy, err := d.house.engine.HasWork(ctx, place); err != nil || busy {
			return false
		}
	}
	return true
}

// deed says in a few words what an entry of history tells that Kith did.
func deed(e contact.Entry) string {
	switch e.Op {
	case contact.Wrote:
		return "written to " + e.Place
	case contact.Made:
		return "created in " + e.Place
	case contact.Withdrew:
		return "removed from " + e.Place
	case contact.Lost:
		return sentence.Of(e.Why)
	}
	return ""
}

func (d *demo) tell(h happening) error {
	if d.json {
		return d.line("event", h)
	}
	answer := strings.Join(h.Answer, ", ")
	if answer == "" {
		answer = "nothing written yet"
	}
	text := fmt.Sprintf("%s %s in %s: %s -> Kith: %s", h.At.Local().Format("15:04:05"), h.Name, h.Place, h.Event, answer)
	_, err := fmt.Fprintln(d.stdout, wrap(text, "", "         "))
	return err
}
