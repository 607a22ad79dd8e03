package sqldb

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

func put(t testing.TB, c connector.Connector, id, version string, pairs ...string) contact.Record {
	t.Helper()
	r, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: id, Version: version, Values: fields(pairs...)})
	if err != nil {
		t.Fatalf("put %v: %v", pairs, err)
	}
	return r
}

// Of writers who saw the same row exactly one gets through, and nothing that a
// winner wrote is lost.
func TestLockRace(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60), email varchar(60))")
		s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
		one := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "email"), 0)
		two := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "email"), 0)
		for round := range 10 {
			seen, err := one.Get(t.Context(), contact.Person, "1")
			if err != nil {
				t.Fatal(err)
			}
			names := []string{fmt.Sprint("one ", round), fmt.Sprint("two ", round)}
			errs := make([]error, 2)
			var wg sync.WaitGroup
			for i, c := range []connector.Connector{one, two} {
				wg.Go(func() {
					_, errs[i] = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Version: seen.Version, Values: fields("name", names[i])})
				})
			}
			wg.Wait()
			winner := 0
			if errs[0] != nil {
				winner = 1
			}
			if errs[winner] != nil || contact.ClassOf(errs[1-winner]) != contact.Conflicting {
				t.Fatalf("round %d: %v and %v", round, errs[0], errs[1])
			}
			if now, err := one.Get(t.Context(), contact.Person, "1"); err != nil || now.Fields["name"] != names[winner] {
				t.Fatalf("round %d: the winner wrote %q, the row shows %q, %v", round, names[winner], now.Fields["name"], err)
			}
		}
	})
}

// A row that another session changes between our look and our write is not
// overwritten: the WHERE clause sees it where the look did not.
func TestWriteBehindAnOpenTransaction(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, name)
			s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60), email varchar(60))")
			s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
			c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "email"), 0)
			seen, err := c.Get(t.Context(), contact.Person, "1")
			if err != nil {
				t.Fatal(err)
			}
			tx, err := s.db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			// The same text but for its case, which some databases call equal.
			if _, err := tx.ExecContext(t.Context(), "UPDATE person SET name = 'ANN'"); err != nil {
				t.Fatal(err)
			}
			done := make(chan error, 1)
			go func() {
				_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Version: seen.Version, Values: fields("email", "ann@acme.example")})
				done <- err
			}()
			s.waitForBlocked(t)
			if err := tx.Commit(); err != nil {
				t.Fatal(err)
			}
			wantClass(t, "put", <-done, contact.Conflicting)
			if r, _ := c.Get(t.Context(), contact.Person, "1"); r.Fields["name"] != "ANN" || r.Fields["email"] != "" {
				t.Errorf("the row is %v", r.Fields)
			}
		})
	}
}

// waitForBlocked returns once some session waits for a row.
func (s *server) waitForBlocked(t *testing.T) {
	t.Helper()
	query := "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
	if s.name == "mariadb" {
		query = "SELECT count(*) FROM information_schema.innodb_trx x JOIN information_schema.processlist p ON p.id = x.trx_mysql_thread_id WHERE x.trx_state = 'LOCK WAIT' AND p.db = DATABASE()"
	}
	// InnoDB renews this table only where it was not read for 100 ms.
	for tick := range 100 {
		if tick > 0 {
			<-time.After(150 * time.Millisecond)
		}
		var n int
		if err := s.db.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n > 0 {
			return
		}
	}
	t.Fatal("nobody waits")
}

