package vcard

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// lineDiff tells which lines an edit took out and put in, folds joined by ⏎.
func lineDiff(before, after string) string {
	a, b := physical(before), physical(after)
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var out []string
	for _, line := range a {
		if !slices.Contains(b, line) {
			out = append(out, "-"+line)
		}
	}
	for _, line := range b {
		if !slices.Contains(a, line) {
			out = append(out, "+"+line)
		}
	}
	return strings.Join(out, " | ")
}

func physical(text string) []string { return strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") }

// Each edit changes the lines it names and no other.
func TestEditsTouchOnlyTheirLines(t *testing.T) {
	v21 := crlf("BEGIN:VCARD", "VERSION:2.1", "N:Ek;Ida", "FN:Ida Ek", "NOTE;ENCODING=QUOTED-PRINTABLE:a=3D=", "b", "TEL;CELL:1", "TEL;WORK;VOICE:2", "EMAIL;INTERNET:i@ek.test", "BDAY:19800102", "END:VCARD")
	v30 := crlf("BEGIN:VCARD", "VERSION:3.0", "N:Ek;An\\,na,Maria;X;;", "FN;CHARSET=UTF-8:Ida Ek", "junk", "ORG:Lab;R&D;Sub", "TITLE:a", "TITLE:b", "item1.TEL;type=CELL;type=VOICE;type=pref:1", "item1.X-ABLabel:Stuga", "TEL;TYPE=WORK,FAX:2", "item2.EMAIL;TYPE=INTERNET:i@ek.test", "item2.X-ABLabel:_$!<Work>!$_",
		"ADR;TYPE=HOME:;;Kaj\\, 1;Lund,Skåne;;2;", "CATEGORIES:a\\,b,c", "BDAY:1980-01-02", "URL;TYPE=HOME:http://home.test", "IMPP:xmpp:i@ek.test", "X-Foo:x", "END:VCARD")
	v40 := crlf("BEGIN:VCARD", "VERSION:4.0", "FN:Ida", "BDAY:19800102", "GENDER:F;she", `TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3`, "TEL;PREF=2:2", `ADR;LABEL="Kaj 1";TYPE=work:;;Kaj 1;Lund;;;`, "PHOTO:data:image/png;base64,iVBORw0KGgo=", "END:VCARD")
	home := Item{Parts: []string{"", "", "Kaj, 1", "Lund,Skåne", "", "2", ""}, Label: "home"}
	city := Item{Parts: []string{"", "", "Kaj, 1", "Malmö", "", "2", ""}, Label: "home"}
	adr40 := Item{Parts: []string{"", "", "Kaj 1", "Lund", "", "", ""}, Label: "work"}
	adr40b := Item{Parts: []string{"", "", "Kaj 2", "Lund", "", "", ""}, Label: "work"}

	for _, tc := range []struct {
		name, card string
		edit       func(*Card) error
		want       string
	}{
		{"same value", v30, func(c *Card) error { return c.SetField("FN", "Ida Ek") }, ""},
		{"text, escaped", v30, func(c *Card) error { return c.SetField("X-FOO", "a;b,c\\d\r\ne") }, `-X-Foo:x | +X-Foo:a\;b\,c\\d\ne`},
		{"a charset word goes in 3.0", v30, func(c *Card) error { return c.SetField("FN", "Idä") }, "-FN;CHARSET=UTF-8:Ida Ek | +FN:Idä"},
		{"folded between characters", v30, func(c *Card) error { return c.SetField("X-FOO", strings.Repeat("ä", 40)) },
			"-X-Foo:x | +X-Foo:" + strings.Repeat("ä", 34) + " | + " + strings.Repeat("ä", 6)},
		{"one component, the lists beside it stay", v30, func(c *Card) error { return c.SetField("N.family", "E;k") }, `-N:Ek;An\,na,Maria;X;; | +N:E\;k;An\,na,Maria;X;;`},
		{"a component that was not there", v21, func(c *Card) error { return c.SetField("N.suffix", "jun.") }, "-N:Ek;Ida | +N:Ek;Ida;;;jun."},
		{"department", v30, func(c *Card) error { return c.SetField("ORG.2", "") }, "-ORG:Lab;R&D;Sub | +ORG:Lab;;Sub"},
		{"what continues a blank line is not left to BEGIN", crlf("BEGIN:VCARD", "TITLE:a", "", " b", "END:VCARD"), func(c *Card) error { return c.SetField("TITLE", "") }, "-TITLE:a"},
		{"a name is blanked, not removed", v30, func(c *Card) error { return c.SetField("FN", "") }, "-FN;CHARSET=UTF-8:Ida Ek | +FN:"},
		{"a stray quote does not reach into the new value", crlf("BEGIN:VCARD", "VERSION:3.0", `TITLE;X="5:a`, "END:VCARD"), func(c *Card) error { return c.SetField("TITLE", `b":c`) }, `-TITLE;X="5:a | +TITLE;X="5":b":c`},
		{"a second title does not move up", v30, func(c *Card) error { return c.SetField("TITLE", "") }, "-TITLE:a | +TITLE:"},
		{"clearing", v30, func(c *Card) error { return c.SetField("X-FOO", "") }, "-X-Foo:x"},
		{"clearing what is not there", v30, func(c *Card) error { return c.SetField("NOTE", "") }, ""},
		{"a private page is not the company's", v30, func(c *Card) error { return c.SetField("URL", "http://a.test/x;y,z") }, "+URL:http://a.test/x;y,z"},
		{"new field", v30, func(c *Card) error { return c.SetField("NOTE", "n") }, "+NOTE:n"},
		{"nickname keeps its commas", v30, func(c *Card) error { return c.SetField("NICKNAME", "a,b;c") }, `+NICKNAME:a,b\;c`},

		{"date in its form", v30, func(c *Card) error { return c.SetField("BDAY", "1981-03-04") }, "-BDAY:1980-01-02 | +BDAY:1981-03-04"},
		{"date without hyphens", v21, func(c *Card) error { return c.SetField("BDAY", "1981-03-04") }, "-BDAY:19800102 | +BDAY:19810304"},
		{"no year in 3.0", v30, func(c *Card) error { return c.SetField("BDAY", "--03-04") }, "-BDAY:1980-01-02 | +BDAY;X-APPLE-OMIT-YEAR=1604:1604-03-04"},
		{"no year in 4.0", v40, func(c *Card) error { return c.SetField("BDAY", "--03-04") }, "-BDAY:19800102 | +BDAY:--0304"},
		{"a date in words", v40, func(c *Card) error { return c.SetField("BDAY", "circa 1800") }, "-BDAY:19800102 | +BDAY;VALUE=text:circa 1800"},
		{"gender of 4.0", v40, func(c *Card) error { return c.SetField("X-GENDER", "M") }, "-GENDER:F;she | +GENDER:M;she"},
		{"language of 4.0", v40, func(c *Card) error { return c.SetField("X-LANGUAGE", "sv") }, "+LANG:sv"},

		{"2.1 becomes quoted-printable", v21, func(c *Card) error { return c.SetField("FN", "Ärlig=\nx ") }, "-FN:Ida Ek | +FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=84rlig=3D=0D=0Ax=20"},
		{"2.1 stays plain, without escaped commas", v21, func(c *Card) error { return c.SetField("FN", "Ek, Ida; a\\b") }, `-FN:Ida Ek | +FN:Ek, Ida; a\\b`},
		{"2.1 goes back to plain", v21, func(c *Card) error { return c.SetField("NOTE", "plain") }, "-NOTE;ENCODING=QUOTED-PRINTABLE:a=3D= | -b | +NOTE:plain"},

		{"phone: value only", v30, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1", Label: "mobile"}, Item{Value: "9", Label: "mobile", Preferred: true})
		}, "-item1.TEL;type=CELL;type=VOICE;type=pref:1 | +item1.TEL;type=CELL;type=VOICE;type=pref:9"},
		{"phone: label only, the own one stays", v30, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1"}, Item{Value: "1", Label: "home", Preferred: true})
		}, "-item1.TEL;type=CELL;type=VOICE;type=pref:1 | +item1.TEL;type=VOICE;type=pref,HOME:1"},
		{"phone: no longer preferred", v30, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1"}, Item{Value: "1", Label: "mobile"})
		}, "-item1.TEL;type=CELL;type=VOICE;type=pref:1 | +item1.TEL;type=CELL;type=VOICE:1"},
		{"phone: an own label is replaced by one asked for", v30, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1"}, Item{Value: "1", Label: "assistant", Preferred: true})
		}, "-item1.TEL;type=CELL;type=VOICE;type=pref:1 | -item1.X-ABLabel:Stuga | +item1.TEL;type=VOICE;type=pref:1 | +item1.X-ABLabel:Assistant"},
		{"phone: removed with its label line", v30, func(c *Card) error { return c.RemoveItem("TEL", Item{Value: "1"}) },
			"-item1.TEL;type=CELL;type=VOICE;type=pref:1 | -item1.X-ABLabel:Stuga"},
		{"phone: another becomes the preferred one", v30, func(c *Card) error {
			return c.AddItem("TEL", Item{Value: "8", Label: "work", Preferred: true})
		}, "-item1.TEL;type=CELL;type=VOICE;type=pref:1 | +item1.TEL;type=CELL;type=VOICE:1 | +TEL;TYPE=WORK,VOICE,PREF:8"},
		{"phone: the assistant's needs a label line", v30, func(c *Card) error { return c.AddItem("TEL", Item{Value: "8", Label: "assistant"}) },
			"+item3.TEL;TYPE=VOICE:8 | +item3.X-ABLabel:Assistant"},
		{"phone of 2.1: label in bare words", v21, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "2"}, Item{Value: "2", Label: "home", Preferred: true})
		}, "-TEL;WORK;VOICE:2 | +TEL;VOICE;PREF;HOME:2"},
		{"phone of 4.0: stays a tel address", v40, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "+46-1 ext. 3"}, Item{Value: "+46 (2) 5 ext. 4", Label: "work", Preferred: true})
		}, `-TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3 | +TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-2-5;ext=4`},
		{"phone of 4.0: text where no address is possible", v40, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "+46-1 ext. 3"}, Item{Value: "040 5", Label: "work", Preferred: true})
		}, `-TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3 | +TEL;TYPE="work,voice";PREF=1:040 5`},
		{"phone of 4.0: preferred and mobile", v40, func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "2"}, Item{Value: "2", Label: "mobile", Preferred: true})
		}, `-TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3 | -TEL;PREF=2:2 | +TEL;VALUE=uri;TYPE="work,voice":tel:+46-1;ext=3 | +TEL;PREF=1;TYPE=cell:2`},
		{"phone: a label of one's own", v30, func(c *Card) error {
			return c.AddItem("TEL", Item{Value: "8", Label: "work", Custom: "Reception"})
		}, "+item3.TEL;TYPE=WORK,VOICE:8 | +item3.X-ABLabel:Reception"},
		{"phone: an entry leaves the group it shares", crlf("BEGIN:VCARD", "VERSION:3.0", "a.TEL:1", "a.EMAIL:i@ek.test", "a.X-ABLabel:Other", "END:VCARD"), func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1"}, Item{Value: "1", Label: "assistant"})
		}, "-a.TEL:1 | +item1.TEL:1 | +item1.X-ABLabel:Assistant"},
		{"fax: a family of its own", v30, func(c *Card) error {
			return c.ReplaceItem("FAX", Item{Value: "2"}, Item{Value: "2", Label: "home"})
		}, "-TEL;TYPE=WORK,FAX:2 | +TEL;TYPE=FAX,HOME:2"},
		{"fax: new", v21, func(c *Card) error { return c.AddItem("FAX", Item{Value: "7", Label: "work"}) }, "+TEL;FAX;WORK:7"},

		{"mail: new in 3.0", v30, func(c *Card) error { return c.AddItem("EMAIL", Item{Value: "w@ek.test", Label: "home"}) }, "+EMAIL;TYPE=INTERNET,HOME:w@ek.test"},
		{"mail: new in 4.0", v40, func(c *Card) error { return c.AddItem("EMAIL", Item{Value: "w@ek.test", Label: "work"}) }, "+EMAIL;TYPE=work:w@ek.test"},
		{"mail: a label Apple wrote gives way", v30, func(c *Card) error {
			return c.ReplaceItem("EMAIL", Item{Value: "i@ek.test"}, Item{Value: "i@ek.test", Label: "home"})
		}, "-item2.EMAIL;TYPE=INTERNET:i@ek.test | -item2.X-ABLabel:_$!<Work>!$_ | +item2.EMAIL;TYPE=INTERNET,HOME:i@ek.test"},
		{"mail: for invoices", v30, func(c *Card) error {
			return c.ReplaceItem("EMAIL", Item{Value: "i@ek.test"}, Item{Value: "f@ek.test", Label: "invoice"})
		}, "-item2.EMAIL;TYPE=INTERNET:i@ek.test | -item2.X-ABLabel:_$!<Work>!$_ | +item2.EMAIL;TYPE=INTERNET:f@ek.test | +item2.X-ABLabel:Invoice"},
		{"address: the city, not the rest", v30, func(c *Card) error { return c.ReplaceItem("ADR", home, city) },
			`-ADR;TYPE=HOME:;;Kaj\, 1;Lund,Skåne;;2; | +ADR;TYPE=HOME:;;Kaj\, 1;Malmö;;2;`},
		{"address: the printed form of the old one goes", v40, func(c *Card) error { return c.ReplaceItem("ADR", adr40, adr40b) },
			`-ADR;LABEL="Kaj 1";TYPE=work:;;Kaj 1;Lund;;; | +ADR;TYPE=work:;;Kaj 2;Lund;;;`},
		{"category: added", v30, func(c *Card) error { return c.AddItem("CATEGORIES", Item{Value: "d,e"}) }, `-CATEGORIES:a\,b,c | +CATEGORIES:a\,b,c,d\,e`},
		{"category: replaced", v30, func(c *Card) error { return c.ReplaceItem("CATEGORIES", Item{Value: "c"}, Item{Value: "x"}) }, `-CATEGORIES:a\,b,c | +CATEGORIES:a\,b,x`},
		{"category: removed", v30, func(c *Card) error { return c.RemoveItem("CATEGORIES", Item{Value: "a,b"}) }, `-CATEGORIES:a\,b,c | +CATEGORIES:c`},
		{"list: what is there stays, one changes, one goes, one comes", v30, func(c *Card) error {
			return c.SetList("TEL", []Item{{Value: "5", Label: "work"}, {Value: "1", Label: "mobile", Preferred: true}})
		}, "+TEL;TYPE=WORK,VOICE:5"},
		{"list: emptied", v40, func(c *Card) error { return c.SetList("TEL", nil) }, `-TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3 | -TEL;PREF=2:2`},
		{"list: paired by value, then by label", v40, func(c *Card) error {
			return c.SetList("TEL", []Item{{Value: "+46-9", Label: "work", Preferred: true}, {Value: "2", Label: "home"}})
		}, `-TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-1;ext=3 | -TEL;PREF=2:2 | +TEL;VALUE=uri;TYPE="work,voice";PREF=1:tel:+46-9 | +TEL;PREF=2;TYPE=home:2`},

		{"photo in 3.0", v30, func(c *Card) error { return c.SetPhoto([]byte("\xff\xd8\xff\xe0"), "") }, "+PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A=="},
		{"photo in 2.1, with its blank line", v21, func(c *Card) error { return c.SetPhoto([]byte("\xff\xd8\xff\xe0"), "image/jpeg") }, "+PHOTO;ENCODING=BASE64;JPEG:/9j/4A== | +"},
		{"photo in 4.0", v40, func(c *Card) error { return c.SetPhoto([]byte("\xff\xd8\xff\xe0"), "image/jpeg") }, "-PHOTO:data:image/png;base64,iVBORw0KGgo= | +PHOTO:data:image/jpeg;base64,/9j/4A=="},
		{"photo in 4.0, in the form the card has", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:X\r\nitem1.PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo=\r\nEND:VCARD\r\n",
			func(c *Card) error { return c.SetPhoto([]byte("\xff\xd8\xff\xe0"), "image/jpeg") },
			"-item1.PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo= | +item1.PHOTO;ENCODING=b;TYPE=JPEG:/9j/4A=="},
		{"photo in 4.0 encoded", v40, func(c *Card) error {
			if !c.EncodePhoto() || c.EncodePhoto() {
				return errors.New("it is not encoded once")
			}
			return nil
		}, "-PHOTO:data:image/png;base64,iVBORw0KGgo= | +PHOTO;ENCODING=b;TYPE=PNG:iVBORw0KGgo="},
		{"the same photo", v40, func(c *Card) error { return c.SetPhoto([]byte("\x89PNG\r\n\x1a\n"), "image/png") }, ""},
		{"company", v30, func(c *Card) error { return c.SetCompany(true) }, "+X-ABShowAs:COMPANY"},
		{"company in 4.0", v40, func(c *Card) error { return c.SetCompany(true) }, "+KIND:org"},
		{"revision", v30, func(c *Card) error { return c.SetRev(time.Unix(0, 0)) }, "+REV:19700101T000000Z"},
		{"revision in 4.0", v40, func(c *Card) error { return c.SetRev(time.Unix(0, 0)) }, "+REV:19700101T000000Z"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := mustParse(t, tc.card)
			if err := tc.edit(c); err != nil {
				t.Fatal(err)
			}
			if got := lineDiff(tc.card, string(c.Bytes())); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			again := mustParse(t, string(c.Bytes()))
			if got, want := show(again), show(c); got != want {
				t.Errorf("read again %s\nwritten    %s", got, want)
			}
			if c.Changed() != (tc.want != "") {
				t.Errorf("Changed = %v", c.Changed())
			}
		})
	}
}

