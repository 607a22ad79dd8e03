//go:build unix

package engine

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/carddav"
	"kith/internal/connector/sqldb"
	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/store"
	"kith/lab"
)

// The test binary runs itself as a child, which syncs two databases and kills
// itself with SIGKILL at its n-th step. Nothing is simulated here: what the
// dead process leaves in its store and in the databases is all there is.

const childVariable = "KITH_TEST_SIGKILL"

// childWork is what a child is told.
type childWork struct {
	Store     string
	Dialect   string
	CRM, ERP  string // addresses
	Book      string // of an address book in place of the ERP; "": none
	Prefix    string // of the tables
	At        int    // the step at which it dies; 0: never
	ClockSkew time.Duration
}

// TestChild is the child; it does nothing in an ordinary run.
func TestChild(t *testing.T) {
	text := os.Getenv(childVariable)
	if text == "" {
		return
	}
	var work childWork
	if err := json.Unmarshal([]byte(text), &work); err != nil {
		t.Fatal(err)
	}
	k := &killer{at: work.At, die: func() {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // until the signal arrives
	}}
	if _, err := work.sync(t, k); err != nil {
		t.Fatal(err)
	}
	fmt.Println("steps", k.steps)
}

// sync runs once over the store and the databases.
func (c childWork) sync(t testing.TB, k *killer) (Report, error) {
	ctx := context.Background()
	var waited atomic.Int64
	now := func() time.Time { return time.Now().Add(c.ClockSkew + time.Duration(waited.Load())) }
	opened, err := store.Open(ctx, c.Store, store.Options{Now: now})
	if err != nil {
		return Report{}, err
	}
	defer opened.Close()
	book, err := plan.NewBook(c.policies())
	if err != nil {
		return Report{}, err
	}
	systems := map[string]connector.System{}
	for name, address := range map[string]string{"crm": c.CRM, "erp": c.ERP, "book": c.Book} {
		if address == "" {
			continue
		}
		system, err := c.open(book, name, address, now)
		if err != nil {
			return Report{}, err
		}
		defer system.Close()
		systems[name] = killSystem{system, k}
	}
	e, err := New(ctx, Options{
		Store: killStore{opened, k}, Book: book, Systems: systems, Installation: "test", Holder: strconv.Itoa(os.Getpid()), Now: now,
		Wait: func(_ context.Context, d time.Duration) error { waited.Add(int64(d)); return nil },
	})
	if err != nil {
		return Report{}, err
	}
	rep, err := e.Sync(ctx, SyncOptions{Cause: "test"})
	if err == nil && len(rep.Stops) > 0 {
		err = fmt.Errorf("places stopped: %v", rep.Stops)
	}
	return rep, err
}

// open opens a door.
func (c childWork) open(book *plan.Book, name, address string, now func() time.Time) (connector.System, error) {
	settings := connector.Settings{
		Name: name, Keys: map[string]string{"dialect": c.Dialect, "dsn": address}, Now: now, Timeout: 20 * time.Second,
		Fields: map[contact.Kind][]string{}, Collections: map[contact.Kind]contact.Collection{},
	}
	for _, kind := range contact.Kinds {
		if row := book.Row(name, kind); row != nil {
			settings.Fields[kind], settings.Collections[kind] = row.Natives(), row.Collection
		}
	}
	if name == "book" {
		settings.Keys = map[string]string{"url": address, "user": "alice", "password": "alice"}
		return carddav.Open(settings)
	}
	return sqldb.Open(settings)
}

func (c childWork) policies() []contact.Policy {
	var out []contact.Policy
	for _, p := range killPolicies(nil) {
		if c.Book != "" && p.Kind == contact.Company {
			continue
		}
		if c.Book != "" {
			p.Map = slices.DeleteFunc(p.Map, func(e contact.MapEntry) bool { return e.Slot == "company" })
		}
		if c.Book != "" && p.System == "erp" {
			p.System, p.Place = "book", "book"
			out = append(out, inCards(p))
			continue
		}
		for i := range p.Map {
			p.Map[i].Field = strings.ReplaceAll(p.Map[i].Slot, ".", "_")
		}
		p.Match = []string{contact.MatchStrict} // the names are numbered
		p.Collection = contact.Collection{Name: c.table(p.System, p.Kind), ID: "id", Marker: "kith_id"}
		out = append(out, p)
	}
	return out
}

