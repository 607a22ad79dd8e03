package sqldb

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"kith/internal/contact"
)

// verdict reads SQLSTATE (PostgreSQL manual, appendix A).
func (postgres) verdict(err error) (verdict, bool) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return verdict{}, false
	}
	code := e.Code
	class := func(prefixes ...string) bool {
		for _, p := range prefixes {
			if strings.HasPrefix(code, p) {
				return true
			}
		}
		return false
	}
	switch {
	case class("28"):
		return verdict{class: contact.Credentials, say: "the database refuses the login (" + code + ")"}, true
	case class("3D000"):
		return verdict{class: contact.Setup, say: "there is no such database (3D000)"}, true
	case class("42501", "25006"):
		return verdict{class: contact.Forbidden, say: "the login may not do this (" + code + ")"}, true
	case class("40001", "40P01"):
		return verdict{class: contact.Throttled, say: "other sessions change the same rows (" + code + ")", again: true}, true
	case class("55P03"):
		return verdict{class: contact.Throttled, say: "another session holds the row (55P03)", held: true}, true
	case class("23505", "23P01"):
		return refused("there is already another one under", e.ConstraintName, code), true
	case class("23502"):
		return refused("a value is needed in column", e.ColumnName, code), true
	case class("23503"):
		return refused("it refers, or is referred to, by", e.ConstraintName, code), true
	case class("23514", "44000"):
		return refused("it breaks the rule", e.ConstraintName, code), true
	case class("22"):
		return refused("a value is too long, out of range or of another form", e.ColumnName, code), true
	case class("P0", "27", "09", "55000", "0A000"):
		return refused("a trigger or rule of the database stopped it", "", code), true
	case class("53300", "53400"):
		return verdict{class: contact.Throttled, say: "the database has no connection to spare (" + code + ")"}, true
	case class("57014"):
		return verdict{class: contact.Unreachable, say: "the database gave the statement up (57014)"}, true
	case class("57P03"):
		return verdict{class: contact.Unreachable, say: "the database is starting or shutting down (57P03)", lost: true}, true
	case class("57P", "08"):
		return verdict{class: contact.Unreachable, say: "the database closed the connection (" + code + ")", lost: true, stale: true}, true
	case class("53", "58", "XX"):
		return verdict{class: contact.Unreachable, say: "the database is in trouble (" + code + ")"}, true
	case class("42", "3F"):
		return verdict{class: contact.Setup, say: "a table or column is not there or is of another type (" + code + ")"}, true
	}
	return verdict{say: "the database does not accept it (" + code + ")"}, true
}
