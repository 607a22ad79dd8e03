package connector

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"kith/internal/contact"
)

// pacer is what all requests of one system wait for.
type pacer struct {
	limiters []*rate.Limiter
	slots    chan struct{} // nil: any number at a time
	patience time.Duration

	mu        sync.Mutex
	notBefore time.Time // what the system asked for
}

// keepPace lets requests start no faster than a pace, and none before the time
// that the system asked us to wait for.
func keepPace(pace Pace, patience time.Duration, next manner) manner {
	p := &pacer{patience: patience}
	for _, r := range pace.Rates {
		// A bucket that starts with b requests and gains one each interval lets
		// b + per/interval - 1 start within any time per: at most N here.
		burst := max(1, r.N/10)
		// The microsecond outweighs what rounding takes away.
		interval := r.Per/time.Duration(r.N-burst+1) + time.Microsecond
		p.limiters = append(p.limiters, rate.NewLimiter(rate.Every(interval), burst))
	}
	if pace.AtATime > 0 {
		p.slots = make(chan struct{}, pace.AtATime)
	}
	return func(ctx context.Context, op *operation, do request) error {
		leave, err := p.enter(ctx, op)
		if err != nil {
			return err
		}
		defer leave()
		err = next(ctx, op, do)
		if contact.ClassOf(err) == contact.Throttled {
			p.hold(after(err))
		}
		return err
	}
}

// enter waits for a request's turn. An error means that nothing was sent.
func (p *pacer) enter(ctx context.Context, op *operation) (leave func(), err error) {
	leave = func() {}
	if p.slots != nil {
		select {
		case p.slots <- struct{}{}:
			leave = func() { <-p.slots }
		case <-ctx.Done():
			return nil, p.unsent(op, ctx.Err())
		}
	}
	if err := p.wait(ctx, op); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// wait waits for what the system asked for, then for the pace, so that those
// who waited for the first do not all start at once.
func (p *pacer) wait(ctx context.Context, op *operation) error {
	for {
		left := p.left()
		if left > p.patience {
			return &contact.Error{Class: contact.Throttled, After: left, Err: errors.New("the system asked us to wait")}
		}
		if left > 0 {
			if err := sleep(ctx, left); err != nil {
				return p.unsent(op, err)
			}
		}
		for _, l := range p.limiters {
			if err := l.Wait(ctx); err != nil {
				return p.unsent(op, err)
			}
		}
		if p.left() <= 0 {
			return nil
		}
	}
}

func (p *pacer) unsent(op *operation, err error) error {
	return contact.Fail(contact.Unreachable, "%s %s: not sent: %w", op.name, op.kind, err)
}

// left is how long the system still wants to be left alone.
func (p *pacer) left() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Until(p.notBefore)
}

// hold lets nobody start for a time.
func (p *pacer) hold(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.notBefore) {
		p.notBefore = until
	}
}

// after is the wait that a throttled answer asks for.
func after(err error) time.Duration {
	var e *contact.Error
	if errors.As(err, &e) {
		return e.After
	}
	return 0
}
