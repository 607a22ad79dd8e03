package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/plan"
)

var never time.Time

// candidate is the party that a record would start.
func (b *batch) candidate(link *linkRow, record contact.Record) *plan.Out {
	id := b.who(record).own
	if marked, ours := contact.PartyOfMarker(b.e.Installation, record.Marker); ours && b.party(marked) == nil {
		id = marked
	}
	for n := 1; b.party(id) != nil; n++ {
		id = contact.PartyID(b.s.name, b.kind, record.ID, n)
	}
	tie := contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID, Since: b.firstSeen()}
	if link != nil {
		tie = link.Link
	}
	tie.Party, tie.Problem, tie.Needs = id, contact.Reason{}, ""
	out := b.e.Book.Fold(plan.In{
		Now: b.e.Now(), Run: b.s.run.ID, Linking: true, Refs: b.refs, Link: tie, Record: record,
		Party: contact.Party{ID: id, Kind: b.kind, Origin: b.s.name, State: contact.Active},
	})
	return &out
}

// find decides whose record this is: by our marker, by its own id, by key.
// None: it starts a party if the place may, else it stays known with a reason.
func (b *batch) find(ctx context.Context, link *linkRow, record contact.Record) error {
	if b.stillOwed(link, record) {
		return nil
	}
	if link != nil && (link.Switch == contact.Off || isLetGo(link.Problem.Code)) {
		next := link.Link
		next.Version, next.Shown, next.At = record.Version, b.s.rows[b.kind].ShownHash(record), b.e.Now()
		b.set(link, next)
		return nil
	}
	if party, done, err := b.byMarker(ctx, record); err != nil || done {
		return err
	} else if party != nil {
		return b.tie(ctx, link, party, record, contact.Because(contact.CodeMarker))
	}
	own := b.party(b.who(record).own)
	if own != nil && own.State == contact.Active && !b.occupied(own.ID) && !b.different(ctx, own.ID, record) {
		return b.tie(ctx, link, own, record, contact.Because(contact.CodeMarker))
	}
	defer b.unlockLikeness()
	var match matched
	if link == nil || !b.saidToBeNew(ctx, record) {
		var err error
		if match, err = b.match(ctx, record); err != nil {
			return err
		}
	}
	if match.party != nil {
		return b.tie(ctx, link, match.party, record, match.why)
	}
	if err := b.askAgain(ctx, link, match.review); err != nil {
		return err
	}
	candidate := b.candidate(link, record)
	switch {
	case match.review != nil:
		b.unlinked(link, candidate, record, match.review.Why)
		b.commit.Reviews = append(b.commit.Reviews, *match.review)
		return nil
	case !match.why.IsZero():
		b.unlinked(link, candidate, record, match.why)
		return nil
	}
	return b.start(ctx, link, candidate, record)
}

// saidToBeNew reports whether a person has said that a record is nobody we know:
// it is not compared any more, however long it takes until it may start a party.
func (b *batch) saidToBeNew(ctx context.Context, record contact.Record) bool {
	return b.different(ctx, contact.Nobody, record)
}

// isLetGo reports whether a record without a party is one a person or a rule
// has let go: it does not come back by itself.
func isLetGo(code string) bool {
	return code == contact.CodeLeftAfter || code == contact.CodeSwitchedOff || code == contact.CodeSecond
}

// occupied reports whether a party has a record here already.
func (b *batch) occupied(party string) bool {
	link := b.linkAt(party, b.s.name)
	return link != nil && link.Live()
}

// different reports whether a person has said that a record is not this party.
func (b *batch) different(ctx context.Context, party string, record contact.Record) bool {
	pair := contact.Pair{A: party, B: contact.RecordKey(b.s.name, b.kind, record.ID)}
	known, cached := b.notSame[pair]
	if !cached {
		found, err := b.e.Store.NotSame(ctx, []contact.Pair{pair})
		known = err == nil && len(found) > 0
		b.notSame[pair] = known
	}
	return known
}

// match tries the ways of the row in order; the first that hits decides. What is
// possible comes last, so that nobody is asked about what is certain in another way.
func (b *batch) match(ctx context.Context, record contact.Record) (matched, error) {
	w := b.who(record)
	for i, way := range w.ways {
		if way.method == contact.MatchStandard {
			if found, err := b.alike(ctx, record); err != nil || !found.none() {
				return found, err
			}
			continue
		}
		if way.possible { // where perhapsKeys has left it out
			if err := b.lookupNamesakes(ctx, w.hashes[i]); err != nil {
				return matched{}, err
			}
		}
		if hits := b.hits(ctx, way, w.hashes[i], record); len(hits) > 0 {
			if found := b.judge(way, hits, record); !found.none() {
				return found, nil
			}
		}
	}
	return matched{}, nil
}

// hits returns the active parties that bear one of the keys of a way, whose hashes
// are given too, in the order of their ids.
func (b *batch) hits(ctx context.Context, w way, hashes []contact.Key, record contact.Record) []*partyRow {
	owners := b.found
	if w.possible {
		owners = b.namesakes
	}
	var found []*partyRow
	look := func(id string, k plan.Key) {
		party := b.party(id)
		if party == nil || party.State != contact.Active || slices.Contains(found, party) {
			return
		}
		if slices.Contains(b.keysOf(party), k) && !b.different(ctx, id, record) {
			found = append(found, party)
		}
	}
	for i, k := range w.keys {
		for _, id := range owners[hashes[i]] {
			look(id, k)
		}
		for _, id := range b.fresh[k] {
			look(id, k)
		}
	}
	slices.SortFunc(found, func(x, y *partyRow) int { return strings.Compare(x.ID, y.ID) })
	return found
}
