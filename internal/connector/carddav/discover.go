package carddav

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"kith/internal/contact"
)

// wellKnown is where a host says where its CardDAV service is (RFC 6764,
// section 5).
const wellKnown = "/.well-known/carddav"

// usualPaths are where products have their service, for hosts that say nothing
// under wellKnown: root, SOGo, Nextcloud, DAViCal, Baïkal.
var usualPaths = []string{"/", "/SOGo/dav/", "/remote.php/dav/", "/caldav.php/", "/dav.php/"}

// finder looks for the one book that a start names.
type finder struct {
	client *client
	start  start
	names  resolver
}

// step hears what a search or a check has found out, for a person who watches.
type step func(name, found string)

// find returns the book.
func (f *finder) find(ctx context.Context, tell step) (*book, error) {
	if f.start.exact() {
		return f.at(ctx, tell)
	}
	service, err := f.service(ctx, tell)
	if err != nil {
		return nil, err
	}
	books, err := f.behind(ctx, service)
	if err != nil {
		return nil, err
	}
	return f.one(books, service, tell)
}

// at looks at an address with a path: the book itself, a home with one book,
// or an account with one.
func (f *finder) at(ctx context.Context, tell step) (*book, error) {
	there, err := f.look(ctx, f.start.url)
	if isElsewhere(err) && contact.ClassOf(err) != contact.Forbidden {
		return nil, contact.Fail(contact.Setup, "there is no address book at %s: %w%s", f.start.url.Redacted(), err, f.suggest(ctx))
	}
	if err != nil {
		return nil, err
	}
	there.tell(f.client.login.user, tell)
	if there.props.book {
		return f.one([]*book{there.book()}, there, tell)
	}
	books, err := f.below(ctx, there.url)
	if isElsewhere(err) || err == nil && len(books) == 0 {
		books, err = f.behind(ctx, there)
	}
	if err != nil {
		return nil, err
	}
	return f.one(books, there, tell)
}

// service finds where a host has its CardDAV service.
func (f *finder) service(ctx context.Context, tell step) (*resource, error) {
	hosts, err := f.hosts(ctx, tell)
	if err != nil {
		return nil, err
	}
	var last error
	for _, host := range hosts {
		paths := append([]string{wellKnown}, usualPaths...)
		if host.EscapedPath() != "" {
			paths = append([]string{host.EscapedPath()}, paths...)
		}
		for _, path := range paths {
			there, err := f.look(ctx, withPath(host, path))
			if err == nil && (there.props.principal != "" || len(there.props.homes) > 0) {
				there.tell(f.client.login.user, tell)
				return there, nil
			}
			if contact.ClassOf(err) == contact.Unreachable && len(hosts) > 1 {
				last = err
				break // the next host of the domain may answer
			}
			if err != nil && !isElsewhere(err) {
				return nil, err
			}
			if last == nil {
				last = err
			}
		}
	}
	if contact.ClassOf(last) == contact.Unreachable {
		return nil, last
	}
	return nil, contact.Fail(contact.Setup, "%s shows no CardDAV service; give the whole address of the book as url", f.start.url.Host)
}

// behind returns the books of the user as a resource leads to them: by its
// homes, or by those of the user's principal.
func (f *finder) behind(ctx context.Context, there *resource) ([]*book, error) {
	if len(there.props.homes) == 0 && there.props.principal != "" {
		principal, err := f.look(ctx, there.resolve(there.props.principal))
		if err != nil {
			return nil, err
		}
		there = principal
	}
	var books []*book
	for _, href := range there.props.homes {
		more, err := f.below(ctx, there.resolve(href))
		if err != nil {
			return nil, err
		}
		books = append(books, more...)
	}
	return books, nil
}

// one chooses the book, where there is a choice of one.
func (f *finder) one(books []*book, there *resource, tell step) (*book, error) {
	slices.SortFunc(books, func(a, b *book) int { return strings.Compare(a.url.String(), b.url.String()) })
	books = slices.CompactFunc(books, func(a, b *book) bool { return a.url.String() == b.url.String() })
	switch len(books) {
	case 0:
		return nil, contact.Fail(contact.Setup, "%s shows no address book to this user", there.url.Redacted())
	case 1:
		b := books[0]
		b.server = cmp.Or(product(there.header, b.url.Path), "CardDAV")
		tell("server", b.server)
		tell("book", b.describe())
		return b, nil
	}
	return nil, contact.Fail(contact.Setup, "%s has %d address books; name one of them as url:%s", there.url.Redacted(), len(books), list(books))
}

// list shows books with their addresses, one to a line.
func list(books []*book) string {
	const most = 20
	var b strings.Builder
	for i, book := range books {
		if i == most {
			b.WriteString("\n  …")
			break
		}
		b.WriteString("\n  " + book.describe())
	}
	return b.String()
}

// suggest names the books there are where the address given shows none.
func (f *finder) suggest(ctx context.Context) string {
	root := *f
	root.start.url = withPath(f.start.url, "")
	service, err := root.service(ctx, func(string, string) {})
	if err != nil {
		return ""
	}
	books, err := root.behind(ctx, service)
	if err != nil || len(books) == 0 {
		return ""
	}
	return "; this user has:" + list(books)
}

// errNotDAV is what answers that do not speak WebDAV come to.
var errNotDAV = errors.New("what is there does not speak WebDAV")

// isElsewhere reports whether a failed look only means that what is looked for
// is not at this address.
func isElsewhere(err error) bool {
	switch contact.ClassOf(err) {
	case contact.NotFound, contact.Forbidden, contact.Refused, contact.Conflicting, contact.Malformed:
		return true
	}
	return errors.Is(err, errNotDAV)
}

// below lists the books of a home.
func (f *finder) below(ctx context.Context, home *url.URL) ([]*book, error) {
	a, err := f.propfind(ctx, home, "1")
	if err != nil {
		return nil, err
	}
	defer a.close()
	var books []*book
	_, err = multistatus(a.body, func(r *response) error {
		if r.props.book {
			u := withPath(a.url, pathOf(a.url, r.hrefs[0]))
			books = append(books, newBook(u, r.hrefs[0], r.props))
		}
		return nil
	})
	return books, err
}
