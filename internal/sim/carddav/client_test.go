package carddav_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"testing"
	"time"

	"kith/internal/sim/carddav"
)

// client asks one book raw questions, as no program of ours does.
type client struct {
	t              *testing.T
	book           string // URL with its last slash
	user, password string
}

// serve starts a simulator and gives a client of the book contacts.
func serve(t *testing.T, opt carddav.Options) (*carddav.Server, client) {
	t.Helper()
	s := carddav.New(opt)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, client{t, h.URL + s.Path("alice", "contacts"), "alice", "alice"}
}

// reply is an answer, read.
type reply struct {
	status int
	header http.Header
	body   string
	err    error // of the connection; the rest is empty or cut then
}

// ask sends one request. The target is a URL, or a name in the book. Headers
// are name, value, …
func (c client) ask(method, target, body string, headers ...string) reply {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if !strings.HasPrefix(target, "http") {
		target = c.book + target
	}
	r, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.SetBasicAuth(c.user, c.password)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	noRedirect := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	a, err := noRedirect.Do(r)
	if err != nil {
		return reply{err: err}
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	return reply{a.StatusCode, a.Header, string(text), err}
}

const namespaces = `xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/"`

func (c client) xml(method, target, depth, body string) reply {
	c.t.Helper()
	body = strings.Replace(body, ">", " "+namespaces+">", 1)
	return c.ask(method, target, body, "Depth", depth, "Content-Type", "application/xml; charset=utf-8")
}

func (c client) put(name, card string, headers ...string) reply {
	c.t.Helper()
	return c.ask("PUT", name, card, append([]string{"Content-Type", "text/vcard; charset=utf-8"}, headers...)...)
}

func (c client) sync(token, more string) reply {
	c.t.Helper()
	return c.xml("REPORT", "", "0", "<D:sync-collection><D:sync-token>"+token+"</D:sync-token><D:sync-level>1</D:sync-level>"+
		more+"<D:prop><D:getetag/></D:prop></D:sync-collection>")
}

func (c client) multiget(names ...string) reply {
	c.t.Helper()
	u, err := url.Parse(c.book)
	if err != nil {
		c.t.Fatal(err)
	}
	var hrefs strings.Builder
	for _, name := range names {
		hrefs.WriteString("<D:href>" + u.EscapedPath() + name + "</D:href>")
	}
	return c.xml("REPORT", "", "1", "<C:addressbook-multiget><D:prop><D:getetag/><C:address-data/></D:prop>"+hrefs.String()+
		"</C:addressbook-multiget>")
}

// members is a multistatus.
type members struct {
	Responses []member `xml:"DAV: response"`
	Token     string   `xml:"DAV: sync-token"`
}

type member struct {
	Href      string     `xml:"DAV: href"`
	Status    string     `xml:"DAV: status"`
	Propstats []propstat `xml:"DAV: propstat"`
}

type propstat struct {
	Status string `xml:"DAV: status"`
	ETag   string `xml:"DAV: prop>getetag"`
	Data   string `xml:"urn:ietf:params:xml:ns:carddav prop>address-data"`
	Type   struct {
		Book *struct{} `xml:"urn:ietf:params:xml:ns:carddav addressbook"`
	} `xml:"DAV: prop>resourcetype"`
}

func (r reply) members(t *testing.T) members {
	t.Helper()
	var m members
	if r.status != 207 {
		t.Fatalf("status %d instead of a multistatus (%v):\n%s", r.status, r.err, r.body)
	}
	if err := xml.Unmarshal([]byte(r.body), &m); err != nil {
		t.Fatalf("%v:\n%s", err, r.body)
	}
	return m
}

// name is the last segment of a href, decoded.
func name(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	return path.Base(u.Path)
}

func (m member) code() string {
	status := m.Status
	if status == "" && len(m.Propstats) > 0 {
		status = m.Propstats[0].Status
	}
	if fields := strings.Fields(status); len(fields) > 1 {
		return fields[1]
	}
	return status
}

// with is the member of a name; it fails the test where there is none.
func (m members) with(t *testing.T, wanted string) member {
	t.Helper()
	for _, r := range m.Responses {
		if name(r.Href) == wanted {
			return r
		}
	}
	t.Fatalf("%s is not among %v", wanted, m.summary())
	return member{}
}

// summary is names and statuses.
func (m members) summary() (all []string) {
	for _, r := range m.Responses {
		all = append(all, fmt.Sprintf("%s %s", name(r.Href), r.code()))
	}
	return all
}

// card is a plain card.
func card(uid, fn string) string {
	return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + fn + "\r\nN:" + fn + ";;;;\r\nEND:VCARD\r\n"
}
