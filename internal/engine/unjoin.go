package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// What was joined can be taken apart again. The party that went is stored as it
// was, and the history says which records it brought along: it gets them back, and
// its values with them; the places are then written like after any other change.

// cameWith returns the party with which a record came, nil where it came by
// itself. Of several that were joined one after the other it is the first.
func (d *decision) cameWith(ctx context.Context, link *linkRow) (*partyRow, error) {
	party := link.Party
	if party == "" {
		party = doubleOf(link.Link)
	}
	story, err := d.e.storyOf(ctx, party, "")
	if err != nil {
		return nil, err
	}
	for _, e := range story {
		if e.Op != contact.JoinedTo || e.Place != link.Place || e.Remote != link.Remote {
			continue
		}
		if err := d.b.loadParties(ctx, []string{e.Before}); err != nil {
			return nil, err
		}
		if gone := d.b.party(e.Before); gone != nil && gone.State == contact.Joined && gone.Into == e.Party {
			return gone, nil
		}
	}
	return nil, nil
}

// unjoin takes back that a party was joined with another, and that one perhaps
// with a third.
func (d *decision) unjoin(ctx context.Context, gone *partyRow, by string) error {
	chain, err := d.joinedInto(ctx, gone)
	if err != nil {
		return err
	}
	top := chain[len(chain)-1]
	back, records, err := d.broughtAlong(ctx, gone, top)
	if err != nil {
		return err
	}
	u := plan.Unjoin{Now: d.e.Now(), Gone: gone.Party, Via: gone.ID, Records: records, Refs: d.b.refs}
	for _, kept := range chain {
		u.Kept = kept.Party
		if u.History, err = d.e.storyOf(ctx, kept.ID, u.Via); err != nil {
			return err
		}
		u.Stay = slices.DeleteFunc(linksOf(d.b, kept.ID), func(l contact.Link) bool { return records[contact.RecordKey(l.Place, l.Kind, l.Remote)] })
		if err := d.resolveOwn(ctx, u.Stay, u.History); err != nil {
			return err
		}
		out := d.e.Book.Unjoin(u)
		d.b.setParty(kept, out.Kept)
		if u.Via == gone.ID {
			d.b.setParty(gone, out.Gone)
		}
		d.b.commit.Entries = append(d.b.commit.Entries, out.Entries...)
		u.Via, u.Lost = kept.ID, out.Lost
	}
	d.entry(contact.Entry{Party: gone.ID, Op: contact.Revived, Before: top.ID, Why: contact.Because(contact.CodeSplit)})
	d.apart(contact.Pair{A: top.ID, B: gone.ID})
	for _, l := range linksOf(d.b, top.ID) {
		if l.Remote != "" && !records[contact.RecordKey(l.Place, l.Kind, l.Remote)] {
			d.apart(contact.Pair{A: gone.ID, B: contact.RecordKey(l.Place, l.Kind, l.Remote)})
		}
	}
	for _, link := range back {
		if err := d.giveRecordBack(ctx, link, gone, top, by); err != nil {
			return err
		}
	}
	for _, row := range []*partyRow{top, gone} {
		if err := d.b.mark(ctx, row, nil); err != nil {
			return err
		}
	}
	return d.staffGoesBack(ctx, gone, top)
}

// joinedInto lists the parties into which one was joined, up to the one that
// stands.
func (d *decision) joinedInto(ctx context.Context, gone *partyRow) (chain []*partyRow, err error) {
	for p := gone; p.State == contact.Joined; {
		if err := d.b.loadParties(ctx, []string{p.Into}); err != nil {
			return nil, err
		}
		if p = d.b.party(p.Into); p == nil {
			return nil, d.gone()
		}
		chain = append(chain, p)
	}
	return chain, nil
}

// broughtAlong returns the records that came with a party and are still, or are
// doubles, of the one that stands.
func (d *decision) broughtAlong(ctx context.Context, gone, top *partyRow) (back []*linkRow, records map[string]bool, err error) {
	entries, err := d.e.Store.Entries(ctx, gone.Into, 0, 1<<30)
	if err != nil {
		return nil, nil, err
	}
	records = map[string]bool{}
	for _, e := range entries {
		key := contact.RecordKey(e.Place, gone.Kind, e.Remote)
		if e.Op != contact.JoinedTo || e.Before != gone.ID || e.Remote == "" || records[key] {
			continue
		}
		links, err := d.e.Store.LinksByRemote(ctx, e.Place, gone.Kind, []string{e.Remote})
		if err != nil {
			return nil, nil, err
		}
		for _, l := range links {
			if link := d.b.addLink(l); link.Party == top.ID || link.Party == "" && doubleOf(link.Link) == top.ID {
				back, records[key] = append(back, link), true
			}
		}
	}
	return back, records, nil
}

// giveRecordBack ties a record to the party with which it came. What it was held
// for is seen anew.
func (d *decision) giveRecordBack(ctx context.Context, link *linkRow, gone, top *partyRow, by string) error {
	d.apart(contact.Pair{A: top.ID, B: contact.RecordKey(link.Place, link.Kind, link.Remote)})
	d.entry(contact.Entry{Party: top.ID, Place: link.Place, Remote: link.Remote, Op: contact.Unlinked, Why: contact.Because(contact.CodeDecided, by)})
	next := link.Link
	if link.Party == "" { // a double: it was not kept in step
		next.Reread, next.Due, next.NotBefore = link.Gone == contact.Here, true, never
		d.b.commit.Keys = append(d.b.commit.Keys, contact.KeyChange{Scope: link.Place, Kind: link.Kind, Owner: link.Remote})
	} else if err := d.b.leaveQuestions(ctx, top.ID, link.Place); err != nil {
		return err
	}
	if row := d.e.Book.Row(link.Place, link.Kind); row != nil && len(link.Held) > 0 {
		next.Seen, next.Held, next.Reread, next.Due = row.Unseen(link.Link), nil, true, true
	}
	next.Party, next.Problem = gone.ID, contact.Reason{}
	if link.Gone != contact.Here {
		next.Problem = contact.Because(contact.CodeDeletedThere, link.Place)
	}
	d.b.set(link, next)
	if gone.Kind == contact.Company && next.Live() {
		d.b.arrived(next, &gone.Party)
	}
	return nil
}

// loosen takes a double, which has never been a party, away from the party whose
// double it was said to be: it is judged anew, as somebody else.
func (d *decision) loosen(ctx context.Context, link *linkRow, by string) error {
	party := doubleOf(link.Link)
	next := link.Link
	next.Problem, next.Reread, next.Due, next.NotBefore = contact.Reason{}, true, true, never
	d.b.set(link, next)
	d.apart(contact.Pair{A: party, B: contact.RecordKey(link.Place, link.Kind, link.Remote)})
	d.entry(contact.Entry{Party: party, Place: link.Place, Remote: link.Remote, Op: contact.Unlinked, Why: contact.Because(contact.CodeDecided, by)})
	return d.holdStaff(ctx, party, next)
}
