package carddav

import (
	"net/url"
	"strings"
)

// target is what a path names.
type target struct {
	path                  string // escaped, as the server writes it
	raw                   string // of a card: without any escaping
	root, principal, home bool
	user                  *user  // whose, below a principal or home
	bookName              string // "": above the books
	book                  *book  // nil: not there
	extra                 bool   // a collection that is no address book
	name                  string // of a card; "": the book itself
	forbidden             int    // the status of every request; 0: none
}

// collection reports whether the path names a collection that is there.
func (t target) collection() bool {
	return t.root || t.principal || t.home || t.extra || t.book != nil && t.name == ""
}

// card is the card at the path, nil where there is none.
func (t target) card() *card {
	if t.book == nil || t.name == "" {
		return nil
	}
	return t.book.cards[t.name]
}

// resolve finds what an escaped path names. A collection may be asked for
// without its last slash.
func (s *Server) resolve(path string, who *user) target {
	l := s.soft.Layout
	open := strings.TrimSuffix(path, "/") + "/"
	t := target{root: open == l.Root, path: open}
	for _, u := range s.users {
		home := l.home(u.name)
		rest, inside := strings.CutPrefix(open, home)
		principal := open == l.principal(u.name)
		if !inside && !principal {
			continue
		}
		if u != who {
			t.forbidden = 403
			return t
		}
		t.user, t.principal, t.home = u, principal, inside && rest == ""
		if inside && rest != "" {
			s.below(&t, home, rest)
		}
		break
	}
	return t
}

// below finds a book or a card in a home.
func (s *Server) below(t *target, home, rest string) {
	bookName, name, _ := strings.Cut(strings.TrimSuffix(rest, "/"), "/")
	t.bookName = unescape(bookName)
	t.book = t.user.books[t.bookName]
	for _, extra := range s.soft.Quirks.Extra {
		t.extra = t.extra || extra == t.bookName
	}
	if t.book != nil {
		t.forbidden = t.book.forbidden
	}
	t.path = home + s.escape(t.bookName) + "/"
	if t.name = unescape(name); t.name != "" {
		t.path += s.escape(t.name)
		t.raw = home + t.bookName + "/" + t.name
	}
}

func unescape(segment string) string {
	if plain, err := url.PathUnescape(segment); err == nil {
		return plain
	}
	return segment
}

// escape writes one segment of a path as the server lists it.
func (s *Server) escape(segment string) string {
	const digits, small = "0123456789ABCDEF", "0123456789abcdef"
	literal, hex := "-._~", digits
	switch s.soft.Quirks.Hrefs {
	case HrefsLoose:
		literal += "@:$&'(),;="
	case HrefsLower:
		hex = small
	}
	var b strings.Builder
	for _, c := range []byte(segment) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(literal, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String()
}

// href is a path as the server writes it in an answer.
func (s *Server) href(q *request, path string) *el {
	if s.soft.Quirks.Hrefs == HrefsAbsolute {
		base := q.base()
		if s.homeAt != "" {
			base = s.homeAt
		}
		path = base + path
	}
	return davText("href", path)
}
