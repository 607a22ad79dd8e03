package card

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// every is all native fields a row could map.
func every() []string {
	names := []string{"X-FOO", "ORG.3"}
	for _, f := range Shape(nil) {
		names = append(names, f.Name)
	}
	return names
}

func parse(t testing.TB, lines ...string) *vcard.Card {
	t.Helper()
	c, err := vcard.Parse([]byte("BEGIN:VCARD\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCARD\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// anna is a card as a telephone keeps it.
func anna(t testing.TB) *vcard.Card {
	return parse(t, "VERSION:3.0", "PRODID:-//Telephone//EN", "UID:4fa2-1", "N:Ek;Anna;Maria;Dr.;", "FN:Dr. Anna Ek",
		"ORG:Acme;Sales;North", "TITLE:Buyer", "item1.EMAIL;type=INTERNET;type=pref:anna@acme.example", "item1.X-ABLabel:Assistenz",
		"EMAIL;TYPE=INTERNET,HOME:anna@home.example", "TEL;TYPE=CELL:+46 70 1", "TEL;TYPE=WORK,VOICE;X-EVOLUTION-UI-SLOT=2:+46 31 2",
		"TEL;TYPE=FAX,WORK:+46 31 3", "ADR;TYPE=WORK:;Hus B;Storgatan 1;Göteborg;;411 01;SE", "CATEGORIES:Kunder,VIP", "BDAY:1980-01-02",
		"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==", "X-PHONETIC-FIRST-NAME:ana", "X-NUMBER:007", "NOTE:one\\ntwo", "REV:2026-01-01T00:00:00Z")
}

func TestReadAPerson(t *testing.T) {
	r, ok := Read(anna(t), every())
	if !ok || r.Kind != contact.Person || r.UID != "4fa2-1" || r.Marker != "" {
		t.Fatalf("%v %+v", ok, r)
	}
	for name, want := range map[string]string{
		"N.family": "Ek", "N.given": "Anna", "N.middle": "Maria", "N.prefix": "Dr.", "N.suffix": "", "FN": "Dr. Anna Ek",
		"ORG.1": "Acme", "ORG.2": "Sales", "ORG.3": "North", "TITLE": "Buyer", "CATEGORIES": "Kunder\nVIP", "BDAY": "1980-01-02",
		"PHOTO": "data:image/jpeg;base64,/9j/4AAQSkZJRg==", "X-NUMBER": "007", "NOTE": "one\ntwo", "X-FOO": "", "ROLE": "",
	} {
		if got, shown := r.Fields[name]; got != want || !shown {
			t.Errorf("%s is %q (shown: %t), want %q", name, got, shown, want)
		}
	}
	want := map[string][]contact.Item{
		"email":   {{Value: "anna@acme.example", Label: "other", Preferred: true}, {Value: "anna@home.example", Label: "home"}},
		"phone":   {{Value: "+46 70 1", Label: "mobile"}, {Value: "+46 31 2", Label: "work"}},
		"fax":     {{Value: "+46 31 3", Label: "work"}},
		"address": {{Label: "work", Parts: contact.Fields{"extra": "Hus B", "street": "Storgatan 1", "city": "Göteborg", "postcode": "411 01", "country": "SE"}}},
	}
	if !reflect.DeepEqual(r.Lists, want) {
		t.Errorf("lists %+v", r.Lists)
	}
}

// Only what is asked for is shown: what no row maps is nobody's business.
func TestReadShowsOnlyWhatIsMapped(t *testing.T) {
	r, _ := Read(anna(t), []string{"TITLE", "no such field"})
	if len(r.Fields) != 1 || r.Fields["TITLE"] != "Buyer" {
		t.Errorf("%+v", r.Fields)
	}
}

func TestKindsOfCards(t *testing.T) {
	for _, c := range []struct {
		line string
		kind contact.Kind
		ok   bool
	}{
		{"NOTE:", contact.Person, true},
		{"KIND:individual", contact.Person, true},
		{"KIND:org", contact.Company, true},
		{"X-ABShowAs:COMPANY", contact.Company, true},
		{"KIND:group", "", false},
		{"X-ADDRESSBOOKSERVER-KIND:group", "", false},
	} {
		r, ok := Read(parse(t, "VERSION:3.0", "FN:A", c.line), nil)
		if ok != c.ok || r.Kind != c.kind {
			t.Errorf("%s: %q, %t", c.line, r.Kind, ok)
		}
	}
}

func TestACompanyIsShownByFNAndORG(t *testing.T) {
	fields := func(name string) contact.Record {
		return contact.Record{Values: contact.Values{Fields: contact.Fields{"FN": name}}}
	}
	fresh := fields("Acme")
	fresh.Kind = contact.Company
	c, err := New(fresh, "u")
	if err != nil || c.Field("FN") != "Acme" || c.Field("ORG.1") != "Acme" || c.Kind() != vcard.Company {
		t.Fatalf("%v\n%s", err, c.Bytes())
	}
	if err := Apply(c, fields("Acme AB")); err != nil || c.Field("FN") != "Acme AB" || c.Field("ORG.1") != "Acme AB" {
		t.Errorf("%v\n%s", err, c.Bytes())
	}
	own := parse(t, "VERSION:3.0", "X-ABShowAs:COMPANY", "FN:Acme (Malmö)", "ORG:Acme")
	if err := Apply(own, fields("Acme (Lund)")); err != nil || own.Field("ORG.1") != "Acme" {
		t.Errorf("another name in ORG is changed with FN: %v\n%s", err, own.Bytes())
	}
	bare, _ := Read(parse(t, "VERSION:4.0", "KIND:org", "FN:", "ORG:Acme"), []string{"FN"})
	if bare.Fields["FN"] != "Acme" {
		t.Errorf("a company without FN is called %q", bare.Fields["FN"])
	}
	person := parse(t, "VERSION:3.0", "FN:Acme", "ORG:Acme")
	if err := Apply(person, fields("Anna")); err != nil || person.Field("ORG.1") != "Acme" {
		t.Errorf("a person's company is renamed with the person: %v", err)
	}
}

// An edit touches its line and no other.
func TestApplyTouchesOnlyItsLines(t *testing.T) {
	for _, c := range []struct {
		what     string
		set      contact.Record
		old, new string
	}{
		{"a field", contact.Record{Values: contact.Values{Fields: contact.Fields{"TITLE": "Chief buyer"}}}, "TITLE:Buyer", "TITLE:Chief buyer"},
		{"a field is cleared", contact.Record{Values: contact.Values{Fields: contact.Fields{"TITLE": ""}}}, "TITLE:Buyer\r\n", ""},
		{"a part of the name", contact.Record{Values: contact.Values{Fields: contact.Fields{"N.given": "Anne"}}}, "Ek;Anna;", "Ek;Anne;"},
		{"a tag more, one less", contact.Record{Values: contact.Values{Fields: contact.Fields{"CATEGORIES": "Golf\nVIP"}}}, "Kunder,VIP", "VIP,Golf"},
		{"an entry is replaced; label line, preference and unknown parameters stay", items("email", "anna@acme.example", "other", "ae@acme.example", "other"), "pref:anna@", "pref:ae@"},
		{"an entry is relabelled", items("phone", "+46 31 2", "work", "+46 31 2", "home"), "TYPE=WORK,VOICE;X-EVOLUTION-UI-SLOT=2", "TYPE=VOICE,HOME;X-EVOLUTION-UI-SLOT=2"},
		{"an entry is removed", contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{"email": {{Was: &contact.Item{Value: "anna@home.example", Label: "home"}}}}}}, "EMAIL;TYPE=INTERNET,HOME:anna@home.example\r\n", ""},
		{"what is no longer there is not removed", contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{"email": {{Was: &contact.Item{Value: "gone@home.example", Label: "home"}}}}}}, "", ""},
		{"what is there already is not added", contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{"email": {{Value: "anna@home.example", Label: "home"}}}}}, "", ""},
		{"a marker", contact.Record{Marker: "kith:1"}, "END:VCARD", "X-KITH-ID:kith:1\r\nEND:VCARD"},
		{"the photo goes", contact.Record{Values: contact.Values{Fields: contact.Fields{"PHOTO": ""}}}, "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==\r\n", ""},
		{"another photo", contact.Record{Values: contact.Values{Fields: contact.Fields{"PHOTO": "data:image/png;base64,iVBORw0KGgo="}}}, "TYPE=JPEG:/9j/4AAQSkZJRg==", "TYPE=PNG:iVBORw0KGgo="},
		{"a photo elsewhere", contact.Record{Values: contact.Values{Fields: contact.Fields{"PHOTO": "https://acme.example/a,b.png"}}}, "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==", "PHOTO;VALUE=uri:https://acme.example/a,b.png"},
	} {
		card := anna(t)
		want := strings.Replace(string(card.Bytes()), c.old, c.new, 1)
		if err := Apply(card, c.set); err != nil {
			t.Errorf("%s: %v", c.what, err)
		} else if got := string(card.Bytes()); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", c.what, got, want)
		}
	}
}

