package carddav

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/vcard"
	"kith/lab"
)

// picture makes a photo of about 150 kB.
func picture(t *testing.T) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	m := image.NewGray(image.Rect(0, 0, 400, 375))
	for i := range m.Pix {
		m.Pix[i] = byte(random.IntN(256))
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// rich is a card with all that cards hold and no row maps.
func rich(photo []byte) string {
	lines := []string{
		"BEGIN:VCARD", "VERSION:3.0", "UID:rich", "FN:Anna Ärlig", "N:Ärlig;Anna;Maria;Dr.;jun.", "NICKNAME:Ann,Annie",
		"ORG:Acme \\, Inc;R&D;Lab", "TITLE:CEO", "ROLE:boss", "item1.TEL;TYPE=VOICE:+46 70 123 45 67", "item1.X-ABLabel:Sommerhaus",
		"TEL;TYPE=WORK,FAX:+46 31 1", "EMAIL;TYPE=INTERNET,WORK,PREF:anna@acme.example", "ADR;TYPE=WORK:;;Weg 1;Berlin;;10115;Deutschland",
		"NOTE:first\\nsecond", "URL:https://acme.example/?a=1;b=2", "BDAY:1980-01-02", "CATEGORIES:VIP,Süd", "X-CUSTOM;X-P=1:left alone",
		"GEO:57.7;11.9", "TZ:+01:00",
		"PHOTO;ENCODING=b;TYPE=PNG:" + base64.StdEncoding.EncodeToString(photo), "END:VCARD", "",
	}
	return strings.Join(lines, "\r\n")
}

// shown is what a card shows, whatever a server has made of its lines.
func shown(t *testing.T, v *vcard.Card, without string) string {
	t.Helper()
	fields := v.Fields("GEO", "TZ")
	delete(fields, "REV")
	delete(fields, without)
	photo, _, err := v.Photo()
	if err != nil {
		t.Fatalf("photo: %v", err)
	}
	return fmt.Sprintf("%q\n%+v\n%x", fields, v.Lists(), photo.Data)
}

// Our edit of one field of a rich card leaves all the rest as it was, photo and
// labels included, on every server.
func TestR049EditKeepsTheRest(t *testing.T) {
	photo := picture(t)
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			book := lab.CardDAV(t, server)
			book.Put(t, "Anna å@+.vcf", rich(photo))
			read := func() *vcard.Card {
				v, err := vcard.Parse([]byte(book.Get(t, "Anna å@+.vcf")))
				if err != nil {
					t.Fatal(err)
				}
				return v
			}
			before := shown(t, read(), "TITLE")
			y, err := Open(settingsFor(book.URL, book.User, book.Password))
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			c, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			page, err := c.Pull(t.Context(), contact.Person, "")
			if err != nil || len(page.Records) != 1 {
				t.Fatalf("%d records, %v", len(page.Records), err)
			}
			r := page.Records[0]
			r.Values = contact.Values{Fields: contact.Fields{"TITLE": "CFO"}}
			answer, err := c.Put(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Fields["TITLE"] != "CFO" || answer.Moved {
				t.Errorf("the answer has moved: %t, title %q", answer.Moved, answer.Fields["TITLE"])
			}
			after := read()
			if after.Field("TITLE") != "CFO" {
				t.Errorf("the title is %q", after.Field("TITLE"))
			}
			if now := shown(t, after, "TITLE"); now != before {
				t.Errorf("an edit of the title changed the rest:\n%.2000s\nwas\n%.2000s", now, before)
			}
		})
	}
}

// A photo written by us comes back with the same bytes.
func TestPhotoBothWays(t *testing.T) {
	photo := picture(t)
	text := "data:image/png;base64," + base64.StdEncoding.EncodeToString(photo)
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			book := lab.CardDAV(t, server)
			y, err := Open(settingsFor(book.URL, book.User, book.Password))
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			c, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			set := contact.Values{Fields: contact.Fields{"FN": "Anna Berg", "N.family": "Berg", "PHOTO": text}}
			r, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Marker: "kith:p1", Values: set})
			if err != nil {
				t.Fatal(err)
			}
			page, err := c.Pull(t.Context(), contact.Person, "")
			if err != nil || len(page.Records) != 1 {
				t.Fatalf("%d records, %v", len(page.Records), err)
			}
			if r.Fields["PHOTO"] != text || page.Records[0].Fields["PHOTO"] != text {
				t.Error("the photo came back as another")
			}
			if page.Records[0].Version != r.Version {
				t.Errorf("version %q pulled, %q answered", page.Records[0].Version, r.Version)
			}
		})
	}
}
