package sqldb

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"kith/internal/contact"
)

func TestConstraintsAreRefusedByName(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE firm (no varchar(20) PRIMARY KEY)")
		s.exec(t, `CREATE TABLE person (id $SERIAL, name varchar(60) NOT NULL, mail varchar(60), firm varchar(20), age int,
			CONSTRAINT one_mail UNIQUE (mail), CONSTRAINT of_age CHECK (age > 17), CONSTRAINT its_firm FOREIGN KEY (firm) REFERENCES firm (no))`)
		s.exec(t, "INSERT INTO firm VALUES ('F1')")
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name", "mail", "firm", "age"), 0)
		put(t, c, "", "", "name", "Ann", "mail", "SECRET", "firm", "F1")
		for _, tc := range []struct {
			says, sqlite string // what the sentence names; SQLite often knows the column only
			set          contact.Values
		}{
			{"one_mail", "mail", fields("name", "Bob", "mail", "SECRET")},
			{"of_age", "of_age", fields("name", "Bob", "age", "16")},
			{"its_firm", "foreign key", fields("name", "Bob", "firm", "SECRET")},
			{"name", "name", fields("mail", "other")},
		} {
			says := tc.says
			if s.name == "sqlite" {
				says = tc.sqlite
			}
			_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: tc.set})
			wantClass(t, says, err, contact.Refused)
			if err != nil && (!strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "SECRET")) {
				t.Errorf("%s: %v", says, err)
			}
		}
		firms := openPlace(t, s.settings(contact.Collection{Name: "firm", ID: "no"}), 0)
		wantClass(t, "removing what is referred to", firms.Remove(t.Context(), contact.Person, "F1", ""), contact.Refused)
		if all, _, _ := pullAll(t, c, ""); len(all) != 1 {
			t.Errorf("%d rows after refusals", len(all))
		}
	})
}

func TestTriggerThatRefuses(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60))")
		switch s.name {
		case "postgres":
			s.exec(t, `CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not %'', NEW.name; END'`)
			s.exec(t, "CREATE TRIGGER no BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION no()")
		case "mariadb":
			s.exec(t, "CREATE TRIGGER no BEFORE INSERT ON person FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'not SECRET'")
		case "sqlite":
			s.exec(t, "CREATE TRIGGER no BEFORE INSERT ON person BEGIN SELECT RAISE(ABORT, 'not SECRET'); END")
		}
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name"), 0)
		_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: fields("name", "SECRET")})
		wantClass(t, "insert", err, contact.Refused)
		if err == nil || strings.Contains(err.Error(), "SECRET") || !strings.Contains(err.Error(), "trigger") {
			t.Errorf("%v", err)
		}
	})
}

func TestSetupNamesTheNearest(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, `CREATE TABLE `+s.speak.quote("F_Contact")+` (id $SERIAL, name varchar(60), number int)`)
		for _, tc := range []struct {
			c    contact.Collection
			says string
		}{
			{contact.Collection{Name: "f_contakt", ID: "id"}, `nearest is "F_Contact"`},
			{contact.Collection{Name: "F_Contact", ID: "ide"}, `nearest is "id"`},
			{contact.Collection{Name: "F_Contact", ID: "id", Marker: "nam"}, `nearest is "name"`},
			{contact.Collection{Name: "F_Contact", ID: "id", Changed: "number"}, "holds no times"},
			{contact.Collection{Name: `x"; DROP TABLE "F_Contact"; --`, ID: "id"}, "there is no table"},
		} {
			y, err := Open(s.settings(tc.c))
			if err != nil {
				t.Fatal(err)
			}
			defer y.Close()
			_, err = y.Open(t.Context(), "")
			wantClass(t, tc.says, err, contact.Setup)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v, want %s", err, tc.says)
			}
		}
		// Names are found whatever their case, as most databases fold them.
		c := openPlace(t, s.settings(contact.Collection{Name: "F_CONTACT", ID: "ID"}, "Name"), 0)
		if r := put(t, c, "", "", "Name", "Ann"); r.Fields["Name"] != "Ann" {
			t.Errorf("%+v", r)
		}
	})
}

