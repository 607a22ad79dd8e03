// Package lab gives a test a database or an address book of its own on a real
// server. The servers are started by lab/up.sh, which names them in the
// environment.
package lab

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver "mysql"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
)

// Postgres returns the address, as a postgres:// URL, of a fresh database that
// is dropped when the test ends. Its user is superuser of the server.
func Postgres(t testing.TB) string {
	t.Helper()
	server := address(t, "KITH_TEST_POSTGRES")
	name := freshName()
	run(t, "pgx", server.String(), "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, "pgx", server.String(), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return database(server, name)
}

// MariaDB returns the address, as a mysql:// URL, of a fresh database that is
// dropped when the test ends. Its user has all rights on the server.
func MariaDB(t testing.TB) string {
	t.Helper()
	server := address(t, "KITH_TEST_MARIADB")
	name := freshName()
	password, _ := server.User.Password()
	driver := server.User.Username() + ":" + password + "@tcp(" + server.Host + ")/"
	run(t, "mysql", driver, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, "mysql", driver, "DROP DATABASE IF EXISTS "+name) })
	return database(server, name)
}

// address reads a server's address from the environment. Without one a test
// is skipped, but never where everything is said to be there.
func address(t testing.TB, variable string) *url.URL {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		const hint = " is not set: start the servers with `lab/up.sh DIR` and source DIR/env"
		if os.Getenv("CI") == "true" {
			t.Fatal(variable + hint)
		}
		t.Skip("SKIPPED, NOT TESTED: " + variable + hint)
	}
	server, err := url.Parse(text)
	if err != nil {
		t.Fatalf("%s is no URL", variable)
	}
	return server
}

// database returns the address of another database on the same server.
func database(server *url.URL, name string) string {
	u := *server
	u.Path = "/" + name
	return u.String()
}

func freshName() string {
	var b [8]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	return "kith_" + hex.EncodeToString(b[:])
}

// run executes one statement on a connection of its own.
func run(t testing.TB, driver, dsn, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatalf("lab: open %s: %v", driver, err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, statement); err != nil {
		verb, _, _ := strings.Cut(statement, " ")
		t.Fatalf("lab: %s on %s: %v", verb, driver, err)
	}
}
