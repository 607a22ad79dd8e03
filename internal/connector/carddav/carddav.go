// Package carddav keeps contacts in step with an address book on a CardDAV
// server (RFC 6352). Servers break the rules in different ways, so none is
// believed further than what holds on all of them:
//
//   - A card is known by its name in the book, compared percent-decoded.
//   - Its version is a hash of what it holds, not its ETag, which some servers
//     give again to other content. A write checks both.
//   - A card that was written is read back: servers rewrite what they are given.
//   - A deletion is what a direct look confirms.
//   - Whatever a server cannot do is done in another way, without a setting.
package carddav

import (
	"context"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Keys describes the configuration of the kind.
var Keys = []connector.Key{
	{Name: "url", Doc: "the address book: its address, or the mail domain or host where it is found; it has to name one book", Required: true},
	{Name: "user", Doc: "the user's name; by default the mail address given as url"},
	{Name: "password", Doc: "the user's password; often one made for this program only", Secret: true},
	{Name: "hosts", Doc: "further hosts that may be sent the password: those the server refers to, as p42-contacts.icloud.com"},
	{Name: "ca", Doc: "the certificates of an own authority that signs the server's, in PEM form", Secret: true},
}

// writers is how many writes go out at a time. Most servers lock the book for
// each, so more would only wait there.
const writers = 4

// system is one account with the one book its url names.
type system struct {
	settings connector.Settings
	client   *client
	finder   finder
	kinds    []contact.Kind
	newID    func() string // a random UUID
	closed   atomic.Bool

	finding turn
	book    *book // found and kept; nil before
}

// Open prepares a system. The settings are checked here, the server is asked
// when a place is opened.
func Open(settings connector.Settings) (connector.System, error) {
	return open(settings, world{})
}

// world is what tests replace of the world outside.
type world struct {
	names resolver                                                             // nil: the machine's
	dial  func(ctx context.Context, network, address string) (net.Conn, error) // nil: the machine's
}

func open(settings connector.Settings, w world) (*system, error) {
	start, err := parseStart(settings.Keys["url"])
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%s: %w", settings.Name, err)
	}
	c, err := newClient(settings, start, w)
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%s: %w", settings.Name, err)
	}
	y := &system{settings: settings, client: c, newID: randomID, finding: newTurn()}
	y.finder = finder{client: c, start: start, names: w.names}
	if y.finder.names == nil {
		y.finder.names = net.DefaultResolver
	}
	for _, kind := range contact.Kinds {
		spec, ok := settings.Collections[kind]
		if ok && spec.Name != "" {
			return nil, contact.Fail(contact.Setup, "%s: the %s row names a collection; an address book has none: url names the book", settings.Name, kind)
		}
		if ok {
			y.kinds = append(y.kinds, kind)
		}
	}
	return y, nil
}

func (y *system) Abilities() connector.Abilities {
	return connector.Abilities{
		Kinds: slices.Clone(y.kinds), ReadOnly: y.settings.ReadOnly,
		Lists: slices.Clone(contact.Families), Marker: true, Marks: true, UIDs: true,
		DeletesVisible: true, VersionIsContent: true, Locks: true,
		Skew: -1, Overlap: time.Second, // one server counts in seconds
		Parallel: writers,
	}
}

func (y *system) Places(context.Context) ([]string, error) {
	if y.closed.Load() {
		return nil, y.isClosed()
	}
	return []string{""}, nil
}

func (y *system) isClosed() error {
	return contact.Fail(contact.Unreachable, "%s: the system is closed", y.settings.Name)
}

// Open finds the book.
func (y *system) Open(ctx context.Context, place string) (connector.Connector, error) {
	if place != "" {
		return nil, contact.Fail(contact.Setup, "%s: an address book has no place %q", y.settings.Name, place)
	}
	b, err := y.find(ctx)
	if err != nil {
		return nil, err
	}
	return newConn(y, b), nil
}

// find looks for the book once; what was found is kept.
func (y *system) find(ctx context.Context) (*book, error) {
	release, err := y.finding.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	if y.closed.Load() {
		return nil, y.isClosed()
	}
	if y.book == nil {
		b, err := y.finder.find(ctx, func(string, string) {})
		if err != nil {
			return nil, err
		}
		y.book = b
	}
	return y.book, nil
}

// Close lets nothing more be asked.
func (y *system) Close() error {
	y.closed.Store(true)
	y.client.close()
	return nil
}

func (y *system) now() time.Time {
	if y.settings.Now != nil {
		return y.settings.Now()
	}
	return time.Now()
}
