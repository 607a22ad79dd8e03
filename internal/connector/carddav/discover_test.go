package carddav

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	sim "kith/internal/sim/carddav"
)

// names is a domain name system with one domain in it.
type names struct {
	srv []*net.SRV
	txt []string
	err error
}

func (n names) LookupSRV(_ context.Context, service, proto, name string) (string, []*net.SRV, error) {
	if n.err != nil {
		return "", nil, n.err
	}
	if len(n.srv) == 0 || service != "carddavs" || proto != "tcp" || name != "acme.example" {
		return "", nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return "", n.srv, nil
}

func (n names) LookupTXT(context.Context, string) ([]string, error) { return n.txt, nil }

// signed makes an authority, and a certificate of it for some hosts.
func signed(t *testing.T, hosts ...string) (authority string, cert tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Acme CA"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), DNSNames: hosts, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return string(text), tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// secured starts a server with TLS under made-up names, and returns how to get
// there.
func secured(t *testing.T, h http.Handler, hosts ...string) (authority string, w world) {
	t.Helper()
	authority, cert := signed(t, hosts...)
	server := httptest.NewUnstartedServer(h)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	w.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}
	w.names = names{}
	return authority, w
}

func keys(pairs ...string) connector.Settings {
	s := settingsFor("", "alice", "alice")
	for i := 0; i < len(pairs); i += 2 {
		s.Keys[pairs[i]] = pairs[i+1]
	}
	return s
}

// search looks for the book as check does.
func search(t *testing.T, s connector.Settings, w world) (*book, error) {
	t.Helper()
	y, err := open(s, w)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { y.Close() })
	return y.find(t.Context())
}

// says fails unless an error has a class and says some things.
func says(t *testing.T, err error, class contact.Class, parts ...string) {
	t.Helper()
	if contact.ClassOf(err) != class {
		t.Errorf("class %q (%v), want %q", contact.ClassOf(err), err, class)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not say %q", err, part)
		}
	}
}

// A mail address is enough: DNS names host and path, and the line that lets the
// password go there is printed word for word.
func TestMailDomain(t *testing.T) {
	s := sim.New(sim.Options{Software: sim.Nextcloud(), Users: map[string]string{"alice": "alice", "alice@acme.example": "alice"}})
	authority, w := secured(t, s, "dav.acme.example")
	w.names = names{srv: []*net.SRV{{Target: "dav.acme.example.", Port: 8443}}, txt: []string{"path=/remote.php/dav/"}}

	_, err := search(t, keys("url", "alice@acme.example", "user", "", "ca", authority), w)
	says(t, err, contact.Setup, "add to team:  hosts: [dav.acme.example:8443]")
	_, err = search(t, keys("url", "alice@acme.example", "hosts", "dav.acme.example:8443"), w)
	says(t, err, contact.Setup, "ca: file:PATH")
	b, err := search(t, keys("url", "alice@acme.example", "user", "", "hosts", "other.example, DAV.acme.example:8443", "ca", authority), w)
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://dav.acme.example:8443/remote.php/dav/addressbooks/users/alice@acme.example/contacts/"; unescape(b.url.String()) != want {
		t.Errorf("the book is %s, want %s", b.url, want)
	}
}

// A domain that announces nothing is asked itself.
func TestDomainWithoutAnnouncement(t *testing.T) {
	for _, soft := range []sim.Software{sim.Radicale(), sim.Xandikos(), sim.DAViCal(), sim.SOGo(), sim.SOGoBare(), sim.Nextcloud(), sim.Plain()} {
		t.Run(soft.Name, func(t *testing.T) {
			s := sim.New(sim.Options{Software: soft})
			authority, w := secured(t, s, "acme.example")
			b, err := search(t, keys("url", "acme.example", "ca", authority), w)
			if err != nil {
				t.Fatal(err)
			}
			if want := "https://acme.example" + s.Path("alice", "contacts"); b.url.String() != want {
				t.Errorf("the book is %s, want %s", b.url, want)
			}
		})
	}
}

