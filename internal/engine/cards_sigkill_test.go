//go:build unix

package engine

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// TestK14CardsSIGKILL kills a real process that writes to an address book: at
// every step of its own, and by the book's server, which outlives it, at every
// request that writes, before its effect and after.
func TestK14CardsSIGKILL(t *testing.T) {
	for name, kill := range map[string]func(c *childWork, cards *addressBook, n int){
		"by itself":         func(c *childWork, _ *addressBook, n int) { c.At = n },
		"before a request":  func(_ *childWork, cards *addressBook, n int) { cards.killAt(n, false) },
		"before its answer": func(_ *childWork, cards *addressBook, n int) { cards.killAt(n, true) },
	} {
		t.Run(name, func(t *testing.T) {
			stride := 1
			if name == "by itself" {
				stride = 4
			}
			for n := 1; cardsDie(t, n, kill); n += stride {
			}
		})
	}
}

// killAt makes the server kill who sends the n-th request that writes.
func (a *addressBook) killAt(n int, applied bool) {
	var mu sync.Mutex
	hits := 0
	a.Inject(func(r sim.Request) sim.Fault {
		if r.Method != "PUT" && r.Method != "DELETE" {
			return sim.Fault{}
		}
		mu.Lock()
		defer mu.Unlock()
		if hits++; hits != n {
			return sim.Fault{}
		}
		f := sim.Fault{After: func() { syscall.Kill(<-a.child, syscall.SIGKILL) }}
		f.Lost, f.Drop = applied, !applied
		return f
	})
}

// cardsDie makes one attempt, in which the process is killed the n-th time that
// it could be, and reports whether it was.
func cardsDie(t *testing.T, n int, kill func(*childWork, *addressBook, int)) bool {
	t.Helper()
	r := sqliteRemote(t)
	cards := newAddressBook(t, sim.SOGo())
	c := childWork{Store: file(t), Dialect: r.dialect, CRM: r.crm, Book: cards.url + cards.path, Prefix: "t_"}
	r.tables(t, c)
	for person := range 4 {
		r.addPerson(t, c, "crm", person, 1)
	}
	r.mustSync(t, c)

	r.addPerson(t, c, "crm", 4, 1)
	r.addPerson(t, c, "crm", 5, 1)
	r.exec(t, "crm", "UPDATE "+c.table("crm", contact.Person)+" SET title = 'CFO' WHERE email_work = 'a0@berg.example'")
	r.exec(t, "crm", "DELETE FROM "+c.table("crm", contact.Person)+" WHERE email_work = 'a2@berg.example'")
	mine := func(mail string) string {
		for _, card := range cards.All(contact.Person) {
			if card.Fields[workMail] == mail {
				return card.ID
			}
		}
		t.Fatalf("the book has no %s", mail)
		return ""
	}
	if err := cards.Edit(contact.Person, mine("a1@berg.example"), contact.Values{Fields: contact.Fields{"title": ""}}); err != nil {
		t.Fatal(err)
	}
	if err := cards.Delete(contact.Person, mine("a3@berg.example")); err != nil {
		t.Fatal(err)
	}

	cards.child = make(chan int, 1)
	kill(&c, cards, n)
	killed := c.run(t, cards.child)
	cards.Inject(nil)
	c.At, c.ClockSkew = 0, leaseTime+time.Minute
	for range 3 {
		r.mustSync(t, c)
	}
	want := []string{"Anna0 Berg0 a0@berg.example CFO", "Anna1 Berg1 a1@berg.example ", "Anna4 Berg4 a4@berg.example CEO", "Anna5 Berg5 a5@berg.example CEO"}
	var inBook, inCRM []string
	for _, card := range cards.All(contact.Person) {
		f := card.Fields
		inBook = append(inBook, fmt.Sprintf("%s %s %s %s", f["name.given"], f["name.family"], f[workMail], f["title"]))
	}
	for _, row := range r.rows(t, c, "crm") {
		inCRM = append(inCRM, strings.TrimSuffix(row, " "))
	}
	slices.Sort(inBook)
	for system, got := range map[string][]string{"the book": inBook, "the CRM": inCRM} {
		if !slices.Equal(got, want) {
			t.Errorf("killed at chance %d: %s shows\n\t%s\nwant\n\t%s", n, system, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	for range 2 {
		if rep := r.mustSync(t, c); rep.Writes != 0 {
			t.Errorf("killed at chance %d: a run at rest writes %d", n, rep.Writes)
		}
	}
	if !killed {
		t.Logf("%d chances", n-1)
	}
	return killed && !t.Failed()
}
