package carddav

import (
	"context"
	"net/http"

	"kith/internal/contact"
)

const (
	firstBatch = 25       // cards asked for at once before their size is known
	maxBatch   = 100      // … at most
	wantSize   = 2 << 20  // bytes an answer should have: with photos, fewer cards are asked for
	maxAnswer  = 64 << 20 // bytes of an answer that are read
)

// batchSize is how many cards are asked for at once.
func (c *conn) batchSize() int {
	if n := c.batch.Load(); n > 0 {
		return int(n)
	}
	return firstBatch
}

// learnSize adapts the size of batches to what the cards took.
func (c *conn) learnSize(cards int, bytes int64) {
	if cards > 0 {
		each := bytes/int64(cards) + 1
		c.batch.Store(max(1, min(maxBatch, wantSize/each)))
	}
}

// cards reads cards by name and calls use once for each, also for those that
// are not there. An error of use ends it.
func (c *conn) cards(ctx context.Context, names []string, use func(item) error) error {
	for len(names) > 0 {
		batch := names[:min(c.batchSize(), len(names))]
		names = names[len(batch):]
		alone, err := c.multiget(ctx, batch, use)
		if err != nil {
			return err
		}
		for _, name := range alone {
			it, err := c.get(ctx, name)
			if err == nil {
				err = use(it)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// multiget reads a batch of cards with one request. alone are those that have
// to be read one by one: all of them where the server cannot do it, those not
// yet seen where its answer makes no sense, those for which it has only
// excuses. What it leaves out without a word is not there.
func (c *conn) multiget(ctx context.Context, names []string, use func(item) error) (alone []string, err error) {
	if c.oneByOne.Load() {
		return names, nil
	}
	left := make(map[string]bool, len(names))
	hrefs := make([]string, len(names))
	for i, name := range names {
		left[name], hrefs[i] = true, c.book.hrefOf(name)
	}
	a, err := c.client.query(ctx, "REPORT", c.book.url, "1", multigetBody(hrefs), maxAnswer)
	if err != nil {
		return nil, err
	}
	defer a.close()
	if a.status != http.StatusMultiStatus {
		err := a.failure("read cards")
		if isPassing(a.status) || a.status == http.StatusForbidden {
			return nil, err
		}
		c.oneByOne.Store(true)
		return names, nil
	}
	var stop error
	_, err = multistatus(a.body, func(r *response) error {
		for _, href := range r.hrefs {
			name, ok, err := c.book.member(href)
			if err != nil {
				return err
			}
			if !ok || !left[name] {
				continue // it repeats itself, or answers what was not asked
			}
			delete(left, name)
			it := item{name: name, etag: r.props.etag}
			switch {
			case r.props.hasCard:
				it.parse(r.props.card)
			case r.gone():
				it.none = true
			default:
				alone = append(alone, name)
				continue
			}
			if stop = use(it); stop != nil {
				return stop
			}
		}
		return nil
	})
	c.learnSize(len(names)-len(left), a.body.read)
	switch {
	case stop != nil:
		return nil, stop
	case contact.ClassOf(err) == contact.Malformed:
		c.batch.Store(1)
		for _, name := range names {
			if left[name] {
				alone = append(alone, name)
			}
		}
		return alone, nil
	case err != nil:
		return nil, err
	}
	for _, name := range names {
		if left[name] {
			if err := use(item{name: name, none: true}); err != nil {
				return nil, err
			}
		}
	}
	return alone, nil
}

// isPassing reports whether a failure has nothing to do with what was asked, so
// that to ask in another way would not help.
func isPassing(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusTooManyRequests, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}
