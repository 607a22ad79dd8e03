package carddav

import (
	"cmp"
	"encoding/xml"
	"slices"
	"strconv"
)

// properties are those of a response that have status 200, or what the body of
// an error shows in their place.
type properties struct {
	etag        string
	card        string // address-data
	hasCard     bool
	contentType string
	name        string
	principal   string
	homes       []string
	collection  bool
	book        bool
	reports     []string // local names
	privileges  []string // local names; nil where the server does not say
	maxSize     int64
}

// merge adds what another propstat of the same response shows.
func (p *properties) merge(q properties) {
	p.etag = cmp.Or(q.etag, p.etag)
	p.card, p.hasCard = cmp.Or(q.card, p.card), q.hasCard || p.hasCard
	p.contentType = cmp.Or(q.contentType, p.contentType)
	p.name = cmp.Or(q.name, p.name)
	p.principal = cmp.Or(q.principal, p.principal)
	p.homes = append(p.homes, q.homes...)
	p.collection, p.book = p.collection || q.collection, p.book || q.book
	p.reports = append(p.reports, q.reports...)
	if q.privileges != nil {
		p.privileges = append(p.privileges, q.privileges...)
	}
	p.maxSize = max(p.maxSize, q.maxSize)
}

func (e *elements) property(p *properties, name xml.Name) (err error) {
	switch name {
	case xml.Name{Space: nsDAV, Local: "getetag"}:
		p.etag, err = e.short()
	case xml.Name{Space: nsCard, Local: "address-data"}:
		p.hasCard = true
		p.card, err = e.text(maxCardXML)
	case xml.Name{Space: nsDAV, Local: "getcontenttype"}:
		p.contentType, err = e.short()
	case xml.Name{Space: nsDAV, Local: "displayname"}:
		p.name, err = e.short()
	case xml.Name{Space: nsDAV, Local: "resourcetype"}:
		err = e.children(func(name xml.Name) error {
			p.collection = p.collection || name == xml.Name{Space: nsDAV, Local: "collection"}
			p.book = p.book || name == xml.Name{Space: nsCard, Local: "addressbook"}
			return e.skip()
		})
	case xml.Name{Space: nsDAV, Local: "current-user-principal"}:
		var hrefs []string
		hrefs, err = e.hrefs()
		if len(hrefs) > 0 {
			p.principal = hrefs[0]
		}
	case xml.Name{Space: nsCard, Local: "addressbook-home-set"}:
		p.homes, err = e.hrefs()
	case xml.Name{Space: nsDAV, Local: "supported-report-set"}:
		p.reports, err = e.names("supported-report", "report")
	case xml.Name{Space: nsDAV, Local: "current-user-privilege-set"}:
		p.privileges, err = e.names("privilege")
	case xml.Name{Space: nsCard, Local: "max-resource-size"}:
		var text string
		text, err = e.short()
		p.maxSize, _ = strconv.ParseInt(text, 10, 64)
	default:
		err = e.skip()
	}
	return err
}

// hrefs reads the addresses within the element that was just opened.
func (e *elements) hrefs() (hrefs []string, err error) {
	err = e.children(func(name xml.Name) error {
		if name != (xml.Name{Space: nsDAV, Local: "href"}) {
			return e.skip()
		}
		return e.href(&hrefs)
	})
	return hrefs, err
}

// href reads the address in the element that was just opened.
func (e *elements) href(into *[]string) error {
	if len(*into) == maxHrefs {
		return malformed("an element holds more than %d addresses", maxHrefs)
	}
	href, err := e.short()
	*into = append(*into, href)
	return err
}

// names collects the local names of the elements within the one that was just
// opened, at any depth: some servers leave out the element that should wrap
// each. The wrappers themselves do not count.
func (e *elements) names(wrappers ...string) ([]string, error) {
	names := []string{}
	var collect func(xml.Name) error
	collect = func(name xml.Name) error {
		if slices.Contains(wrappers, name.Local) {
			return e.children(collect)
		}
		if len(names) < maxWords {
			names = append(names, name.Local)
		}
		return e.skip()
	}
	err := e.children(collect)
	return names, err
}
