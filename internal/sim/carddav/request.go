package carddav

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Request is one request as the log shows it. What is in a body beyond the
// facts below is not kept.
type Request struct {
	N                    int // counts all requests from 1
	Method               string
	Host                 string
	Path                 string // decoded
	Depth                string
	IfMatch, IfNoneMatch string
	Login                bool   // credentials came with it
	Report               string // the local name of the body's root: sync-collection, addressbook-multiget, propfind …
	Token                string // of a sync-collection
	Hrefs                int    // of a multiget
	Status               int    // of the answer; 0: there was none
	Fault                bool   // a fault was injected
}

// String is the request on one line.
func (r Request) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %s", r.N, r.Method, r.Path)
	for _, part := range []struct{ name, value string }{
		{"", r.Report}, {"depth ", r.Depth}, {"token ", r.Token}, {"If-Match ", r.IfMatch}, {"If-None-Match ", r.IfNoneMatch},
	} {
		if part.value != "" {
			b.WriteString(", " + part.name + part.value)
		}
	}
	if r.Hrefs > 0 {
		fmt.Fprintf(&b, ", %d hrefs", r.Hrefs)
	}
	if !r.Login {
		b.WriteString(", no login")
	}
	fmt.Fprintf(&b, " -> %d", r.Status)
	if r.Fault {
		b.WriteString(" (fault)")
	}
	return b.String()
}

// Log is every request since the start or the last ClearLog.
func (s *Server) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.log...)
}

// ClearLog begins the log anew; the numbers go on.
func (s *Server) ClearLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// request is a request with all that came with it.
type request struct {
	Request
	header http.Header
	url    *url.URL
	secure bool
	body   []byte
	xml    *el // nil where the body is no XML
}

func newRequest(r *http.Request, body []byte) *request {
	q := &request{header: r.Header, url: r.URL, secure: r.TLS != nil, body: body}
	q.Request = Request{
		Method: r.Method, Host: r.Host, Path: r.URL.Path, Depth: r.Header.Get("Depth"),
		IfMatch: r.Header.Get("If-Match"), IfNoneMatch: r.Header.Get("If-None-Match"),
		Login: r.Header.Get("Authorization") != "",
	}
	switch r.Method {
	case "PROPFIND", "REPORT", "MKCOL":
		root, err := parseXML(body)
		if err != nil {
			break
		}
		q.xml, q.Report = root, root.name.Local
		if t := root.child(nsDAV, "sync-token"); t != nil {
			q.Token = t.text
		}
		q.Hrefs = len(root.all(nsDAV, "href"))
	}
	return q
}

// base is scheme and host under which the server was asked.
func (q *request) base() string {
	if q.secure {
		return "https://" + q.Host
	}
	return "http://" + q.Host
}
