package store

import (
	"context"
	"maps"
	"slices"

	"kith/internal/contact"
)

// Listings returns what moves on whenever a place is listed anew or somebody
// leaves a listed place out. Who reads it before looking at the places, and
// passes it on in the commit, has decided for every place that is listed then.
func (s *Store) Listings(ctx context.Context) (rev int64, err error) {
	err = s.reads.one(ctx, "SELECT rev FROM listing", nil, &rev)
	return rev, s.classify(err)
}

// checkListings refuses decisions for which a place was not listed that is by
// now. Who lists a place waits for the commits under way: what they bring is
// there when the parties are held against the place. It comes before every
// other lock, so that nobody waits here who is waited for.
func (b *batch) checkListings(ctx context.Context) error {
	lock, moves := b.store.dialect.listingRead, len(b.c.Relisted)+len(b.c.Unattended) > 0
	if moves {
		lock = b.store.dialect.listingLock
	}
	if b.c.Listings == 0 && !moves {
		return nil
	}
	if lock != "" {
		if _, err := b.exec(ctx, lock); err != nil {
			return err
		}
	}
	var rev int64
	if err := b.one(ctx, "SELECT rev FROM listing", nil, &rev); err != nil {
		return err
	}
	if b.c.Listings != 0 && b.c.Listings != rev {
		return contact.Fail(contact.Conflicting, "a place was listed meanwhile")
	}
	if !moves {
		return nil
	}
	if err := b.noteUnattended(ctx); err != nil {
		return err
	}
	_, err := b.exec(ctx, "UPDATE listing SET rev = rev + 1")
	return err
}

// noteUnattended notes which places the decisions leave out, and that none does
// so any more where they are listed anew.
func (b *batch) noteUnattended(ctx context.Context) error {
	for _, place := range slices.Sorted(maps.Keys(b.c.Unattended)) {
		bits, err := bitsOf(b.c.Unattended[place])
		if err != nil {
			return err
		}
		if _, err := b.exec(ctx, "UPDATE place SET unattended = unattended | $1 WHERE name = $2", bits, place); err != nil {
			return err
		}
	}
	if len(b.c.Relisted) == 0 {
		return nil
	}
	if b.c.SavePlace == nil {
		return bug("no place says what is listed anew")
	}
	bits, err := bitsOf(b.c.Relisted)
	if err != nil {
		return err
	}
	_, err = b.exec(ctx, "UPDATE place SET unattended = unattended & $1 WHERE name = $2", ^bits, b.c.SavePlace.Name)
	return err
}

func bitsOf(of []contact.Kind) (bits int64, err error) {
	for _, kind := range of {
		code, err := codeOf(kinds, kind)
		if err != nil {
			return 0, err
		}
		bits |= 1 << code
	}
	return bits, nil
}
