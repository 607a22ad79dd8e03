package store

import (
	"context"
	"slices"
	"strings"

	"kith/internal/contact"
)

// Commit applies c, all of it or nothing, and returns when it is on the disk.
//
// Class Held: the fence is stale. Class Conflicting: a party moved on, a link
// is gone, a record or a party's place is another link's by now, or a place was
// listed; load and decide again.
func (s *Store) Commit(ctx context.Context, c contact.Commit) error {
	b, err := s.prepare(ctx, &c)
	if err != nil {
		return err
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		b.tx = tx
		return b.apply(ctx)
	})
	if err != nil {
		return err
	}
	for i := range b.parties {
		s.numbers.add(b.parties[i].id, b.parties[i].num)
	}
	return nil
}

// batch is a commit made ready: packed outside of the transaction, so that
// other writers wait for the database alone.
type batch struct {
	store *Store
	*tx
	c *contact.Commit

	parties []partyRow // by id
	links   []linkRow
	keys    []keyRow // those of places; the parties' are in parties
	inbox   []any
	entries []entryRow
	reviews []any

	nums map[string]int64 // of the parties met so far
}

// prepare packs a commit. Names that are new get their numbers first.
func (s *Store) prepare(ctx context.Context, c *contact.Commit) (*batch, error) {
	for {
		b := &batch{store: s, c: c, nums: map[string]int64{}}
		p := &packer{names: s.names.Load()}
		if err := b.pack(p); err != nil {
			return nil, err
		}
		if p.missing == nil {
			return b, nil
		}
		if err := s.intern(ctx, p.missing); err != nil {
			return nil, err
		}
	}
}

func (b *batch) pack(p *packer) error {
	for _, pack := range []func(*packer) error{b.packParties, b.packKeys, b.packLinks, b.packInbox, b.packEntries, b.packReviews} {
		if err := pack(p); err != nil {
			return err
		}
	}
	return nil
}

// apply runs in the transaction. Parties come first: the rest names them.
func (b *batch) apply(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		b.checkListings, b.checkFence, b.applyParties, b.applyKeys, b.applyLinks, b.wake,
		b.applyInbox, b.applyEntries, b.applyReviews, b.applyNotSame, b.savePlace,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) applyNotSame(ctx context.Context) error {
	for _, pair := range b.c.Forget {
		pair = inOrder(pair)
		if _, err := b.exec(ctx, "DELETE FROM not_same WHERE a = $1 AND b = $2", pair.A, pair.B); err != nil {
			return err
		}
	}
	var args []any
	for _, pair := range b.c.NotSame {
		pair = inOrder(pair)
		args = append(args, pair.A, pair.B)
	}
	return b.rows(ctx, b.store.dialect, &insertNotSame, args)
}

var insertNotSame = insert{into: "not_same (a, b)", width: 2, end: " ON CONFLICT (a, b) DO NOTHING"}

// inOrder returns the one form in which a pair is stored.
func inOrder(p contact.Pair) contact.Pair {
	if p.A > p.B {
		p.A, p.B = p.B, p.A
	}
	return p
}

// resolve finds the numbers of parties that are named but not changed.
func (b *batch) resolve(ctx context.Context, ids []string) error {
	ids = slices.DeleteFunc(ids, func(id string) bool {
		_, known := b.nums[id]
		return known || id == ""
	})
	ids = sorted(ids)
	if err := b.store.partyNums(ctx, b.statements, ids, b.nums); err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := b.nums[id]; !ok {
			return bug("there is no party %s", id)
		}
	}
	return nil
}

// sorted returns the different texts in ascending order.
func sorted(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

func values[T any](list []T) []any {
	anys := make([]any, len(list))
	for i, v := range list {
		anys[i] = v
	}
	return anys
}

// cleanText makes a text from elsewhere fit to be stored by PostgreSQL, which
// takes no zero byte and no broken UTF-8. It is used for what only people
// read.
func cleanText(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