// What a trigger makes of a row is in the answer, and a stamp the trigger keeps
// is the trigger's.
func TestTriggerRewrites(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP0")
		switch s.name {
		case "postgres":
			s.exec(t, `CREATE FUNCTION tidy() RETURNS trigger LANGUAGE plpgsql AS
				'BEGIN NEW.name := upper(NEW.name); NEW.changed := ''2026-02-03 04:05:06''; RETURN NEW; END'`)
			s.exec(t, "CREATE TRIGGER tidy BEFORE INSERT OR UPDATE ON person FOR EACH ROW EXECUTE FUNCTION tidy()")
		case "mariadb":
			s.exec(t, "CREATE TRIGGER i BEFORE INSERT ON person FOR EACH ROW SET NEW.name = upper(NEW.name), NEW.changed = '2026-02-03 04:05:06'")
			s.exec(t, "CREATE TRIGGER u BEFORE UPDATE ON person FOR EACH ROW SET NEW.name = upper(NEW.name), NEW.changed = '2026-02-03 04:05:06'")
		case "sqlite":
			for _, event := range []string{"INSERT", "UPDATE OF name, email"} {
				s.exec(t, "CREATE TRIGGER t"+event[:1]+" AFTER "+event+" ON person BEGIN UPDATE person SET name = upper(NEW.name), changed = '2026-02-03 04:05:06' WHERE id = NEW.id; END")
			}
		}
		c := openPlace(t, s.settings(stamped, "name", "email", "changed"), 0)
		a := put(t, c, "", "", "name", "Ann")
		b := put(t, c, a.ID, a.Version, "name", "Bea", "email", "b@acme.example")
		for want, r := range map[string]contact.Record{"ANN": a, "BEA": b} {
			if r.Fields["name"] != want || r.Fields["changed"] != "2026-02-03T04:05:06" || r.Moved {
				t.Errorf("the answer shows %v, moved: %t", r.Fields, r.Moved)
			}
		}
		if r, err := c.Get(t.Context(), contact.Person, a.ID); err != nil || r.Version != b.Version {
			t.Errorf("the version is %s after the answer said %s, %v", r.Version, b.Version, err)
		}
	})
}

// Our own update moves a stamp that nothing else moves; an insert leaves "never
// changed" as the application shows it.
func TestStampOfOwnWrites(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, stamp := range []string{"$STAMP0", "$STAMP", "$INSTANT", "$STAMP NOT NULL"} {
			s.persons(t, stamp)
			c := openPlace(t, s.settings(stamped, "name"), 0)
			a := put(t, c, "", "", "name", "Ann")
			if strings.Contains(stamp, "NOT NULL") == a.Modified.IsZero() {
				t.Errorf("%s: a new row is stamped %v", stamp, a.Modified)
			}
			b := put(t, c, a.ID, a.Version, "name", "Anna")
			if d := time.Since(b.Modified); d < -time.Second || d > time.Minute {
				t.Errorf("%s: our update is stamped %v", stamp, b.Modified)
			}
			same := put(t, c, a.ID, b.Version, "name", "Anna")
			if same.Version != b.Version {
				t.Errorf("%s: a write of nothing moved the row", stamp)
			}
			s.exec(t, "DROP TABLE person")
		}
	})
}

func TestKeysGivenAndMade(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (no varchar(20) PRIMARY KEY, name varchar(60), kith_id varchar(80))")
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "no", Marker: "kith_id"}, "no", "name"), 0)
		a := put(t, c, "", "", "no", "K 1", "name", "Ann")
		if a.ID != "K 1" || a.Fields["no"] != "K 1" {
			t.Errorf("created %+v", a)
		}
		if b := put(t, c, a.ID, a.Version, "no", "K 1", "name", "Anna"); b.Fields["name"] != "Anna" {
			t.Errorf("an unchanged key stands in the way: %+v", b)
		}
		_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: a.ID, Values: fields("no", "K 2")})
		wantClass(t, "a changed key", err, contact.Refused)
		_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: fields("name", "nobody")})
		wantClass(t, "a row without a key", err, contact.Refused)
		_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: fields("no", "K 1", "name", "again")})
		wantClass(t, "a key that is taken", err, contact.Refused)
	})
}

