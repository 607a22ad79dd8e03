package engine

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/match"
	"kith/internal/plan"
)

// lookThere looks up, once for a whole batch, which records of the place that
// belong to nobody may be a party that has no record here.
func (b *batch) lookThere(ctx context.Context, due []*linkRow) error {
	var parties []*partyRow
	for _, link := range due {
		if party := b.party(link.Party); party != nil && !link.Live() {
			parties = append(parties, party)
		}
	}
	if len(parties) == 0 {
		return nil
	}
	if known, err := b.e.Store.HasKeys(ctx, b.s.name, b.kind); err != nil || !known {
		return err
	}
	row := b.s.rows[b.kind]
	var keys []contact.Key
	for _, party := range parties {
		for _, way := range waysOf(row, &party.Party) {
			keys = append(keys, b.e.hashes(way.keys)...)
		}
		keys = append(keys, b.likenessOf(row, &party.Party)...)
	}
	hits, err := b.e.Store.FindKeys(ctx, b.s.name, b.kind, keys)
	for _, hit := range hits {
		b.nobodys[hit.Key] = append(b.nobodys[hit.Key], hit.Owner)
	}
	return err
}

// alreadyThere asks, before a create, whether the place has the party already
// among the records that belong to nobody. A hit is read live; then the row's
// rules say whether it is linked, refused or asked.
func (b *batch) alreadyThere(ctx context.Context, link *linkRow) (stopped bool, err error) {
	if len(b.nobodys) == 0 {
		return false, nil
	}
	party := b.party(link.Party)
	for _, way := range waysOf(b.s.rows[b.kind], &party.Party) {
		hashes := b.e.hashes(way.keys)
		if way.method != contact.MatchStandard {
			if stopped, err := b.meetThere(ctx, link, party, way, b.likelyOwners(hashes, way.method)); err != nil || stopped {
				return stopped, err
			}
			continue
		}
		hashes = append(hashes, b.likenessOf(b.s.rows[b.kind], &party.Party)...)
		for _, remote := range b.likelyOwners(hashes, way.method) {
			if stopped, err := b.alikeThere(ctx, link, party, remote); err != nil || stopped {
				return stopped, err
			}
		}
	}
	return false, nil
}

// Bounds of what is read live before a create, where likeness is asked for: a
// key that many records bear tells nobody from anybody.
const (
	mostBearers = 20
	mostRead    = 5
)

// likelyOwners lists the records that bear any of the keys; where likeness is
// asked for, those that bear most of them, and not too many.
func (b *batch) likelyOwners(keys []contact.Key, method string) []string {
	shared := map[string]int{}
	for _, key := range keys {
		if bearers := b.nobodys[key]; method != contact.MatchStandard || len(bearers) <= mostBearers {
			for _, owner := range bearers {
				shared[owner]++
			}
		}
	}
	owners := make([]string, 0, len(shared))
	for owner := range shared {
		owners = append(owners, owner)
	}
	slices.SortFunc(owners, func(x, y string) int { return cmp.Or(shared[y]-shared[x], strings.Compare(x, y)) })
	if method == contact.MatchStandard {
		return owners[:min(mostRead, len(owners))]
	}
	return owners
}

// readThere reads a record that belongs to nobody, nil where it cannot be the
// one that is wanted.
func (b *batch) readThere(ctx context.Context, wanted *linkRow, remote string) (*contact.Record, *linkRow, error) {
	record, err := b.s.door.Get(ctx, b.kind, remote)
	if contact.ClassOf(err) == contact.NotFound {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("get from %s: %w", b.s.name, err)
	}
	stored, err := b.e.Store.LinksByRemote(ctx, b.s.name, b.kind, []string{remote})
	if err != nil {
		return nil, nil, err
	}
	var there *linkRow
	for _, l := range stored {
		there = b.addLink(l)
	}
	if there != nil && !mayTake(there.Link, wanted.Link) || b.different(ctx, wanted.Party, record) || b.saidToBeNew(ctx, record) {
		return nil, nil, nil
	}
	if err := b.refs.resolve(ctx, b.e, b.s.name, b.s.rows[b.kind].References(record.Fields)); err != nil {
		return nil, nil, err
	}
	return &record, there, nil
}

