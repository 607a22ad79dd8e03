package carddav

import "net/http"

// login is a user's name and password.
type login struct {
	user, password string
}

// sign adds the login to a request (RFC 7617).
func (l *login) sign(r *http.Request) {
	if l.user != "" || l.password != "" {
		r.SetBasicAuth(l.user, l.password)
	}
}
