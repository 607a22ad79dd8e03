package match

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"kith/internal/norm"
)

// generator makes contact persons as two systems would hold them: names by country,
// companies with a domain, a switchboard and an address, relatives in one firm,
// shared boxes, people who have moved, typing errors, missing fields.
type generator struct {
	rng       *rand.Rand
	firsts    map[string][]string
	lasts     map[string][]string
	companies []firm
	mails     map[string]int // addresses given so far: no firm gives one twice
}

type firm struct{ name, form, domain, street, postcode, city, country, exchange string }

type human struct {
	truth        int
	first, last  string
	firm         int
	mail, mobile string
	line         string
}

var generatorCountries = []string{"DE", "DE", "DE", "AT", "CH", "FR", "FR", "BE", "SE", "NO", "DK", "GB", "US"}

func newGenerator(tb testing.TB, seed uint64, firms int) *generator {
	g := &generator{rng: rand.New(rand.NewPCG(seed, 7)), firsts: map[string][]string{}, lasts: map[string][]string{}, mails: map[string]int{}}
	for _, m := range readCSV(tb, "common-forenames-by-country.csv") {
		g.firsts[m["Country"]] = append(g.firsts[m["Country"]], m["Romanized Name"])
	}
	for _, m := range readCSV(tb, "common-surnames-by-country.csv") {
		g.lasts[m["Country"]] = append(g.lasts[m["Country"]], m["Romanized Name"])
	}
	for _, c := range generatorCountries {
		if len(g.firsts[c]) == 0 {
			g.firsts[c] = g.firsts["FR"]
		}
	}
	trades := strings.Fields("Bau Metall Software Transport Elektro Handel Pharma Energie Holz Druck Consulting Agrar Textil Auto Logistik Data")
	forms := map[string][]string{"DE": {"GmbH", "AG", "GmbH & Co. KG", "e.K."}, "FR": {"SARL", "SA", "SAS"}, "SE": {"AB", "HB"}, "GB": {"Ltd", "plc"}, "US": {"Inc."}}
	streets := strings.Fields("Hauptstraße Bahnhofstraße Gartenstraße Schulstraße Lindenallee Storgatan Kungsgatan Industriestraße")
	for i := range firms {
		c := pick(g.rng, generatorCountries)
		f := forms[c]
		if f == nil {
			f = forms["DE"]
		}
		stem := g.surname(c)
		name := stem + " " + pick(g.rng, trades)
		g.companies = append(g.companies, firm{
			name: name, form: pick(g.rng, f), domain: fmt.Sprintf("%s%d.%s", strings.ReplaceAll(norm.Fold(name), " ", "-"), i, strings.ToLower(c)),
			street: fmt.Sprintf("%s %d", pick(g.rng, streets), 1+g.rng.IntN(150)), postcode: fmt.Sprint(10000 + g.rng.IntN(89999)), city: g.surname(c) + "stadt", country: c,
			exchange: fmt.Sprintf("0%d%06d", 20+g.rng.IntN(70), g.rng.IntN(1_000_000)),
		})
	}
	return g
}

func pick[T any](rng *rand.Rand, list []T) T {
	u := rng.Float64()
	if rng.IntN(3) > 0 {
		u *= u // the first are the commonest
	}
	return list[int(u*float64(len(list)))]
}

// surname draws from the list of the country, or builds one of the many rare ones.
func (g *generator) surname(country string) string {
	list := g.lasts[country]
	if len(list) > 0 && g.rng.IntN(3) > 0 {
		return pick(g.rng, list)
	}
	head := strings.Fields("Berg Stein Wald Feld Eich Birk Linden Ober Nieder Neu Alt Sand Kirch Schön Grün Roth Schwarz Weiss Hoch Tief Lang Kurz Groß Klein Rosen Hirsch Vogel Wolf Bär Fuchs Ahl Sund Hed Lund Ström Dahl Beau Mont Clair Val Hart West North South East Brook Ash Oak Thorn White")
	tail := strings.Fields("mann müller berg feld bach hofer er stein bauer meier dorf kamp brink gren qvist ström lund dal sson ville mont court bois ton ford ley wood well worth field shaw land hurst by wick ham stead")
	mid := []string{"", "", "", "en", "el", "ing"}
	return head[g.rng.IntN(len(head))] + mid[g.rng.IntN(len(mid))] + tail[g.rng.IntN(len(tail))] + []string{"", "", "", "s", "er", "i"}[g.rng.IntN(6)]
}

func (g *generator) human(truth int) human {
	h := human{truth: truth, firm: g.rng.IntN(len(g.companies))}
	c := &g.companies[h.firm]
	h.first, h.last = pick(g.rng, g.firsts[c.country]), g.surname(c.country)
	if g.rng.IntN(25) == 0 {
		h.first += "-" + pick(g.rng, g.firsts[c.country])
	}
	h.mobile = fmt.Sprintf("%s%08d", pick(g.rng, []string{"0151", "0171", "0160", "0176"}), g.rng.IntN(100_000_000))
	g.employ(&h)
	return h
}

