package carddav

import (
	"context"
	"hash/maphash"

	"kith/internal/contact"
)

// turn lets one at a time go on; who gives up waiting need not wait.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for a turn. An error means that nothing was sent.
func (t turn) take(ctx context.Context) (release func(), err error) {
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, contact.Fail(contact.Unreachable, "not sent: %w", ctx.Err())
	}
}

// keyed lets one at a time work on a card. Cards share turns by chance, which
// only costs time.
type keyed struct {
	seed  maphash.Seed
	turns [64]turn
}

func newKeyed() *keyed {
	k := &keyed{seed: maphash.MakeSeed()}
	for i := range k.turns {
		k.turns[i] = newTurn()
	}
	return k
}

func (k *keyed) take(ctx context.Context, name string) (release func(), err error) {
	return k.turns[maphash.String(k.seed, name)%uint64(len(k.turns))].take(ctx)
}
