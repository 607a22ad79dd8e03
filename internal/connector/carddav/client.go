package carddav

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
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
	http   *http.Client
	login  *login
	trust  trust
	closed atomic.Bool
}

// ask is a question to the server. The body is sent again after a redirect.
type ask struct {
	method  string
	url     *url.URL
	headers map[string]string
	body    string
	limit   int64 // bytes of the answer, decoded
	repeats bool  // it asks only and may be repeated on another connection
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
	c.closed.Store(true)
	c.http.CloseIdleConnections()
}

// query asks about a resource and, with a depth, about what lies in it, by a
// method whose question and answer are XML.
func (c *client) query(ctx context.Context, method string, u *url.URL, depth, body string, limit int64) (*answer, error) {
	return c.do(ctx, ask{
		method: method, url: u, body: body, limit: limit, repeats: true,
		headers: map[string]string{"Depth": depth, "Content-Type": "application/xml; charset=utf-8"},
	})
}

// do asks. Redirects are followed with the same method and body, which is what
// a server that has moved means; the login goes to no host that the user has
// not named. An error of do means that there is no answer; with class
// Uncertain, that the question may have arrived.
func (c *client) do(ctx context.Context, q ask) (*answer, error) {
	if c.closed.Load() {
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
	if q.repeats {
		r.Header["X-Idempotency-Key"] = nil // not sent; for our side of the connection
	}
	c.login.sign(r)
	response, err := c.http.Do(r)
	if err != nil {
		failure := unreachable(err)
		if sent.Load() && !q.repeats {
			failure = contact.Fail(contact.Uncertain, "no answer: %w", failure)
		}
		return nil, failure
	}
	return &answer{
		status: response.StatusCode, header: response.Header, url: u, secure: response.TLS, length: response.ContentLength, signed: r.Header.Get("Authorization"),
		body: &bounded{ReadCloser: response.Body, left: q.limit},
	}, nil
}