// meetThere judges the records that bear a key of a party. Where two of them
// certainly are the party, and it would be tied to one, a person says to which.
func (b *batch) meetThere(ctx context.Context, wanted *linkRow, party *partyRow, w way, remotes []string) (bool, error) {
	row := b.s.rows[b.kind]
	if w.possible && row.Possible != contact.PossibleAsk {
		return false, nil
	}
	enough := 1
	if !w.possible && row.Certain == contact.CertainLink {
		enough = 2
	}
	var found []*contact.Record
	var first *linkRow
	var why []string
	for _, remote := range remotes {
		record, there, err := b.readThere(ctx, wanted, remote)
		if err != nil {
			return false, err
		}
		if record == nil {
			continue
		}
		keys := b.e.keys(&b.who(*record).bearer)
		if !shareKey(keys, w.keys) {
			continue
		}
		if found = append(found, record); len(found) == 1 {
			first, why = there, w.evidence(keys)
		}
		if len(found) == enough {
			break
		}
	}
	switch {
	case len(found) == 0:
		return false, nil
	case w.possible, len(found) > 1:
		b.askThere(wanted, party, *found[0], because(contact.CodeMaybe, why, b.s.name))
		return true, nil
	}
	return true, b.certainThere(ctx, wanted, party, *found[0], first, w.method, why)
}

// alikeThere judges a record that may be like a party: whom it is like is the
// same question as if it had just been read.
func (b *batch) alikeThere(ctx context.Context, wanted *linkRow, party *partyRow, remote string) (bool, error) {
	record, there, err := b.readThere(ctx, wanted, remote)
	if record == nil || err != nil {
		return false, err
	}
	if err := b.lookup(ctx, slices.Concat(b.who(*record).hashes...)); err != nil {
		return false, err
	}
	if b.isOthers(ctx, *record, party) {
		return false, nil
	}
	found, err := b.likest(ctx, *record)
	i := slices.IndexFunc(found, func(f resembling) bool { return f.party == party })
	ask := i >= 0 && found[i].verdict == match.Possible && b.s.rows[b.kind].Possible == contact.PossibleAsk
	if ask {
		ask, err = b.mayAsk(ctx, *record, found[i])
	}
	b.unlockLikeness()
	switch {
	case err != nil || i < 0:
		return false, err
	case found[i].verdict == match.Certain:
		return true, b.certainThere(ctx, wanted, party, *record, there, contact.MatchStandard, found[i].why)
	case ask:
		b.askThere(wanted, party, *record, because(contact.CodeMaybe, found[i].why, b.s.name))
		return true, nil
	}
	return false, nil
}

// isOthers reports whether a key that comes before likeness leads a record to
// somebody else than the party.
func (b *batch) isOthers(ctx context.Context, record contact.Record, party *partyRow) bool {
	w := b.who(record)
	for i, way := range w.ways {
		if way.method == contact.MatchStandard {
			return false
		}
		hits := b.hits(ctx, way, w.hashes[i], record)
		if len(hits) > 0 && !slices.Contains(hits, party) {
			return true
		}
	}
	return false
}

// certainThere applies the row's rule to a record that certainly is the party.
func (b *batch) certainThere(ctx context.Context, wanted *linkRow, party *partyRow, record contact.Record, there *linkRow, method string, why []string) error {
	switch b.s.rows[b.kind].Certain {
	case contact.CertainRefuse:
		next := wanted.Link
		next.Due, next.Problem = false, because(contact.CodeCertain, why, b.s.name, method)
		b.set(wanted, next)
	case contact.CertainAsk:
		b.askThere(wanted, party, record, because(contact.CodeMaybe, why, b.s.name))
	default:
		return b.tie(ctx, there, party, record, because(contact.CodeLink, why, method))
	}
	return nil
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
