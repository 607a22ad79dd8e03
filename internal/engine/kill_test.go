package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
	"kith/lab"
)

// story is one kind of write: what stands before it, what a user then does,
// and what both places show at the end.
type story struct {
	policies []contact.Policy
	soft     func() sim.Software // the book is an address book on such a server; nil: there is none
	before   func(w *world)      // brought in step before anything dies
	act      func(w *world)
	company  []string // nil: the same as before
	person   []string
}

var killSlots = []string{"name.given", "name.family", "email.work", "title", "company"}

func killPolicies(change func(*contact.Policy)) []contact.Policy {
	lead := []string{"crm"}
	var out []contact.Policy
	for _, system := range []string{"crm", "erp"} {
		for _, p := range []contact.Policy{
			both(system, contact.Company, lead, "name", "vat"),
			both(system, contact.Person, lead, killSlots...),
		} {
			p.Match = []string{contact.MatchStandard}
			p.Gives.Deletes = contact.GoneSpread
			p.Takes.Removal.How = contact.RemovalDelete
			if change != nil {
				change(&p)
			}
			out = append(out, p)
		}
	}
	return out
}

// nthName names persons, of whom nobody takes the first for one another.
func nthName(n int) [2]string {
	names := [][2]string{{"Anna", "Berg"}, {"Bo", "Dahl"}, {"Cia", "Nordqvist"}, {"Didrik", "Ekman"}}
	if n < len(names) {
		return names[n]
	}
	return [2]string{fmt.Sprint("Anna", n), fmt.Sprint("Berg", n)}
}

func addPerson(w *world, system string, n int, more ...string) string {
	return w.add(system, contact.Person, append([]string{
		"name.given", nthName(n)[0], "name.family", nthName(n)[1], "email.work", fmt.Sprintf("a%d@berg.example", n)}, more...)...)
}

func personLine(n int, more string) string {
	line := fmt.Sprintf("email.work=a%d@berg.example name.family=%s name.given=%s", n, nthName(n)[1], nthName(n)[0])
	if more == "" {
		return line
	}
	return line + " " + more
}

func stories() map[string]story {
	acme := []string{"name=Acme vat=SE1"}
	create := func(w *world) {
		company := w.add("crm", contact.Company, "name", "Acme", "vat", "SE1")
		for n := range 3 {
			addPerson(w, "crm", n, "company", company, "title", "CEO")
		}
		addPerson(w, "erp", 3)
	}
	withCompany := func(n int, title string) string {
		return fmt.Sprintf("company=the company Acme email.work=a%d@berg.example name.family=%s name.given=%s title=%s", n, nthName(n)[1], nthName(n)[0], title)
	}
	all := []string{withCompany(0, "CEO"), withCompany(1, "CEO"), withCompany(2, "CEO"), personLine(3, "")}
	return map[string]story{
		"create": {policies: killPolicies(nil), act: create, company: acme, person: all},
		"update": {
			policies: killPolicies(nil), before: create,
			act: func(w *world) {
				w.edit("crm", contact.Person, "1", "title", "CFO")
				w.edit("erp", contact.Person, w.find("erp", "a1@berg.example"), "title", "")
				w.edit("erp", contact.Person, w.find("erp", "a2@berg.example"), "title", "CTO")
				w.edit("crm", contact.Person, w.find("crm", "a3@berg.example"), "title", "COO")
			},
			company: acme,
			person: []string{withCompany(0, "CFO"), withCompany(2, "CTO"),
				"company=the company Acme email.work=a1@berg.example name.family=Dahl name.given=Bo", personLine(3, "title=COO")},
		},
		"remove": {
			policies: killPolicies(nil), before: create,
			act: func(w *world) {
				w.delete("crm", contact.Person, "1")
				w.delete("erp", contact.Person, w.find("erp", "a1@berg.example"))
			},
			company: acme, person: []string{withCompany(2, "CEO"), personLine(3, "")},
		},
		"release": { // the ERP keeps only CEOs; what it had itself stays there, without our marker
			policies: killPolicies(func(p *contact.Policy) {
				if p.Place == "erp" && p.Kind == contact.Person {
					p.Takes.Choose.Any = []string{`title == "CEO"`}
					p.Takes.Exit = contact.ExitRemove
					p.Takes.Removal.How = contact.RemovalDelete
				}
			}),
			before: func(w *world) {
				for n := range 3 {
					addPerson(w, "crm", n, "title", "CEO")
				}
				addPerson(w, "erp", 0, "title", "CEO")
			},
			act: func(w *world) {
				w.edit("crm", contact.Person, "1", "title", "CFO")
				w.edit("crm", contact.Person, "2", "title", "CFO")
			},
		},
		"split": { // two whom their title has made one are taken apart, and both are again what they were
			policies: killPolicies(func(p *contact.Policy) {
				if p.Kind == contact.Person {
					p.Match = []string{"title"}
				}
			}),
			before: func(w *world) {
				addPerson(w, "crm", 0, "title", "CEO")
				addPerson(w, "erp", 1, "title", "CEO")
			},
			act: func(w *world) {
				link := w.linksOf("erp", contact.Person)[0]
				if err := w.engine.Unlink(w.ctx, link.Party, "erp", "", "anna"); err != nil {
					w.t.Fatal(err)
				}
			},
			person: []string{personLine(0, "title=CEO"), personLine(1, "title=CEO")},
		},
	}
}

