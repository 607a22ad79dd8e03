package carddav

import (
	"slices"
	"strings"

	"kith/internal/vcard"
)

// query finds cards by their properties (RFC 6352 section 8.6).
func (s *Server) query(q *request, t target, f Fault) *answer {
	if s.soft.Quirks.QueryFails {
		return status(500)
	}
	filter := q.xml.child(nsCard, "filter")
	if filter == nil {
		return s.refuse(400, cardEl("valid-filter"))
	}
	var members []*el
	if q.Depth != "0" && q.Depth != "" { // Depth 0 is the collection itself, which is no card
		for _, name := range f.visible(t.book.names()) {
			if member := t.member(s, name); s.matches(member.card().text, filter) {
				members = append(members, s.cardResponse(q, member))
			}
		}
	}
	return s.multistatus(members...)
}

func (s *Server) matches(text string, filter *el) bool {
	filters := filter.all(nsCard, "prop-filter")
	knows := s.soft.Quirks.QueryKnows
	for _, f := range filters {
		if knows != nil && !slices.Contains(knows, strings.ToUpper(f.attr("name"))) {
			return true
		}
	}
	card, err := vcard.Parse([]byte(text))
	if err != nil {
		return false
	}
	return combine(filter.attr("test"), filters, func(f *el) bool { return propertyMatches(card, f) })
}

// combine is the test attribute: anyof unless it says allof.
func combine(test string, filters []*el, holds func(*el) bool) bool {
	if len(filters) == 0 {
		return true
	}
	if test == "allof" {
		return !slices.ContainsFunc(filters, func(f *el) bool { return !holds(f) })
	}
	return slices.ContainsFunc(filters, holds)
}

func propertyMatches(card *vcard.Card, filter *el) bool {
	var values []string
	for _, p := range card.All(filter.attr("name")) {
		values = append(values, p.Text())
	}
	if filter.child(nsCard, "is-not-defined") != nil {
		return len(values) == 0
	}
	tests := filter.all(nsCard, "text-match")
	return slices.ContainsFunc(values, func(value string) bool {
		return combine(filter.attr("test"), tests, func(m *el) bool { return textMatches(value, m) })
	})
}

func textMatches(value string, match *el) bool {
	value, want := strings.ToLower(value), strings.ToLower(match.text)
	var holds bool
	switch match.attr("match-type") {
	case "equals":
		holds = value == want
	case "starts-with":
		holds = strings.HasPrefix(value, want)
	case "ends-with":
		holds = strings.HasSuffix(value, want)
	default:
		holds = strings.Contains(value, want)
	}
	return holds != (match.attr("negate-condition") == "yes")
}
