package engine

import (
	"strings"

	"kith/internal/contact"
	"kith/internal/match"
)

// describe fills r with what a party is recognised by.
func describe(r *match.Record, p *contact.Party, company func(id string) *contact.Party) {
	*r = match.Record{ID: p.ID, Mails: r.Mails[:0], Phones: r.Phones[:0], Idents: r.Idents[:0]}
	if p.Kind == contact.Company {
		r.Name = p.Text("name")
		for _, slot := range companyNumbers {
			if text := p.Text(slot); text != "" {
				r.Idents = append(r.Idents, slot+":"+text)
			}
		}
	} else {
		r.First, r.Last = p.Text("name.given"), p.Text("name.family")
		if r.First == "" && r.Last == "" {
			r.Name = p.Text("name.full")
		}
		if suffix := p.Text("name.suffix"); suffix != "" {
			r.Last = strings.TrimSpace(r.Last + " " + suffix)
		}
		r.Birth = p.Text("birthday")
		if employer := company(p.Text("company")); employer != nil {
			r.Company = employer.Text("name")
		}
	}
	for _, slot := range mailSlots {
		if text := p.Text(slot); text != "" {
			r.Mails = append(r.Mails, text)
		}
	}
	for _, slot := range phoneSlots[p.Kind] {
		if v := p.Fields[slot]; v.Norm != "" {
			r.Phones = append(r.Phones, v.Norm)
		} else if v.Text != "" {
			r.Phones = append(r.Phones, v.Text)
		}
	}
	where := "address.work."
	if p.Kind == contact.Person && r.Company == "" && p.Text(where+"street") == "" && p.Text(where+"postcode") == "" && p.Text(where+"city") == "" {
		where = "address.home."
	}
	r.Street, r.Postcode = p.Text(where+"street"), p.Text(where+"postcode")
	r.City, r.Region, r.Country = p.Text(where+"city"), p.Text(where+"region"), p.Text(where+"country")
}

// What is compared, the telling ones first: of addresses and numbers only the
// first few count. A person's switchboard and assistant are others' numbers.
var (
	companyNumbers = []string{"vat", "registration", "number"}
	mailSlots      = []string{"email.work", "email.home", "email.other", "email.work2", "email.home2", "email.other2"}
	phoneSlots     = map[contact.Kind][]string{
		contact.Person:  {"phone.mobile", "phone.mobile2", "phone.work", "phone.home", "phone.work2", "phone.home2", "phone.other"},
		contact.Company: {"phone.main", "phone.work", "phone.mobile", "phone.other"},
	}
)
