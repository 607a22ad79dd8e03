package carddav_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
	"kith/lab"
)

// dot and dash are two pictures.
var (
	dot  = "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n."))
	dash = "data:image/png;base64," + base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n-"))
)

func card40(uid string) string {
	return strings.Replace(plainCard(uid, "CEO"), "VERSION:3.0", "VERSION:4.0", 1)
}

// paint writes a picture on a card and says how often that asked the server to
// write.
func paint(t *testing.T, c connector.Connector, name, picture string, puts func() int) (answer contact.Record, n int) {
	t.Helper()
	r, err := c.Get(t.Context(), contact.Person, name)
	if err != nil {
		t.Fatal(err)
	}
	before := puts()
	set := contact.Values{Fields: contact.Fields{"PHOTO": picture, "NOTE": "with " + picture[len(picture)-4:]}}
	answer, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: name, Version: r.Version, Values: set})
	if err != nil {
		t.Fatal(err)
	}
	return answer, puts() - before
}

// A picture that a server cuts off a 4.0 card is written in the form that it
// keeps, and those that follow at once. Where it keeps none, the answer says
// nothing of a picture, and the rest of the card is written.
func TestPictureOnACard40(t *testing.T) {
	for name, tt := range map[string]struct {
		soft         func() sim.Software
		first, later int // how often is written
		form         string
	}{
		"one that keeps it":         {sim.Xandikos, 1, 1, "PHOTO:data:image/png;base64,"},
		"one that cuts it":          {sim.Radicale, 2, 1, "PHOTO;ENCODING=b;TYPE=PNG:"},
		"one that keeps no picture": {pictureless, 2, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := simulate(t, tt.soft())
			d.settings.Fields[contact.Person] = append(d.settings.Fields[contact.Person], "PHOTO")
			var writes int
			d.Inject(func(r sim.Request) sim.Fault {
				if r.Method == "PUT" {
					writes++
				}
				return sim.Fault{}
			})
			puts := func() int { return writes }
			d.book.Put("a.vcf", card40("a"))
			d.book.Put("b.vcf", card40("b"))
			c := d.open(t)
			for step, p := range []struct {
				card, picture string
				puts          int
			}{{"a.vcf", dot, tt.first}, {"b.vcf", dot, tt.later}, {"a.vcf", dash, tt.later}} {
				answer, n := paint(t, c, p.card, p.picture, puts)
				if n != p.puts || answer.Moved || answer.Fields["NOTE"] != "with "+p.picture[len(p.picture)-4:] {
					t.Errorf("step %d: %d writes, want %d; moved %t, note %q", step, n, p.puts, answer.Moved, answer.Fields["NOTE"])
				}
				shown, said := answer.Fields["PHOTO"]
				text, _ := d.book.Card(p.card)
				if tt.form == "" && said || tt.form != "" && (shown != p.picture || !strings.Contains(text, tt.form)) {
					t.Errorf("step %d: the answer shows %t %q, the card is\n%s", step, said, shown, text)
				}
			}
		})
	}
}

// pictureless is a server that loses every picture.
func pictureless() sim.Software {
	soft := sim.Radicale()
	soft.Quirks.Rewrite = append(soft.Quirks.Rewrite, sim.CutPictures)
	return soft
}

// TestPictureOnACard40OfRealServers: all of them keep it.
func TestPictureOnACard40OfRealServers(t *testing.T) {
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			book := lab.CardDAV(t, server)
			book.Put(t, "a.vcf", card40("a"))
			y, err := carddav.Open(connector.Settings{
				Name: "team", Keys: map[string]string{"url": book.URL, "user": book.User, "password": book.Password},
				Fields:      map[contact.Kind][]string{contact.Person: {"FN", "NOTE", "PHOTO"}},
				Collections: map[contact.Kind]contact.Collection{contact.Person: {}},
			})
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			c, err := y.Open(t.Context(), "")
			if err != nil {
				t.Fatal(err)
			}
			for _, picture := range []string{dot, dash} {
				if answer, _ := paint(t, c, "a.vcf", picture, func() int { return 0 }); answer.Fields["PHOTO"] != picture {
					t.Errorf("the answer shows %q", answer.Fields["PHOTO"])
				}
				if r, err := c.Get(t.Context(), contact.Person, "a.vcf"); err != nil || r.Fields["PHOTO"] != picture {
					t.Errorf("the card shows %q, %v", r.Fields["PHOTO"], err)
				}
			}
		})
	}
}
