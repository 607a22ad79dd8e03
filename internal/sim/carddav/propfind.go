package carddav

import (
	"encoding/xml"
	"strings"
)

// allprop is what PROPFIND answers with where nothing is named (RFC 4918
// section 9.1).
var allprop = []xml.Name{
	{Space: nsDAV, Local: "resourcetype"}, {Space: nsDAV, Local: "displayname"},
	{Space: nsDAV, Local: "getetag"}, {Space: nsDAV, Local: "getcontenttype"},
}

func (s *Server) propfind(q *request, t target, f Fault) *answer {
	if len(q.body) > 0 && (q.xml == nil || q.xml.name.Local != "propfind") {
		return status(400)
	}
	if q.Depth != "0" && q.Depth != "1" {
		return s.refuse(403, dav("propfind-finite-depth"))
	}
	if !t.collection() && t.card() == nil {
		if s.soft.Quirks.MissingAs207 {
			return s.multistatus(dav("response", davText("href", s.url(q, t)), statusLine(404)))
		}
		return status(404)
	}
	names := allprop
	if prop := propOf(q.xml); prop != nil {
		names = nil
		for _, k := range prop.kids {
			names = append(names, k.name)
		}
	}
	members := []*el{s.response(q, t, names)}
	if q.Depth == "1" {
		for _, member := range s.members(t, f) {
			members = append(members, s.response(q, member, names))
		}
	}
	return s.multistatus(members...)
}

// propOf is the prop element of a request, nil where all properties are meant.
func propOf(root *el) *el {
	if root == nil {
		return nil
	}
	return root.child(nsDAV, "prop")
}

// url is how a server that takes a whole URL for a path names what is missing.
func (s *Server) url(q *request, t target) string {
	return strings.ReplaceAll(q.base(), ":", "%3A") + t.path
}

// members are what lies directly in a collection.
func (s *Server) members(t target, f Fault) (all []target) {
	switch {
	case t.home:
		for _, name := range t.user.bookNames() {
			b := t.user.books[name]
			if b.forbidden == 0 {
				all = append(all, target{path: t.path + s.escape(name) + "/", user: t.user, bookName: name, book: b})
			}
		}
		for _, name := range s.soft.Quirks.Extra {
			all = append(all, target{path: t.path + s.escape(name) + "/", user: t.user, bookName: name, extra: true})
		}
	case t.book != nil && t.name == "":
		for _, name := range f.visible(t.book.names()) {
			all = append(all, t.member(s, name))
		}
	}
	return all
}

// member is a card of a book.
func (t target) member(s *Server, name string) target {
	t.path, t.raw, t.name = t.path+s.escape(name), s.soft.Layout.home(t.user.name)+t.bookName+"/"+name, name
	return t
}

// visible is what a fault leaves of a listing.
func (f Fault) visible(names []string) []string {
	switch {
	case f.Empty:
		return nil
	case f.Half:
		return names[:len(names)/2]
	}
	return names
}

// response is one member of a multistatus with the properties asked for,
// those it lacks in a propstat of their own.
func (s *Server) response(q *request, t target, names []xml.Name) *el {
	var has, lacks []*el
	for _, name := range names {
		if p := s.property(q, t, name); p != nil {
			has = append(has, p)
		} else {
			lacks = append(lacks, &el{name: name})
		}
	}
	r := dav("response", s.href(q, t.path))
	if len(has) > 0 || len(lacks) == 0 {
		r.kids = append(r.kids, s.propstat(200, has))
	}
	if len(lacks) > 0 {
		r.kids = append(r.kids, s.propstat(404, lacks))
	}
	return r
}
