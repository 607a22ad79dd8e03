package vcard

import (
	"errors"
	"fmt"
)

// What can be wrong with a card, for errors.Is.
var (
	// ErrSyntax marks text that is no vCard.
	ErrSyntax = errors.New("not a vCard")
	// ErrTruncated marks a card without its END:VCARD.
	ErrTruncated = errors.New("vCard cut off")
	// ErrLimit marks a card, photo or value beyond its limit.
	ErrLimit = errors.New("vCard too large")
	// ErrField marks a field, list or label the package cannot write.
	ErrField = errors.New("no such field in a vCard")
	// ErrNoItem marks a list entry that is not, or no longer, in the card.
	ErrNoItem = errors.New("no such entry in the vCard")
)

// Error says what is wrong and where in the text. It never quotes the text,
// which holds personal data.
type Error struct {
	Line   int    // from 1, counted from where reading began
	Column int    // from 1, in bytes
	Reason string // a sentence without line and column
	Kind   error  // ErrSyntax, ErrTruncated or ErrLimit
}

// Error gives place and reason.
func (e *Error) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Reason)
}

// Unwrap gives the kind of the error.
func (e *Error) Unwrap() error { return e.Kind }

func errorAt(kind error, line, column int, format string, args ...any) *Error {
	return &Error{Line: line, Column: column, Kind: kind, Reason: fmt.Sprintf(format, args...)}
}
