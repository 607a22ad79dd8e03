package carddav

import (
	"io"
	"net/http"
	"strings"
)

const maxBody = 32 << 20 // bytes of a request; more is answered with 413

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away
	}
	q := newRequest(r, body)
	decide := s.arrive(q)
	var f Fault
	if decide != nil {
		f = decide(q.Request)
	}
	if f.Before != nil {
		f.Before()
	}
	a := s.carryOut(r.Context(), q, f)
	if f.After != nil {
		f.After()
	}
	s.note(q, f, a)
	s.send(w, f, a)
}

// note keeps a request for the log.
func (s *Server) note(q *request, f Fault, a *answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.Fault = f.any()
	if a != nil {
		q.Status = a.status
	}
	s.log = append(s.log, q.Request)
}

// do carries out a request. Called with the lock held.
func (s *Server) do(q *request, f Fault) *answer {
	a := s.route(q, f)
	if a.applied {
		s.writes++
	}
	return a
}

func (s *Server) route(q *request, f Fault) *answer {
	l := s.soft.Layout
	switch path := q.url.Path; {
	case len(q.body) > maxBody:
		return status(413)
	case path == "/.well-known/carddav" && l.WellKnown != 404:
		if l.WellKnown == 200 {
			return loginPage()
		}
		return status(l.WellKnown).with("Location", l.Root)
	case l.Old != "" && strings.HasPrefix(path, l.Old):
		return status(l.OldStatus).with("Location", l.Root+strings.TrimPrefix(q.url.EscapedPath(), l.Old))
	case !strings.HasPrefix(path+"/", l.Root):
		switch l.Outside {
		case 0:
			return status(404)
		case 200:
			return loginPage()
		}
		return status(l.Outside)
	}
	who := s.login(q)
	if who == nil {
		challenge := `Basic realm="address books"`
		if s.soft.Quirks.Bearer {
			challenge = `Bearer realm="address books"`
		}
		return status(401).with("WWW-Authenticate", challenge)
	}
	t := s.resolve(q.url.EscapedPath(), who)
	if t.forbidden != 0 {
		return status(t.forbidden)
	}
	switch q.Method {
	case "OPTIONS":
		return s.options()
	case "PROPFIND":
		return s.propfind(q, t, f)
	case "REPORT":
		return s.report(q, t, f)
	case "GET", "HEAD":
		return s.get(q, t)
	case "PUT":
		return s.put(q, t)
	case "DELETE":
		return s.remove(q, t)
	case "MOVE":
		return s.move(q, t, who)
	case "MKCOL":
		return s.mkcol(q, t)
	}
	return s.options().as(405)
}

// login is the user whose credentials came with a request, nil without.
func (s *Server) login(q *request) *user {
	scheme, token, _ := strings.Cut(q.header.Get("Authorization"), " ")
	if s.soft.Quirks.Bearer {
		for _, u := range s.users {
			if scheme == "Bearer" && token == u.password {
				return u
			}
		}
		return nil
	}
	name, password, ok := (&http.Request{Header: q.header}).BasicAuth()
	if u := s.users[name]; ok && u != nil && u.password == password {
		return u
	}
	return nil
}

func (s *Server) options() *answer {
	methods := []string{"OPTIONS", "GET", "HEAD", "PUT", "DELETE", "PROPFIND", "REPORT"}
	if !s.soft.Quirks.NoMkcol {
		methods = append(methods, "MKCOL")
	}
	if !s.soft.Quirks.NoMove {
		methods = append(methods, "MOVE")
	}
	return status(200).with("Allow", strings.Join(methods, ", ")).with("DAV", "1, 3, addressbook, extended-mkcol")
}

// as changes the status of an answer.
func (a *answer) as(code int) *answer {
	a.status = code
	return a
}