func TestRefusedEdits(t *testing.T) {
	text := crlf("BEGIN:VCARD", "VERSION:3.0", "UID:u", "N:Ek;;;;", "FN:Ek", "TEL:1", "END:VCARD")
	for _, tc := range []struct {
		name string
		edit func(*Card) error
		kind error
	}{
		{"no UID", func(c *Card) error { return c.SetField("UID", "") }, ErrField},
		{"VERSION", func(c *Card) error { return c.SetField("VERSION", "4.0") }, ErrField},
		{"END", func(c *Card) error { return c.SetField("end", "VCARD") }, ErrField},
		{"a list as a field", func(c *Card) error { return c.SetField("TEL", "1") }, ErrField},
		{"a name with a colon", func(c *Card) error { return c.SetField("X-A:B", "1") }, ErrField},
		{"a property with a line end in its name", func(c *Card) error { return c.Add(Property{Name: "X\r\nY"}) }, ErrField},
		{"value too large", func(c *Card) error { return c.SetField("FN", strings.Repeat("x", 65<<10)) }, ErrLimit},
		{"number too large", func(c *Card) error {
			return c.ReplaceItem("TEL", Item{Value: "1"}, Item{Value: strings.Repeat("1", 65<<10), Label: "other"})
		}, ErrLimit},
		{"category too large", func(c *Card) error { return c.AddItem("CATEGORIES", Item{Value: strings.Repeat("1", 65<<10)}) }, ErrLimit},
		{"no such list", func(c *Card) error { return c.AddItem("URL", Item{Value: "1"}) }, ErrField},
		{"no such label", func(c *Card) error { return c.AddItem("FAX", Item{Value: "1", Label: "mobile"}) }, ErrField},
		{"a blank entry", func(c *Card) error { return c.AddItem("TEL", Item{Label: "work", Value: " "}) }, ErrField},
		{"an entry that is gone", func(c *Card) error { return c.RemoveItem("TEL", Item{Value: "2"}) }, ErrNoItem},
		{"replacing one that is gone", func(c *Card) error { return c.ReplaceItem("TEL", Item{Value: "2"}, Item{Value: "3", Label: "work"}) }, ErrNoItem},
		{"no image", func(c *Card) error { return c.SetPhoto([]byte("hello"), "") }, ErrField},
		{"an image too large", func(c *Card) error { return c.SetPhoto(make([]byte, 5<<20+1), "image/png") }, ErrLimit},
		{"an image of 50,000 by 50,000 pixels in 40 bytes", func(c *Card) error { return c.SetPhoto(pngHeader(50000, 50000), "image/png") }, ErrLimit},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := mustParse(t, text)
			if err := tc.edit(c); !errors.Is(err, tc.kind) {
				t.Errorf("error = %v, want %v", err, tc.kind)
			}
			if c.Changed() {
				t.Errorf("the refused edit changed the card: %s", lineDiff(text, string(c.Bytes())))
			}
		})
	}
}

