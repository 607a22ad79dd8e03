package connector

import (
	"context"
	"time"

	"kith/internal/contact"
)

const (
	firstWait = time.Second
	longWait  = 15 * time.Second
)

// retryReads makes a read again that found nobody there, after waits that
// double and are spread by up to a half, so that many do not come back at
// once. A write is never made again: whoever asked for it has to look first.
func retryReads(m Manners, next manner) manner {
	return func(ctx context.Context, op *operation, do request) error {
		var waited time.Duration
		wait := firstWait
		for try := 1; ; try++ {
			err := next(ctx, op, do)
			if op.writes || try >= m.Tries || ctx.Err() != nil {
				return err
			}
			pause := wait + time.Duration(m.Random()*float64(wait)/2)
			switch contact.ClassOf(err) {
			case contact.Unreachable:
			case contact.Throttled:
				// Which wait was asked for is kept by the pace, for all alike.
				if after(err) > m.Patience-waited {
					return err
				}
			default:
				return err
			}
			if waited += pause; waited > m.Patience {
				return err
			}
			if sleep(ctx, pause) != nil {
				return err
			}
			wait = min(2*wait, longWait)
		}
	}
}

// sleep waits, or fails as soon as ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