// K21: what cannot be stored is refused before anything is written, in words
// that name the column and not the value.
func TestK21LimitsBeforeTheWrite(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(5) NOT NULL, code char(3), age smallint NOT NULL DEFAULT 7, born date)")
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "code", "age", "born"), 0)
		shape, err := c.Describe(t.Context(), contact.Person)
		if err != nil {
			t.Fatal(err)
		}
		limits := map[string]connector.Field{}
		for _, f := range shape.Fields {
			limits[f.Name] = f
		}
		if limits["name"].Max != 5 || !limits["name"].Required || limits["code"].Max != 3 || limits["age"].Required || limits["born"].Required {
			t.Errorf("described as %+v", shape.Fields)
		}
		a := put(t, c, "", "", "name", "ööööö", "code", "A", "age", "")
		if a.Fields["code"] != "A" || a.Fields["age"] != "7" {
			t.Errorf("created %v", a.Fields)
		}
		for name, value := range map[string]string{"name": "SECRET", "code": "SECRET", "age": "SECRET", "born": "SECRET"} {
			_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: a.ID, Values: fields(name, value)})
			wantClass(t, name, err, contact.Refused)
			if !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "SECRET") {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, name := range []string{"name", "age"} {
			_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: a.ID, Values: fields(name, "")})
			if name == "name" { // an empty text is a text
				if err != nil {
					t.Error(err)
				}
				continue
			}
			wantClass(t, "clearing "+name, err, contact.Refused)
		}
	})
}

func TestViews(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE base (id $SERIAL, name varchar(60), team varchar(60))")
		s.exec(t, "INSERT INTO base (name, team) VALUES ('Ann', 'a'), ('Bob', 'b'), ('Cid', 'a')")
		s.exec(t, "CREATE VIEW person AS SELECT id, name, team FROM base WHERE team = 'a'")
		s.exec(t, "CREATE VIEW teams AS SELECT team AS id, count(*) AS name FROM base GROUP BY team")
		if s.name == "sqlite" {
			s.exec(t, "CREATE TRIGGER pu INSTEAD OF UPDATE ON person BEGIN UPDATE base SET name = NEW.name, team = NEW.team WHERE id = NEW.id; END")
			s.exec(t, "CREATE TRIGGER pd INSTEAD OF DELETE ON person BEGIN DELETE FROM base WHERE id = OLD.id; END")
		}
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "team"), 0)
		all, _, _ := pullAll(t, c, "")
		if len(all) != 2 {
			t.Fatalf("the view shows %d rows", len(all))
		}
		if r := put(t, c, "1", all["1"].Version, "name", "Anna"); r.Fields["name"] != "Anna" {
			t.Errorf("written through the view: %+v", r)
		}
		_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: fields("team", "b")})
		wantClass(t, "a row that would vanish from the view", err, contact.Refused)
		if err := c.Remove(t.Context(), contact.Person, "3", all["3"].Version); err != nil {
			t.Error(err)
		}
		ro := openPlace(t, s.settings(contact.Collection{Name: "teams", ID: "id"}, "name"), 0)
		teams, _, _ := pullAll(t, ro, "")
		if teams["a"].Fields["name"] != "1" {
			t.Errorf("teams %v", teams)
		}
		_, err = ro.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "a", Values: fields("name", "2")})
		wantClass(t, "put into a view that cannot be written", err, contact.Forbidden)
		wantClass(t, "remove there", ro.Remove(t.Context(), contact.Person, "a", ""), contact.Forbidden)
	})
}

