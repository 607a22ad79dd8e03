package engine

import (
	"context"
	"fmt"

	"kith/internal/contact"
	"kith/internal/plan"
)

// lookThere looks up, once for a whole batch, which records of the place that
// belong to nobody bear a key of a party that has no record here.
func (b *batch) lookThere(ctx context.Context, due []*linkRow) error {
	var keys []contact.Key
	for _, link := range due {
		party := b.party(link.Party)
		if party == nil || link.Live() {
			continue
		}
		for _, method := range b.e.Book.RowKeys(b.s.rows[b.kind], &party.Party) {
			keys = append(keys, b.e.hashes(method)...)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	hits, err := b.e.Store.FindKeys(ctx, b.s.name, b.kind, keys)
	for _, hit := range hits {
		b.nobodys[hit.Key] = append(b.nobodys[hit.Key], hit.Owner)
	}
	return err
}

// alreadyThere asks, before a create, whether the place has the party already
// among the records that belong to nobody. A hit is read live; then the row's
// rule says whether it is linked, refused or asked.
func (b *batch) alreadyThere(ctx context.Context, link *linkRow) (stopped bool, err error) {
	party := b.party(link.Party)
	for _, keys := range b.e.Book.RowKeys(b.s.rows[b.kind], &party.Party) {
		for _, key := range b.e.hashes(keys) {
			for _, owner := range b.nobodys[key] {
				if stopped, err := b.meetThere(ctx, link, party, owner, keys); err != nil || stopped {
					return stopped, err
				}
			}
		}
	}
	return false, nil
}

func (b *batch) meetThere(ctx context.Context, wanted *linkRow, party *partyRow, remote string, keys []plan.Key) (bool, error) {
	record, err := b.s.door.Get(ctx, b.kind, remote)
	if contact.ClassOf(err) == contact.NotFound {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("get from %s: %w", b.s.name, err)
	}
	stored, err := b.e.Store.LinksByRemote(ctx, b.s.name, b.kind, []string{remote})
	if err != nil {
		return false, err
	}
	var there *linkRow
	for _, l := range stored {
		there = b.addLink(l)
	}
	if there != nil && !mayTake(there.Link, wanted.Link) || b.different(ctx, party.ID, record) {
		return false, nil
	}
	if err := b.refs.resolve(ctx, b.e, b.s.name, b.s.rows[b.kind].References(record.Fields)); err != nil {
		return false, err
	}
	bearer := &b.who(record).bearer
	if !shareKey(b.e.Book.Keys(bearer), keys) {
		return false, nil
	}
	if keys[0].Method == contact.MatchStrict && nameKey(bearer) != nameKey(&party.Party) {
		b.askThere(wanted, party, record, contact.Because(contact.CodeMaybe, b.s.name))
		return true, nil
	}
	switch b.s.rows[b.kind].Certain {
	case contact.CertainRefuse:
		next := wanted.Link
		next.Due, next.Problem = false, contact.Because(contact.CodeCertain, b.s.name, keys[0].Method)
		b.set(wanted, next)
	case contact.CertainAsk:
		b.askThere(wanted, party, record, contact.Because(contact.CodeMaybe, b.s.name))
	default:
		return true, b.tie(ctx, there, party, record, contact.Because(contact.CodeLink, keys[0].Method))
	}
	return true, nil
}

func (b *batch) askThere(wanted *linkRow, party *partyRow, record contact.Record, why contact.Reason) {
	next := wanted.Link
	next.Due, next.Problem = false, why
	b.set(wanted, next)
	b.commit.Reviews = append(b.commit.Reviews, *b.question(contact.AskMatch, party.ID, record, why))
}

func shareKey(a, b []plan.Key) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// mayTake reports whether a record may become the one that a party wants. One
// that left the choice comes back with it, one that outlived its party too, one
// that a person switched off when a person switches it on; what was let go
// otherwise stays alone.
func mayTake(there, wanted contact.Link) bool {
	switch {
	case there.Party != "":
		return false
	case there.Problem.Code == contact.CodeNotChosen, there.Problem.Code == contact.CodeLeftAfter:
		return true
	case there.Problem.Code == contact.CodeSwitchedOff:
		return wanted.Switch == contact.On
	}
	return there.Switch != contact.Off && !isLetGo(there.Problem.Code)
}
