package connector

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kith/internal/contact"
)

// errLate is why a request was ended that took too long.
var errLate = errors.New("no answer in time")

// limitTime ends requests that take longer than a time, and listings that come
// no further for as long.
func limitTime(limit time.Duration) manner {
	return func(parent context.Context, op *operation, do request) error {
		op.alive = func() {}
		if limit <= 0 {
			return do(parent)
		}
		ctx, cancel := context.WithCancelCause(parent)
		defer cancel(nil)
		timer := time.AfterFunc(limit, func() { cancel(errLate) })
		defer timer.Stop()
		op.alive = func() { timer.Reset(limit) }
		err := do(ctx)
		if err == nil || context.Cause(ctx) != errLate {
			return err
		}
		// A write's own class stands: only its door knows whether it had left.
		class := contact.ClassOf(err)
		if !op.writes {
			class = contact.Unreachable
		} else if class == "" {
			class = contact.Uncertain
		}
		return contact.Fail(class, "%s %s: no answer within %v: %w", op.name, op.kind, limit, err)
	}
}

// logRequest writes one line for each request. Ids and values are left out,
// and so is what an error says, which may quote them.
func logRequest(log *slog.Logger, next manner) manner {
	return func(ctx context.Context, op *operation, do request) error {
		start := time.Now()
		err := next(ctx, op, do)
		attrs := []slog.Attr{slog.String("operation", op.name), slog.Duration("duration", time.Since(start))}
		if op.kind != "" {
			attrs = append(attrs, slog.String("kind", string(op.kind)))
		}
		level := slog.LevelDebug
		if err != nil {
			level = slog.LevelWarn
			class := contact.ClassOf(err)
			if class == "" {
				class = "unclassified"
			}
			attrs = append(attrs, slog.String("class", string(class)))
		}
		log.LogAttrs(ctx, level, "request", attrs...)
		return err
	}
}
