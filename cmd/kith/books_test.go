package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kith/internal/card"
	"kith/internal/contact"
	"kith/internal/vcard"
	"kith/lab"
)

// books is two address books on two servers, kept in step by the program as a
// user runs it, and the users of the books, who work with programs of their own.
type books struct {
	*desk
	home, work lab.Book
}

// newBooks has two fresh books. Both ways everything, deletions included, is
// the example of the manual.
func newBooks(t *testing.T, home, work string) *books {
	w := &books{desk: newDesk(t), home: lab.CardDAV(t, home), work: lab.CardDAV(t, work)}
	w.env["HOME_PW"], w.env["WORK_PW"] = w.home.Password, w.work.Password
	w.write("kith.yaml", fmt.Sprintf(`
systems:
  home: {connector: carddav, url: %q, user: %s, password: env:HOME_PW}
  work: {connector: carddav, url: %q, user: %s, password: env:WORK_PW}
leading: home
person:
  deletes: spread
  removal: delete
  home: both
  work: both
`, w.home.URL, w.home.User, w.work.URL, w.work.User))
	return w
}

// vcf is a card of these lines. The first is VERSION.
func vcf(lines ...string) string {
	return "BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"
}

// fold breaks a long line as RFC 2426, section 2.6, wants it.
func fold(line string) string {
	var out strings.Builder
	for len(line) > 74 {
		out.WriteString(line[:74] + "\r\n ")
		line = line[74:]
	}
	return out.String() + line
}

