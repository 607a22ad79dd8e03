package store_test

import (
	"testing"

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