// Names that would be SQL are names.
func TestHostileIdentifiers(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		table, column := "a\"`]; DROP TABLE x; --", "O'Brien \"`] $1 ?"
		s.exec(t, "CREATE TABLE x (id int)")
		if _, err := s.db.ExecContext(t.Context(), s.ddl("CREATE TABLE "+s.speak.quote(table)+" (id $SERIAL, "+s.speak.quote(column)+" varchar(60))")); err != nil {
			t.Fatal(err)
		}
		c := openPlace(t, s.settings(contact.Collection{Name: table, ID: "id"}, column), 1)
		a := put(t, c, "", "", column, "v'\"`; DROP TABLE x; --")
		b := put(t, c, a.ID, a.Version, column, "w")
		if all, _, _ := pullAll(t, c, ""); all[a.ID].Fields[column] != "w" {
			t.Errorf("%+v", all)
		}
		if err := c.Remove(t.Context(), contact.Person, a.ID, b.Version); err != nil {
			t.Error(err)
		}
		s.exec(t, "SELECT 1 FROM x")
	})
}

func TestSchemaInFront(t *testing.T) {
	s := newServer(t, "postgres")
	s.exec(t, "CREATE SCHEMA sales; CREATE TABLE sales.person (id int PRIMARY KEY, name text); CREATE TABLE person (id int PRIMARY KEY, name text)")
	s.exec(t, "INSERT INTO sales.person VALUES (1, 'sales'); INSERT INTO person VALUES (1, 'public')")
	for name, want := range map[string]string{"sales.person": "sales", "person": "public", "SALES.Person": "sales"} {
		c := openPlace(t, s.settings(contact.Collection{Name: name, ID: "id"}, "name"), 0)
		if all, _, _ := pullAll(t, c, ""); all["1"].Fields["name"] != want {
			t.Errorf("%s shows %v", name, all)
		}
		if !strings.Contains(c.Account(), want+".person") {
			t.Errorf("%s: account %s", name, c.Account())
		}
	}
}

func TestPermissionDenied(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, name)
			s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60))")
			s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
			who, dsn := newLogin(t, s)
			switch name {
			case "postgres":
				s.exec(t, "REVOKE ALL ON person FROM "+string(who)+"; GRANT SELECT ON person TO "+string(who))
			case "mariadb":
				u, _ := url.Parse(dsn)
				s.exec(t, "REVOKE ALL ON "+u.Path[1:]+".* FROM "+string(who)+"@'127.0.0.1'; GRANT SELECT ON "+u.Path[1:]+".* TO "+string(who)+"@'127.0.0.1'")
			}
			settings := s.settings(contact.Collection{Name: "person", ID: "id"}, "name")
			settings.Keys["dsn"] = dsn
			c := openPlace(t, settings, 0)
			if all, _, _ := pullAll(t, c, ""); len(all) != 1 {
				t.Errorf("%d rows", len(all))
			}
			_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: fields("name", "x")})
			wantClass(t, "put", err, contact.Forbidden)
			wantClass(t, "remove", c.Remove(t.Context(), contact.Person, "1", ""), contact.Forbidden)
		})
	}
}

// FAULTS row 7: an answer that breaks off is an error, never a short list. Every
// length is tried until one is enough for everything.
func TestHalfAnswers(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, name)
			s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(200))")
			for range 40 {
				s.exec(t, "INSERT INTO person (name) VALUES ($1)", strings.Repeat("x", 100))
			}
			for cut := 200; ; cut += 397 {
				p, through := newProxy(t, s.dsn)
				settings := s.settings(contact.Collection{Name: "person", ID: "id"}, "name")
				settings.Keys["dsn"] = through
				c := openPlace(t, settings, 0)
				p.CutAfter(cut)
				page, err := c.Pull(t.Context(), contact.Person, "")
				p.Down()
				if err == nil {
					if len(page.Records) != 40 {
						t.Fatalf("cut after %d bytes: %d records and no error", cut, len(page.Records))
					}
					if cut < 4000 {
						t.Fatalf("40 rows of 100 letters came in %d bytes: the cut does not work", cut)
					}
					return
				}
				wantClass(t, "pull", err, contact.Unreachable)
				if len(page.Records) != 0 || page.Next != "" {
					t.Fatalf("cut after %d bytes: an error with a page", cut)
				}
			}
		})
	}
}

