package engine

import (
	"testing"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// TestWantedPersonKeepsItsCompanyInSight has a company change by the answer to
// its creation in a third place. The person who waits to be created where the
// company has long been must not lose sight of it by that, for nothing would
// ever wake the wait.
func TestWantedPersonKeepsItsCompanyInSight(t *testing.T) {
	lead := []string{"erp"}
	book := both("book", contact.Person, lead, "name.given", "name.family", "email.work")
	book.Map = append(book.Map, contact.MapEntry{Slot: "company", Field: "org", By: "name"})
	crm := both("crm", contact.Person, lead, "name.given", "name.family", "email.work", "company")
	w := newWorld(t, both("crm", contact.Company, lead, "name", "number"), both("erp", contact.Company, lead, "name", "number"), book, crm)
	w.servers["erp"].Inject(func(c memory.Call) memory.Fault {
		if c.Op != memory.OpPut || c.ID != "" {
			return memory.Fault{}
		}
		return memory.Fault{Race: func(u *memory.User, id string) {
			if err := u.Edit(c.Kind, id, contact.Values{Fields: contact.Fields{"number": id}}); err != nil {
				t.Error(err)
			}
		}}
	})
	w.add("crm", contact.Company, "name", "Berg Bygg AB")
	w.add("book", contact.Person, "name.given", "Anna", "name.family", "Berg", "email.work", "anna@berg.example", "org", "Berg Bygg AB")
	w.sync()
	if n := w.user("crm").Count(contact.Person); n != 1 {
		t.Errorf("the crm holds %d persons, want 1", n)
	}
	w.quiet()
}