// Every type comes out as stable text and goes in again as the same.
func TestTypesBothWays(t *testing.T) {
	types := map[string]map[string][2]string{ // by server: type → written, shown
		"postgres": {
			"text": {"a  ", "a  "}, "varchar(9)": {"é", "é"}, "char(9)": {"ab", "ab"}, "int": {"-7", "-7"}, "numeric(9,2)": {"1.5", "1.50"},
			"float8": {"0.1", "0.1"}, "real": {"0.1", "0.1"}, "boolean": {"yes", "true"}, "date": {"1980-05-17", "1980-05-17"}, "time": {"08:30", "08:30:00"},
			"timestamp": {"2026-07-01T12:00:00.5", "2026-07-01T12:00:00.5"}, "timestamptz": {"2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00Z"},
			"bytea": {"AP8Q", "AP8Q"}, "uuid": {"6F1C0F5E-0000-5000-8000-000000000001", "6f1c0f5e-0000-5000-8000-000000000001"},
			"jsonb": {`{"a": 1}`, `{"a": 1}`}, "text[]": {"{a,b}", "{a,b}"}, "mood": {"fine", "fine"}, "shortname": {"abc", "abc"}, "inet": {"10.0.0.1", "10.0.0.1/32"},
		},
		"mariadb": {
			"text": {"a  ", "a  "}, "varchar(9)": {"é", "é"}, "char(9)": {"ab", "ab"}, "int": {"-7", "-7"}, "decimal(9,2)": {"1.5", "1.50"},
			"varchar(9) CHARACTER SET latin1": {"é", "é"}, "double": {"0.1", "0.1"}, "boolean": {"true", "1"}, "bit(1)": {"true", "true"}, "bit(4)": {"9", "9"},
			"date": {"1980-05-17", "1980-05-17"}, "time": {"08:30", "08:30:00"}, "datetime(1)": {"2026-07-01T12:00:00.5", "2026-07-01T12:00:00.5"},
			"timestamp NULL": {"2026-07-01T12:00:00+02:00", "2026-07-01T10:00:00Z"}, "varbinary(9)": {"AP8Q", "AP8Q"}, "blob": {"AP8Q", "AP8Q"},
			"uuid": {"6F1C0F5E-0000-5000-8000-000000000001", "6f1c0f5e-0000-5000-8000-000000000001"}, "enum('fine','bad')": {"fine", "fine"},
			"json": {`{"a": 1}`, `{"a": 1}`}, "bigint unsigned": {"18446744073709551615", "18446744073709551615"}, "year": {"2026", "2026"},
		},
		"sqlite": {
			"text": {"a  ", "a  "}, "varchar(9)": {"é", "é"}, "char(9)": {"ab", "ab"}, "int": {"-7", "-7"}, "decimal(9,2)": {"1.5", "1.5"}, "real": {"0.1", "0.1"},
			"boolean": {"yes", "true"}, "date": {"1980-05-17", "1980-05-17"}, "time": {"08:30", "08:30"}, "datetime": {"2026-07-01T12:00:00", "2026-07-01T12:00:00"},
			"blob": {"AP8Q", "AP8Q"}, "": {"x", "x"},
		},
	}
	eachServer(t, func(t *testing.T, s *server) {
		if s.name == "postgres" {
			s.exec(t, "CREATE TYPE mood AS ENUM ('fine', 'bad')")
			s.exec(t, "CREATE DOMAIN shortname AS varchar(3)")
		}
		n := 0
		for typ, texts := range types[s.name] {
			n++
			table := fmt.Sprint("t", n)
			s.exec(t, "CREATE TABLE "+table+" (id $SERIAL, v "+typ+")")
			c := openPlace(t, s.settings(contact.Collection{Name: table, ID: "id"}, "v"), 0)
			a := put(t, c, "", "", "v", texts[0])
			if a.Fields["v"] != texts[1] {
				t.Errorf("%s: %q shows as %q, want %q", typ, texts[0], a.Fields["v"], texts[1])
			}
			again := put(t, c, a.ID, a.Version, "v", texts[1])
			if again.Version != a.Version {
				t.Errorf("%s: writing what is shown moves the row", typ)
			}
			empty := put(t, c, a.ID, again.Version, "v", "")
			if empty.Fields["v"] != "" {
				t.Errorf("%s: cleared, it shows %q", typ, empty.Fields["v"])
			}
			if back := put(t, c, a.ID, empty.Version, "v", texts[1]); back.Fields["v"] != texts[1] || back.Version != a.Version {
				t.Errorf("%s: written back, it shows %q", typ, back.Fields["v"])
			}
		}
	})
}

// A call ends when its time is up, though a row is held by somebody else.
func TestHeldRow(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60))")
		s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name"), 0)
		tx, err := s.db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.ExecContext(t.Context(), "UPDATE person SET name = 'held'"); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err = c.Put(ctx, contact.Record{Kind: contact.Person, ID: "1", Values: fields("name", "ours")})
		if class := contact.ClassOf(err); class != contact.Uncertain && class != contact.Unreachable && class != contact.Throttled {
			t.Errorf("class %q: %v", class, err)
		}
		if late := time.Since(deadline(ctx)); late > time.Second {
			t.Errorf("the call ended %v too late", late)
		}
	})
}

func deadline(ctx context.Context) time.Time {
	at, _ := ctx.Deadline()
	return at
}
