package carddav

import (
	"encoding/xml"
	"slices"
	"strconv"
)

// sync tells what changed since a token (RFC 6578 section 3).
func (s *Server) sync(q *request, t target, f Fault) *answer {
	quirks, b := s.soft.Quirks, t.book
	if quirks.NoSync {
		return s.refuse(403, dav("supported-report"))
	}
	if q.Depth != "0" && q.Depth != "" {
		return status(400)
	}
	token, first := q.Token, q.Token == ""
	names, known := s.changed(b, token)
	if !known {
		switch quirks.UnknownToken {
		case 0, 403:
			return s.refuse(403, dav("valid-sync-token"))
		case 207:
			names, _ = s.changed(b, "")
			first = true
		default:
			return status(quirks.UnknownToken)
		}
	}
	removed := !first || quirks.InitialRemoved || !known && quirks.UnknownTokenRemoved
	names = slices.DeleteFunc(names, func(name string) bool { return b.cards[name] == nil && !removed })
	names = f.visible(names)
	names, reached, truncated := s.page(q, b, names)

	var members []*el
	for _, name := range names {
		m := s.changeResponse(q, t.member(s, name))
		members = append(members, m)
		if quirks.SyncRepeats {
			members = append(members, m)
		}
	}
	if quirks.SyncStrangers && !first {
		members = append(members, dav("response", s.href(q, t.path+"never-was.vcf"), statusLine(404)))
	}
	if quirks.SyncBackwards {
		slices.Reverse(members)
	}
	if truncated {
		members = append(members, dav("response", s.href(q, t.path), statusLine(507),
			dav("error", dav("number-of-matches-within-limits"))))
	}
	return s.multistatus(append(members, davText("sync-token", s.token(b, reached)))...)
}

// page cuts an answer to what fits, and gives the change it reaches to.
func (s *Server) page(q *request, b *book, names []string) (fit []string, reached int64, truncated bool) {
	quirks := s.soft.Quirks
	size := quirks.SyncPage
	if limit := q.xml.child(nsDAV, "limit"); limit != nil && !quirks.IgnoreLimit {
		if n := limit.child(nsDAV, "nresults"); n != nil {
			if asked, err := strconv.Atoi(n.text); err == nil && asked > 0 && (size == 0 || asked < size) {
				size = asked
			}
		}
	}
	if size == 0 || len(names) <= size {
		return names, b.seq, false
	}
	if quirks.LimitLoses {
		return names[:size], b.seq, false
	}
	return names[:size], b.last[names[size-1]].seq, true
}

// changeResponse is one change: the properties asked for, or a 404.
func (s *Server) changeResponse(q *request, t target) *el {
	if s.soft.Quirks.RawHrefs {
		t.path = t.raw
	}
	if t.card() == nil {
		return dav("response", s.href(q, t.path), statusLine(404))
	}
	names := []xml.Name{}
	if prop := propOf(q.xml); prop != nil {
		for _, k := range prop.kids {
			names = append(names, k.name)
		}
	}
	r := s.response(q, t, names)
	if s.soft.Quirks.StatusAndPropstat {
		r.kids = slices.Insert(r.kids, 1, statusLine(201))
	}
	return r
}
