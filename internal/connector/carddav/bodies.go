package carddav

import (
	"encoding/xml"
	"strings"
)

const xmlHead = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

// findBody asks a resource what it is and where the books are (RFC 5397; RFC
// 6352, section 7.1). It does not ask for the sync token, for which one server
// has to look at every card.
const findBody = xmlHead + `<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop>` +
	`<D:resourcetype/><D:displayname/><D:current-user-principal/><C:addressbook-home-set/>` +
	`<D:supported-report-set/><D:current-user-privilege-set/><C:max-resource-size/></D:prop></D:propfind>`

// listBody asks for the members of a book with their ETags.
const listBody = xmlHead + `<D:propfind xmlns:D="DAV:"><D:prop><D:getetag/><D:resourcetype/></D:prop></D:propfind>`

// syncBody asks for what changed since a token, "" for everything (RFC 6578,
// section 3.2). It sets no limit: one server that honours it loses changes.
func syncBody(token string) string {
	return xmlHead + `<D:sync-collection xmlns:D="DAV:"><D:sync-token>` + escapeXML(token) +
		`</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`
}

// multigetBody asks for cards by href (RFC 6352, section 8.7).
func multigetBody(hrefs []string) string {
	var b strings.Builder
	b.WriteString(xmlHead + `<C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/><C:address-data/></D:prop>`)
	for _, href := range hrefs {
		b.WriteString("<D:href>" + escapeXML(href) + "</D:href>")
	}
	b.WriteString("</C:addressbook-multiget>")
	return b.String()
}

func escapeXML(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a builder does not fail
	return b.String()
}
