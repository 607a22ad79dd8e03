package main

import (
	"fmt"
	"strings"
	"testing"

	"kith/lab"
)

// TestPairsMoves moves cards between two books on every pair of servers, as a
// user's program does: it stores the card in the one and deletes it in the
// other. The CRM that both feed keeps the record it has.
func TestPairsMoves(t *testing.T) {
	eachPair(t, func(t *testing.T, w *books) {
		w.env["CRM_DSN"] = lab.Postgres(t)
		crm := &trio{desk: w.desk}
		crm.crm = crm.connect("pgx", w.env["CRM_DSN"])
		crm.exec(crm.crm, `CREATE TABLE people (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name varchar(80), mail varchar(80), kith_id varchar(80))`)
		w.write("kith.yaml", fmt.Sprintf(`
leading: home
systems:
  home: {connector: carddav, url: %q, user: %s, password: env:HOME_PW}
  work: {connector: carddav, url: %q, user: %s, password: env:WORK_PW}
  crm: {connector: sqldb, dialect: postgres, dsn: env:CRM_DSN}
person:
  deletes: spread
  removal: delete
  home: {direction: gives, with: crm}
  work: {direction: gives, with: crm}
  crm: {direction: takes, collection: people, id: id, marker: kith_id, map: {name.full: name, email.work: mail}}
`, w.home.URL, w.home.User, w.work.URL, w.work.User))
		o := others(t)
		w.home.Put(t, "bo.vcf", o["Bo Ek"])
		w.home.Put(t, "cia.vcf", o["Cia Dahl"])
		w.work.Put(t, "finn.vcf", o["Finn Holm"])
		w.work.Put(t, "eva.vcf", o["Eva Gran"])
		w.sync(0)
		const people = `SELECT id, name, mail FROM people ORDER BY name`
		before := crm.rows(crm.crm, people)
		if strings.Count(before, "\n") != 3 {
			t.Fatalf("the CRM has\n%s", before)
		}

		w.work.Put(t, "moved-bo.vcf", w.home.Get(t, "bo.vcf"))
		w.home.Delete(t, "bo.vcf")
		w.home.Put(t, "moved-finn.vcf", w.work.Get(t, "finn.vcf"))
		w.work.Delete(t, "finn.vcf")
		if out, _ := w.sync(0); !strings.Contains(out, `"writes":0`) {
			t.Errorf("two moves wrote: %s", out)
		}
		if after := crm.rows(crm.crm, people); after != before {
			t.Errorf("two cards were moved between books, and the CRM has\n%s\ninstead of\n%s", after, before)
		}
		w.quiet()

		w.work.Delete(t, "moved-bo.vcf") // what was moved and is deleted then is deleted
		edit(t, w.home, "Finn Holm", "finn@fjord.example", "finn.holm@fjord.example")
		w.sync(0)
		if after := crm.rows(crm.crm, people); strings.Contains(after, "Bo Ek") || !strings.Contains(after, "Finn Holm|finn.holm@fjord.example") {
			t.Errorf("after a deletion and an edit of cards that had been moved the CRM has\n%s", after)
		}
		w.quiet()
	})
}
