package carddav

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// conn is the open book.
type conn struct {
	system *system
	client *client
	book   *book
	busy   *keyed // one write at a time to a card

	batch    atomic.Int64 // how many cards are asked for at once; 0 = not known yet
	oneByOne atomic.Bool  // the server does not give several cards at once
	guard    guard        // whether it writes over what is there
	pictures pictures     // in which form it keeps the picture of a 4.0 card
	there    atomic.Int64 // when the book was last seen to be there, in Unix nanoseconds

	mu     sync.Mutex
	rounds map[contact.Kind]*round    // rounds under way
	listed map[contact.Kind]*snapshot // for servers that cannot tell what changed

	marking turn
	markers *markers // nil until somebody looks for one
}

func newConn(y *system, b *book) *conn {
	return &conn{
		system: y, client: y.client, book: b, busy: newKeyed(),
		rounds: map[contact.Kind]*round{}, listed: map[contact.Kind]*snapshot{}, marking: newTurn(),
	}
}

// Account names the user and the book.
func (c *conn) Account() string {
	return fmt.Sprintf("carddav %s %s", c.client.login.user, c.book.url)
}

// Describe says what cards can hold. How many there are of a kind is known
// only to who reads them all.
func (c *conn) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	if err := c.knows(kind); err != nil {
		return connector.Shape{}, err
	}
	there, err := c.system.finder.look(ctx, c.book.url)
	if err != nil {
		return connector.Shape{}, c.placed(err)
	}
	note := c.book.server
	if accessOf(there.props.privileges) == denied {
		note += ", this user may only read"
	}
	return connector.Shape{Fields: card.Shape(c.system.settings.Fields[kind]), Rows: -1, Note: note}, nil
}

// knows refuses kinds that no row names.
func (c *conn) knows(kind contact.Kind) error {
	if c.system.closed.Load() {
		return c.system.isClosed()
	}
	if !slices.Contains(c.system.kinds, kind) {
		return contact.Fail(contact.Setup, "%s: no row names %s records", c.system.settings.Name, kind)
	}
	return nil
}

// placed turns the news that something is not there into what it means for the
// book as a whole.
func (c *conn) placed(err error) error {
	if contact.ClassOf(err) == contact.NotFound {
		return contact.Fail(contact.Setup, "there is no address book at %s any more", c.book.url.Redacted())
	}
	return err
}

// lately is how long a book that was there is taken to be there still.
const lately = 5 * time.Second

// seen notes that the book is there.
func (c *conn) seen() { c.there.Store(time.Now().UnixNano()) }

// stands fails unless the book is there. Without it, no card in it is, and each
// would look as if somebody had deleted it.
func (c *conn) stands(ctx context.Context) error {
	if time.Since(time.Unix(0, c.there.Load())) < lately {
		return nil
	}
	if _, err := c.system.finder.look(ctx, c.book.url); err != nil {
		return c.placed(err)
	}
	c.seen()
	return nil
}

// item is a card as the server holds it.
type item struct {
	name string
	etag string
	card *vcard.Card // nil: what is there is no card that can be read
	none bool        // there is nothing

	fault error // why it cannot be read
}

// Get reads one card itself.
func (c *conn) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	if err := c.knows(kind); err != nil {
		return contact.Record{}, err
	}
	it, err := c.surely(ctx, id)
	if err != nil {
		return contact.Record{}, err
	}
	if it.none {
		return contact.Record{}, errNoCard
	}
	return c.record(kind, it), nil
}

// surely reads a card that has been there: that it is not is asked twice.
func (c *conn) surely(ctx context.Context, name string) (item, error) {
	it, err := c.get(ctx, name)
	if err == nil && it.none {
		return c.contradicted(ctx, name)
	}
	return it, err
}

// contradicted looks once more at a card that the server does not have though
// it has told of it. Somebody may have deleted it; it may as well have been a
// fault, and a deletion counts everywhere. What is there and cannot be read is
// no deletion.
func (c *conn) contradicted(ctx context.Context, name string) (item, error) {
	none := item{name: name, none: true}
	if !addressable(name) {
		return none, nil
	}
	there, err := c.exists(ctx, name)
	if err != nil || !there {
		return none, err
	}
	it, err := c.get(ctx, name)
	it.none = false
	return it, err
}

var errNoCard = contact.Fail(contact.NotFound, "the book has no such card")

// get reads one card. There being none is no error.
func (c *conn) get(ctx context.Context, name string) (item, error) {
	none := item{name: name, none: true}
	if !addressable(name) {
		return none, nil
	}
	if strings.TrimSpace(name) != name { // one server trims names: another card would answer
		if there, err := c.exists(ctx, name); err != nil || !there {
			return none, err
		}
	}
	a, err := c.client.do(ctx, ask{
		method: http.MethodGet, url: c.book.address(name), limit: maxCardXML, repeats: true,
		// A compressed answer would bear another ETag than the card.
		headers: map[string]string{"Accept": "text/vcard, text/x-vcard, */*;q=0.1", "Accept-Encoding": "identity"},
	})
	if err != nil {
		return item{}, err
	}
	defer a.close()
	if a.status != http.StatusOK {
		err := a.failure("read a card")
		if contact.ClassOf(err) == contact.NotFound {
			return none, c.stands(ctx)
		}
		return item{}, err
	}
	c.seen()
	text, whole, err := a.text()
	if err != nil {
		return item{}, err
	}
	it := item{name: name, etag: a.header.Get("ETag")}
	it.parse(text)
	if it.card == nil && a.isPage() {
		return item{}, malformed("a web page came instead of a card")
	}
	if errors.Is(it.fault, vcard.ErrTruncated) && !whole {
		return item{}, contact.Fail(contact.Unreachable, "read a card: the answer was cut off")
	}
	return it, nil
}

// parse reads the text of a card.
func (it *item) parse(text string) { it.card, it.fault = vcard.Parse([]byte(text)) }

// record makes a record of what is there. What is no card that can be read, or
// one of another kind, is hidden: it has not been deleted.
func (c *conn) record(kind contact.Kind, it item) contact.Record {
	hidden := contact.Record{Kind: kind, ID: it.name, Gone: contact.Hidden}
	if it.card == nil {
		return hidden
	}
	r, ok := card.Read(it.card, c.system.settings.Fields[kind])
	if !ok || r.Kind != kind {
		return hidden
	}
	r.ID, r.Version = it.name, versionOf(it.card)
	return r
}
