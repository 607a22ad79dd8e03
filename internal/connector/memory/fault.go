package memory

import (
	"context"
	"math"
	"slices"
	"time"

	"kith/internal/contact"
)

// Op is a kind of call that reaches the server.
type Op string

const (
	OpPlaces   Op = "places"
	OpOpen     Op = "open"
	OpDescribe Op = "describe"
	OpPull     Op = "pull"
	OpGet      Op = "get"
	OpList     Op = "list"
	OpFind     Op = "find"
	OpPut      Op = "put"
	OpRemove   Op = "remove"
	OpMark     Op = "mark"
)

// Writes reports whether the operation changes records.
func (o Op) Writes() bool { return o == OpPut || o == OpRemove || o == OpMark }

// Call is one call that reaches the server. N counts all calls from 1.
type Call struct {
	N     int
	Op    Op
	Place string
	Kind  contact.Kind
	ID    string // "" where the call names no record
}

// Fault is what goes wrong with one call. The zero value: nothing.
type Fault struct {
	Class contact.Class // the call fails so and nothing happens
	After time.Duration // with Throttled: the wait asked for; with Refused: when to try this record again

	Hang bool // no answer before the caller gives up

	// Lost: the write is carried out, its answer never arrives.
	Lost bool

	// LateCalls and LateFor: the answer never arrives, and the write is
	// carried out only after so many further calls and so much time.
	LateCalls int
	LateFor   time.Duration

	// Race runs between a Put or Mark and its answer: what a user does there
	// is in the answer, and Moved is set. The id is the record's.
	Race func(u *User, id string)

	Empty bool // Pull and List: as if there were no records
	Half  bool // Pull and List: the first half of the page, as if it were all
}

func (f Fault) late() bool { return f.LateCalls > 0 || f.LateFor > 0 }

// Inject makes decide choose what goes wrong with each call from now on; nil
// heals. It runs outside the server's lock and may be called at the same time
// by several calls.
func (s *Server) Inject(decide func(Call) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inject = decide
}

// Fail makes the n-th call of op from now on (1 is the next) go wrong once and
// all others well. Op "" counts every call.
func (s *Server) Fail(op Op, n int, fault Fault) {
	seen := make(chan int, 1)
	seen <- 0
	s.Inject(func(c Call) Fault {
		if op != "" && c.Op != op {
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

// Break makes every call go wrong in the same way: the login is refused, the
// system is down.
func (s *Server) Break(fault Fault) { s.Inject(func(Call) Fault { return fault }) }

// Lag makes reads answer from the state that counted d ago by the server's
// clock, but never from before this call. Without ops it is Pull and List;
// 0 ends it.
func (s *Server) Lag(d time.Duration, ops ...Op) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ops == nil {
		ops = []Op{OpPull, OpList}
	}
	s.lag, s.lagOps, s.lagSince = d, ops, s.stamp
}

// ExpireCursors makes every cursor given out so far useless.
func (s *Server) ExpireCursors() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seq++
	s.floor = s.seq
}

// Vanish takes a field of a kind away from all readers, as if an administrator
// had dropped or hidden the column. No name brings all back.
func (s *Server) Vanish(kind contact.Kind, fields ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vanished[kind] = slices.Clone(fields)
}

// SetAccount makes the server answer as another account.
func (s *Server) SetAccount(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.account = name
}

// begin counts a call, lets late writes arrive, and says what goes wrong with
// it. The error is the call's answer.
func (y *system) begin(ctx context.Context, c Call) (Fault, error) {
	if err := ctx.Err(); err != nil {
		return Fault{}, y.stopped(c, err)
	}
	select {
	case <-y.closed:
		return Fault{}, contact.Fail(contact.Unreachable, "%s: the system is closed", y.name())
	default:
	}
	decide, n := y.server.arrive()
	if decide == nil {
		return Fault{}, nil
	}
	c.N = n
	f := decide(c)
	if f.Class != "" {
		return f, &contact.Error{Class: f.Class, After: f.After,
			Err: contact.Fail(f.Class, "%s %s: %s", c.Op, y.name(), f.Class)}
	}
	if f.Hang && !(c.Op.Writes() && (f.Lost || f.late())) {
		<-ctx.Done()
		return f, y.stopped(c, ctx.Err())
	}
	return f, nil
}

// stopped is the answer of a call whose caller has given up before anything
// happened.
func (y *system) stopped(c Call, err error) error {
	return contact.Fail(contact.Unreachable, "%s %s: %w", c.Op, y.name(), err)
}

// lost is the answer of a write that may have happened.
func (y *system) lost(ctx context.Context, c Call, f Fault) error {
	if f.Hang {
		<-ctx.Done()
	}
	return contact.Fail(contact.Uncertain, "%s %s: the answer was lost", c.Op, y.name())
}

// arrive counts a call and carries out the late writes that are due with it.
func (s *Server) arrive() (decide func(Call) Fault, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.pending {
		s.pending[i].calls--
	}
	s.settle(false)
	s.calls++
	return s.inject, s.calls
}

// always is a time after all changes.
const always = math.MaxInt64

// cut returns the time up to which an operation sees changes.
func (s *Server) cut(op Op) int64 {
	if s.lag == 0 || !slices.Contains(s.lagOps, op) {
		return always
	}
	return max(s.opt.Now().Add(-s.lag).UnixNano(), s.lagSince)
}
