package carddav

import (
	"fmt"
	"net/http"
)

// answer is what goes back.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	applied bool // something was changed
}

func status(code int) *answer { return &answer{status: code, header: http.Header{}} }

func (a *answer) with(name, value string) *answer {
	a.header.Set(name, value)
	return a
}

// wrote marks an answer to a request that changed something.
func (a *answer) wrote() *answer {
	a.applied = true
	return a
}

// html is an answer for people.
func html(code int, page string) *answer {
	a := status(code).with("Content-Type", "text/html; charset=utf-8")
	a.body = []byte(page)
	return a
}

// loginPage is what a web server shows to somebody it takes for a person.
func loginPage() *answer {
	return html(200, "<!DOCTYPE html>\n<html><head><title>Login</title></head><body><form method=\"post\">"+
		"<input name=\"user\"><input name=\"password\" type=\"password\"></form><br></body></html>\n")
}

func (s *Server) document(code int, root *el) *answer {
	a := status(code).with("Content-Type", "application/xml; charset=utf-8")
	a.body = s.soft.Dialect.write(root)
	return a
}

// refuse is an error with the precondition that failed (RFC 4918 section 16).
func (s *Server) refuse(code int, precondition *el) *answer {
	return s.document(code, dav("error", precondition))
}

func (s *Server) multistatus(members ...*el) *answer {
	return s.document(207, dav("multistatus", members...))
}

// statusLine is a status as a multistatus writes it.
func statusLine(code int) *el {
	return davText("status", fmt.Sprintf("HTTP/1.1 %d %s", code, http.StatusText(code)))
}

// propstat is a group of properties with their status.
func (s *Server) propstat(code int, props []*el) *el {
	if s.soft.Dialect.StatusFirst {
		return dav("propstat", statusLine(code), dav("prop", props...))
	}
	return dav("propstat", dav("prop", props...), statusLine(code))
}
