package sim

import (
	"fmt"
	"math/rand/v2"
)

// World is everybody the three systems know of, each once: what linking has to
// find out.
type World struct {
	Companies []Company
	Persons   []Person

	random    *rand.Rand
	countries map[string]*country
	used      map[string]int // by pattern: how many numbers have been given out
	taken     map[string]bool
}

// Company is one firm.
type Company struct {
	Name     string // with its legal form
	Family   string // of the owners, where the firm bears their name
	Country  string // ISO code
	Number   string // the ERP's customer number, "" where the ERP does not know it
	VAT      string
	Street   string
	Postcode string
	City     string
	Phone    Phone
	Email    string
	Domain   string
	In       Where // the systems that know it

	town town
}

// Person is one contact person.
type Person struct {
	Given, Family string
	Title         string
	Email         string
	Phone         Phone // the direct line
	OldPhone      Phone // what the CRM still shows; zero = nothing outdated
	Mobile        Phone
	Birthday      string // 2006-01-02, "" = unknown
	Note          string
	Company       int // index in World.Companies; -1 = none
	Country       string
	Inactive      bool
	In            Where // the systems that know the person
}

// Where is a set of systems.
type Where uint8

// The three systems.
const (
	InCRM Where = 1 << iota
	InERP
	InBook
)

// Has reports whether all systems of part are in w.
func (w Where) Has(part Where) bool { return w&part == part }

// homes are the countries of the firms and how many each has.
var homes = []struct {
	iso   string
	firms int
}{{"SE", 20}, {"NO", 9}, {"DK", 9}, {"FR", 18}, {"DE", 19}, {"GB", 15}}

// staff is how many persons a firm has, firm by firm and over again.
var staff = []int{2, 3, 1, 4, 2, 2, 3, 1, 3, 2}

// New makes the world of a seed: 90 companies and 210 persons.
func New(seed uint64) *World {
	w := &World{
		random: rand.New(rand.NewPCG(seed, 300)), countries: map[string]*country{},
		used: map[string]int{}, taken: map[string]bool{},
	}
	for _, home := range homes {
		w.countries[home.iso] = readCountry(home.iso)
		for range home.firms {
			w.addCompany(w.countries[home.iso])
		}
	}
	for i := range w.Companies {
		w.employ(i)
	}
	w.addNeighbours()
	return w
}

func pick[T any](w *World, list []T) T { return list[w.random.IntN(len(list))] }

// number gives out the next number of a pattern, each once until all are used.
// The first few stay free: the Swedish range for mobiles begins at 05.
func (w *World) number(c *country, pattern string) Phone {
	const free, step = 5, 37 // step has no divisor in common with any range's size
	n := w.used[pattern]
	w.used[pattern]++
	return Phone{National: digits(pattern, free+n*step%(capacity(pattern)-free)), code: c.code}
}

// employ gives a firm its persons.
func (w *World) employ(company int) {
	firm := &w.Companies[company]
	n := staff[company%len(staff)]
	shared := n > 2 && firm.In.Has(InCRM|InERP) && company%2 == 0
	for i := range n {
		p := w.newPerson(company)
		switch {
		case i < 2 && firm.Family != "": // the owners are relatives
			w.rename(&p, p.Given, firm.Family)
		case i == 2 && company%7 == 3: // a namesake of the first
			first := w.Persons[len(w.Persons)-2]
			w.rename(&p, first.Given, first.Family)
		}
		if p.In = w.knownTo(firm.In, i); p.Inactive {
			p.In = firm.In &^ InBook // the team has thrown the card away
		}
		if shared && i > 0 { // all but the first read the firm's mailbox
			p.Email, p.In = firm.Email, InCRM|InERP
		}
		w.Persons = append(w.Persons, p)
	}
}

// knownTo decides which of the firm's systems know its i-th person. Some stand
// in the address book too, and a few only there.
func (w *World) knownTo(firm Where, i int) Where {
	in := firm &^ InBook
	if in == InCRM|InERP && i > 0 {
		in = []Where{InCRM | InERP, InERP, InCRM}[i%3]
	}
	switch n := len(w.Persons); {
	case n%19 == 4:
		return InBook
	case n%4 == 1, n%9 == 0:
		in |= InBook
	}
	return in
}

// addNeighbours adds persons of the address book who belong to no firm.
func (w *World) addNeighbours() {
	notes := []string{"Caretaker of the warehouse", "Drives the airport taxi", "Waters the plants"}
	for _, note := range notes {
		p := w.newPerson(-1)
		p.Note, p.In = note, InBook
		w.Persons = append(w.Persons, p)
	}
}

// Newcomer makes one more person, known to nobody yet, of a company that a
// system knew from the start. The world does not take the person in.
func (w *World) Newcomer(system Where) Person {
	company := w.random.IntN(len(w.Companies))
	for system != InBook && !w.Companies[company].In.Has(system) { // the address book writes the name
		company = w.random.IntN(len(w.Companies))
	}
	p := w.newPerson(company)
	p.Inactive, p.OldPhone = false, Phone{}
	return p
}

// Title returns some job title as it is said in a country.
func (w *World) Title(iso string) string {
	c := w.countries[iso]
	return c.title(w.random.IntN(len(c.titles)), w.random.IntN(2) == 0)
}

// Mobile returns a mobile number of a country that nobody has yet.
func (w *World) Mobile(iso string) Phone {
	c := w.countries[iso]
	return w.number(c, pick(w, c.mobiles))
}

// Line returns another direct line for a person of a company.
func (w *World) Line(p *Person) Phone {
	return w.number(w.countries[p.Country], w.Companies[p.Company].town.phone)
}

// birthday makes a date between 1958 and 2001.
func (w *World) birthday() string {
	return fmt.Sprintf("%04d-%02d-%02d", 1958+w.random.IntN(44), 1+w.random.IntN(12), 1+w.random.IntN(28))
}
