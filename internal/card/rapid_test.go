package card

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// lines are properties as cards have them; what is drawn makes a card.
var lines = []string{
	"UID:u-1", "FN:Anna Ek", "FN;X-P=\"a;b\":Anna", "N:Ek;Anna;;;", "item1.N:Ek\\;;A", "ORG:Acme", "ORG:Acme;R\\;D;Lab;;x", "TITLE:", "TITLE:a\\nb",
	"TEL;TYPE=CELL:1", "TEL;TYPE=CELL:1", "tel;type=work,pref:+46 1", "TEL;TYPE=FAX,HOME:2", "TEL;VALUE=uri:tel:+46-1;ext=3", "TEL:", "ITEM2.TEL;PREF=1:9", "item2.X-ABLABEL:Båten",
	"EMAIL:a@b.example", "EMAIL;TYPE=INTERNET;TYPE=pref:MAILTO:c@d.example", "item3.EMAIL:x@y.example", "item3.X-ABLabel:_$!<Work>!$_", "EMAIL;TYPE=home:a\x01@b.example",
	"ADR;TYPE=WORK;LABEL=\"Gatan\":;;Gatan 1;Ort;;1;SE", "ADR:;;;;;;", "ADR;TYPE=home:a;b;c\\nd", "item4.ADR:;;x", "item4.X-ABADR:se",
	"CATEGORIES:a,b\\,c", "CATEGORIES:d,,a", "CATEGORIES:e\\nf", "NOTE;CHARSET=UTF-8:fri text", "BDAY;VALUE=date:1980-01-02", "BDAY:circa 1800", "NICKNAME:a,b",
	"URL;TYPE=HOME:https://h.example", "URL:https\\://a.example/\\;x", "IMPP;X-SERVICE-TYPE=Skype:skype:a", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg==", "PHOTO;VALUE=uri:https://a.example/1.jpg",
	"PHOTO;ENCODING=b:AAAA", "X-ABShowAs:COMPANY", "KIND:org", "X-NUMBER:007", "X-FOO;X-Q=1:bar", "x-foo:second", "X-KITH-ID:other:1", "REV:20260101T000000Z", "RELATED;TYPE=friend:urn:uuid:1",
	"no property", "", "AGENT:x", "GENDER:F", "LANG:sv",
}

func drawCard(t *rapid.T) *vcard.Card {
	version := rapid.SampledFrom([]string{"2.1", "3.0", "4.0"}).Draw(t, "version")
	eol := rapid.SampledFrom([]string{"\r\n", "\n"}).Draw(t, "eol")
	drawn := rapid.SliceOfN(rapid.SampledFrom(lines), 0, 14).Draw(t, "lines")
	text := "BEGIN:VCARD" + eol + "VERSION:" + version + eol + strings.Join(drawn, eol) + eol + "END:VCARD" + eol
	c, err := vcard.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What a card shows, asked of it again, changes no byte of it.
func TestApplyOfWhatIsReadChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCard(t)
		r, ok := Read(c, every())
		if !ok {
			t.Fatal("a group")
		}
		set := contact.Record{Marker: r.Marker, Values: r.Clone()}
		for _, items := range set.Lists {
			for i := range items {
				was := items[i]
				items[i].Was = &was
			}
		}
		before := string(c.Bytes())
		if err := Apply(c, set); err != nil {
			t.Fatal(err)
		}
		if after := string(c.Bytes()); after != before {
			t.Fatalf("%q\nbecame\n%q", before, after)
		}
	})
}

