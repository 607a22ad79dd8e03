package lab

import (
	"encoding/xml"
	"html"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
)

// Names lists the cards of the book.
func (b Book) Names(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, r := range b.report(t, "PROPFIND", `<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>`) {
		if !strings.HasSuffix(r.Href, "/") { // the book itself
			names = append(names, r.name(t))
		}
	}
	slices.Sort(names)
	return names
}

// Cards returns all cards of the book by name, as the server shows them.
func (b Book) Cards(t testing.TB) map[string]string {
	t.Helper()
	at, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	cards := map[string]string{}
	all := b.Names(t)
	for names := range slices.Chunk(all, 200) {
		var ask strings.Builder
		ask.WriteString(`<c:addressbook-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:prop><c:address-data/></d:prop>`)
		for _, name := range names {
			ask.WriteString("<d:href>" + html.EscapeString(at.Path+url.PathEscape(name)) + "</d:href>")
		}
		ask.WriteString("</c:addressbook-multiget>")
		for _, r := range b.report(t, "REPORT", ask.String()) {
			if len(r.Data) > 0 {
				cards[r.name(t)] = r.Data[0]
			}
		}
	}
	if !slices.Equal(slices.Sorted(maps.Keys(cards)), all) {
		t.Fatalf("lab: %s has %d cards and shows %d", b.URL, len(all), len(cards))
	}
	return cards
}

// member is a card in the answer to a question about the book.
type member struct {
	Href string   `xml:"DAV: href"`
	Data []string `xml:"propstat>prop>address-data"`
}

// name is the card's name, decoded: servers spell it differently.
func (m member) name(t testing.TB) string {
	t.Helper()
	name, err := url.PathUnescape(path.Base(m.Href))
	if err != nil {
		t.Fatalf("lab: a card is said to be at %q: %v", m.Href, err)
	}
	return name
}

// report asks the book about its members.
func (b Book) report(t testing.TB, method, body string) []member {
	t.Helper()
	status, text := b.ask(t, method, b.URL, body, "application/xml; charset=utf-8")
	if status != http.StatusMultiStatus {
		t.Fatalf("lab: %s %s: %d\n%s", method, b.URL, status, text)
	}
	var answer struct {
		Members []member `xml:"DAV: response"`
	}
	if err := xml.Unmarshal([]byte(text), &answer); err != nil {
		t.Fatalf("lab: %s %s: %v\n%s", method, b.URL, err, text)
	}
	return answer.Members
}
