package sim

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"kith/internal/contact"
	"kith/internal/norm"
)

var systems = []Where{InCRM, InERP, InBook}

func TestTheSameSeedMakesTheSameWorld(t *testing.T) {
	a, b, other := New(7), New(7), New(8)
	for _, system := range systems {
		if !reflect.DeepEqual(a.Records(system), b.Records(system)) {
			t.Errorf("two worlds of one seed differ in system %d", system)
		}
	}
	if reflect.DeepEqual(a.Persons, other.Persons) {
		t.Error("the seed changes nothing")
	}
	if x, y := a.Newcomer(InCRM), b.Newcomer(InCRM); !reflect.DeepEqual(x, y) {
		t.Errorf("the next person differs: %+v, %+v", x, y)
	}
}

func TestNewcomersCanBeShown(t *testing.T) {
	w := New(1)
	for _, system := range systems {
		for range 50 {
			p := w.Newcomer(system)
			fields := w.Show(&p, system, 1).Fields
			if known := w.Companies[p.Company].In.Has(system); !known && system != InBook {
				t.Errorf("system %d does not know the company of %s", system, p.Name())
			}
			if company := fields["Account"] + fields["customer_no"] + fields["org"]; company == "" {
				t.Errorf("system %d shows %s without a company", system, p.Name())
			}
			if p.Inactive || p.In != 0 {
				t.Errorf("%s is not new", p.Name())
			}
		}
	}
}

func TestSizes(t *testing.T) {
	for seed := range uint64(20) {
		w := New(seed)
		if len(w.Companies) != 90 || len(w.Persons) != 210 {
			t.Fatalf("seed %d: %d companies and %d persons, want 90 and 210", seed, len(w.Companies), len(w.Persons))
		}
		least := map[Where]map[contact.Kind]int{
			InCRM: {contact.Company: 50, contact.Person: 90}, InERP: {contact.Company: 50, contact.Person: 90}, InBook: {contact.Company: 8, contact.Person: 50},
		}
		for system, want := range least {
			got := map[contact.Kind]int{}
			for _, r := range w.Records(system) {
				got[r.Kind]++
			}
			for kind, n := range want {
				if got[kind] < n {
					t.Errorf("seed %d: system %d holds %d records of %s, want %d or more", seed, system, got[kind], kind, n)
				}
			}
		}
		all := 0
		for _, p := range w.Persons {
			if p.In == 0 {
				t.Errorf("nobody knows %s", p.Name())
			}
			if p.In.Has(InCRM | InERP | InBook) {
				all++
			}
		}
		if all < 5 {
			t.Errorf("seed %d: only %d persons are known everywhere", seed, all)
		}
	}
}

func TestReferencesHold(t *testing.T) {
	w := New(1)
	for i, p := range w.Persons {
		if p.Company < 0 {
			if p.In != InBook {
				t.Errorf("%s has no company and is not of the address book alone", p.Name())
			}
			continue
		}
		if in := w.Companies[p.Company].In; !in.Has(p.In &^ InBook) {
			t.Errorf("person %d is known where its company is not: %d, %d", i, p.In, in)
		}
		if p.Inactive && p.In.Has(InBook) {
			t.Errorf("person %d has left and stands in the address book", i)
		}
	}
}

// TestNumbersArePlausible reads every number in each way it is typed.
func TestNumbersArePlausible(t *testing.T) {
	w := New(1)
	check := func(p Phone, iso string) {
		t.Helper()
		e164 := norm.Phone(p.International(), "")
		if !norm.IsPhone(e164) || e164 != p.Compact() {
			t.Errorf("%s is no number: %s, %s", p.National, e164, p.Compact())
		}
		if got := norm.Phone(p.National, iso); got != e164 {
			t.Errorf("%s in %s is read as %s, not %s", p.National, iso, got, e164)
		}
		if got := norm.Phone(p.FromSweden(), "SE"); got != e164 {
			t.Errorf("%s in Sweden is read as %s, not %s", p.FromSweden(), got, e164)
		}
	}
	mobiles := map[string]bool{}
	for _, c := range w.Companies {
		check(c.Phone, c.Country)
	}
	for _, p := range w.Persons {
		check(p.Mobile, p.Country)
		if !p.Phone.IsZero() {
			check(p.Phone, p.Country)
		}
		if class := norm.ClassifyPhone(p.Mobile.Compact()); p.Country != "DK" && class != norm.PhoneMobile {
			t.Errorf("%s of %s is no mobile number", p.Mobile.National, p.Country)
		}
		if mobiles[p.Mobile.Compact()] {
			t.Errorf("two persons have %s", p.Mobile.International())
		}
		mobiles[p.Mobile.Compact()] = true
	}
}

func TestPersonsAndCompaniesArePlausible(t *testing.T) {
	w := New(1)
	names, homes, mails := map[string]bool{}, map[string]bool{}, map[string]int{}
	for _, c := range w.Companies {
		if key := norm.Company(c.Name); key == "" || names[key] {
			t.Errorf("a second company is called %s", c.Name)
		} else {
			names[key] = true
		}
		if c.Short() == c.Name {
			t.Errorf("%s has no legal form", c.Name)
		}
		if homes[c.VAT] || strings.ContainsAny(c.VAT+c.Postcode+c.Street, "#{}") || c.City == "" {
			t.Errorf("%s has an odd number or address: %s, %s, %s %s", c.Name, c.VAT, c.Street, c.Postcode, c.City)
		}
		homes[c.VAT] = true
	}
	for _, p := range w.Persons {
		mails[p.Email]++
		if !norm.IsEmail(norm.Email(p.Email)) || !strings.HasSuffix(p.Email, ".example") {
			t.Errorf("%s is no address of the demo", p.Email)
		}
		if strings.ContainsFunc(p.Email, func(r rune) bool { return r > unicode.MaxASCII }) {
			t.Errorf("%s is not written in ASCII", p.Email)
		}
		if p.Given == "" || p.Family == "" || p.Company >= 0 && p.Title == "" {
			t.Errorf("a person lacks name or title: %+v", p)
		}
	}
	shared := 0
	for mail, n := range mails {
		if n < 2 {
			continue
		}
		shared++
		known := map[Where]bool{}
		for _, p := range w.Persons {
			if p.Email == mail {
				known[p.In] = true
			}
		}
		if len(known) != 1 {
			t.Errorf("%s is shared by persons of different systems, who cannot be told apart by it", mail)
		}
	}
	if shared == 0 {
		t.Error("nobody shares a mailbox")
	}
}

// TestFamilies asks for what makes matching hard: relatives and namesakes in
// one firm.
func TestFamilies(t *testing.T) {
	w := New(1)
	relatives, namesakes := 0, 0
	seen := map[string]bool{}
	for i, p := range w.Persons {
		if p.Company < 0 {
			continue
		}
		key := w.Companies[p.Company].Name + p.Name()
		if seen[key] {
			namesakes++
		}
		seen[key] = true
		if i > 0 && w.Persons[i-1].Company == p.Company && w.Persons[i-1].Family == p.Family {
			relatives++
		}
	}
	if relatives < 10 || namesakes < 2 {
		t.Errorf("%d relatives and %d namesakes, want some of both", relatives, namesakes)
	}
}
