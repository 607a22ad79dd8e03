package sqldb

import (
	"context"
	"errors"
	"time"

	"kith/internal/contact"
)

const (
	// attempts is how often a call is tried that lost against another session
	// (deadlock, serialization), each after a longer wait than the one before,
	// or that met a connection which had died idle in the pool.
	attempts = 6
	firstGap = 20 * time.Millisecond

	// grace is how long a call that is out of time may take to tell in which
	// way it failed.
	grace = 500 * time.Millisecond
)

// call is one call on a kind's table.
type call struct {
	kind   contact.Kind
	fresh  bool // discover the schema anew first
	writes bool
}

// retry is a failure after which another try may succeed.
type retry struct {
	error
	wait bool // others need a moment first
}

func (r *retry) Unwrap() error { return r.error }

// run does one call: within the time limit, again where the database says so,
// and again with the schema discovered anew where a column or table is not there
// as it was.
func run[T any](ctx context.Context, p *place, c call, do func(context.Context, *layout) (T, error)) (T, error) {
	if p.settings.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.settings.Timeout)
		defer cancel()
	}
	return within(ctx, p.system, c.writes, func() (T, error) {
		for try := 1; ; try++ {
			var answer T
			l, cached, err := p.layout(ctx, c.kind, c.fresh)
			if err == nil {
				answer, err = do(ctx, l)
			}
			failure := p.failed(err, false)
			var r *retry
			if errors.As(failure, &r) {
				if try < attempts && (!r.wait || wait(ctx, firstGap<<try)) {
					continue
				}
				failure = r.error
			}
			if cached && contact.ClassOf(failure) == contact.Setup {
				c.fresh = true
				continue
			}
			return answer, failure
		}
	})
}

// within returns what do returns, or that the time is up: some drivers wait for
// a lock or a dead connection without looking at the context.
func within[T any](ctx context.Context, y *system, writes bool, do func() (T, error)) (T, error) {
	type result struct {
		answer T
		err    error
	}
	done := make(chan result, 1)
	go func() {
		answer, err := do()
		done <- result{answer, err}
	}()
	select {
	case r := <-done:
		return r.answer, r.err
	case <-ctx.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case r := <-done:
		return r.answer, r.err
	case <-late.C:
	}
	class := contact.Unreachable
	if writes {
		class = contact.Uncertain
	}
	var none T
	return none, y.fail(class, "no answer in time: %w", ctx.Err())
}

// wait waits, unless the context ends first.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