// A row that somebody has open is one record that waits; the system is well.
func TestHeldRowIsOneRecordThatWaits(t *testing.T) {
	for _, tc := range []struct {
		dialect dialect
		err     error
	}{
		{postgres{}, &pgconn.PgError{Code: "55P03"}},
		{&mysqlDialect{}, &mysql.MySQLError{Number: 1205}},
	} {
		y := &system{dialect: tc.dialect}
		y.settings.Name = "erp"
		var e *contact.Error
		if err := y.failed(tc.err, true); !errors.As(err, &e) || e.Class != contact.Refused || e.After <= 0 {
			t.Errorf("%T: a write fails as %s, to be tried again after %v", tc.dialect, contact.ClassOf(err), e.After)
		}
		if class := contact.ClassOf(y.failed(tc.err, false)); class != contact.Throttled { // nothing was sent, so it is not about one row
			t.Errorf("%T: a read fails as %s", tc.dialect, class)
		}
	}
}

// Deadlocks are nobody's fault: both writers get through.
func TestDeadlockIsTriedAgain(t *testing.T) {
	for _, name := range []string{"postgres", "mariadb"} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, name)
			s.exec(t, "CREATE TABLE other (id int PRIMARY KEY, n int)")
			s.exec(t, "INSERT INTO other VALUES (1, 0)")
			s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60))")
			s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
			switch name { // an update of a person touches the other table too
			case "postgres":
				s.exec(t, `CREATE FUNCTION tick() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE other SET n = n + 1; RETURN NEW; END'`)
				s.exec(t, "CREATE TRIGGER tick AFTER UPDATE ON person FOR EACH ROW EXECUTE FUNCTION tick()")
			case "mariadb":
				s.exec(t, "CREATE TRIGGER tick AFTER UPDATE ON person FOR EACH ROW UPDATE other SET n = n + 1")
			}
			c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name"), 0)
			tx, err := s.db.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			if _, err := tx.ExecContext(t.Context(), "UPDATE other SET n = 100"); err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			var answer contact.Record
			var putErr error
			wg.Go(func() {
				answer, putErr = c.Put(context.WithoutCancel(t.Context()), contact.Record{Kind: contact.Person, ID: "1", Values: fields("name", "ours")})
			})
			s.waitForBlocked(t)
			_, lockErr := tx.ExecContext(t.Context(), "UPDATE person SET name = 'theirs'") // one of the two is the victim
			if lockErr == nil {
				lockErr = tx.Commit()
			} else {
				_ = tx.Rollback()
			}
			wg.Wait()
			if putErr != nil || answer.Fields["name"] != "ours" {
				t.Errorf("our write: %v, %v; theirs: %v", answer.Fields, putErr, lockErr)
			}
		})
	}
}

func TestReadOnlySystem(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60), kith_id varchar(80))")
		s.exec(t, "INSERT INTO person (name) VALUES ('Ann')")
		settings := s.settings(contact.Collection{Name: "person", ID: "id", Marker: "kith_id"}, "name")
		settings.ReadOnly = true
		c := openPlace(t, settings, 0)
		if all, _, _ := pullAll(t, c, ""); len(all) != 1 {
			t.Errorf("%d rows", len(all))
		}
		_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: fields("name", "x")})
		wantClass(t, "put", err, contact.Refused)
		wantClass(t, "remove", c.Remove(t.Context(), contact.Person, "1", ""), contact.Refused)
	})
}
