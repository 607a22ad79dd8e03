package carddav

import (
	"context"
	"time"
)

// Fault is what goes wrong with one request. The zero value: nothing.
type Fault struct {
	Status     int    // the answer; nothing else happens
	RetryAfter string // with Status: the header Retry-After, seconds or a date
	Location   string // with Status: where a redirect leads
	Inner      int    // the answer is 207 with this status and valid-address-data in it; nothing else happens
	LoginPage  bool   // 200 with a page of HTML; nothing else happens

	Drop bool // the connection ends before anything happens
	Hang bool // no answer before the client gives up; nothing happens

	// Lost: the request is carried out, then the connection ends without an
	// answer.
	Lost bool

	// LateCalls and LateFor: the connection ends, and the request is carried
	// out only after so many further requests and so much time.
	LateCalls int
	LateFor   time.Duration

	Cut   int  // the answer ends after so many bytes of its body, whatever its length was said to be
	Clean bool // with Cut: its length was said to be just that

	Empty bool // listings, reports and token show a book without cards
	Half  bool // listings and reports show the first half of the cards

	Before, After func() // run before the request is looked at, and between its effect and its answer
}

func (f Fault) late() bool { return f.LateCalls > 0 || f.LateFor > 0 }

func (f Fault) any() bool {
	return f.Status != 0 || f.Inner != 0 || f.LoginPage || f.Drop || f.Hang || f.Lost || f.late() || f.Cut > 0 || f.Empty || f.Half ||
		f.Before != nil || f.After != nil
}

// Inject makes decide choose what goes wrong with each request from now on; nil
// heals. It runs outside the server's lock and may be called at the same time
// by several requests.
func (s *Server) Inject(decide func(Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inject = decide
}

// Fail makes the n-th request of a method from now on (1 is the next) go wrong
// once and all others well. Method "" counts every request; a report is named
// by its root element, such as sync-collection.
func (s *Server) Fail(method string, n int, fault Fault) {
	seen := make(chan int, 1)
	seen <- 0
	s.Inject(func(r Request) Fault {
		if method != "" && method != r.Method && method != r.Report {
			return Fault{}
		}
		count := <-seen + 1
		seen <- count
		if count != n {
			return Fault{}
		}
		return fault
	})
}

// Break makes every request go wrong in the same way.
func (s *Server) Break(fault Fault) { s.Inject(func(Request) Fault { return fault }) }

// arrive counts a request and carries out the late ones that are due with it.
func (s *Server) arrive(q *request) (decide func(Request) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.pending {
		s.pending[i].calls--
	}
	s.settle(false)
	s.calls++
	q.N = s.calls
	return s.inject
}

// carryOut does with a request what is to be done. Nil: there is no answer.
func (s *Server) carryOut(ctx context.Context, q *request, f Fault) *answer {
	switch {
	case f.Hang:
		<-ctx.Done()
		return nil
	case f.Drop:
		return nil
	case f.LoginPage:
		return loginPage()
	case f.Inner != 0:
		return s.multistatus(dav("response", davText("href", q.url.EscapedPath()), statusLine(f.Inner),
			dav("error", cardEl("valid-address-data"))))
	case f.Status != 0:
		a := status(f.Status)
		if f.RetryAfter != "" {
			a.with("Retry-After", f.RetryAfter)
		}
		if f.Location != "" {
			a.with("Location", f.Location)
		}
		return a
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.late() {
		s.pending = append(s.pending, lateWrite{f.LateCalls, s.opt.Now().Add(f.LateFor), func() { s.do(q, f) }})
		return nil
	}
	a := s.do(q, f)
	if f.Lost {
		return nil
	}
	return a
}
