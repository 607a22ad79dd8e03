package sim

import (
	"fmt"
	"strings"
)

// newPerson makes a person of a company, or of none (-1), with a mail address
// nobody else has.
func (w *World) newPerson(company int) Person {
	p := Person{Company: company, Country: "SE"}
	if company >= 0 {
		p.Country = w.Companies[company].Country
	}
	c := w.countries[p.Country]
	woman := w.random.IntN(2) == 0
	given := pick(w, c.men)
	if woman {
		given = pick(w, c.women)
	}
	p.Mobile = w.number(c, pick(w, c.mobiles))
	if company >= 0 {
		firm := &w.Companies[company]
		p.Title = c.title(w.random.IntN(len(c.titles)), woman)
		p.Phone = w.number(c, firm.town.phone)
		if w.random.IntN(12) == 0 && firm.In.Has(InCRM|InERP) {
			p.OldPhone = w.number(c, firm.town.phone)
		}
		p.Inactive = w.random.IntN(30) == 0
	}
	if w.random.IntN(5) < 2 {
		p.Birthday = w.birthday()
	}
	w.rename(&p, given, pick(w, c.families))
	return p
}

// rename gives a person a name and the mail address that goes with it.
func (w *World) rename(p *Person, given, family string) {
	delete(w.taken, p.Email)
	p.Given, p.Family = given, family
	local := strings.ReplaceAll(ascii(given+"."+family), " ", "")
	domain := "home.example"
	if p.Company >= 0 {
		domain = w.Companies[p.Company].Domain
	}
	p.Email = local + "@" + domain
	for n := 2; w.taken[p.Email]; n++ {
		p.Email = fmt.Sprintf("%s%d@%s", local, n, domain)
	}
	w.taken[p.Email] = true
}

// Name is the name as it is said.
func (p *Person) Name() string { return p.Given + " " + p.Family }
