package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/sim"
)

// places of the demo in the order in which they are shown.
var demoPlaces = []string{"crm", "erp", "book"}

var simulated = map[string]sim.Where{"crm": sim.InCRM, "erp": sim.InERP, "book": sim.InBook}

// demoServers starts the three systems and fills them: a CRM that tells what
// changed, an ERP that only lists and numbers its customers itself, and an
// address book with lists of labelled numbers.
func demoServers(world *sim.World, clock *demoClock) map[string]*memory.Server {
	servers := map[string]*memory.Server{}
	for name, where := range simulated {
		o := memory.Options{
			Name: name, Now: clock.now, Abilities: memory.DefaultAbilities(),
			ID: func(kind contact.Kind, n int) string { return sim.ID(where, kind == contact.Company, n) },
		}
		switch where {
		case sim.InCRM:
			o.Incremental, o.Abilities.DeletesVisible = true, true
		case sim.InBook:
			o.Abilities.Lists = contact.Families
		}
		servers[name] = memory.NewServer(o)
		for _, r := range world.Records(where) {
			servers[name].User("").CreateAs(r.Kind, r.ID, r.Values)
		}
	}
	servers["erp"].Inject(numberCustomers)
	return servers
}

// numberCustomers is the ERP's own hand: a new customer gets its number at
// once, and the answer to the write already shows it.
func numberCustomers(c memory.Call) memory.Fault {
	if c.Op != memory.OpPut || c.Kind != contact.Company || c.ID != "" {
		return memory.Fault{}
	}
	return memory.Fault{Race: func(u *memory.User, id string) {
		if _, there := u.Get(contact.Company, id); there {
			_ = u.Edit(contact.Company, id, contact.Values{Fields: contact.Fields{"customer_no": id}})
		}
	}}
}

// demoKinds are the usual kinds, of which memory opens the demo's servers. A
// simulated system has native fields of its own, and an address book lists.
func demoKinds(servers map[string]*memory.Server) []kind {
	open := func(s connector.Settings) (connector.System, error) { return servers[s.Name].Open(s), nil }
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.Name == "memory" })
	all[i].open, all[i].NativeSlots = open, false
	book := all[i]
	book.Name, book.Doc, book.Lists = "memory-book", "a simulated address book", true
	return append(all, book)
}

// demoClock is the real clock, with waits that take no time until it is told
// to keep pace.
type demoClock struct {
	real  func() time.Time
	mu    sync.Mutex
	ahead time.Duration
}

func (c *demoClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real().Add(c.ahead)
}

func (c *demoClock) skip(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

func (c *demoClock) wait(ctx context.Context, d time.Duration) error {
	c.skip(d)
	return ctx.Err()
}

// user works in a system by hand, as its people do.
func (d *demo) user(place string) *memory.User { return d.servers[place].User("") }

// edit changes fields of a record by hand.
func (d *demo) edit(place, id string, fields contact.Fields) error {
	return d.user(place).Edit(contact.Person, id, contact.Values{Fields: fields})
}

// shows is what a system shows in one field of a person.
func (d *demo) shows(place, id, field string) string {
	r, _ := d.user(place).Get(contact.Person, id)
	return r.Fields[field]
}

// member is a person as the demo follows one: by party and by record.
type member struct {
	sim.Person
	party   string
	records map[string]string // by place
}

// everywhere returns the n-th person whom all three systems knew from the
// start.
func (d *demo) everywhere(ctx context.Context, n int) (member, error) {
	for i, p := range d.world.Persons {
		if !p.In.Has(sim.InCRM | sim.InERP | sim.InBook) {
			continue
		}
		if n == 0 {
			return d.member(ctx, "crm", sim.ID(sim.InCRM, false, i+1), p)
		}
		n--
	}
	return member{}, errNobody
}

// member finds the party of a record, and its records elsewhere.
func (d *demo) member(ctx context.Context, place, id string, p sim.Person) (member, error) {
	m := member{Person: p, records: map[string]string{place: id}}
	links, err := d.house.store.LinksByRemote(ctx, place, contact.Person, []string{id})
	if err != nil || len(links) == 0 || links[0].Party == "" {
		return m, err
	}
	m.party = links[0].Party
	all, err := d.house.store.LinksByParty(ctx, []string{m.party})
	for _, link := range all {
		if link.Live() {
			m.records[link.Place] = link.Remote
		}
	}
	return m, err
}
