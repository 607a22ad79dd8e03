package carddav

import (
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

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
