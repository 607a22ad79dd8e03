package carddav

import (
	"net/url"
	"strings"
)

func (s *Server) report(q *request, t target, f Fault) *answer {
	switch {
	case !t.collection() && t.card() == nil:
		return status(404)
	case q.xml == nil:
		return status(400)
	case t.book == nil || t.name != "":
		return s.refuse(403, dav("supported-report"))
	}
	switch q.Report {
	case "addressbook-multiget":
		return s.multiget(q, t, f)
	case "addressbook-query":
		return s.query(q, t, f)
	case "sync-collection":
		return s.sync(q, t, f)
	}
	return s.refuse(403, dav("supported-report"))
}

// multiget reads the cards whose hrefs are given (RFC 6352 section 8.7).
func (s *Server) multiget(q *request, t target, f Fault) *answer {
	if code := s.soft.Quirks.MultigetStatus; code != 0 {
		return status(code)
	}
	var members []*el
	for _, href := range q.xml.all(nsDAV, "href") {
		asked, inBook := s.asked(href.text, t)
		switch {
		case inBook && asked.card() != nil && !f.Empty:
			members = append(members, s.cardResponse(q, asked))
		case !s.soft.Quirks.MultigetOmitsMissing:
			missing := davText("href", href.text)
			if s.soft.Quirks.RawHrefs && inBook {
				missing.text = asked.raw
			}
			members = append(members, dav("response", missing, statusLine(404)))
		}
	}
	return s.multistatus(members...)
}

// asked is the card of a book that an href names.
func (s *Server) asked(href string, t target) (target, bool) {
	u, err := url.Parse(href)
	if err != nil {
		return target{}, false
	}
	asked := s.resolve(u.EscapedPath(), t.user)
	return asked, asked.book == t.book && asked.name != ""
}

// cardResponse is a card with the properties a report asks for.
func (s *Server) cardResponse(q *request, t target) *el {
	c := t.card()
	var has, lacks []*el
	prop := propOf(q.xml)
	if prop == nil {
		prop = dav("prop")
	}
	for _, p := range prop.kids {
		switch {
		case p.name.Space == nsCard && p.name.Local == "address-data" && s.soft.Quirks.WholeCards:
			has = append(has, &el{name: p.name, text: c.text})
		case p.name.Space == nsCard && p.name.Local == "address-data":
			has = append(has, &el{name: p.name, text: partOf(c.text, p)})
		default:
			if found := s.property(q, t, p.name); found != nil {
				has = append(has, found)
			} else {
				lacks = append(lacks, &el{name: p.name})
			}
		}
	}
	r := dav("response", s.href(q, t.path), s.propstat(200, has))
	if len(lacks) > 0 {
		r.kids = append(r.kids, s.propstat(404, lacks))
	}
	return r
}

// partOf is what address-data asks for of a card: everything, or the
// properties named in it (RFC 6352 section 10.4).
func partOf(text string, wanted *el) string {
	named := map[string]bool{"BEGIN": true, "END": true, "VERSION": true}
	props := wanted.all(nsCard, "prop")
	if len(props) == 0 {
		return text
	}
	for _, p := range props {
		named[strings.ToUpper(p.attr("name"))] = true
	}
	var b strings.Builder
	keep := false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "\t") {
			name := line[:max(0, strings.IndexAny(line+":", ";:"))]
			_, bare, grouped := strings.Cut(name, ".")
			if !grouped {
				bare = name
			}
			keep = named[strings.ToUpper(bare)]
		}
		if keep {
			b.WriteString(line)
		}
	}
	return b.String()
}