func TestNewCard(t *testing.T) {
	c := New("0b6c5f1e-aaaa-4bbb-8ccc-1234567890ab")
	for _, err := range []error{
		c.SetField("FN", "Anna Ärlig"), c.SetField("N.family", "Ärlig"), c.SetField("N.given", "Anna"),
		c.AddItem("TEL", Item{Value: "+46 70 1", Label: "mobile"}), c.AddItem("FAX", Item{Value: "+46 40 1", Label: "work"}),
		c.AddItem("EMAIL", Item{Value: "anna@lab.test", Label: "work", Preferred: true}),
		c.AddItem("ADR", Item{Parts: []string{"", "", "Gatan 1", "Malmö", "", "21119", "SE"}, Label: "delivery"}),
		c.AddItem("CATEGORIES", Item{Value: "Lab"}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := crlf("BEGIN:VCARD", "VERSION:3.0", "UID:0b6c5f1e-aaaa-4bbb-8ccc-1234567890ab", "FN:Anna Ärlig", "N:Ärlig;Anna;;;",
		"TEL;TYPE=CELL:+46 70 1", "TEL;TYPE=FAX,WORK:+46 40 1", "EMAIL;TYPE=INTERNET,WORK,PREF:anna@lab.test",
		"item1.ADR:;;Gatan 1;Malmö;;21119;SE", "item1.X-ABLabel:Delivery", "CATEGORIES:Lab", "END:VCARD")
	if got := string(c.Bytes()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestIdentity(t *testing.T) {
	if !SameUID("urn:uuid:AB-1", "ab-1") || SameUID("ab-1", "ab-2") {
		t.Error("SameUID")
	}
	for _, rev := range []string{"2026-11-22T03:00:00Z", "20261122T030000Z", "2026-11-22T04:00:00+01:00"} {
		c := mustParse(t, crlf("BEGIN:VCARD", "VERSION:3.0", "REV:"+rev, "END:VCARD"))
		if at, ok := c.Rev(); !ok || at.Unix() != 1795316400 {
			t.Errorf("Rev of %s = %v, %v", rev, at, ok)
		}
	}
	group := mustParse(t, crlf("BEGIN:VCARD", "VERSION:3.0", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1", "END:VCARD"))
	if group.Kind() != Group {
		t.Error("a group of Apple's is not seen")
	}
	company := mustParse(t, crlf("BEGIN:VCARD", "VERSION:3.0", "X-ABSHOWAS:COMPANY", "END:VCARD"))
	if err := company.SetCompany(false); err != nil || company.Kind() != Person {
		t.Error("the mark of a company stays", err)
	}
}

// A blank field is not a missing one: every card shows all of FieldNames,
// those asked for, and all lists.
func TestEverythingIsShown(t *testing.T) {
	c := mustParse(t, crlf("BEGIN:VCARD", "VERSION:3.0", "END:VCARD"))
	fields := c.Fields("X-SYNC-ID", "GEO")
	for _, name := range append(slices.Clone(FieldNames), "X-SYNC-ID", "GEO") {
		if value, shown := fields[name]; !shown || value != "" {
			t.Errorf("%s = %q, %v", name, value, shown)
		}
	}
	for _, name := range ListNames {
		if items, shown := c.Lists()[name]; !shown || len(items) != 0 {
			t.Errorf("%s = %v, %v", name, items, shown)
		}
	}
}

// The raw model: parameters decode and are set without touching each other.
func TestParams(t *testing.T) {
	p := Params(`;TYPE=a,b;X-Q="c;d,e";HOME;X-C=^'hi^'^n^^;QUOTED-PRINTABLE;type=d`)
	if got := slices.Collect(p.Types()); !slices.Equal(got, []string{"a", "b", "HOME", "d"}) {
		t.Errorf("Types = %q", got)
	}
	if p.Get("x-q") != "c;d,e" || p.Get("X-C") != "\"hi\"\n^" || p.encoding() != encQuoted || p.Has("X-Z") {
		t.Errorf("Get = %q %q", p.Get("x-q"), p.Get("X-C"))
	}
	if got := p.With("X-Q", `a"b`, "c:d"); got != `;TYPE=a,b;X-Q=a^'b,"c:d";HOME;X-C=^'hi^'^n^^;QUOTED-PRINTABLE;type=d` {
		t.Errorf("With = %s", got)
	}
	for q := range p.With("X-Q", `a"b`, "c:d").All() {
		if q.Name == "X-Q" && !slices.Equal(q.Values(), []string{`a"b`, "c:d"}) {
			t.Errorf("Values = %q", q.Values())
		}
	}
	if got := p.Without("ENCODING").Without("TYPE"); got != `;X-Q="c;d,e";X-C=^'hi^'^n^^` {
		t.Errorf("Without = %s", got)
	}
	if got := Params(`;TYPE="work,voice"`).WithTypes(V40, "cell"); got != `;TYPE="work,voice,cell"` {
		t.Errorf("WithTypes = %s", got)
	}
}
