package carddav

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"kith/internal/contact"
)

const (
	maxError = 64 << 10       // bytes of an error's body that are looked at
	maxWait  = 24 * time.Hour // the longest wait a server may ask for
)

// preconditions are what a server can object to in a card, by the name it
// gives in the body of its refusal (RFC 6352, section 5.3.2.1; Xandikos names
// the calendar's even for cards).
var preconditions = map[string]string{
	"valid-address-data":     "it is no vCard for it",
	"valid-calendar-data":    "it is no vCard for it",
	"supported-address-data": "it takes no vCards of this version",
	"max-resource-size":      "it is too large",
}

// errUIDTaken is the objection no-uid-conflict: a UID stands once in a book.
var errUIDTaken = errors.New("the book has another card with this UID")

// failure says what an unwanted status means, doing naming what was asked. It
// reads what is left of the answer.
func (a *answer) failure(doing string) error {
	condition := violated(&bounded{ReadCloser: a.body, left: maxError})
	return verdict(doing, a.status, condition, a.header)
}

// verdict gives a status its class and a sentence. condition is the
// precondition that the server says was violated, "" where it names none.
func verdict(doing string, status int, condition string, header http.Header) error {
	fail := func(class contact.Class, after time.Duration, what string) error {
		return &contact.Error{Class: class, After: after, Err: fmt.Errorf("%s: %s (HTTP %d)", doing, what, status)}
	}
	if condition == "no-uid-conflict" {
		return contact.Fail(contact.Refused, "%s: %w (HTTP %d)", doing, errUIDTaken, status)
	}
	if objection := preconditions[condition]; objection != "" && status < 500 {
		return fail(contact.Refused, 0, "the server does not accept the card: "+objection)
	}
	switch status {
	case http.StatusUnauthorized:
		return fail(contact.Credentials, 0, "the server does not accept user and password")
	case http.StatusForbidden:
		return fail(contact.Forbidden, 0, "the server does not allow it to this user")
	case http.StatusNotFound, http.StatusGone:
		return fail(contact.NotFound, 0, "it is not there")
	case http.StatusPreconditionFailed:
		return fail(contact.Conflicting, 0, "the card has changed meanwhile")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return fail(contact.Throttled, retryAfter(header), "the server asks to come later")
	case http.StatusLocked:
		return fail(contact.Refused, time.Minute, "somebody has locked it")
	case http.StatusInsufficientStorage:
		return fail(contact.Refused, time.Hour, "the server has no space left")
	case http.StatusRequestEntityTooLarge:
		return fail(contact.Refused, 0, "the card is too large for the server")
	case http.StatusBadRequest, http.StatusConflict, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity:
		return fail(contact.Refused, 0, "the server does not accept it")
	case http.StatusProxyAuthRequired:
		return fail(contact.Setup, 0, "the proxy on the way asks for a login")
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return fail(contact.Setup, 0, "what is there takes no such request; is it an address book?")
	}
	if status >= 500 {
		return fail(contact.Unreachable, 0, "the server fails")
	}
	return fail(contact.Malformed, 0, "the answer makes no sense")
}

// retryAfter reads for how long the server wants to be left alone (RFC 9110,
// section 10.2.3); without a word a minute.
func retryAfter(header http.Header) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(text); err == nil && seconds >= 0 {
		return min(time.Duration(min(seconds, int(maxWait/time.Second)))*time.Second, maxWait)
	}
	if at, err := http.ParseTime(text); err == nil {
		// By the server's own clock, where it shows it.
		now, err := http.ParseTime(header.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		return min(max(at.Sub(now), 0), maxWait)
	}
	return time.Minute
}
