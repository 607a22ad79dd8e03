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
