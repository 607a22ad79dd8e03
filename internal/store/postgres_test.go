package store_test

import (
	"database/sql"
	"net/url"
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
	"kith/internal/store"
	"kith/internal/store/storetest"
	"kith/lab"
)

func TestPostgres(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store {
		return open(t, lab.Postgres(t), store.Options{})
	})
}

func TestPostgresModel(t *testing.T) {
	storetest.RunModel(t, open(t, lab.Postgres(t), store.Options{}))
}

func TestPostgresShared(t *testing.T) {
	storetest.RunShared(t, func(t *testing.T) func() storetest.Store {
		dsn := lab.Postgres(t)
		return func() storetest.Store { return open(t, dsn, store.Options{}) }
	})
}

// Who lists a place waits for the commits under way, which do not know it: what
// they bring is there when everybody is held against the place.
func TestPostgresListingWaits(t *testing.T) {
	dsn := lab.Postgres(t)
	s := open(t, dsn, store.Options{})
	erp, err := s.Take(t.Context(), "erp", "erp", "me", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	underWay, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer underWay.Rollback()
	if _, err := underWay.Exec("SELECT pg_advisory_xact_lock_shared(1802074218)"); err != nil { // as every commit with decisions does
		t.Fatal(err)
	}
	rev, err := s.Listings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), contact.Commit{Listings: rev}); err != nil {
		t.Fatal("decisions wait for one another:", err)
	}
	listed := make(chan error, 1)
	go func() {
		listed <- s.Commit(t.Context(), contact.Commit{Place: "erp", Fence: erp.Fence, SavePlace: &erp, Relisted: []contact.Kind{contact.Person}})
	}()
	const waiting = "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted" +
		" AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	for n := 0; n == 0; {
		select {
		case err := <-listed:
			t.Fatal("the place was listed beside a commit under way:", err)
		default:
		}
		if err := db.QueryRow(waiting).Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := underWay.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-listed; err != nil {
		t.Fatal(err)
	}
}

// What is wrong with a server is said by class, and never with the password.
func TestPostgresRefused(t *testing.T) {
	fails := func(t *testing.T, dsn string, class contact.Class) {
		t.Helper()
		s, err := store.Open(t.Context(), dsn, store.Options{})
		if err == nil {
			s.Close()
		}
		if contact.ClassOf(err) != class || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got %v, want class %q", err, class)
		}
	}
	fails(t, "postgres://kith:s3cret@127.0.0.1:1/kith?sslmode=disable", contact.Unreachable)
	fails(t, "postgres://kith:s3cret@127.0.0.1:no/kith", contact.Setup)

	server, err := url.Parse(lab.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	missing := *server
	missing.Path = "/no_such_database"
	fails(t, missing.String(), contact.Setup)
	server.User = url.UserPassword("lab", "s3cret-wrong")
	fails(t, server.String(), contact.Credentials)
}