func (c childWork) table(system string, kind contact.Kind) string {
	return c.Prefix + system + "_" + string(kind)
}

// run starts a child, tells others its number, and reports whether it was
// killed.
func (c childWork) run(t *testing.T, tell ...chan<- int) (killed bool) {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), childVariable+"="+string(text))
	var said bytes.Buffer
	child.Stdout, child.Stderr = &said, &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	for _, who := range tell {
		who <- child.Process.Pid
	}
	err = child.Wait()
	if err == nil {
		return false
	}
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL && ctx.Err() == nil {
		return true
	}
	t.Fatalf("the child failed by itself: %v\n%s", err, &said)
	return false
}

// remote is a database server with a connection of the test's own.
type remote struct {
	dialect  string
	crm, erp string
	serial   string
	dbs      map[string]*sql.DB
}

func openSQL(t *testing.T, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func sqliteRemote(t *testing.T) *remote {
	r := &remote{dialect: "sqlite", serial: "INTEGER PRIMARY KEY AUTOINCREMENT", dbs: map[string]*sql.DB{}}
	for name, address := range map[string]*string{"crm": &r.crm, "erp": &r.erp} {
		path := filepath.Join(filepath.Dir(file(t)), name+".db")
		*address = "sqlite://" + path
		u := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=busy_timeout(5000)"}
		r.dbs[name] = openSQL(t, "sqlite", u.String())
		r.exec(t, name, "PRAGMA user_version = 1") // makes the file
	}
	return r
}

func postgresRemote(t *testing.T) *remote {
	dsn := lab.Postgres(t)
	db := openSQL(t, "pgx", dsn)
	return &remote{"postgres", dsn, dsn, "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY", map[string]*sql.DB{"crm": db, "erp": db}}
}

func mariaRemote(t *testing.T) *remote {
	dsn := lab.MariaDB(t)
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	db := openSQL(t, "mysql", u.User.Username()+":"+password+"@tcp("+u.Host+")"+u.Path)
	return &remote{"mysql", dsn, dsn, "bigint AUTO_INCREMENT PRIMARY KEY", map[string]*sql.DB{"crm": db, "erp": db}}
}

func (r *remote) exec(t *testing.T, system, text string) {
	t.Helper()
	if _, err := r.dbs[system].ExecContext(t.Context(), text); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// tables makes the tables of one attempt.
func (r *remote) tables(t *testing.T, c childWork) {
	for _, system := range []string{"crm", "erp"} {
		r.exec(t, system, fmt.Sprintf("CREATE TABLE %s (id %s, name varchar(200), vat varchar(200), kith_id varchar(80))", c.table(system, contact.Company), r.serial))
		r.exec(t, system, fmt.Sprintf("CREATE TABLE %s (id %s, name_given varchar(200), name_family varchar(200), email_work varchar(200),"+
			" title varchar(200), company varchar(40), kith_id varchar(80))", c.table(system, contact.Person), r.serial))
	}
}

func (r *remote) addCompany(t *testing.T, c childWork, system string, n int) {
	r.exec(t, system, fmt.Sprintf("INSERT INTO %s (name, vat) VALUES ('Firm%d', 'SE%d')", c.table(system, contact.Company), n, n))
}

func (r *remote) addPerson(t *testing.T, c childWork, system string, n, company int) {
	r.exec(t, system, fmt.Sprintf("INSERT INTO %s (name_given, name_family, email_work, title, company) VALUES ('Anna%d', 'Berg%d', 'a%d@berg.example', 'CEO', '%d')",
		c.table(system, contact.Person), n, n, n, company))
}

// rows shows a system's persons, with the names of their companies.
func (r *remote) rows(t *testing.T, c childWork, system string) []string {
	t.Helper()
	cast := map[string]string{"mysql": "char"}[r.dialect]
	if cast == "" {
		cast = "varchar(40)"
	}
	rows, err := r.dbs[system].QueryContext(t.Context(), fmt.Sprintf(
		"SELECT p.name_given, p.name_family, p.email_work, COALESCE(p.title, ''), COALESCE(c.name, '') FROM %s p LEFT JOIN %s c ON CAST(c.id AS %s) = p.company",
		c.table(system, contact.Person), c.table(system, contact.Company), cast))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var f [5]string
		if err := rows.Scan(&f[0], &f[1], &f[2], &f[3], &f[4]); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.Join(f[:], " "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// TestK14SIGKILL kills a real process at every step of creations, changes and
// removals in real databases.
func TestK14SIGKILL(t *testing.T) {
	for name, at := range map[string]struct {
		remote func(*testing.T) *remote
		stride int
	}{"sqlite": {sqliteRemote, 1}, "postgres": {postgresRemote, 11}, "mariadb": {mariaRemote, 11}} {
		t.Run(name, func(t *testing.T) {
			r := at.remote(t)
			for n := 1; r.dies(t, n); n += at.stride {
			}
		})
	}
}

// dies makes one attempt, which dies at step n, and reports whether it did.
func (r *remote) dies(t *testing.T, n int) bool {
	t.Helper()
	c := childWork{Store: file(t), Dialect: r.dialect, CRM: r.crm, ERP: r.erp, Prefix: fmt.Sprintf("t%d_", n)}
	r.tables(t, c)
	r.addCompany(t, c, "crm", 1)
	for person := range 4 {
		r.addPerson(t, c, "crm", person, 1)
	}
	r.mustSync(t, c)

	person, company := contact.Person, contact.Company
	r.addCompany(t, c, "crm", 2)
	r.addPerson(t, c, "crm", 4, 2)
	r.addPerson(t, c, "crm", 5, 1)
	r.exec(t, "crm", "UPDATE "+c.table("crm", person)+" SET title = 'CFO' WHERE email_work = 'a0@berg.example'")
	r.exec(t, "erp", "UPDATE "+c.table("erp", person)+" SET title = NULL WHERE email_work = 'a1@berg.example'")
	r.exec(t, "crm", "DELETE FROM "+c.table("crm", person)+" WHERE email_work = 'a2@berg.example'")
	r.exec(t, "erp", "UPDATE "+c.table("erp", company)+" SET name = 'Firm One' WHERE vat = 'SE1'")

	c.At = n
	killed := c.run(t)
	c.At, c.ClockSkew = 0, leaseTime+time.Minute
	for range 3 {
		r.mustSync(t, c)
	}
	want := []string{
		"Anna0 Berg0 a0@berg.example CFO Firm One", "Anna1 Berg1 a1@berg.example  Firm One",
		"Anna3 Berg3 a3@berg.example CEO Firm One", "Anna4 Berg4 a4@berg.example CEO Firm2", "Anna5 Berg5 a5@berg.example CEO Firm One",
	}
	for _, system := range []string{"crm", "erp"} {
		if got := r.rows(t, c, system); !slices.Equal(got, want) {
			t.Errorf("killed at step %d: %s shows\n\t%s\nwant\n\t%s", n, system, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	for range 2 {
		if rep := r.mustSync(t, c); rep.Writes != 0 {
			t.Errorf("killed at step %d: a run at rest writes %d", n, rep.Writes)
		}
	}
	if !killed {
		t.Logf("%d steps", n-1)
	}
	return killed && !t.Failed()
}

func (r *remote) mustSync(t *testing.T, c childWork) Report {
	t.Helper()
	rep, err := c.sync(t, &killer{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}
