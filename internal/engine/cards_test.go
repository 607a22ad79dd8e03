package engine

import (
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
	"kith/internal/vcard"
)

// addressBook is a system of a world that is an address book: a simulated
// server, asked over real HTTP. It outlives the processes that use it.
type addressBook struct {
	*sim.Server
	url  string
	path string // below the host; "": of the book
	book *sim.Book
	made int

	child chan int // the process that is to be killed, where there is one
}

// newAddressBook starts a server with one empty book. Its clock moves a second
// with every look: what happens within one second is tested at the door.
func newAddressBook(t tester, soft sim.Software) *addressBook {
	var second atomic.Int64
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	s := sim.New(sim.Options{Software: soft, Now: func() time.Time { return start.Add(time.Duration(second.Add(1)) * time.Second) }})
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return &addressBook{Server: s, url: h.URL, path: s.Path("alice", "contacts"), book: s.Book("alice", "contacts")}
}

// open opens the door as a process does.
func (a *addressBook) open(t tester, settings connector.Settings) connector.System {
	t.Helper()
	settings.Keys = map[string]string{"url": a.url + a.path, "user": "alice", "password": "alice"}
	settings.Timeout = 20 * time.Second
	y, err := carddav.Open(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	return y
}

// cardFields are the native fields of the slots that the tests use.
var cardFields = map[string]string{"name.given": "N.given", "name.family": "N.family", "title": "TITLE", "note": "NOTE", "photo": "PHOTO"}

const workMail = "email.work"

// inCards makes the row of a memory system one of an address book.
func inCards(p contact.Policy) contact.Policy {
	p.Lists, p.Collection = true, contact.Collection{}
	p.Map = slices.DeleteFunc(slices.Clone(p.Map), func(e contact.MapEntry) bool { return e.Slot == workMail })
	for i := range p.Map {
		p.Map[i].Field = cardFields[p.Map[i].Slot]
	}
	return p
}

// Create implements hand.
func (a *addressBook) Create(_ contact.Kind, set contact.Values) string {
	a.made++
	name := fmt.Sprintf("user-%d.vcf", a.made)
	if err := a.write(name, vcard.New(fmt.Sprintf("%d@%s", a.made, a.url)), set); err != nil {
		panic(err)
	}
	return name
}

// Edit implements hand.
func (a *addressBook) Edit(_ contact.Kind, id string, set contact.Values) error {
	text, there := a.book.Card(id)
	if !there {
		return errors.New("there is no such card")
	}
	c, err := vcard.Parse([]byte(text))
	if err != nil {
		return err
	}
	return a.write(id, c, set)
}

func (a *addressBook) write(name string, c *vcard.Card, set contact.Values) error {
	for slot, value := range set.Fields {
		var err error
		if slot == workMail {
			err = c.SetList(vcard.ListEmail, []vcard.Item{{Value: value, Label: "work"}})
		} else {
			err = c.SetField(cardFields[slot], value)
		}
		if err != nil {
			return err
		}
	}
	if err := c.SetField("FN", c.Field("N.given")+" "+c.Field("N.family")); err != nil {
		return err
	}
	a.book.Put(name, string(c.Bytes()))
	return nil
}

// Delete implements hand.
func (a *addressBook) Delete(_ contact.Kind, id string) error {
	if !a.book.Delete(id) {
		return errors.New("there is no such card")
	}
	return nil
}

// All implements hand.
func (a *addressBook) All(contact.Kind) (records []contact.Record) {
	cards := a.book.Cards()
	for _, name := range slices.Sorted(maps.Keys(cards)) {
		r := contact.Record{Kind: contact.Person, ID: name, Values: contact.Values{Fields: contact.Fields{}}}
		if c, err := vcard.Parse([]byte(cards[name])); err == nil {
			for slot, field := range cardFields {
				r.Fields[slot] = c.Field(field)
			}
			for _, mail := range c.List(vcard.ListEmail) {
				r.Fields[workMail] = mail.Value
			}
		}
		records = append(records, r)
	}
	return records
}

// books are the address books of a story's world.
func (s story) books(t tester) map[string]*addressBook {
	if s.soft == nil {
		return nil
	}
	return map[string]*addressBook{"book": newAddressBook(t, s.soft())}
}

// killRequests makes a process that dies die at its requests to address books
// too: before one arrives, and between its effect and its answer.
func (w *world) killRequests(k *killer) {
	for _, cards := range w.books {
		cards.Inject(func(r sim.Request) sim.Fault {
			switch {
			case k.alive() != nil:
				return sim.Fault{Drop: true}
			case r.Method != "PUT" && r.Method != "DELETE":
				return sim.Fault{}
			case k.step("before a "+r.Method) != nil:
				return sim.Fault{Drop: true}
			}
			return sim.Fault{After: func() { _ = k.step("after a " + r.Method) }} // a dead process reads no answer
		})
	}
}

// healBooks ends what goes wrong with address books and lets all arrive that is
// on its way.
func (w *world) healBooks() {
	for _, cards := range w.books {
		cards.Inject(nil)
		cards.Settle()
	}
}

// softs are the servers that the lab has, as they are simulated.
func softs() map[string]func() sim.Software {
	return map[string]func() sim.Software{
		"plain": sim.Plain, "Radicale": sim.Radicale, "Xandikos": sim.Xandikos, "DAViCal": sim.DAViCal, "SOGo": sim.SOGo,
	}
}

// cardStories are the kinds of write between a CRM and an address book.
func cardStories(soft func() sim.Software) map[string]story {
	slots := []string{"name.given", "name.family", workMail, "title"}
	policies := func(change func(*contact.Policy)) []contact.Policy {
		out := []contact.Policy{
			both("crm", contact.Person, []string{"crm"}, slots...),
			inCards(both("book", contact.Person, []string{"crm"}, slots...)),
		}
		for i := range out {
			out[i].Gives.Deletes, out[i].Takes.Removal.How = contact.GoneSpread, contact.RemovalDelete
			if change != nil {
				change(&out[i])
			}
		}
		return out
	}
	create := func(w *world) {
		for n := range 3 {
			addPerson(w, "crm", n, "title", "CEO")
		}
		addPerson(w, "book", 3)
	}
	return map[string]story{
		"create": {soft: soft, policies: policies(nil), act: create,
			person: []string{personLine(0, "title=CEO"), personLine(1, "title=CEO"), personLine(2, "title=CEO"), personLine(3, "")}},
		"update": {
			soft: soft, policies: policies(nil), before: create,
			act: func(w *world) {
				w.edit("crm", contact.Person, "1", "title", "CFO")
				w.edit("book", contact.Person, w.find("book", "a1@berg.example"), "title", "")
				w.edit("book", contact.Person, w.find("book", "a2@berg.example"), "title", "CTO")
				w.edit("crm", contact.Person, w.find("crm", "a3@berg.example"), "title", "COO", workMail, "a4@berg.example")
			},
			person: []string{personLine(0, "title=CFO"), personLine(1, ""), personLine(2, "title=CTO"),
				"email.work=a4@berg.example name.family=Ekman name.given=Didrik title=COO"},
		},
		"remove": {
			soft: soft, policies: policies(nil), before: create,
			act: func(w *world) {
				w.delete("crm", contact.Person, "1")
				w.delete("book", contact.Person, w.find("book", "a1@berg.example"))
			},
			person: []string{personLine(2, "title=CEO"), personLine(3, "")},
		},
		"release": { // the book keeps only CEOs; what it had itself stays there, without our marker
			soft: soft,
			policies: policies(func(p *contact.Policy) {
				if p.Place == "book" {
					p.Takes.Choose.Any, p.Takes.Exit = []string{`title == "CEO"`}, contact.ExitRemove
				}
			}),
			before: func(w *world) {
				for n := range 3 {
					addPerson(w, "crm", n, "title", "CEO")
				}
				addPerson(w, "book", 0, "title", "CEO")
			},
			act: func(w *world) {
				w.edit("crm", contact.Person, "1", "title", "CFO")
				w.edit("crm", contact.Person, "2", "title", "CFO")
			},
		},
	}
}
