package store

import (
	"context"

	"kith/internal/contact"
)

// checkFence proves that the committer still holds its place. Locking the
// place's row makes whoever takes the place wait for this commit, or this
// commit see the raised fence.
func (b *batch) checkFence(ctx context.Context) error {
	if b.c.Place == "" {
		return nil
	}
	var fence int64
	err := b.one(ctx, "SELECT fence FROM place WHERE name = $1"+b.store.dialect.lock, []any{b.c.Place}, &fence)
	if err != nil && !none(err) {
		return err
	}
	if fence != b.c.Fence || none(err) {
		return contact.Fail(contact.Held, "place %s has been taken over by another process", b.c.Place)
	}
	return nil
}

// savePlace writes the place's row except for its fence and lease.
func (b *batch) savePlace(ctx context.Context) error {
	p := b.c.SavePlace
	if p == nil {
		return nil
	}
	if b.c.Place != "" && b.c.Place != p.Name {
		return bug("the holder of %s saves place %s", b.c.Place, p.Name)
	}
	result, err := b.exec(ctx, "UPDATE place SET body = $1 WHERE name = $2", toJSON(p), p.Name)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return bug("place %s was never taken", p.Name)
	}
	return nil
}
