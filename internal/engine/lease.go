package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// lease is how long a visit has held its place, and how long it may go on.
type lease struct {
	mu      sync.Mutex
	fence   int64     // under which it is held
	renewed time.Time // when the place was taken, or its lease last renewed
	writing time.Time // when the visit began to write
}

func (l *lease) begin(fence int64, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fence, l.renewed = fence, at
}

// keep renews the lease of the place in time. It is called before each step
// that may take long, so that a visit that outlasts the lease, as the first
// listing of a large place does, is not taken for dead.
func (s *site) keep(ctx context.Context) error {
	s.lease.mu.Lock()
	defer s.lease.mu.Unlock()
	now := s.now()
	if now.Sub(s.lease.renewed) < leaseTime/4 {
		return nil
	}
	if err := s.e.Store.Renew(ctx, s.name, s.e.Holder, s.lease.fence, leaseTime); err != nil {
		return fmt.Errorf("hold %s: %w", s.name, err)
	}
	s.lease.renewed = now
	return nil
}

// late reports whether a visit has written for so long that it gives way: other
// work at the place, and at places served by the same hands, may wait for it.
// What is not written yet stays due.
func (s *site) late() bool {
	s.lease.mu.Lock()
	defer s.lease.mu.Unlock()
	return s.now().Sub(s.lease.writing) >= visitTime
}

// writes notes that the visit begins to write.
func (s *site) writes() {
	s.lease.mu.Lock()
	defer s.lease.mu.Unlock()
	s.lease.writing = s.now()
}

// givesWay ends a round over due links where the visit is to end.
func (s *site) givesWay() error {
	if s.cut {
		return errLater
	}
	return nil
}

// errLater is the answer of a write that was not sent, because the visit gives
// way first.
var errLater = errors.New("the visit gives way")
