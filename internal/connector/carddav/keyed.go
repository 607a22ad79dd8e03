package carddav

import (
	"context"
	"hash/maphash"

	"kith/internal/contact"
)

// keyed lets one at a time work on a card. Cards share locks by chance, which
// only costs time.
type keyed struct {
	seed  maphash.Seed
	locks [64]chan struct{}
}

func newKeyed() *keyed {
	k := &keyed{seed: maphash.MakeSeed()}
	for i := range k.locks {
		k.locks[i] = make(chan struct{}, 1)
	}
	return k
}

// take waits for a card's turn. An error means that nothing was sent.
func (k *keyed) take(ctx context.Context, name string) (release func(), err error) {
	lock := k.locks[maphash.String(k.seed, name)%uint64(len(k.locks))]
	select {
	case lock <- struct{}{}:
		return func() { <-lock }, nil
	case <-ctx.Done():
		return nil, contact.Fail(contact.Unreachable, "not sent: %w", ctx.Err())
	}
}
