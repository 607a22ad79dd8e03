package store

import (
	"context"

	"kith/internal/contact"
)

func (s *Store) openPostgres(context.Context, string, bool) error {
	return contact.Fail(contact.Setup, "PostgreSQL is not built in")
}
