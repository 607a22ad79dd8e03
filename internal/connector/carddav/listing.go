package carddav

import (
	"context"
	"errors"
	"net/http"

	"kith/internal/contact"
)

// everything lists all members there are. Where the server can tell what
// changed, that is the cheaper question: one looks into every card for a plain
// listing.
func (c *conn) everything(ctx context.Context) (*change, error) {
	ch, err := c.since(ctx, "")
	if errors.Is(err, errNoSync) {
		var now *snapshot
		if now, err = c.take(ctx); err == nil {
			ch = &change{here: now.all(), full: true, listed: true}
		}
	}
	return ch, c.placed(err)
}

// exists looks whether a member is there, under this very name.
func (c *conn) exists(ctx context.Context, name string) (bool, error) {
	a, err := c.client.query(ctx, "PROPFIND", c.book.address(name), "0", listBody, maxFound)
	if err != nil {
		return false, err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		err := a.failure("look for a card")
		if contact.ClassOf(err) == contact.NotFound {
			return false, nil
		}
		return false, err
	}
	there := false
	_, err = multistatus(a.body, func(r *response) error {
		listed, ok, err := c.book.member(r.hrefs[0])
		there = there || ok && listed == name && r.props.etag != ""
		return err
	})
	return there, err
}

// list lists the members with their ETags, each once.
func (c *conn) list(ctx context.Context, each func(name, etag string) error) error {
	a, err := c.client.query(ctx, "PROPFIND", c.book.url, "1", listBody, maxListing)
	if err != nil {
		return err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		return c.placed(a.failure("list the cards"))
	}
	listed := map[string]bool{}
	_, err = multistatus(a.body, func(r *response) error {
		name, ok, err := c.book.member(r.hrefs[0])
		switch {
		case err != nil:
			return err
		case name == "" && r.gone(): // one server answers so for a book that is not there
			return verdict("list the cards", r.status, "", a.header)
		case !ok, r.gone(), r.props.collection, listed[name]:
			return nil
		}
		listed[name] = true
		return each(name, r.props.etag)
	})
	if err == nil {
		c.seen()
	}
	return c.placed(err)
}