func items(family, was, wasLabel, is, label string) contact.Record {
	return contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{
		family: {{Value: is, Label: label, Was: &contact.Item{Value: was, Label: wasLabel}}},
	}}}
}

func TestAddressesByTheirParts(t *testing.T) {
	c := anna(t)
	r, _ := Read(c, nil)
	was := r.Lists["address"][0]
	moved := contact.Item{Label: "work", Parts: was.Parts.Clone(), Was: &was}
	moved.Parts["street"], moved.Parts["extra"] = "Storgatan 3; uppgång C", ""
	if err := Apply(c, contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{"address": {moved}}}}); err != nil {
		t.Fatal(err)
	}
	if want := "ADR;TYPE=WORK:;;Storgatan 3\\; uppgång C;Göteborg;;411 01;SE\r\n"; !strings.Contains(string(c.Bytes()), want) {
		t.Errorf("\n%s", c.Bytes())
	}
}

func TestApplyRefuses(t *testing.T) {
	big := "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, vcard.DefaultLimits.Photo+1))
	for name, value := range map[string]string{
		"NOTE": strings.Repeat("ö", maxText+1), "UID": "other", "REV": "2026-01-01", "TITEL": "Chef", "X-KITH-ID": "mine", "no such field": "x",
		"EMAIL": "a@b.example", "PHOTO": big, "X-ABShowAs": "COMPANY",
	} {
		err := Apply(anna(t), contact.Record{Values: contact.Values{Fields: contact.Fields{name: value}}})
		if contact.ClassOf(err) != contact.Refused {
			t.Errorf("%s: %v", name, err)
		} else if strings.Contains(err.Error(), value) {
			t.Errorf("%s: the error shows the value", name)
		}
	}
	for _, photo := range []string{"neither", "data:image/jpeg,plain", "data:image/jpeg;base64,", "data:image/jpeg;base64,%%", "data:text/html;base64,PGI+"} {
		if err := Apply(anna(t), contact.Record{Values: contact.Values{Fields: contact.Fields{"PHOTO": photo}}}); contact.ClassOf(err) != contact.Refused {
			t.Errorf("photo %q: %v", photo, err)
		}
	}
	err := Apply(anna(t), contact.Record{Values: contact.Values{Lists: map[string][]contact.Item{"url": {{Value: "x"}}}}})
	if contact.ClassOf(err) != contact.Refused {
		t.Errorf("a list nobody knows: %v", err)
	}
	for _, f := range Shape(nil) {
		if f.Name == photoField || f.ReadOnly {
			continue
		}
		if err := Apply(anna(t), contact.Record{Values: contact.Values{Fields: contact.Fields{f.Name: strings.Repeat("𝒜", f.Max)}}}); err != nil {
			t.Errorf("%s does not take the %d characters it declares: %v", f.Name, f.Max, err)
		}
	}
}

