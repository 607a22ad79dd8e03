package carddav

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

const (
	maxRedirects = 5
	agent        = "Kith"
)

// client speaks HTTP with one server and those that may be trusted beside it.
type client struct {
	http  *http.Client
	login *login
	trust trust
}

// ask is a question to the server. The body is sent again after a redirect.
type ask struct {
	method  string
	url     *url.URL
	headers map[string]string
	body    string
	limit   int64 // bytes of the answer, decoded
	report  bool  // asks only, whatever its method: it may be repeated
}

// answer is what the server said. The body has to be closed.
type answer struct {
	status int
	header http.Header
	url    *url.URL // who answered, after redirects
	secure *tls.ConnectionState
	body   *bounded
	length int64  // of the body as announced; -1 where it is not
	signed string // what the question showed as its login
}

func newClient(settings connector.Settings, s start, w world) (*client, error) {
	roots, err := authorities(settings.Keys["ca"])
	if err != nil {
		return nil, err
	}
	if w.dial == nil {
		w.dial = (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext
	}
	transport := &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            w.dial,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    writers + 1,
		IdleConnTimeout:        60 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
	c := &client{
		http: &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // followed here, see do
		}},
		trust: trust{system: settings.Name, home: s.url},
	}
	for host := range strings.SplitSeq(settings.Keys["hosts"], ",") {
		if host = strings.ToLower(strings.TrimSpace(host)); host != "" {
			c.trust.hosts = append(c.trust.hosts, host)
		}
	}
	c.login = &login{user: settings.Keys["user"], password: settings.Keys["password"]}
	if c.login.user == "" {
		c.login.user = s.user
	}
	return c, nil
}

// authorities adds an own certificate authority to those of the machine.
func authorities(pem string) (*x509.CertPool, error) {
	if pem == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM([]byte(pem)) {
		return nil, errors.New("the file that ca names holds no certificate in PEM form")
	}
	return pool, nil
}

func (c *client) close() {
	c.trust.closed.Store(true)
	c.http.CloseIdleConnections()
}

// do asks. Redirects are followed with the same method and body, which is what
// a server that has moved means; the login goes to no host that the user has
// not named. An error of do means that there is no answer; with class
// Uncertain, that the question may have arrived.
func (c *client) do(ctx context.Context, q ask) (*answer, error) {
	if c.trust.closed.Load() {
		return nil, contact.Fail(contact.Unreachable, "%s: the system is closed", c.trust.system)
	}
	u := q.url
	for hop := 0; ; hop++ {
		if err := c.trust.allows(u); err != nil {
			return nil, err
		}
		a, err := c.once(ctx, q, u)
		if err == nil && a.status == http.StatusUnauthorized && c.login.learn(a.header, a.signed) {
			a.close()
			a, err = c.once(ctx, q, u)
		}
		if err != nil || !redirects(a.status) {
			return a, err
		}
		a.close()
		location, err := u.Parse(a.header.Get("Location"))
		switch {
		case err != nil || a.header.Get("Location") == "":
			return nil, contact.Fail(contact.Malformed, "%s refers to nowhere", u.Host)
		case hop == maxRedirects:
			return nil, contact.Fail(contact.Setup, "%s refers from one address to the next without end", u.Host)
		case u.Scheme == "https" && location.Scheme != "https":
			return nil, contact.Fail(contact.Setup, "%s refers to %s, where the password would travel in the open", u.Host, location.Redacted())
		}
		location.User, location.Fragment = nil, ""
		u = location
	}
}

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// once asks one address.
func (c *client) once(ctx context.Context, q ask, u *url.URL) (*answer, error) {
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), q.method, u.String(), strings.NewReader(q.body))
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%s is no address", u.Redacted())
	}
	r.URL = u // as it is written: servers know their own spelling
	r.Header.Set("User-Agent", agent)
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	reads := q.report || q.method == http.MethodGet
	if q.report {
		r.Header["X-Idempotency-Key"] = nil // not sent: may be repeated on another connection
	}
	c.login.sign(r)
	response, err := c.http.Do(r)
	if err != nil {
		failure := unreachable(err)
		if sent.Load() && !reads {
			failure = contact.Fail(contact.Uncertain, "no answer: %w", failure)
		}
		return nil, failure
	}
	return &answer{
		status: response.StatusCode, header: response.Header, url: u, secure: response.TLS, length: response.ContentLength, signed: r.Header.Get("Authorization"),
		body: &bounded{ReadCloser: response.Body, left: q.limit},
	}, nil
}

// close lets the connection be used again where little is left to read.
func (a *answer) close() {
	io.CopyN(io.Discard, a.body, 64<<10)
	a.body.Close()
}

// text reads a body as a whole. whole reports whether its length was announced,
// so that none of it can be missing.
func (a *answer) text() (text string, whole bool, err error) {
	b, err := io.ReadAll(a.body)
	switch {
	case errors.Is(err, errTooLarge):
		return "", true, nil // whatever it is, it is no card
	case err != nil:
		return "", false, unreachable(err)
	}
	return string(b), a.length >= 0, nil
}

// isPage reports whether a web page came, as whatever stands before a server
// shows one to log in or to wait, with a status as if all were well.
func (a *answer) isPage() bool {
	kind := strings.ToLower(a.header.Get("Content-Type"))
	return strings.HasPrefix(kind, "text/html") || strings.HasPrefix(kind, "application/xhtml")
}

// bounded ends a body that is longer than anybody has use for.
type bounded struct {
	io.ReadCloser
	left int64
	read int64 // bytes so far
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		// One that ends right here is not too long.
		if n, err := b.ReadCloser.Read(make([]byte, 1)); n == 0 && err != nil {
			return 0, err
		}
		return 0, errTooLarge
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	b.read += int64(n)
	return n, err
}

// unreachable gives a failure to ask or to read on its class: what the person
// has to mend in the configuration, or what may mend itself.
func unreachable(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err // the address in front may hold a person's name
	}
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
		dns     *net.DNSError
	)
	switch {
	case errors.As(err, &unknown):
		return contact.Fail(contact.Setup, "the server's certificate is signed by an authority this machine does not know; if it is your own, name it with ca: file:PATH")
	case errors.As(err, &name):
		return contact.Fail(contact.Setup, "the server's certificate is for another host: %w", name)
	case errors.As(err, &invalid):
		return contact.Fail(contact.Setup, "the server's certificate does not hold: %w", invalid)
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch):
		return contact.Fail(contact.Setup, "the server does not speak TLS there; is the port right?")
	case errors.As(err, &dns) && dns.IsNotFound:
		return contact.Fail(contact.Unreachable, "there is no host %s", dns.Name)
	case errors.Is(err, context.Canceled):
		return contact.Fail(contact.Unreachable, "given up: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return contact.Fail(contact.Unreachable, "no answer in time: %w", err)
	}
	return contact.Fail(contact.Unreachable, "%w", fmt.Errorf("the server cannot be reached: %w", err))
}