// drawChange makes a change of some fields and of one entry of each of some
// lists.
func drawChange(t *rapid.T, r contact.Record) contact.Record {
	set := contact.Record{Values: contact.Values{Fields: contact.Fields{}, Lists: map[string][]contact.Item{}}}
	text := rapid.SampledFrom([]string{"", "Eva", "two\nlines", "a;b,c\\", "åäö 😀", strings.Repeat("lång ", 30) + "."})
	names := []string{"FN", "N.given", "N.family", "ORG.1", "ORG.2", "TITLE", "NOTE", "URL", "X-FOO", "X-NUMBER", "NICKNAME", "X-GENDER"}
	for range rapid.IntRange(0, 3).Draw(t, "fields") {
		set.Fields[rapid.SampledFrom(names).Draw(t, "field")] = text.Draw(t, "text")
	}
	for range rapid.IntRange(0, 2).Draw(t, "lists") {
		family := rapid.SampledFrom(contact.Families).Draw(t, "family")
		item := contact.Item{Label: rapid.SampledFrom([]string{"work", "home", "other", "Båten"}).Draw(t, "label")}
		if family == "address" {
			item.Parts = contact.Fields{"city": text.Draw(t, "city"), "street": "Gatan 9"}
		} else {
			item.Value = rapid.SampledFrom([]string{"new@x.example", "+46-9"}).Draw(t, "value")
		}
		if have := r.Lists[family]; len(have) > 0 && rapid.Bool().Draw(t, "replace") {
			was := have[rapid.IntRange(0, len(have)-1).Draw(t, "which")]
			item.Was = &was
			if rapid.Bool().Draw(t, "remove") {
				item = contact.Item{Was: &was}
			}
		}
		set.Lists[family] = []contact.Item{item}
	}
	return set
}

// foreign are the lines of a card that no field or list of ours stands for.
func foreign(c *vcard.Card) []string {
	var kept []string
	ours := []string{"UID", "FN", "N", "ORG", "TITLE", "ROLE", "NOTE", "URL", "IMPP", "BDAY", "NICKNAME", "EMAIL", "TEL", "ADR", "CATEGORIES", "PHOTO",
		"GENDER", "LANG", "X-FOO", "X-NUMBER", "X-GENDER", "X-LANGUAGE", "X-OFFICE", "X-MANAGER", "X-ASSISTANT", "X-KITH-ID", "X-ABLABEL", "X-ABADR"}
	for _, p := range c.Properties {
		if !slices.Contains(ours, strings.ToUpper(p.Name)) {
			kept = append(kept, p.Group+"."+p.Name+string(p.Params)+":"+p.Value)
		}
	}
	return kept
}

// Whatever is changed: what was asked for is shown, by the card as it stands
// and as it is read again; what was not asked for shows as before; and lines we
// know nothing of are all still there.
func TestApplyChangesWhatIsAskedFor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCard(t)
		before, _ := Read(c, every())
		kept := foreign(c)
		set := drawChange(t, before)
		if err := Apply(c, set); err != nil {
			t.Fatal(err)
		}
		again, err := vcard.Parse(c.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		after, _ := Read(again, every())
		for name, was := range before.Fields {
			want, asked := set.Fields[name]
			_, fn := set.Fields["FN"]
			switch got := after.Fields[name]; {
			case name == "URL" && strings.Contains(want, "\n"): // an address has no line ends
			case asked && got != want && !(name == "FN" && want == "" && before.Kind == contact.Company):
				t.Fatalf("%s is %q, asked for %q\n%s", name, got, want, c.Bytes())
			case !asked && got != was && !(name == "ORG.1" && fn && before.Kind == contact.Company) && !(name == "FN" && before.Kind == contact.Company):
				t.Fatalf("%s was %q and is %q\n%s", name, was, got, c.Bytes())
			}
		}
		if !slices.Equal(foreign(again), kept) {
			t.Fatalf("lines we do not know: %q\nnow %q", kept, foreign(again))
		}
		for family, items := range set.Lists {
			item := items[0]
			shown := slices.ContainsFunc(after.Lists[family], func(i contact.Item) bool { return sameShown(i, item) })
			if !item.Empty() && !shown {
				t.Fatalf("%s lacks %+v: %+v\n%s", family, item, after.Lists[family], c.Bytes())
			}
		}
		for family, items := range before.Lists {
			if _, asked := set.Lists[family]; !asked && len(after.Lists[family]) != len(items) {
				t.Fatalf("%s had %d entries and has %d", family, len(items), len(after.Lists[family]))
			}
		}
	})
}

func sameShown(got, want contact.Item) bool {
	label := want.Label
	if label == "Båten" {
		label = "other"
	}
	for name, part := range want.Parts {
		if got.Parts[name] != part {
			return false
		}
	}
	return got.Value == want.Value && got.Label == label
}
