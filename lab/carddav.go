package lab

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// CardDAVServers names the CardDAV servers of the lab, for tests that have to
// hold on each of them.
var CardDAVServers = []string{"radicale", "xandikos", "davical", "sogo"}

// Book is an address book on one of them, and the login that may do everything
// there.
type Book struct {
	URL            string // of the book, without the login; ends with a slash
	Home           string // of the collection that has this and all other books
	User, Password string
}

// CardDAV returns a fresh, empty address book that is removed when the test
// ends. The server is one of CardDAVServers.
func CardDAV(t testing.TB, server string) Book {
	t.Helper()
	home := address(t, "KITH_TEST_"+strings.ToUpper(server))
	b := Book{User: home.User.Username()}
	b.Password, _ = home.User.Password()
	home.User = nil
	b.Home = home.String()
	b.URL = home.JoinPath(freshName()).String() + "/"
	// The extended MKCOL of RFC 5689 is the one way all four know to make a book.
	b.must(t, "MKCOL", b.URL, `<d:mkcol xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:carddav"><d:set><d:prop>`+
		`<d:resourcetype><d:collection/><c:addressbook/></d:resourcetype></d:prop></d:set></d:mkcol>`, "application/xml; charset=utf-8")
	t.Cleanup(func() { b.must(t, "DELETE", b.URL, "", "") })
	return b
}

// Put stores a card under a name in the book, whatever was there before, as a
// user's program does.
func (b Book) Put(t testing.TB, name, card string) {
	t.Helper()
	b.must(t, http.MethodPut, b.URL+url.PathEscape(name), card, "text/vcard; charset=utf-8")
}

// Get returns a card as the server shows it.
func (b Book) Get(t testing.TB, name string) string {
	t.Helper()
	return b.must(t, http.MethodGet, b.URL+url.PathEscape(name), "", "")
}

// Fill stores all these cards at once in place of whatever the book has, under
// names of the server's choice. Only Radicale can.
func (b Book) Fill(t testing.TB, cards []string) {
	t.Helper()
	b.must(t, http.MethodPut, b.URL, strings.Join(cards, ""), "text/vcard; charset=utf-8")
}

// Delete removes a card.
func (b Book) Delete(t testing.TB, name string) {
	t.Helper()
	b.must(t, http.MethodDelete, b.URL+url.PathEscape(name), "", "")
}

// Gone reports whether the server knows no such book. Xandikos says so inside
// an answer that is none.
func (b Book) Gone(t testing.TB) bool {
	t.Helper()
	status, text := b.ask(t, "PROPFIND", b.URL, "", "")
	return status == http.StatusNotFound || status == http.StatusMultiStatus && strings.Contains(text, "404 Not Found")
}

// must sends one request and returns the answer's body; anything but success
// ends the test.
func (b Book) must(t testing.TB, method, address, body, kind string) string {
	t.Helper()
	status, text := b.ask(t, method, address, body, kind)
	if status < 200 || status > 299 || status == http.StatusMultiStatus {
		t.Fatalf("lab: %s %s: %d\n%s", method, address, status, text)
	}
	return text
}

// ask sends one request.
func (b Book) ask(t testing.TB, method, address, body, kind string) (status int, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		t.Fatalf("lab: %s: %v", method, err)
	}
	request.SetBasicAuth(b.User, b.Password)
	if method == "PROPFIND" || method == "REPORT" {
		request.Header.Set("Depth", "1")
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatalf("lab: %s: %v", method, err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatalf("lab: %s %s: %v", method, address, err)
	}
	return answer.StatusCode, string(read)
}
