package engine

import (
	"testing"

	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// A card that a user moves into another book of the configuration is the same
// contact in another place: the CRM, which follows both books, keeps its record.
func TestCardMovedBetweenBooks(t *testing.T) {
	slots := []string{"name.given", "name.family", workMail, "title"}
	for _, server := range []func() sim.Software{sim.Plain, sim.Radicale, sim.SOGo} {
		for _, way := range [][2]string{{"abook", "zbook"}, {"zbook", "abook"}} {
			soft := server()
			t.Run(soft.Name+"/"+way[0]+" to "+way[1], func(t *testing.T) {
				policies := []contact.Policy{both("crm", contact.Person, []string{"abook", "zbook"}, slots...)}
				policies[0].Gives, policies[0].Takes.Removal.How = nil, contact.RemovalDelete
				for _, name := range []string{"abook", "zbook"} {
					p := inCards(both(name, contact.Person, []string{"abook", "zbook"}, slots...))
					p.Gives.Deletes, p.Takes = contact.GoneSpread, nil
					policies = append(policies, p)
				}
				books := map[string]*addressBook{"abook": newAddressBook(t, soft), "zbook": newAddressBook(t, soft)}
				w := newWorldWith(t, file(t), nil, books, policies...)
				for n := range 5 {
					addPerson(w, way[0], n, "title", "CEO")
				}
				addPerson(w, way[1], 5, "title", "CEO") // who stays there: a book without cards would be asked about
				w.rest()
				moved, before := w.find("crm", "a2@berg.example"), w.servers["crm"].Writes()
				name := w.find(way[0], "a2@berg.example")
				books[way[0]].book.Move(name, books[way[1]].book)
				w.rest()
				if n := w.servers["crm"].Writes() - before; n != 0 || w.find("crm", "a2@berg.example") != moved {
					t.Errorf("the CRM was written %d times", n)
				}
				w.edit(way[1], contact.Person, name, "title", "CFO")
				w.rest()
				w.wantTitles(t, "a2@berg.example", "CFO", "crm")
				w.delete(way[1], contact.Person, name)
				w.rest()
				w.wantCount(t, "crm", 5, all)
				if faults := append(w.oneToOne(), w.stillQuiet()...); len(faults) > 0 {
					t.Error(faults)
				}
			})
		}
	}
}
