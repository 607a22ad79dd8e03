package contact

import (
	"errors"
	"fmt"
	"time"
)

// Class is the kind of an error, and decides what happens next.
type Class string

const (
	Unreachable   Class = "unreachable"    // try again later; the whole system waits
	Throttled     Class = "throttled"      // as Unreachable, not before After
	Conflicting   Class = "conflicting"    // the record moved on: read it again and fold
	NotFound      Class = "not found"      // there is no such record
	Refused       Class = "refused"        // the system does not accept this record: hold it with its reason
	Credentials   Class = "credentials"    // the login was refused: stop
	Setup         Class = "setup"          // no such table, path or column: stop, the configuration is wrong
	Uncertain     Class = "uncertain"      // the write may have happened: settle the intent first
	CursorExpired Class = "cursor expired" // read everything again and compare by link
	Forbidden     Class = "forbidden"      // not allowed here: pause the place
	Malformed     Class = "malformed"      // the answer cannot be read: nothing of it is believed
	Held          Class = "held"           // another process holds the place or the store
)

// Error is an error with its class and a reason a person can act on.
type Error struct {
	Class  Class
	Reason Reason        // zero = the wrapped error says it
	After  time.Duration // with Throttled: how long the system asked us to wait; with Refused: when it may accept the record, which is then no failed try
	Err    error
}

func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return string(e.Class) + ": " + e.Reason.Code
	default:
		return e.Err.Error()
	}
}

func (e *Error) Unwrap() error { return e.Err }

// Fail makes an error of a class from a format like that of fmt.Errorf.
func Fail(class Class, format string, args ...any) error {
	return &Error{Class: class, Err: fmt.Errorf(format, args...)}
}

// ClassOf returns the class of the first Error in err's chain, "" where there
// is none.
func ClassOf(err error) Class {
	var e *Error
	if errors.As(err, &e) {
		return e.Class
	}
	return ""
}
