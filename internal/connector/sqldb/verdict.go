package sqldb

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"
	"time"

	"kith/internal/contact"
)

// verdict is what an error of a database means. Its sentence names columns and
// constraints, never values: the server's own text is not repeated, because it
// often quotes what was sent.
type verdict struct {
	class contact.Class // "" = refused when writing, unreachable when reading
	say   string
	again bool  // the same transaction may well succeed at once
	lost  bool  // nothing came back: what was sent may have happened
	stale bool  // the connection broke that was in use, another one may work
	held  bool  // somebody is at work on this row, and on no other that we know of
	cause error // an error that carries no text of the server; nil = none
}

// heldAgain is when to try a row again that another session holds: people keep
// records open while they edit them.
const heldAgain = time.Minute

// failed makes the error a caller sees of what a driver returned. Errors that
// are ours already pass. Sent tells that a write was on its way. The answer is a
// *retry where another try may succeed.
func (y *system) failed(err error, sent bool) error {
	if err == nil || contact.ClassOf(err) != "" {
		return err
	}
	v := y.judge(err)
	switch {
	case v.lost && sent:
		v.class = contact.Uncertain
		v.say = "the connection was lost while writing: " + v.say
	case v.held && sent:
		err := y.fail(contact.Refused, "%s", v.say)
		return &contact.Error{Class: contact.Refused, After: heldAgain, Err: err}
	case v.class == "" && sent:
		v.class = contact.Refused
	case v.class == "":
		v.class = contact.Unreachable
	}
	var failure error
	if v.cause != nil {
		failure = y.fail(v.class, "%s: %w", v.say, v.cause)
	} else {
		failure = y.fail(v.class, "%s", v.say)
	}
	if v.again || v.stale && !sent {
		return &retry{failure, v.again}
	}
	return failure
}

// judge looks at an error from the outside in: our own deadline, the server's
// answer, the network.
func (y *system) judge(err error) verdict {
	for _, done := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, done) {
			return verdict{class: contact.Unreachable, say: "no answer in time", lost: true, cause: done}
		}
	}
	if v, ok := y.dialect.verdict(err); ok {
		return v
	}
	var (
		authority   x509.UnknownAuthorityError
		host        x509.HostnameError
		certificate *tls.CertificateVerificationError
		lookup      *net.DNSError
		network     net.Error
	)
	switch {
	case errors.As(err, &authority), errors.As(err, &host), errors.As(err, &certificate):
		return verdict{class: contact.Setup, say: "the server's certificate is not trusted or is for another name"}
	case errors.As(err, &lookup):
		return verdict{class: contact.Unreachable, say: "the server's name " + lookup.Name + " is not known", lost: true}
	case errors.As(err, &network):
		return verdict{class: contact.Unreachable, say: "the server cannot be reached", lost: true, stale: !dialing(err), cause: syscallOf(err)}
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, sql.ErrTxDone), errors.Is(err, net.ErrClosed):
		return verdict{class: contact.Unreachable, say: "the connection was closed", lost: true, stale: true}
	case err.Error() == "sql: database is closed":
		return verdict{class: contact.Unreachable, say: "the system is closed"}
	}
	return verdict{say: "the database answered in a way that is not understood", lost: true}
}

// refused is the verdict on a row the database does not accept. What is the
// rule that was broken, name that of a column or constraint.
func refused(what, name, code string) verdict {
	if name != "" {
		what += ` "` + name + `"`
	}
	return verdict{class: contact.Refused, say: "the database refuses the row: " + what + " (" + code + ")"}
}

// dialing reports whether an error is that of making a connection.
func dialing(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// syscallOf returns the system's own reason in a network error, nil where there
// is none: "connection refused" tells more than that nobody answered, and holds
// nothing private.
func syscallOf(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number
	}
	return nil
}