// picture is a small photo; another seed is another picture.
func picture(t *testing.T, seed uint8) string {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 48, 48))
	for i := range img.Pix {
		img.Pix[i] = color.Gray{uint8(i*i) ^ seed}.Y
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// rich is a card with everything Kith knows and much that it does not.
func rich(t *testing.T) string {
	return vcf("VERSION:3.0", "PRODID:-//Telephone//EN", "UID:rich-1", "FN:Åsa Maria Lindqvist", "N:Lindqvist;Åsa;Maria;Dr.;", "NICKNAME:Ossi",
		"ORG:Nordljus AB;Inköp", "TITLE:Chef\\, inköp", "ROLE:Budget", "EMAIL;TYPE=INTERNET,WORK:asa@nordljus.example", "EMAIL;TYPE=INTERNET,HOME:asa@hem.example",
		"item1.EMAIL;TYPE=INTERNET:asa@klubb.example", "item1.X-ABLabel:Segelklubben", "TEL;TYPE=WORK,VOICE:+46 8 465 004 10", "TEL;TYPE=CELL:+46 70 174 06 05",
		"item2.TEL;TYPE=VOICE:+46 8 465 004 99", "item2.X-ABLabel:_$!<Other>!$_", "TEL;TYPE=FAX,WORK:+46 8 465 004 11", "TEL;TYPE=PAGER:+46 74 1",
		"ADR;TYPE=WORK:;Hus B;Storgatan 1;Stockholm;;111 22;Sweden", "ADR;TYPE=HOME:Box 7;;Lillvägen 3;Uppsala;;753 10;Sweden", "URL:https://nordljus.example/asa",
		"BDAY:1980-02-29", "CATEGORIES:Kund,VIP", "NOTE:Rad ett\\nRad två\\, med komma\\; och semikolon", "X-CRM-ID;X-P=a:77", "X-PHONETIC-LAST-NAME:lindkvist",
		"TZ:+01:00", "GEO:59.33;18.06", "item3.X-ABDATE:2010-05-01", "item3.X-ABLabel:_$!<Anniversary>!$_", "REV:2026-01-01T00:00:00Z",
		fold("PHOTO;ENCODING=b;TYPE=PNG:"+picture(t, 1)))
}

// plain is a card with just a name, an address and a number.
func plain(uid, given, family, email, mobile string) string {
	return vcf("VERSION:3.0", "UID:"+uid, "FN:"+given+" "+family, "N:"+family+";"+given+";;;", "EMAIL;TYPE=INTERNET,WORK:"+email, "TEL;TYPE=CELL:"+mobile, "X-OWN:"+uid)
}

// group is a list of others, as Apple's programs keep it: nobody's contact.
var group = vcf("VERSION:3.0", "UID:group-1", "FN:Segelklubben", "N:Segelklubben;;;;", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:rich-1")

// shown is what a card says, in the words of the map that cards bring along.
type shown struct {
	uid    string
	fields contact.Fields
	lists  map[string][]contact.Item
	rest   []string // lines that no slot knows
}

// mapped are the properties that rest leaves out: those that slots know, and
// those that identify or describe the card itself.
var mapped = strings.Fields("VERSION UID REV FN N NICKNAME ORG TITLE ROLE EMAIL TEL ADR URL BDAY CATEGORIES NOTE PHOTO IMPP X-KITH-ID " +
	"X-GENDER X-OFFICE X-MANAGER X-ASSISTANT X-LANGUAGE X-NUMBER KIND")

func read(t *testing.T, text string) shown {
	t.Helper()
	c, err := vcard.Parse([]byte(text))
	if err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	var names []string
	for _, e := range card.Map(contact.Person) {
		names = append(names, e.Field)
	}
	r, _ := card.Read(c, names)
	s := shown{uid: r.UID, fields: r.Fields, lists: r.Lists}
	for _, items := range s.lists {
		slices.SortFunc(items, func(a, b contact.Item) int {
			return strings.Compare(a.Label+a.Value+fmt.Sprint(a.Parts), b.Label+b.Value+fmt.Sprint(b.Parts))
		})
	}
	for _, p := range c.Properties {
		if name := strings.ToUpper(p.Name); !slices.Contains(mapped, name) {
			s.rest = append(s.rest, name+":"+p.Value)
		}
	}
	slices.Sort(s.rest)
	return s
}

// people reads the cards of a book by name of the contact; groups are left out.
func people(t *testing.T, book lab.Book) map[string]shown {
	t.Helper()
	all := map[string]shown{}
	for name, text := range book.Cards(t) {
		if strings.Contains(strings.ToUpper(text), "KIND:GROUP") {
			continue
		}
		s := read(t, text)
		who := s.fields["FN"]
		if _, twice := all[who]; twice {
			t.Errorf("%s is twice in %s, again as %s", who, book.URL, name)
		}
		all[who] = s
	}
	return all
}

// agree checks that both books show these people, field by field the same.
func (w *books) agree(want ...string) {
	w.t.Helper()
	home, work := people(w.t, w.home), people(w.t, w.work)
	slices.Sort(want)
	for where, have := range map[string]map[string]shown{"home": home, "work": work} {
		if got := slices.Sorted(maps.Keys(have)); !slices.Equal(got, want) {
			w.t.Errorf("%s has %q, want %q", where, got, want)
		}
	}
	for who, h := range home {
		o, ok := work[who]
		if !ok {
			continue
		}
		for field, value := range h.fields {
			if o.fields[field] != value {
				w.t.Errorf("%s of %s: home %q, work %q", field, who, value, o.fields[field])
			}
		}
		for _, family := range contact.Families {
			if !reflect.DeepEqual(h.lists[family], o.lists[family]) {
				w.t.Errorf("%s of %s:\nhome %+v\nwork %+v", family, who, h.lists[family], o.lists[family])
			}
		}
	}
}

// edit changes a contact's card as a user's program does: it knows the whole
// card and replaces a part of its text.
func edit(t *testing.T, book lab.Book, who, old, new string) {
	t.Helper()
	name, text := find(t, book, who)
	if !strings.Contains(text, old) {
		t.Fatalf("the card of %s has no %q:\n%s", who, old, text)
	}
	book.Put(t, name, strings.Replace(text, old, new, 1))
}

// find gives a contact's card.
func find(t *testing.T, book lab.Book, who string) (name, text string) {
	t.Helper()
	for name, text := range book.Cards(t) {
		if read(t, text).fields["FN"] == who {
			return name, text
		}
	}
	t.Fatalf("%s is not in %s", who, book.URL)
	return "", ""
}

// findGroup gives the one card that is a group.
func findGroup(t *testing.T, book lab.Book) (name, text string) {
	t.Helper()
	for name, text := range book.Cards(t) {
		if strings.Contains(strings.ToUpper(text), "KIND:GROUP") {
			return name, text
		}
	}
	t.Fatalf("there is no group in %s", book.URL)
	return "", ""
}

// withPhoto puts another picture on a card, as a user's program does.
func withPhoto(t *testing.T, text, data string) string {
	t.Helper()
	c, err := vcard.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	bytes, err := base64.StdEncoding.DecodeString(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetPhoto(bytes, "image/png"); err != nil {
		t.Fatal(err)
	}
	return string(c.Bytes())
}

// textOf is everything a contact shows, for looking into.
func textOf(s shown) string { return fmt.Sprintf("%v %+v", s.fields, s.lists) }