func TestDomainWithoutService(t *testing.T) {
	_, err := search(t, keys("url", "acme.example"), world{names: names{srv: []*net.SRV{{Target: "."}}}})
	says(t, err, contact.Setup, "acme.example says that it has no CardDAV service")
	_, err = search(t, keys("url", "acme.example"), world{names: names{err: errors.New("timeout")}})
	says(t, err, contact.Unreachable, "_carddavs._tcp.acme.example")
	authority, w := secured(t, http.NotFoundHandler(), "acme.example")
	_, err = search(t, keys("url", "acme.example", "ca", authority), w)
	says(t, err, contact.Setup, "acme.example shows no CardDAV service")
}

func TestCertificates(t *testing.T) {
	authority, w := secured(t, sim.New(sim.Options{}), "acme.example")
	_, err := search(t, keys("url", "https://other.example/x/", "ca", authority), w)
	says(t, err, contact.Setup, "certificate is for another host")
	_, err = search(t, keys("url", "https://acme.example/x/", "ca", "no certificate"), w)
	says(t, err, contact.Setup, "no certificate in PEM form")
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	_, err = search(t, keys("url", strings.Replace(plain.URL, "http:", "https:", 1)+"/x/"), world{})
	says(t, err, contact.Setup, "does not speak TLS")
}

// The address of the book, of a home and of an account lead to the one book.
// Several are listed with their addresses, so that one can be copied.
func TestOneBook(t *testing.T) {
	for _, soft := range []sim.Software{sim.Radicale(), sim.Xandikos(), sim.DAViCal(), sim.SOGo(), sim.Plain()} {
		t.Run(soft.Name, func(t *testing.T) {
			s := sim.New(sim.Options{Software: soft})
			h := httptest.NewServer(s)
			t.Cleanup(h.Close)
			want := h.URL + s.Path("alice", "contacts")
			home := strings.TrimSuffix(want, "contacts/")
			for _, at := range []string{want, strings.TrimSuffix(want, "/"), home, strings.TrimSuffix(home, "/"), h.URL, h.URL + "/"} {
				b, err := search(t, keys("url", at), world{})
				if err != nil {
					t.Errorf("%s: %v", at, err)
				} else if b.url.String() != want {
					t.Errorf("%s leads to %s, want %s", at, b.url, want)
				}
			}
			s.Book("alice", "team å").Make()
			_, err := search(t, keys("url", home), world{})
			says(t, err, contact.Setup, "2 address books", "\n  "+want)
			if b, err := search(t, keys("url", want), world{}); err != nil || b.url.String() != want {
				t.Errorf("the book beside another: %v", err)
			}
			_, err = search(t, keys("url", home+"nothing/"), world{})
			says(t, err, contact.Setup, "there is no address book at "+home+"nothing/", "\n  "+want)
			s.Book("alice", "contacts").Forbid(http.StatusForbidden)
			_, err = search(t, keys("url", want), world{})
			says(t, err, contact.Forbidden)
			_, err = search(t, keys("url", home, "password", "wrong"), world{})
			says(t, err, contact.Credentials)
		})
	}
}

