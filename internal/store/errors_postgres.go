package store

import (
	"errors"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"kith/internal/contact"
)

// classifyPostgres goes by the first two characters of the SQLSTATE, its
// class (PostgreSQL documentation, appendix A).
func (s *Store) classifyPostgres(err error) error {
	var said *pgconn.PgError
	if !errors.As(err, &said) || len(said.Code) != 5 {
		return s.classifyConnection(err)
	}
	switch said.Code {
	case "23505", "40001", "40P01": // unique violation, serialization failure, deadlock
		return contact.Fail(contact.Conflicting, "what was to be saved has changed meanwhile: %w", err)
	case "53100":
		return s.full(err)
	case "25006":
		return errReadOnly
	case "42501":
		return contact.Fail(contact.Setup, "the store %s does not let this user in: %w", s.path, err)
	}
	switch said.Code[:2] {
	case "08", "53", "57", "58", "25": // connection, resources, operator, system, transaction state
		return contact.Fail(contact.Unreachable, "the store %s does not answer: %w", s.path, err)
	case "28":
		return contact.Fail(contact.Credentials, "the store %s refused the login: %w", s.path, err)
	case "3D", "3F":
		return contact.Fail(contact.Setup, "there is no store %s: %w", s.path, err)
	case "XX":
		return contact.Fail(contact.Malformed, "the store %s is damaged: %w", s.path, err)
	}
	return err
}

func (s *Store) classifyConnection(err error) error {
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) {
		return contact.Fail(contact.Unreachable, "the store %s does not answer: %w", s.path, err)
	}
	return err
}
