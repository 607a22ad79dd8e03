package carddav

import (
	"slices"
	"time"
)

// lateWrite is a request on its way whose sender has stopped waiting.
type lateWrite struct {
	calls int // further requests until it arrives
	at    time.Time
	write func()
}

// settle carries out the late requests that are due, or all. Called with the
// lock held.
func (s *Server) settle(all bool) {
	if len(s.pending) == 0 {
		return
	}
	now := s.opt.Now()
	s.pending = slices.DeleteFunc(s.pending, func(l lateWrite) bool {
		due := all || l.calls <= 0 && !now.Before(l.at)
		if due {
			l.write()
		}
		return due
	})
}

// Settle lets every late request arrive now.
func (s *Server) Settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(true)
}
