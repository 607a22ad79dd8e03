package carddav

import (
	"net/url"
	"strings"
)

// remove deletes a card, or a whole book.
func (s *Server) remove(q *request, t target) *answer {
	c := t.card()
	switch {
	case t.book == nil && t.collection():
		return status(403)
	case t.book == nil || t.name != "" && c == nil:
		return s.notFound()
	case c != nil && q.IfMatch != "" && !holds(q.IfMatch, c) && !s.soft.Quirks.IgnoreIfMatchOnDelete:
		return status(412)
	}
	if t.name == "" {
		delete(t.user.books, t.bookName)
	} else {
		s.drop(t.book, t.name)
	}
	if s.soft.Quirks.DeleteStatus == 200 {
		return s.multistatus(dav("response", s.href(q, t.path), statusLine(200))).as(200).wrote()
	}
	return status(204).wrote()
}

// move puts a card under another name or into another book (RFC 4918 section
// 9.9).
func (s *Server) move(q *request, from target, who *user) *answer {
	if s.soft.Quirks.NoMove {
		return status(405)
	}
	u, err := url.Parse(q.header.Get("Destination"))
	if err != nil || u.Path == "" {
		return status(400)
	}
	to, c := s.resolve(u.EscapedPath(), who), from.card()
	switch {
	case c == nil:
		return s.notFound()
	case to.forbidden != 0:
		return status(to.forbidden)
	case to.book == nil || to.name == "":
		return status(409)
	case q.IfMatch != "" && !holds(q.IfMatch, c):
		return status(412)
	case to.card() != nil && strings.EqualFold(q.header.Get("Overwrite"), "F"):
		return status(412)
	}
	if s.soft.Quirks.MoveRenames {
		to.name = s.ownName()
	}
	s.drop(from.book, from.name)
	s.store(to.book, to.name, c.text)
	if code := s.soft.Quirks.MoveStatus; code != 0 {
		return status(code).wrote()
	}
	return status(201).wrote()
}

// mkcol makes an address book (RFC 5689).
func (s *Server) mkcol(q *request, t target) *answer {
	switch {
	case s.soft.Quirks.NoMkcol:
		return status(405)
	case t.collection():
		return status(405)
	case t.user == nil || t.bookName == "" || t.name != "":
		return status(409)
	case q.xml == nil:
		return status(415)
	}
	b := newBook(t.bookName)
	isBook := false
	for _, set := range q.xml.all(nsDAV, "set") {
		prop := set.child(nsDAV, "prop")
		if prop == nil {
			continue
		}
		if kind := prop.child(nsDAV, "resourcetype"); kind != nil {
			isBook = isBook || kind.child(nsCard, "addressbook") != nil
		}
		if name := prop.child(nsDAV, "displayname"); name != nil && !s.soft.Quirks.IgnoreDisplayName {
			b.display = name.text
		}
	}
	if !isBook {
		return s.refuse(403, dav("valid-resourcetype"))
	}
	t.user.books[t.bookName] = b
	return status(201).wrote()
}
