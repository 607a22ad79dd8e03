package sim

import (
	"fmt"

	"kith/internal/contact"
)

// ID is the id that a system gives its n-th record, counted from 1. The ERP's
// id of a company is its customer number.
func ID(system Where, company bool, n int) string {
	switch {
	case system == InCRM && company:
		return fmt.Sprintf("C%04d", n)
	case system == InCRM:
		return fmt.Sprintf("P%04d", n)
	case system == InERP && company:
		return fmt.Sprint(10000 + n)
	case system == InERP:
		return fmt.Sprint(70000 + n)
	case company:
		return fmt.Sprintf("org-%04d", n)
	}
	return fmt.Sprintf("card-%04d", n)
}

// Records returns what a system holds in the beginning, companies first.
func (w *World) Records(system Where) []contact.Record {
	var records []contact.Record
	for i := range w.Companies {
		if c := &w.Companies[i]; c.In.Has(system) {
			records = append(records, contact.Record{Kind: contact.Company, ID: ID(system, true, i+1), Values: c.show(system, i)})
		}
	}
	for i := range w.Persons {
		if p := &w.Persons[i]; p.In.Has(system) {
			records = append(records, contact.Record{Kind: contact.Person, ID: ID(system, false, i+1), Values: w.Show(p, system, i)})
		}
	}
	return records
}

// Show returns a person as a system shows it, in the system's own fields. The
// variant n decides what this system happens not to know.
func (w *World) Show(p *Person, system Where, n int) contact.Values {
	switch system {
	case InCRM:
		return w.inCRM(p, n)
	case InERP:
		return w.inERP(p, n)
	}
	return w.inBook(p, n)
}

func (w *World) inCRM(p *Person, n int) contact.Values {
	f := contact.Fields{
		"FirstName": p.Given, "LastName": p.Family, "JobTitle": p.Title, "Email": p.Email,
		"Phone": p.Phone.International(), "Mobile": p.Mobile.International(), "Birthday": p.Birthday,
		"Remarks": p.Note, "State": "active",
	}
	if p.Company >= 0 {
		f["Account"] = ID(InCRM, true, p.Company+1)
	}
	if !p.OldPhone.IsZero() && p.In.Has(InERP) {
		f["Phone"] = p.OldPhone.International()
	}
	if p.Inactive {
		f["State"] = "inactive"
	}
	if n%4 == 2 {
		f["Mobile"] = ""
	}
	return contact.Values{Fields: f}
}

func (w *World) inERP(p *Person, n int) contact.Values {
	f := contact.Fields{
		"full_name": p.Family + ", " + p.Given, "position": p.Title, "email": p.Email,
		"phone": p.Phone.FromSweden(), "mobile": p.Mobile.FromSweden(), "blocked": "0",
	}
	if p.Company >= 0 {
		f["customer_no"] = w.Companies[p.Company].Number
	}
	if p.Inactive {
		f["blocked"] = "1"
	}
	if n%3 == 0 {
		f["position"] = ""
	}
	return contact.Values{Fields: f}
}

func (w *World) inBook(p *Person, n int) contact.Values {
	v := contact.Values{
		Fields: contact.Fields{"given": p.Given, "family": p.Family, "title": p.Title, "bday": p.Birthday, "note": p.Note},
		Lists:  map[string][]contact.Item{},
	}
	if p.Company >= 0 {
		firm := &w.Companies[p.Company]
		v.Fields["org"] = []string{firm.Name, firm.Short()}[n%2]
	}
	v.Lists["email"] = []contact.Item{{Value: p.Email, Label: "work", Preferred: true}}
	v.Lists["phone"] = []contact.Item{{Value: p.Mobile.Compact(), Label: "mobile"}}
	if n%2 == 0 && !p.Phone.IsZero() {
		v.Lists["phone"] = append(v.Lists["phone"], contact.Item{Value: p.Phone.International(), Label: "work"})
	}
	return v
}

// show returns a company as a system shows it.
func (c *Company) show(system Where, n int) contact.Values {
	switch system {
	case InCRM:
		name := c.Name
		if n%5 == 2 {
			name = c.Short() // who typed it did not care for the legal form
		}
		return contact.Values{Fields: contact.Fields{
			"Name": name, "CustomerNo": c.knownNumber(n), "VatNo": c.VAT,
			"Street": c.Street, "PostCode": c.Postcode, "City": c.City, "Country": c.Country,
			"Phone": c.Phone.International(), "Email": c.Email,
		}}
	case InERP:
		return contact.Values{Fields: contact.Fields{
			"name": c.Name, "customer_no": c.Number, "vat_no": c.VAT, "addr1": c.Street, "zip": c.Postcode, "city": c.City,
			"country": c.Country, "phone": c.Phone.FromSweden(), "email": c.Email,
		}}
	}
	return contact.Values{
		Fields: contact.Fields{"name": c.Name},
		Lists: map[string][]contact.Item{
			"phone":   {{Value: c.Phone.Compact(), Label: "main"}},
			"address": {{Label: "work", Parts: contact.Fields{"street": c.Street, "postcode": c.Postcode, "city": c.City, "country": c.Country}}},
		},
	}
}

// knownNumber is the customer number as far as the CRM has been told of it.
func (c *Company) knownNumber(n int) string {
	if n%4 == 0 {
		return ""
	}
	return c.Number
}
