package store_test

import (
	"net/url"
	"strings"
	"testing"

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
