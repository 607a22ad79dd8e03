package carddav

import (
	"context"
	"errors"
	"net/http"

	"kith/internal/contact"
)

// written says whether a write was carried out. Some servers answer with a list
// of one in which the real status stands.
func (a *answer) written(doing string) error {
	status, condition := a.status, ""
	switch {
	case a.status == http.StatusMultiStatus:
		status = http.StatusOK
		_, err := multistatus(a.body, func(r *response) error {
			if r.status > status {
				status, condition = r.status, r.condition
			}
			return nil
		})
		if err != nil {
			return contact.Fail(contact.Uncertain, "%s: %w", doing, err)
		}
	case a.status == http.StatusOK && a.isPage():
		return contact.Fail(contact.Uncertain, "%s: a web page came as the answer", doing)
	case a.status/100 != 2:
		condition = violated(a.body)
	}
	if status/100 == 2 {
		return nil
	}
	err := verdict(doing, status, condition, a.header)
	switch {
	case contact.ClassOf(err) != contact.Unreachable:
		return err
	case status == http.StatusBadGateway || status == http.StatusGatewayTimeout:
		return contact.Fail(contact.Uncertain, "%w", err) // who failed did not do the work
	}
	return contact.Fail(contact.Uncertain, "%w: %w", errFails, err)
}

// errFails marks the answer of a server that stumbled over a write itself.
var errFails = errors.New("the server failed")

// afterFailure looks what a server has left that stumbled over a write. Where
// all is as before, it does not take this card: to try again and again as if
// nobody knew would not help.
func (c *conn) afterFailure(ctx context.Context, before contact.Record, sent item, failure error) (contact.Record, error) {
	it, err := c.get(ctx, sent.name)
	switch {
	case err != nil:
		return contact.Record{}, failure
	case it.none && before.Version == "", it.card != nil && before.Version != "" && versionOf(it.card) == before.Version:
		return contact.Record{}, contact.Fail(contact.Refused, "%w", failure)
	}
	return c.readBack(ctx, before, sent, "")
}

// stillThere looks whether a server that stumbled over a deletion has carried
// it out.
func (c *conn) stillThere(ctx context.Context, was item, failure error) error {
	it, err := c.get(ctx, was.name)
	switch {
	case err != nil:
		return failure
	case it.none:
		return nil
	case it.card != nil && versionOf(it.card) == versionOf(was.card):
		return contact.Fail(contact.Refused, "%w", failure)
	}
	return failure
}
