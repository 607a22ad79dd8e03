package sqldb

import (
	"fmt"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// filled returns a place with n persons of eight fields.
func filled(b *testing.B, name string, n int) connector.Connector {
	b.Helper()
	s := newServer(b, name)
	s.exec(b, `CREATE TABLE person (id $SERIAL, given varchar(60), family varchar(60), email varchar(80), phone varchar(40), title varchar(60),
		company int, city varchar(60), note text, changed $STAMP, kith_id varchar(80))`)
	numbers := map[string]string{
		"postgres": "SELECT i FROM generate_series(1, $1::int) i",
		"mariadb":  "SELECT seq AS i FROM seq_1_to_10000000 WHERE seq <= $1",
		"sqlite":   "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1) SELECT i FROM n",
	}[name]
	family := map[bool]string{true: "concat('Lindström ', i)", false: "'Lindström ' || i"}[name == "mariadb"]
	s.exec(b, `INSERT INTO person (given, family, email, phone, title, company, city, note, changed)
		SELECT 'Johanna', `+family+`, 'johanna@acme.example', '+46701234567', 'Head of Purchasing', i % 1000, 'Göteborg', '', '2020-01-02 03:04:05' FROM (`+numbers+`) q`, n)
	s.exec(b, "CREATE INDEX person_changed ON person (changed, id)")
	return openPlace(b, s.settings(contact.Collection{Name: "person", ID: "id", Changed: "changed", Marker: "kith_id"},
		"given", "family", "email", "phone", "title", "company", "city", "note"), 0)
}

func BenchmarkPull100k(b *testing.B) {
	for _, name := range servers {
		b.Run(name, func(b *testing.B) {
			c := filled(b, name, 100_000)
			for b.Loop() {
				n, cursor := 0, ""
				for more := true; more; {
					page, err := c.Pull(b.Context(), contact.Person, cursor)
					if err != nil {
						b.Fatal(err)
					}
					n, cursor, more = n+len(page.Records), page.Next, page.More
				}
				if n != 100_000 {
					b.Fatalf("%d rows", n)
				}
			}
		})
	}
}

func BenchmarkNoChange100k(b *testing.B) {
	for _, name := range servers {
		b.Run(name, func(b *testing.B) {
			c := filled(b, name, 100_000)
			_, _, end := pullAll(b, c, "")
			for b.Loop() {
				if page, err := c.Pull(b.Context(), contact.Person, end); err != nil || len(page.Records) != 0 {
					b.Fatal(len(page.Records), err)
				}
			}
		})
	}
}

func BenchmarkList100k(b *testing.B) {
	for _, name := range servers {
		b.Run(name, func(b *testing.B) {
			c := filled(b, name, 100_000)
			for b.Loop() {
				n := 0
				err := c.(connector.Lister).List(b.Context(), contact.Person, func(string, string) error { n++; return nil })
				if err != nil || n != 100_000 {
					b.Fatal(n, err)
				}
			}
		})
	}
}

func BenchmarkUpdate1000(b *testing.B) {
	for _, name := range servers {
		b.Run(name, func(b *testing.B) {
			c := filled(b, name, 1000)
			all, _, _ := pullAll(b, c, "")
			for turn := 0; b.Loop(); turn++ {
				for id, r := range all {
					answer, err := c.Put(b.Context(), contact.Record{Kind: contact.Person, ID: id, Version: r.Version, Values: fields("title", fmt.Sprint("turn ", turn))})
					if err != nil {
						b.Fatal(err)
					}
					all[id] = answer
				}
			}
		})
	}
}
