package carddav

import (
	"net/http"
	"sync"
)

// login is a user's name and password, and how the server wants to see them.
type login struct {
	user, password string

	mu     sync.Mutex
	digest *digest // nil: Basic
}

// sign adds the login to a request: Basic (RFC 7617), or Digest (RFC 7616) to a
// server that has asked for it.
func (l *login) sign(r *http.Request) {
	if l.user == "" && l.password == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.digest == nil {
		r.SetBasicAuth(l.user, l.password)
		return
	}
	r.Header.Set("Authorization", l.digest.answer(l.user, l.password, r.Method, r.URL.RequestURI()))
}

// learn takes up the challenge of a server that refused a request, and reports
// whether to ask again. A challenge that a request has answered before means
// that the login is wrong.
func (l *login) learn(refused http.Header, signed string) bool {
	d := challenge(refused.Values("WWW-Authenticate"))
	if d == nil || l.user == "" {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if wasAnswered(signed) && !d.stale {
		return false
	}
	l.digest = d
	return true
}
