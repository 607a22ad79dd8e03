package carddav

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"sync"
	"testing"

	"kith/internal/connector/conntest"
)

// gate stands before a server and makes requests go wrong. It can stand before
// a real one as well as before a simulated one.
type gate struct {
	url  string
	next http.Handler

	mu    sync.Mutex
	spoil func(http.ResponseWriter, *http.Request) bool // true: the request is dealt with
	asked []string                                      // methods
	gone  chan struct{}
}

// newGate opens a gate before a handler, for the time of a test.
func newGate(t *testing.T, next http.Handler) *gate {
	g := &gate{next: next, gone: make(chan struct{})}
	server := httptest.NewServer(g)
	g.url = server.URL
	t.Cleanup(func() { close(g.gone); server.Close() })
	return g
}

// before opens a gate before a server that is somewhere else.
func before(t *testing.T, address string) *gate {
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = u.Scheme, u.Host, u.Host
	}}
	return newGate(t, proxy)
}

func isWrite(r *http.Request) bool {
	return slices.Contains([]string{http.MethodPut, http.MethodDelete, "MKCOL", "MOVE"}, r.Method)
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	spoil := g.spoil
	g.asked = append(g.asked, r.Method)
	g.mu.Unlock()
	if spoil != nil && spoil(w, r) {
		return
	}
	g.next.ServeHTTP(w, r)
}

func (g *gate) set(spoil func(http.ResponseWriter, *http.Request) bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.spoil = spoil
}

// count is how often a method was asked for.
func (g *gate) count(method string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := 0
	for _, m := range g.asked {
		if m == method {
			n++
		}
	}
	return n
}

func (g *gate) always(status int) {
	g.set(func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(status)
		return true
	})
}

// nextWrite lets one write pass and does something before its answer leaves.
func (g *gate) nextWrite(do func(w http.ResponseWriter, answer *httptest.ResponseRecorder)) {
	var once sync.Once
	g.set(func(w http.ResponseWriter, r *http.Request) (dealt bool) {
		if !isWrite(r) {
			return false
		}
		once.Do(func() {
			dealt = true
			answer := httptest.NewRecorder()
			g.next.ServeHTTP(answer, r)
			do(w, answer)
		})
		return dealt
	})
}

func hangUp(w http.ResponseWriter) {
	if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
		conn.Close()
	}
}

var anyToken = regexp.MustCompile(`<D:sync-token>[^<]+</D:sync-token>`)

func (g *gate) faults() conntest.Faults {
	return conntest.Faults{
		ExpireCursors: func() {
			g.set(func(_ http.ResponseWriter, r *http.Request) bool {
				body, _ := io.ReadAll(r.Body)
				body = anyToken.ReplaceAll(body, []byte("<D:sync-token>expired</D:sync-token>"))
				r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				return false
			})
		},
		LoseAnswer: func() {
			g.nextWrite(func(w http.ResponseWriter, _ *httptest.ResponseRecorder) { hangUp(w) })
		},
		Race: func(edit func()) {
			g.nextWrite(func(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
				edit()
				for name, values := range answer.Header() {
					w.Header()[name] = values
				}
				w.WriteHeader(answer.Code)
				w.Write(answer.Body.Bytes())
			})
		},
		Down: func() {
			g.set(func(w http.ResponseWriter, _ *http.Request) bool { hangUp(w); return true })
		},
		RefuseLogin: func() { g.always(http.StatusUnauthorized) },
		Throttle:    func() { g.always(http.StatusTooManyRequests) },
		Hang: func() {
			g.set(func(_ http.ResponseWriter, r *http.Request) bool {
				select {
				case <-r.Context().Done():
				case <-g.gone:
				}
				return true
			})
		},
	}
}
