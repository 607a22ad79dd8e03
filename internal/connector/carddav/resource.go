package carddav

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"kith/internal/contact"
)

// maxFound bounds what a resource or a home says about itself, in bytes.
const maxFound = 8 << 20

// resource is what answered a look.
type resource struct {
	url    *url.URL
	href   string // as it names itself
	props  properties
	header http.Header
	secure *tls.ConnectionState // nil: in the open
}

// look asks an address what is there.
func (f *finder) look(ctx context.Context, u *url.URL) (*resource, error) {
	a, err := f.propfind(ctx, u, "0")
	if err != nil {
		return nil, err
	}
	defer a.close()
	r := &resource{url: a.url, header: a.header, secure: a.secure}
	_, err = multistatus(a.body, func(one *response) error {
		if one.gone() { // one server answers so for what is not there
			return verdict("look for the address book", one.status, "", a.header)
		}
		if r.href == "" {
			r.href, r.props = one.hrefs[0], one.props
		}
		return nil
	})
	if err == nil && r.href == "" {
		err = malformed("it says nothing about what was asked")
	}
	return r, err
}

// propfind asks for the properties by which books are found. Only an answer
// with status 207 is returned.
func (f *finder) propfind(ctx context.Context, u *url.URL, depth string) (*answer, error) {
	a, err := f.client.query(ctx, "PROPFIND", u, depth, findBody, maxFound)
	if err != nil || a.status == http.StatusMultiStatus {
		return a, err
	}
	defer a.close()
	switch a.status {
	case http.StatusMethodNotAllowed, http.StatusNotImplemented, http.StatusNotAcceptable:
		return nil, contact.Fail(contact.Setup, "%w (HTTP %d)", errNotDAV, a.status)
	}
	if a.status < 400 {
		return nil, contact.Fail(contact.Setup, "%w (HTTP %d)", errNotDAV, a.status)
	}
	return nil, a.failure("look for the address book")
}

// resolve makes an address of an href that the resource names, which may lie
// on another host.
func (r *resource) resolve(href string) *url.URL {
	u, err := r.url.Parse(href)
	if err != nil || u.Host == r.url.Host {
		return withPath(r.url, slashed(pathOf(r.url, href)))
	}
	return withPath(u, slashed(u.EscapedPath()))
}

func (r *resource) book() *book { return newBook(r.url, r.href, r.props) }

// tell says who answered whom, and whether anybody can listen.
func (r *resource) tell(user string, tell step) {
	connection := r.url.Scheme + "://" + r.url.Host
	switch {
	case r.secure != nil && len(r.secure.PeerCertificates) > 0:
		cert := r.secure.PeerCertificates[0]
		connection += fmt.Sprintf(", %s, certificate until %s", tls.VersionName(r.secure.Version), cert.NotAfter.Format("2006-01-02"))
	case isLoopback(r.url.Hostname()):
		connection += ", not encrypted"
	default:
		connection += ", not encrypted: the password travels in the open"
	}
	tell("connection", connection)
	tell("login", cmp.Or(user, "none: no user is named"))
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// product names the server by what it shows of itself: headers of its own, its
// paths, what it runs on; "" where nothing tells.
func product(header http.Header, path string) string {
	server := strings.ToLower(header.Get("Server"))
	path = strings.ToLower(path)
	switch {
	case header.Get("X-Davical-Version") != "":
		name, _, _ := strings.Cut(header.Get("X-Davical-Version"), ";")
		return strings.Replace(name, "/", " ", 1)
	case strings.Contains(path, "/caldav.php/"):
		return "DAViCal"
	case strings.Contains(path, "/remote.php/"):
		return "Nextcloud or ownCloud"
	case header.Get("X-Sabre-Version") != "":
		return "sabre/dav " + header.Get("X-Sabre-Version")
	case strings.Contains(path, "/sogo/"), strings.HasPrefix(server, "sope"):
		return "SOGo"
	case strings.HasPrefix(server, "wsgiserver"), strings.Contains(server, "radicale"):
		return "Radicale"
	case strings.Contains(server, "aiohttp"), strings.Contains(server, "xandikos"):
		return "Xandikos"
	}
	return header.Get("Server")
}
