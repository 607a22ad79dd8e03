package carddav

import (
	"encoding/xml"
	"strconv"
)

// property gives one property of what a path names, nil where it has none.
func (s *Server) property(q *request, t target, name xml.Name) *el {
	switch name.Space {
	case nsDAV:
		return s.davProperty(q, t, name.Local)
	case nsCS:
		if name.Local == "getctag" && t.book != nil && t.name == "" && !s.soft.Quirks.NoCTag {
			return &el{name: name, text: s.token(t.book, t.book.seq)}
		}
	case nsCard:
		return s.cardProperty(q, t, name.Local)
	}
	return nil
}

func (s *Server) davProperty(q *request, t target, name string) *el {
	switch c := t.card(); name {
	case "resourcetype":
		return t.resourceType()
	case "displayname":
		switch {
		case t.book != nil && t.name == "":
			return davText(name, t.book.display)
		case t.principal:
			return davText(name, t.user.name)
		}
	case "current-user-principal":
		return dav(name, davText("href", s.soft.Layout.principal(s.owner(q, t))))
	case "owner":
		if t.user != nil {
			return dav(name, davText("href", s.soft.Layout.principal(t.user.name)))
		}
	case "getetag":
		switch {
		case c != nil:
			return davText(name, c.etag)
		case t.book != nil && s.soft.Quirks.BookETag:
			return davText(name, `"`+hash(strconv.FormatInt(t.book.seq, 10))+`"`)
		}
	case "getcontenttype":
		if c != nil {
			return davText(name, s.contentType())
		}
	case "getcontentlength":
		if c != nil {
			return davText(name, strconv.Itoa(len(c.text)))
		}
	case "sync-token":
		if t.book != nil && t.name == "" && !s.soft.Quirks.NoSync {
			if s.soft.Quirks.Tokens == TokenSeconds && len(t.book.last) == 0 {
				return davText(name, "-1")
			}
			return davText(name, s.token(t.book, t.book.seq))
		}
	case "supported-report-set":
		return s.reports(t)
	case "current-user-privilege-set":
		return dav(name, privilege("read"), privilege("write"), privilege("bind"), privilege("unbind"))
	}
	return nil
}

func (s *Server) cardProperty(q *request, t target, name string) *el {
	limits := s.soft.Quirks
	switch name {
	case "addressbook-home-set":
		if t.principal || !limits.NoHomeSetAbove {
			return cardEl(name, davText("href", s.homeAt+s.soft.Layout.home(s.owner(q, t))))
		}
	case "supported-address-data":
		if t.book != nil && t.name == "" && limits.Only30 {
			kind := cardEl("address-data-type")
			kind.attrs = []xml.Attr{attr("content-type", "text/vcard"), attr("version", "3.0")}
			return cardEl(name, kind)
		}
	case "max-resource-size":
		if t.book != nil && t.name == "" && limits.MaxSize > 0 {
			return &el{name: xml.Name{Space: nsCard, Local: name}, text: strconv.Itoa(limits.MaxSize)}
		}
	case "address-data":
		if c := t.card(); c != nil && limits.CardDataAsProperty {
			return &el{name: xml.Name{Space: nsCard, Local: name}, text: c.text}
		}
	}
	return nil
}

// owner is the user a property is about: whose the target is, else who asks.
func (s *Server) owner(q *request, t target) string {
	if t.user != nil {
		return t.user.name
	}
	return s.login(q).name
}

func (t target) resourceType() *el {
	r := dav("resourcetype")
	if t.collection() && (!t.principal || t.home) {
		r.kids = append(r.kids, dav("collection"))
	}
	if t.principal {
		r.kids = append(r.kids, dav("principal"))
	}
	if t.book != nil && t.name == "" {
		r.kids = append(r.kids, cardEl("addressbook"))
	}
	return r
}

// reports are the REPORTs a collection offers (RFC 3253 section 3.1.5).
func (s *Server) reports(t target) *el {
	set := dav("supported-report-set")
	add := func(report *el) { set.kids = append(set.kids, dav("supported-report", dav("report", report))) }
	if t.book == nil || t.name != "" {
		return set
	}
	add(cardEl("addressbook-multiget"))
	add(cardEl("addressbook-query"))
	if !s.soft.Quirks.NoSync {
		add(dav("sync-collection"))
	}
	return set
}

func (s *Server) contentType() string {
	if s.soft.Quirks.ContentType != "" {
		return s.soft.Quirks.ContentType
	}
	return "text/vcard; charset=utf-8"
}

func privilege(name string) *el { return dav("privilege", dav(name)) }

func attr(name, value string) xml.Attr { return xml.Attr{Name: xml.Name{Local: name}, Value: value} }
