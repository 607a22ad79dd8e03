package engine

import (
	"context"
	"testing"

	"kith/internal/contact"
	"kith/lab"
)

// Two processes that share one store. Each test plays one of the orders in
// which they can meet; the clock, the servers and the order are in its hands.

// eachStore runs a test over each kind of store that processes can share.
func eachStore(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("SQLite", func(t *testing.T) { test(t, file(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { test(t, lab.Postgres(t)) })
}

// sharedWorld is three persons in the CRM, an empty ERP, and the first process.
func sharedWorld(t *testing.T, dsn string) *world {
	lead := []string{"crm"}
	crm, erp := both("crm", contact.Person, lead, personSlots...), both("erp", contact.Person, lead, personSlots...)
	crm.Gives.Deletes, erp.Gives.Deletes = contact.GoneSpread, contact.GoneSpread
	crm.Takes.Removal.How, erp.Takes.Removal.How = contact.RemovalDelete, contact.RemovalDelete
	w := newWorldAt(t, dsn, nil, crm, erp)
	for n := 1; n <= 3; n++ {
		addPerson(w, "crm", n)
	}
	return w
}

// beside starts another process over the same systems and store, under some of
// the rows, or all where none are given.
func (w *world) beside(policies ...contact.Policy) *world {
	other := &world{
		t: w.t, ctx: w.ctx, now: w.now, dsn: w.dsn, servers: w.servers, policies: w.policies, holder: "v",
	}
	if policies != nil {
		other.policies = policies
	}
	other.open()
	return other
}

// looks visits a place as a server does that has been running for long.
func (w *world) looks(place string) Visit { return w.engine.serveVisit(w.ctx, place, true) }

// meeting is a store in which something happens once, just before or after the
// first commit that is like this.
type meeting struct {
	Store
	like          func(contact.Commit) bool
	before, after func()
}

func (m *meeting) Commit(ctx context.Context, c contact.Commit) error {
	like := m.like != nil && m.like(c)
	if like {
		m.like = nil
	}
	if like && m.before != nil {
		m.before()
	}
	err := m.Store.Commit(ctx, c)
	if like && m.after != nil {
		m.after()
	}
	return err
}

// meets lets the process be met at its first commit that is like this.
func (w *world) meets(m *meeting) {
	w.wrapped = func(s Store) Store { m.Store = s; return m }
	w.start()
}

func bringsParties(c contact.Commit) bool { return len(c.Parties) > 0 }

func lists(place string) func(contact.Commit) bool {
	return func(c contact.Commit) bool { return c.Place == place && len(c.Relisted) > 0 }
}

// reachRest checks that the ERP has every person once, and that there is nothing
// left to do.
func reachRest(t *testing.T, w *world, persons int) {
	t.Helper()
	w.sync()
	w.wantCount(t, "erp", persons, all)
	if l := w.placeRow("erp").Listed[contact.Person]; l.Unattended || l.Swept != l.Under {
		t.Errorf("not everybody was held against the ERP: %+v", l)
	}
	if faults := append(w.oneToOne(), w.stillQuiet()...); len(faults) > 0 {
		t.Error(faults)
	}
}

// One process has decided about new persons and not stored that yet, while the
// other lists the ERP and holds everybody against it who is known.
func TestListedBeforeDecisionsAreStored(t *testing.T) {
	eachStore(t, func(t *testing.T, dsn string) {
		a := sharedWorld(t, dsn)
		b := a.beside()
		a.meets(&meeting{like: bringsParties, before: func() { b.looks("erp") }})
		a.looks("crm")
		reachRest(t, b, 3)
	})
}

// The other order: decisions are stored after the ERP was listed, and before,
// or after, everybody is held against it.
func TestDecisionsStoredAfterListing(t *testing.T) {
	eachStore(t, func(t *testing.T, dsn string) {
		a := sharedWorld(t, dsn)
		b := a.beside()
		b.meets(&meeting{like: lists("erp"), after: func() { a.looks("crm") }})
		b.looks("erp")
		reachRest(t, b, 3)
	})
}

// A server that has been running since before the ERP was listed knows it with
// the first person that comes then.
func TestServerLearnsOfAListing(t *testing.T) {
	eachStore(t, func(t *testing.T, dsn string) {
		server := sharedWorld(t, dsn)
		other := server.beside()
		other.looks("erp")
		server.looks("crm")
		reachRest(t, other, 3)

		// What a person decides beside it is stored all the same.
		party := other.linksOf("crm", contact.Person)[0].Party
		if err := server.engine.Switch(server.ctx, party, "erp", contact.Off, "anna"); err != nil {
			t.Error(err)
		}
		reachRest(t, server, 2)
	})
}

// A server that still runs under a configuration without the ERP, or with
// another row of it, knows nothing of what it lacks. It says so, and the ERP is
// held against everybody once more.
func TestServerOfAnotherConfiguration(t *testing.T) {
	narrow := func(p contact.Policy) contact.Policy {
		takes := *p.Takes
		takes.Choose.Any = []string{`title == "CEO"`}
		p.Takes = &takes
		return p
	}
	for name, rows := range map[string]func(crm, erp contact.Policy) []contact.Policy{
		"without the place": func(crm, _ contact.Policy) []contact.Policy { return []contact.Policy{crm} },
		"with another row":  func(crm, erp contact.Policy) []contact.Policy { return []contact.Policy{crm, narrow(erp)} },
	} {
		t.Run(name, func(t *testing.T) {
			eachStore(t, func(t *testing.T, dsn string) {
				a := sharedWorld(t, dsn)
				old := a.beside(rows(a.policies[0], a.policies[1])...)
				reachRest(t, a, 3)

				addPerson(a, "crm", 4)
				old.looks("crm")
				reachRest(t, a, 4)

				// Once more, as everybody has just been held against it.
				addPerson(a, "crm", 5)
				old.looks("crm")
				a.meets(&meeting{like: swept("erp"), before: func() {
					addPerson(a, "crm", 6)
					old.looks("crm")
				}})
				a.looks("erp")
				a.wrapped = nil
				a.start()
				reachRest(t, a, 6)

				if err := a.user("crm").Delete(contact.Person, a.find("crm", "a4@berg.example")); err != nil {
					t.Fatal(err)
				}
				a.edit("crm", contact.Person, a.find("crm", "a5@berg.example"), "title", "CFO")
				old.looks("crm")
				reachRest(t, a, 5)
				a.wantCount(t, "erp", 1, has("title", "CFO"))
			})
		})
	}
}

func swept(place string) func(contact.Commit) bool {
	return func(c contact.Commit) bool {
		if c.Place != place || c.SavePlace == nil {
			return false
		}
		l := c.SavePlace.Listed[contact.Person]
		return l.Under != "" && l.Swept == l.Under
	}
}