// A picture that cannot be read is no blank: nothing is said about it.
func TestADamagedPhotoSaysNothing(t *testing.T) {
	for _, line := range []string{"PHOTO;ENCODING=b;TYPE=JPEG:%%%", "PHOTO:data:image/jpeg\\;base64", "PHOTO;ENCODING=b:AAAA"} {
		r, _ := Read(parse(t, "VERSION:3.0", "FN:A", line), []string{"PHOTO"})
		if text, said := r.Fields["PHOTO"]; said {
			t.Errorf("%s shows %q", line, text)
		}
	}
	r, _ := Read(parse(t, "VERSION:3.0", "FN:A"), []string{"PHOTO"})
	if text, said := r.Fields["PHOTO"]; !said || text != "" {
		t.Error("no photo is no blank")
	}
}

func TestNewCards(t *testing.T) {
	r := contact.Record{Kind: contact.Person, Marker: "kith:7", Values: contact.Values{
		Fields: contact.Fields{"N.given": "Anna", "N.family": "Ek"},
		Lists:  map[string][]contact.Item{"phone": {{Value: "+46 70 1", Label: "mobile"}, {Value: "1", Label: "dinosaur"}}},
	}}
	c, err := New(r, "fresh")
	if err != nil {
		t.Fatal(err)
	}
	want := "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:fresh\r\nFN:Anna Ek\r\nN:Ek;Anna;;;\r\nTEL;TYPE=CELL:+46 70 1\r\nTEL;TYPE=VOICE:1\r\nX-KITH-ID:kith:7\r\nEND:VCARD\r\n"
	if got := string(c.Bytes()); got != want {
		t.Errorf("%s", got)
	}
	r.UID = "known"
	if c, err = New(r, "fresh"); err != nil || c.UID() != "known" {
		t.Errorf("UID %q, %v", c.UID(), err)
	}
	for name, fields := range map[string]contact.Values{
		"Acme":    {Fields: contact.Fields{"ORG.1": "Acme"}},
		"a@b.c":   {Lists: map[string][]contact.Item{"email": {{Value: "a@b.c", Label: "work"}}}},
		"Ek":      {Fields: contact.Fields{"N.family": "Ek"}},
		"As said": {Fields: contact.Fields{"N.family": "Ek", "FN": "As said"}},
	} {
		if c, err := New(contact.Record{Kind: contact.Person, Values: fields}, "u"); err != nil || c.Field("FN") != name {
			t.Errorf("%q is shown as %q, %v", name, c.Field("FN"), err)
		}
	}
}

// The shipped map speaks of slots that exist and of fields cards have, each
// once.
func TestTheShippedMap(t *testing.T) {
	for _, kind := range contact.Kinds {
		slots, fields := map[string]bool{}, map[string]bool{}
		for _, e := range Map(kind) {
			if _, ok := contact.SlotType(kind, e.Slot); !ok || slots[e.Slot] {
				t.Errorf("%s: slot %s", kind, e.Slot)
			}
			if !Known(e.Field) || made(e.Field) || fields[e.Field] {
				t.Errorf("%s: field %s", kind, e.Field)
			}
			slots[e.Slot], fields[e.Field] = true, true
		}
	}
	for _, family := range contact.Families {
		if families[family] == "" {
			t.Errorf("no list for %s", family)
		}
		for _, kind := range contact.Kinds {
			for _, label := range contact.Labels(kind, family) {
				if got := entryOf(families[family], contact.Item{Label: label}).Label; got != label {
					t.Errorf("%s %s: the label %s becomes %s", kind, family, label, got)
				}
			}
		}
	}
}
