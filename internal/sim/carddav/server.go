package carddav

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// Options is what a server is like.
type Options struct {
	Software Software
	Users    map[string]string // passwords by name; nil: alice with alice
	Books    []string          // every user's address books at the start; nil: one named contacts
	Now      func() time.Time  // the server's clock; nil: time.Now
}

// Server is an address book server. It is safe for concurrent use.
type Server struct {
	opt  Options
	soft Software

	mu      sync.Mutex
	users   map[string]*user
	seq     int64 // counts changes
	calls   int
	writes  int
	made    int // hrefs and UIDs of the server's own making
	homeAt  string
	inject  func(Request) Fault
	pending []lateWrite
	log     []Request
}

// user is one account.
type user struct {
	name, password string
	books          map[string]*book
}

// New makes a server with empty books.
func New(opt Options) *Server {
	if opt.Users == nil {
		opt.Users = map[string]string{"alice": "alice"}
	}
	if opt.Books == nil {
		opt.Books = []string{"contacts"}
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Software.Name == "" {
		opt.Software = Plain()
	}
	s := &Server{opt: opt, soft: opt.Software, users: map[string]*user{}}
	for name, password := range opt.Users {
		u := &user{name, password, map[string]*book{}}
		for _, b := range opt.Books {
			u.books[b] = newBook(b)
		}
		s.users[name] = u
	}
	return s
}

// HomeAt makes the principal name the home set, and with HrefsAbsolute also
// everything in it, on another host: scheme and host of where the same server
// is reached too. "" ends it.
func (s *Server) HomeAt(base string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.homeAt = base
}

// Path is the path of a user's book.
func (s *Server) Path(user, book string) string { return s.soft.Layout.home(user) + book + "/" }

// ForgetTokens makes every sync token given out so far unknown.
func (s *Server) ForgetTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	for _, u := range s.users {
		for _, b := range u.books {
			b.seq = s.seq
			clear(b.tokens)
		}
	}
}

// Writes is how many requests have changed something.
func (s *Server) Writes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.writes
}

// now is the server's clock, which may be wrong.
func (s *Server) now() time.Time {
	return s.opt.Now().Add(time.Duration(s.soft.Quirks.Skew) * time.Second)
}

// bookNames are the books of a user, in order.
func (u *user) bookNames() []string { return slices.Sorted(maps.Keys(u.books)) }
