package sim

import (
	"fmt"
	"strings"
)

// addCompany founds a firm under a name that no other has.
func (w *World) addCompany(c *country) {
	n := len(w.Companies)
	t := pick(w, c.towns)
	firm := Company{
		Country: c.iso, town: t, City: t.name, Postcode: digits(t.postcode, n*7), In: firmIn(n),
		VAT: digits(c.vat, 1_234_567+n*76_543),
	}
	for firm.Name == "" || w.taken[firm.Domain] {
		firm.Name, firm.Family = w.firmName(c, t)
		firm.Domain = domainOf(firm.Name)
	}
	w.taken[firm.Domain] = true
	firm.Street = strings.NewReplacer("{street}", pick(w, c.streets), "{no}", fmt.Sprint(1+w.random.IntN(80))).Replace(c.address)
	firm.Phone = w.number(c, t.phone)
	firm.Email = map[string]string{"SE": "info", "FR": "contact", "DE": "info", "GB": "office", "NO": "post", "DK": "post"}[c.iso] + "@" + firm.Domain
	if firm.In.Has(InERP) {
		firm.Number = ID(InERP, true, n+1)
	}
	w.Companies = append(w.Companies, firm)
}

// firmName makes the name of a firm; family is "" where it bears none.
func (w *World) firmName(c *country, t town) (name, family string) {
	pattern := pick(w, c.firms)
	if strings.Contains(pattern, "{family}") {
		family = pick(w, c.families)
	}
	return strings.NewReplacer("{family}", family, "{trade}", pick(w, c.trades), "{city}", t.name).Replace(pattern), family
}

// firmIn decides which systems know the n-th firm: a third the CRM alone, a
// third the ERP alone, a third both; some have a card in the address book too.
func firmIn(n int) Where {
	in := []Where{InCRM, InERP, InCRM | InERP}[n%9/3]
	if n%8 == 6 {
		in |= InBook
	}
	return in
}

// legalForms end the names of the firms.
var legalForms = []string{" AB", " ApS", " AS", " GmbH & Co. KG", " GmbH", " Ltd", " SARL", " SAS"}

// Short is the name without the legal form, as people say it.
func (c *Company) Short() string {
	for _, form := range legalForms {
		if short, ok := strings.CutSuffix(c.Name, form); ok {
			return short
		}
	}
	return c.Name
}

// domainOf makes a domain of a firm's name.
func domainOf(name string) string {
	c := Company{Name: name}
	words := strings.FieldsFunc(ascii(c.Short()), func(r rune) bool { return r == ' ' || r == '&' || r == '.' })
	return strings.Join(words, "-") + ".example"
}

// ascii writes a name as it stands in a mail address.
func ascii(name string) string {
	return strings.NewReplacer(
		"å", "a", "ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "ø", "o", "æ", "ae", "œ", "oe",
		"à", "a", "â", "a", "é", "e", "è", "e", "ê", "e", "ë", "e", "ç", "c", "î", "i", "ï", "i", "ô", "o", "û", "u",
		"’", "", "'", "",
	).Replace(strings.ToLower(name))
}
