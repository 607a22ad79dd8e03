package carddav

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

// send puts an answer on the wire, or what a fault leaves of it. Nil ends the
// connection without one.
func (s *Server) send(w http.ResponseWriter, f Fault, a *answer) {
	if a == nil {
		panic(http.ErrAbortHandler)
	}
	a.with("Date", s.now().UTC().Format(http.TimeFormat))
	if s.soft.Layout.Banner != "" {
		a.with("Server", s.soft.Layout.Banner)
	}
	if f.Clean && f.Cut < len(a.body) {
		a.body = a.body[:f.Cut]
		a.header.Del("Content-Length")
	}
	if a.status != 204 && a.status != 304 && a.header.Get("Content-Length") == "" {
		a.with("Content-Length", strconv.Itoa(len(a.body)))
	}
	body := a.body
	if f.Cut > 0 && f.Cut < len(body) {
		body = body[:f.Cut]
	}
	if s.soft.Quirks.HTTP10 {
		s.send10(w, a, body)
		return
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	w.Write(body) // an error means that the client has gone, who is then no concern
	if len(body) < len(a.body) {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// send10 speaks HTTP/1.0 by hand, which the package http does not.
func (s *Server) send10(w http.ResponseWriter, a *answer, body []byte) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.0 %d %s\r\n", a.status, http.StatusText(a.status))
	a.header.Write(&b)
	b.WriteString("\r\n")
	b.Write(body)
	conn.Write(b.Bytes()) // as in send
}
