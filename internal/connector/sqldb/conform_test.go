package sqldb

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
)

const testPassword = "s3cret-Pa55/w@rd"

// TestConformance puts every dialect with a real server through the suite: with
// stamp and marker, and with neither.
func TestConformance(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, plain := range []bool{false, true} {
			name := "stamp and marker"
			if plain {
				name = "neither"
			}
			t.Run(name, func(t *testing.T) {
				var n atomic.Int64
				conntest.Run(t, conntest.Harness{
					New:     func(t *testing.T) *conntest.Place { return newConformPlace(t, s, plain, int(n.Add(1))) },
					Secrets: []string{testPassword, url.QueryEscape(testPassword)},
				})
			})
		}
	})
}

func newConformPlace(t *testing.T, s *server, plain bool, n int) *conntest.Place {
	t.Helper()
	table := fmt.Sprintf("Person %d%t", n, plain)
	quoted := s.speak.quote(table)
	s.exec(t, "CREATE TABLE "+quoted+` (id $SERIAL, name varchar(300), company varchar(300), phone varchar(300), note text,
		kith_id varchar(80), changed $STAMP, twice int GENERATED ALWAYS AS (2) STORED)`)
	c := contact.Collection{Name: table, ID: "id"}
	if !plain {
		c.Changed, c.Marker = "changed", "kith_id"
	}
	settings := s.settings(c, "name", "company", "phone")
	faults := conntest.Faults{
		Vanish: func(field string) { s.exec(t, "ALTER TABLE "+quoted+" DROP COLUMN "+s.speak.quote(field)) },
	}
	if s.name != "sqlite" {
		login, dsn := newLogin(t, s)
		p, through := newProxy(t, dsn)
		settings.Keys["dsn"] = through
		faults.Down, faults.Hang, faults.LoseAnswer = p.Down, p.Hang, p.LoseAnswer
		faults.RefuseLogin = func() { login.lock(t, s) }
		faults.Throttle = func() { login.throttle(t, s) }
	}
	reopen := func(t *testing.T) connector.System {
		y, err := open(settings, traits{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { y.Close() })
		y.page = 3
		return y
	}
	return &conntest.Place{
		System: reopen(t), Kind: contact.Person, Texts: []string{"name", "company", "phone"}, Hidden: "note", Page: 3,
		User: &user{s, quoted, !plain}, Reopen: reopen, Faults: faults,
	}
}

// login is an account of its own, which can be broken.
type login string

func newLogin(t *testing.T, s *server) (login, string) {
	t.Helper()
	name := "kith_" + strings.ToLower(rand.Text()[:12])
	u, _ := url.Parse(s.dsn)
	u.User = url.UserPassword(name, testPassword)
	switch s.name {
	case "postgres":
		s.exec(t, "CREATE ROLE "+name+" LOGIN PASSWORD '"+testPassword+"'")
		s.exec(t, "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+name+"; GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO "+name)
		t.Cleanup(func() { s.exec(t, "DROP OWNED BY "+name+"; DROP ROLE "+name) })
	case "mariadb":
		s.exec(t, "CREATE USER "+name+"@'127.0.0.1' IDENTIFIED BY '"+testPassword+"'; GRANT ALL ON "+strings.TrimPrefix(u.Path, "/")+".* TO "+name+"@'127.0.0.1'")
		t.Cleanup(func() { s.exec(t, "DROP USER "+name+"@'127.0.0.1'") })
	}
	return login(name), u.String()
}

func (l login) lock(t *testing.T, s *server) {
	switch s.name {
	case "postgres":
		s.exec(t, "ALTER ROLE "+string(l)+" PASSWORD 'another'")
	case "mariadb":
		s.exec(t, "ALTER USER "+string(l)+"@'127.0.0.1' IDENTIFIED BY 'another'")
	}
	l.disconnect(t, s)
}

func (l login) throttle(t *testing.T, s *server) {
	switch s.name {
	case "postgres":
		s.exec(t, "ALTER ROLE "+string(l)+" CONNECTION LIMIT 0")
	case "mariadb":
		s.exec(t, "ALTER USER "+string(l)+"@'127.0.0.1' WITH MAX_QUERIES_PER_HOUR 1")
	}
	l.disconnect(t, s)
	if s.name == "mariadb" { // the one allowed
		config, err := mysqlConfig(s.dsn)
		if err != nil {
			t.Fatal(err)
		}
		config.User, config.Passwd = string(l), testPassword
		_, _ = openDB(t, "mysql", config.FormatDSN()).ExecContext(t.Context(), "DO 1")
	}
}

func (l login) disconnect(t *testing.T, s *server) {
	switch s.name {
	case "postgres":
		s.exec(t, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '"+string(l)+"'")
	case "mariadb":
		s.exec(t, "KILL USER "+string(l)+"@'127.0.0.1'")
	}
}

// user is a program at the database that knows nothing of Kith. It keeps the
// stamp by itself, as an application does.
type user struct {
	*server
	table string
	stamp bool
}

func (u *user) Create(_ contact.Kind, set contact.Values) (string, error) {
	columns, values := "note", "NULL"
	if len(set.Fields) > 0 {
		columns, values = "", ""
	}
	var args []any
	for _, name := range set.Fields.Names() {
		if columns != "" {
			columns, values = columns+", ", values+", "
		}
		args = append(args, set.Fields[name])
		columns, values = columns+u.speak.quote(name), values+u.speak.param(len(args))
	}
	var id string
	err := u.db.QueryRowContext(context.Background(), "INSERT INTO "+u.table+" ("+columns+") VALUES ("+values+") RETURNING id", args...).Scan(&id)
	return id, err
}

func (u *user) Edit(_ contact.Kind, id string, set contact.Values) error {
	text := "UPDATE " + u.table + " SET "
	var args []any
	for i, name := range set.Fields.Names() {
		if i > 0 {
			text += ", "
		}
		args = append(args, set.Fields[name])
		text += u.speak.quote(name) + " = " + u.speak.param(len(args))
	}
	if u.stamp {
		text += ", changed = " + u.ddl("$NOW")
	}
	args = append(args, id)
	return u.one(u.db.ExecContext(context.Background(), text+" WHERE id = "+u.speak.param(len(args)), args...))
}

func (u *user) Delete(_ contact.Kind, id string) error {
	return u.one(u.db.ExecContext(context.Background(), "DELETE FROM "+u.table+" WHERE id = "+u.speak.param(1), id))
}

func (u *user) one(r interface{ RowsAffected() (int64, error) }, err error) error {
	if err != nil {
		return err
	}
	if n, err := r.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%d rows, %v", n, err)
	}
	return nil
}

func (u *user) Get(kind contact.Kind, id string) (contact.Record, error) {
	r := contact.Record{Kind: kind, ID: id, Values: contact.Values{Fields: contact.Fields{}}}
	names := []string{"name", "company", "phone", "note"}
	var texts [4]*string
	err := u.db.QueryRowContext(context.Background(), "SELECT name, company, phone, note FROM "+u.table+" WHERE id = "+u.speak.param(1), id).
		Scan(&texts[0], &texts[1], &texts[2], &texts[3])
	for i, text := range texts {
		r.Fields[names[i]] = ""
		if text != nil {
			r.Fields[names[i]] = *text
		}
	}
	return r, err
}
