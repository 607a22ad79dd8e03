package connector

import (
	"context"
	"fmt"

	"kith/internal/contact"
)

// refuseWrites lets nothing be written.
func refuseWrites(next manner) manner {
	return func(ctx context.Context, op *operation, do request) error {
		if op.writes {
			return Refuse(contact.Because(contact.CodeReadOnly), "%s %s: the system is read only", op.name, op.kind)
		}
		return next(ctx, op, do)
	}
}

// settle makes sure that a write whose end nobody knows is said to be
// uncertain: a door that gives no class does not know either.
func settle(next manner) manner {
	return func(ctx context.Context, op *operation, do request) error {
		err := next(ctx, op, do)
		if err == nil || !op.writes || contact.ClassOf(err) != "" {
			return err
		}
		return &contact.Error{Class: contact.Uncertain, Err: fmt.Errorf("%s %s: %w", op.name, op.kind, err)}
	}
}
