package engine

import (
	"cmp"
	"context"
	"errors"

	"kith/internal/contact"
)

// ahead is a batch that is on its way to the disk while the next one is
// decided.
type ahead struct {
	b    *batch
	rows []contact.InboxRow
	base contact.Commit
	next int64 // of the store's party numbers, before it was stored
	done chan error
}

// goesAhead reports whether readings of a kind may be decided before the batch
// in front of them is stored. Persons only, and only where they choose no
// companies: what one of them does to another shows in its keys, its party and
// its link, and the store refuses what rests on an older state of these.
func (s *site) goesAhead(kind contact.Kind) bool {
	return kind == contact.Person && !s.e.dry && len(s.e.Book.ChosenBy(kind)) == 0
}

// foldAhead folds readings as foldRows does, but returns while they are being
// committed. Whoever calls it calls settled before anything that is not folded
// ahead.
func (s *site) foldAhead(ctx context.Context, kind contact.Kind, inbox []contact.InboxRow, base contact.Commit) error {
	if !s.goesAhead(kind) {
		return s.foldRows(ctx, kind, inbox, base)
	}
	rows, base := foldable(inbox, base)
	b := s.newBatch(kind)
	b.commit = base
	if s.ahead != nil {
		b.commit.NextParty = s.ahead.next
	}
	err := b.fold(ctx, rows)
	alone := s.ahead == nil || !b.meets(s.ahead.b)
	last, before := s.await()
	next, unknown := s.nextParty(ctx, b, last)
	if err == nil && before == nil && unknown == nil && alone {
		b.seal()
		s.ahead = &ahead{b: b, rows: rows, base: base, next: next, done: make(chan error, 1)}
		go func(done chan<- error) { done <- b.store(ctx) }(s.ahead.done)
		return nil
	}
	b.abandon()
	if err := s.again(ctx, last, before); err != nil {
		return err
	}
	if err = errors.Join(err, unknown); err != nil && contact.ClassOf(err) != contact.Conflicting {
		return err
	}
	return s.foldRows(ctx, kind, rows, base)
}

// nextParty returns the number of the next party. Where nobody has made one but
// the batch before b, b need not be held against the parties made since: it was.
func (s *site) nextParty(ctx context.Context, b *batch, last *ahead) (int64, error) {
	next, err := s.e.Store.NextParty(ctx)
	if err == nil && last != nil && next-last.next == int64(last.b.made()) {
		b.commit.NextParty = next
	}
	return next, err
}

// made counts the parties that a batch starts.
func (b *batch) made() (n int) {
	for _, change := range b.commit.Parties {
		if change.Was == 0 {
			n++
		}
	}
	return n
}

// beside runs two pieces of work at the same time.
func beside(one, other func() error) error {
	done := make(chan error, 1)
	go func() { done <- other() }()
	err := one()
	return cmp.Or(<-done, err)
}

// settled waits until what was folded ahead is stored.
func (s *site) settled(ctx context.Context) error {
	last, err := s.await()
	return s.again(ctx, last, err)
}

// await waits for the batch on its way, if there is one, and returns it with
// what became of it.
func (s *site) await() (*ahead, error) {
	last := s.ahead
	if last == nil {
		return nil, nil
	}
	s.ahead = nil
	err := <-last.done
	if err == nil {
		last.b.told(len(last.rows))
	}
	return last, err
}

// again decides a batch anew that the store has refused because something
// moved on.
func (s *site) again(ctx context.Context, last *ahead, err error) error {
	if contact.ClassOf(err) != contact.Conflicting {
		return err
	}
	s.blank = false // perhaps somebody else is at work here
	return s.foldRows(ctx, last.b.kind, last.rows, last.base)
}

// meets reports whether b may depend on what it could not see of the batch
// before it: a key of a party made or changed there, that b looked for, or a
// question that was opened there. Namesakes do not count: whom the batch before has
// made has a record here, and is none.
func (b *batch) meets(before *batch) bool {
	if len(before.commit.Reviews) > 0 {
		return true
	}
	for _, change := range before.commit.Keys {
		if change.Scope != "" {
			continue
		}
		for _, key := range change.Keys {
			if _, looked := b.found[key]; looked {
				return true
			}
		}
	}
	return false
}