// find returns the id of the one record with an e-mail address.
func (w *world) find(system, mail string) string {
	w.t.Helper()
	var found []string
	for _, r := range w.hand(system).All(contact.Person) {
		if r.Fields["email.work"] == mail {
			found = append(found, r.ID)
		}
	}
	if len(found) != 1 {
		w.t.Fatalf("%s has %d records of %s: %v", system, len(found), mail, found)
	}
	return found[0]
}

func (w *world) delete(system string, kind contact.Kind, id string) {
	w.t.Helper()
	if err := w.hand(system).Delete(kind, id); err != nil {
		w.t.Fatal(err)
	}
}

// after checks what has to hold once a story has come to rest.
func (s story) after(w *world) []string {
	w.t.Helper()
	if s.person == nil { // release: the places differ on purpose
		faults := w.want(contact.Person, []string{personLine(0, "title=CEO"), personLine(2, "title=CEO")}, s.other())
		return append(faults, w.stillQuiet()...)
	}
	faults := w.oneToOne()
	if s.soft == nil {
		faults = append(faults, w.want(contact.Company, s.company, "crm", "erp")...)
	}
	faults = append(faults, w.want(contact.Person, sorted(s.person), "crm", s.other())...)
	return append(faults, w.stillQuiet()...)
}

// other is the system beside the CRM.
func (s story) other() string {
	if s.soft != nil {
		return "book"
	}
	return "erp"
}

func sorted(lines []string) []string { return slices.Sorted(slices.Values(lines)) }

// begin brings a story to the point where the write begins.
func (s story) begin(t tester, dsn string, special map[string]memory.Options) *world {
	w := newWorldWith(t, dsn, special, s.books(t), s.policies...)
	if s.before != nil {
		s.before(w)
		w.rest()
	}
	s.act(w)
	return w
}

func serial() map[string]memory.Options {
	one := memory.DefaultAbilities()
	one.Parallel = 1
	return map[string]memory.Options{"crm": {Abilities: one}, "erp": {Abilities: one}}
}

// dies runs a story again and again, and kills it one step later each time,
// until it ends alive.
func dies(t *testing.T, s story, dsn func(t testing.TB) string, stride int) {
	for n := 1; ; n += stride {
		w := s.begin(t, dsn(t), serial())
		k := w.killable(n)
		w.killRequests(k)
		w.now = w.now.Add(time.Minute)
		_, err := w.engine.Sync(w.ctx, SyncOptions{Cause: "test"})
		if !k.dead {
			if err != nil {
				t.Fatal(err)
			}
			if n == 1 {
				t.Fatal("nothing was done")
			}
			t.Logf("%d steps", k.steps)
			return
		}
		w.restart()
		w.healBooks()
		w.rest()
		for _, fault := range s.after(w) {
			t.Errorf("killed at step %d, %s: %s", n, k.where, fault)
		}
		if t.Failed() {
			return
		}
		w.store.Close()
	}
}

func TestK14KilledAtEveryStep(t *testing.T) {
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) { dies(t, s, func(t testing.TB) string { return file(t) }, 1) })
	}
}

func TestK14KilledOnPostgreSQL(t *testing.T) {
	for name, s := range stories() {
		t.Run(name, func(t *testing.T) { dies(t, s, lab.Postgres, 5) })
	}
}

// TestK14AnswersLost loses the answer of the n-th write, for every n: the
// write was carried out, comes late, or never comes.
func TestK14AnswersLost(t *testing.T) {
	faults := map[string]memory.Fault{
		"applied":        {Lost: true},
		"never":          {Class: contact.Uncertain},
		"a call late":    {LateCalls: 1},
		"3 calls late":   {LateCalls: 3},
		"8 calls late":   {LateCalls: 8},
		"20 calls late":  {LateCalls: 20},
		"3 seconds late": {LateFor: 3 * time.Second},
		"20 s late":      {LateFor: 20 * time.Second},
		"60 s late":      {LateFor: time.Minute},
	}
	for name, s := range stories() {
		for fault, f := range faults {
			for _, locks := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%s/locks=%t", name, fault, locks), func(t *testing.T) { s.loses(t, f, locks, false) })
			}
		}
	}
}

func (s story) loses(t *testing.T, fault memory.Fault, locks, die bool) {
	special := serial()
	for name, o := range special {
		o.Abilities.Locks = locks
		special[name] = o
	}
	for n := 1; ; n++ {
		w := s.begin(t, file(t), special)
		hit := 0
		for _, server := range w.servers {
			server.Inject(func(c memory.Call) memory.Fault {
				if !c.Op.Writes() {
					return memory.Fault{}
				}
				if hit++; hit == n {
					return fault
				}
				return memory.Fault{}
			})
		}
		w.sync()
		for _, server := range w.servers {
			server.Inject(nil)
		}
		if hit < n {
			return
		}
		w.now = w.now.Add(time.Minute)
		for _, server := range w.servers {
			server.Settle()
		}
		w.rest()
		for _, fault := range s.after(w) {
			t.Errorf("write %d: %s", n, fault)
		}
		if t.Failed() {
			return
		}
		w.store.Close()
	}
}
