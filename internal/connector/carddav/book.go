package carddav

import (
	"fmt"
	"net/url"
	"strings"
)

// book is an address book as it was found.
type book struct {
	url   *url.URL // its path as the server writes it, with a slash at its end
	bases []string // the decoded paths under which the server may list its members
	href  string   // the path as the server writes it in answers, with a slash at its end

	title   string
	server  string // product and version, as far as it shows
	reports []string
	writes  access
	maxSize int64
}

// access is what a server says about writing.
type access int

const (
	unsaid access = iota
	allowed
	denied
)

// newBook makes a book of the answer of u about itself.
func newBook(u *url.URL, href string, p properties) *book {
	b := &book{title: p.name, reports: p.reports, maxSize: p.maxSize, writes: accessOf(p.privileges)}
	own := slashed(pathOf(u, href))
	asked := slashed(u.EscapedPath())
	b.href = own
	if unescape(own) != unescape(asked) && !strings.HasPrefix(href, "http") {
		own = asked // something on the way shows the server's paths under others
	}
	b.url = withPath(u, own)
	b.bases = []string{unescape(own)}
	if other := unescape(b.href); other != b.bases[0] {
		b.bases = append(b.bases, other)
	}
	return b
}

// describe shows the book to a person.
func (b *book) describe() string {
	if b.title == "" {
		return b.url.Redacted()
	}
	return fmt.Sprintf("%s (%s)", b.url.Redacted(), b.title)
}

// accessOf reads the privileges of the user (RFC 3744, section 5.4).
func accessOf(privileges []string) access {
	if privileges == nil {
		return unsaid
	}
	for _, p := range privileges {
		switch p {
		case "all", "write", "write-content", "bind":
			return allowed
		}
	}
	return denied
}

// member returns the name of a member that the server lists, decoded: servers
// differ in what they encode. ok is false for the book itself, for a book
// within, and for what has a slash in its name and so cannot be addressed. An
// href that lies elsewhere is an error: who believed it would take the members
// of the book for deleted.
func (b *book) member(href string) (name string, ok bool, err error) {
	path := unescape(pathOf(b.url, href))
	for _, base := range b.bases {
		if rest, within := strings.CutPrefix(path, base); within {
			return rest, rest != "" && addressable(rest), nil
		}
		if slashed(path) == base {
			return "", false, nil
		}
	}
	return "", false, malformed("it lists what does not lie in the book")
}

// addressable reports whether a name can stand at the end of a path.
func addressable(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, "/\x00")
}

// address is where a member is read and written.
func (b *book) address(name string) *url.URL {
	return withPath(b.url, b.url.EscapedPath()+url.PathEscape(name))
}

// hrefOf names a member to the server as the server itself would.
func (b *book) hrefOf(name string) string { return b.href + url.PathEscape(name) }

// pathOf returns the path of an href, encoded as it is: some servers write names
// without encoding anything, so a question mark begins nothing. A relative one
// counts from the path of base.
func pathOf(base *url.URL, href string) string {
	href = strings.TrimSpace(href)
	if strings.Contains(href, "%3A//") { // one server escapes the whole address
		href = unescape(href)
	}
	if i := strings.Index(href, "://"); i > 0 && !strings.Contains(href[:i], "/") {
		_, rest, _ := strings.Cut(href[i+3:], "/")
		href = "/" + rest
	}
	if !strings.HasPrefix(href, "/") {
		path := base.EscapedPath()
		href = path[:strings.LastIndex(path, "/")+1] + href
	}
	return href
}

// unescape decodes a path. One that is not encoded rightly stands for itself.
func unescape(path string) string {
	if plain, err := url.PathUnescape(path); err == nil {
		return plain
	}
	return path
}

func slashed(path string) string { return strings.TrimSuffix(path, "/") + "/" }

// withPath returns base with an encoded path, which is sent as it is written.
func withPath(base *url.URL, path string) *url.URL {
	u := *base
	u.Path, u.RawPath, u.RawQuery = unescape(path), path, ""
	return &u
}
