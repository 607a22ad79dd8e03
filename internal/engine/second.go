package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
)

// A second record of a party in one place is known and not kept in step. What
// names it means the party, and it takes the place of the first one when that is
// deleted: who clears up two records may delete either.

// secondOf returns the party of which a link is a second record, "" where it is
// none, or gone.
func secondOf(link contact.Link) string {
	if link.Party != "" || link.Gone != contact.Here || link.Problem.Code != contact.CodeSecond || len(link.Problem.Args) < 2 {
		return ""
	}
	return link.Problem.Args[1]
}

// doubleOf returns the party of which a record was said to be a second one, also
// where it is gone by now.
func doubleOf(link contact.Link) string {
	link.Gone = contact.Here
	return secondOf(link)
}

// doublesOf returns the second records of a party at a place.
func (b *batch) doublesOf(ctx context.Context, party, place string) ([]*linkRow, error) {
	links, _, err := b.e.Store.ProblemsOf(ctx, place, []string{contact.CodeSecond}, secondsAtMost)
	var doubles []*linkRow
	for _, link := range links {
		if link.Kind == b.kind && secondOf(link) == party {
			doubles = append(doubles, b.addLink(link))
		}
	}
	return doubles, err
}

// wakeStaff lets the records go on that name a company by its second record.
func (b *batch) wakeStaff(second contact.Link) {
	if second.Kind == contact.Company {
		b.commit.Wake = append(b.commit.Wake, contact.NeedsKey(second.Place, "", second.Remote))
	}
}

// secondsAtMost is how many second records of a place are looked through.
const secondsAtMost = 10_000

// secondStays lets a second record stand for a party whose first one is deleted:
// that is no deletion of the party.
func (b *batch) secondStays(ctx context.Context, link *linkRow, gone contact.Gone) (bool, error) {
	if gone != contact.Deleted && gone != contact.Absent {
		return false, nil
	}
	if b.seconds == nil {
		b.seconds = map[string][]*linkRow{}
		links, _, err := b.e.Store.ProblemsOf(ctx, b.s.name, []string{contact.CodeSecond}, secondsAtMost)
		if err != nil {
			return false, err
		}
		for _, l := range links {
			if party := secondOf(l); party != "" && l.Kind == b.kind {
				b.seconds[party] = append(b.seconds[party], b.addLink(l))
			}
		}
	}
	for _, second := range b.seconds[link.Party] {
		if second.dropped || secondOf(second.Link) == "" || slices.Contains(b.vanishing, second.Remote) {
			continue
		}
		b.forget(second)
		b.goesOnAs(link, second.Remote)
		next := link.Link
		next.Seen, next.Sent = nil, nil // it never showed what the first one did
		b.set(link, next)
		return true, nil
	}
	return false, nil
}