// A redirect is followed with the same question; the password goes to no other
// host.
func TestRedirects(t *testing.T) {
	s := sim.New(sim.Options{})
	there := httptest.NewServer(s)
	t.Cleanup(there.Close)
	path := s.Path("alice", "contacts")
	for _, status := range []int{301, 302, 307, 308} {
		here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if rest, old := strings.CutPrefix(r.URL.Path, "/old/"); old {
				http.Redirect(w, r, "/"+rest, status)
				return
			}
			s.ServeHTTP(w, r)
		}))
		t.Cleanup(here.Close)
		b, err := search(t, keys("url", here.URL+"/old"+path), world{})
		if err != nil {
			t.Errorf("%d: %v", status, err)
		} else if b.url.String() != here.URL+path {
			t.Errorf("%d: the book is %s", status, b.url)
		}
	}
	for _, where := range []string{there.URL + path, "//" + strings.TrimPrefix(there.URL, "http://") + path} {
		asked := 0
		elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
		t.Cleanup(elsewhere.Close)
		where = strings.Replace(where, strings.TrimPrefix(there.URL, "http://"), strings.TrimPrefix(elsewhere.URL, "http://"), 1)
		here := httptest.NewServer(http.RedirectHandler(where, http.StatusMovedPermanently))
		t.Cleanup(here.Close)
		_, err := search(t, keys("url", here.URL+path), world{})
		says(t, err, contact.Setup, "hosts: ["+strings.TrimPrefix(elsewhere.URL, "http://")+"]")
		if asked > 0 {
			t.Errorf("the other host was asked %d times", asked)
		}
	}
	here := httptest.NewServer(http.RedirectHandler(there.URL+path, http.StatusMovedPermanently))
	t.Cleanup(here.Close)
	if _, err := search(t, keys("url", here.URL+path, "hosts", strings.TrimPrefix(there.URL, "http://")), world{}); err != nil {
		t.Errorf("a host that is listed: %v", err)
	}
	round := httptest.NewServer(http.RedirectHandler("/again/", http.StatusFound))
	t.Cleanup(round.Close)
	_, err := search(t, keys("url", round.URL+path), world{})
	says(t, err, contact.Setup, "without end")
	authority, w := secured(t, http.RedirectHandler("http://acme.example/", http.StatusFound), "acme.example")
	_, err = search(t, keys("url", "https://acme.example/x/", "ca", authority), w)
	says(t, err, contact.Setup, "in the open")
}

// The home may lie on another host, as iCloud's does.
func TestHomeOnAnotherHost(t *testing.T) {
	s := sim.New(sim.Options{Software: sim.ICloud()})
	one, two := httptest.NewServer(s), httptest.NewServer(s)
	t.Cleanup(one.Close)
	t.Cleanup(two.Close)
	s.HomeAt(two.URL)
	host := strings.TrimPrefix(two.URL, "http://")
	_, err := search(t, keys("url", one.URL), world{})
	says(t, err, contact.Setup, "hosts: ["+host+"]")
	b, err := search(t, keys("url", one.URL, "hosts", host), world{})
	if err != nil {
		t.Fatal(err)
	}
	if b.url.String() != two.URL+s.Path("alice", "contacts") {
		t.Errorf("the book is %s", b.url)
	}
}

// Something on the way may show the server's paths under others.
func TestPathsBehindAProxy(t *testing.T) {
	s := sim.New(sim.Options{})
	h := httptest.NewServer(http.StripPrefix("/front", s))
	t.Cleanup(h.Close)
	s.Book("alice", "contacts").Put("a.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:a\r\nFN:Anna\r\nN:;Anna;;;\r\nEND:VCARD\r\n")
	y, err := Open(keys("url", h.URL+"/front"+s.Path("alice", "contacts")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { y.Close() })
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	page, err := c.Pull(t.Context(), contact.Person, "")
	if err != nil || len(page.Records) != 1 || page.Records[0].ID != "a.vcf" || page.Records[0].Gone != contact.Here {
		t.Errorf("pulled %+v, %v", page.Records, err)
	}
}

func TestStart(t *testing.T) {
	for text, want := range map[string]string{
		"https://dav.acme.example/anna/": "https://dav.acme.example/anna/||",
		"HTTPS://Anna@DAV.acme.example":  "https://dav.acme.example||Anna",
		"anna@acme.example":              "https://acme.example|acme.example|anna@acme.example",
		"mailto:anna@acme.example":       "https://acme.example|acme.example|anna@acme.example",
		"Acme.example":                   "https://acme.example|acme.example|",
		"acme.example:8443":              "https://acme.example:8443||",
		"acme.example/dav/":              "https://acme.example/dav/||",
		"":                               "", "ftp://acme.example": "", "https://": "", "a b": "", "https://acme.example/?x=1": "",
	} {
		s, err := parseStart(text)
		got := ""
		if err == nil {
			got = s.url.String() + "|" + s.domain + "|" + s.user
		}
		if got != want {
			t.Errorf("%q is %q (%v), want %q", text, got, err, want)
		}
	}
}
