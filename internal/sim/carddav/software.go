package carddav

import "strings"

// Software is one kind of server.
type Software struct {
	Name    string
	Layout  Layout
	Dialect Dialect
	Quirks  Quirks
}

// Layout is where a server keeps things. {user} in a path stands for the name
// of the user; all paths end in a slash.
type Layout struct {
	Root      string // of everything that speaks WebDAV; asked for the principal
	Principal string
	Home      string // of the address books; may be the principal itself
	Banner    string // the Server header

	// WellKnown is the status of the redirect from /.well-known/carddav to
	// Root (RFC 6764 section 5), 404 where there is none, 200 for a login page
	// in its place and on every path outside Root.
	WellKnown int

	// Outside is the status of other paths outside Root; 0: 404.
	Outside int

	// Old is a path from which everything below has moved to Root, with the
	// status of its redirects. Empty: none.
	Old       string
	OldStatus int
}

// principal is the path of a user's principal.
func (l Layout) principal(user string) string { return strings.ReplaceAll(l.Principal, "{user}", user) }

// home is the path of a user's address books.
func (l Layout) home(user string) string { return strings.ReplaceAll(l.Home, "{user}", user) }

// Plain is a server that keeps to the specifications.
func Plain() Software {
	return Software{
		Name:   "plain",
		Layout: Layout{Root: "/dav/", Principal: "/dav/principals/{user}/", Home: "/dav/books/{user}/", WellKnown: 301},
	}
}