// employ gives the address and the line of the firm.
func (g *generator) employ(h *human) {
	c := &g.companies[h.firm]
	h.line = c.exchange
	if g.rng.IntN(2) == 0 {
		h.line += fmt.Sprint(100 + g.rng.IntN(899))
	}
	local := strings.ReplaceAll(norm.Fold(h.first), " ", "-") + "." + strings.ReplaceAll(norm.Fold(h.last), " ", "-")
	switch n := g.rng.IntN(20); {
	case n < 2:
		h.mail = pick(g.rng, []string{"info", "kontakt", "office", "contact"}) + "@" + c.domain
	case n < 4:
		h.mail = fmt.Sprintf("%s%d@%s", strings.ReplaceAll(local, ".", ""), 10+g.rng.IntN(90), pick(g.rng, []string{"gmail.com", "gmx.de", "outlook.com"}))
	case n < 8:
		h.mail = local[:1] + local[strings.IndexByte(local, '.'):] + "@" + c.domain
	default:
		h.mail = local + "@" + c.domain
	}
	if !strings.HasPrefix(h.mail, local[:1]) {
		return
	}
	if g.mails[h.mail]++; g.mails[h.mail] > 1 {
		h.mail = fmt.Sprint(g.mails[h.mail]) + h.mail
	}
}

// typo makes one slip of the keyboard.
func (g *generator) typo(s string) string {
	r := []rune(s)
	if len(r) < 4 {
		return s
	}
	i := 1 + g.rng.IntN(len(r)-2)
	switch g.rng.IntN(4) {
	case 0:
		r[i], r[i+1] = r[i+1], r[i]
	case 1:
		r[i] = rune('a' + g.rng.IntN(26))
	case 2:
		r = append(r[:i], r[i+1:]...)
	default:
		r = append(r[:i], append([]rune{rune('a' + g.rng.IntN(26))}, r[i:]...)...)
	}
	return string(r)
}

func (g *generator) one(in int) bool { return g.rng.IntN(in) == 0 }

// write puts a person on paper; other says that it is the second system's view.
func (g *generator) write(w io.Writer, id string, h human, other bool) {
	c := g.companies[h.firm]
	mail, mobile, line, company, street := h.mail, h.mobile, h.line, c.name+" "+c.form, c.street
	first, last := h.first, h.last
	if g.one(7) {
		mail = ""
	}
	if g.one(3) {
		mobile = ""
	}
	if g.one(4) {
		line = ""
	}
	if other {
		if g.one(3) {
			company = c.name
		}
		if g.one(12) {
			first = g.typo(first)
		}
		if g.one(15) {
			last = g.typo(last)
		}
		switch g.rng.IntN(40) {
		case 0:
			first = ""
		case 1:
			first = first[:1] + "."
		case 2:
			first, last = last, first
		case 3:
			mail = ""
		}
		if g.one(4) {
			street = ""
		}
		if mobile != "" && g.one(2) {
			mobile = "+49 " + mobile[1:4] + " " + mobile[4:]
		}
		if g.one(3) {
			last = strings.NewReplacer("ü", "ue", "ö", "oe", "ä", "ae").Replace(last)
		}
	}
	fmt.Fprintf(w, "%s,%s,%s,%s,%s,%s,%s,%s,%s,%s,%s\n", id, first, last, mail, mobile, line, company, street, c.postcode, c.city, c.country)
}

const generatedHeader = "id,first_name,last_name,email,mobile,phone,company,street,postcode,city,country\n"

// lists writes two lists of n persons, seven tenths of them the same, whose ids
// begin with A and B and end in the number of the person.
func (g *generator) lists(n int, left, right io.Writer) {
	io.WriteString(left, generatedHeader)
	io.WriteString(right, generatedHeader)
	for i := range n {
		h := g.human(i)
		if g.one(33) && i > 0 { // with a relative in the firm, who comes next
			relative := h
			relative.first = pick(g.rng, g.firsts[g.companies[h.firm].country])
			g.employ(&relative)
			if !g.one(3) {
				relative.mobile = fmt.Sprintf("0152%08d", g.rng.IntN(100_000_000))
			}
			if relative.first != h.first {
				g.write(right, fmt.Sprintf("B%d", n+i), relative, true)
			}
		}
		g.write(left, fmt.Sprintf("A%d", i), h, false)
		if g.rng.IntN(10) >= 7 {
			g.write(right, fmt.Sprintf("B%d", 2*n+i), g.human(2*n+i), true)
			continue
		}
		if g.one(20) { // moved to another firm
			h.firm = g.rng.IntN(len(g.companies))
			g.employ(&h)
		}
		if g.one(60) && h.first != "" { // married
			h.last = g.surname(g.companies[h.firm].country)
		}
		g.write(right, fmt.Sprintf("B%d", i), h, true)
	}
}
