package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Link ties a record of a place to a party by a person's word. The record must
// be known there and belong to nobody.
func (e *Engine) Link(ctx context.Context, party, place, remote, by string) error {
	d, err := e.byHand(ctx, party, place, remote)
	if err != nil {
		return err
	}
	link := d.b.links[linkKey(place, d.r.Kind, remote)]
	switch {
	case link == nil:
		return contact.Fail(contact.NotFound, "%s has not shown a %s %q yet; run `kith sync %s` first", place, d.r.Kind, remote, place)
	case link.Party == party:
		return nil
	case link.Party != "":
		return contact.Fail(contact.Setup, "%s %s belongs to contact %s; unlink it there first", place, remote, link.Party)
	}
	next := link.Link
	next.Problem, next.Needs, next.Switch, next.Reread, next.Due, next.NotBefore = contact.Reason{}, "", contact.ByRule, true, true, never
	if err := d.tie(link, next); err != nil {
		return err
	}
	d.entry(contact.Entry{Party: party, Place: place, Remote: remote, Op: contact.Linked, Why: contact.Because(contact.CodeDecided, by)})
	return d.b.flushByHand(ctx)
}

// Unlink takes a party's record at a place out of it, after a wrong match. Both
// get back what was their own; the record is then read anew, and never tied to
// this party again.
func (e *Engine) Unlink(ctx context.Context, party, place, by string) error {
	d, err := e.byHand(ctx, party, place, "")
	if err != nil {
		return err
	}
	if err := d.split(ctx, by); err != nil {
		return err
	}
	return d.b.flushByHand(ctx)
}

// split parts a party and its record at the place in question.
func (d *decision) split(ctx context.Context, by string) error {
	party, place := d.r.Party, d.r.Place
	link, row := d.b.linkAt(party, place), d.b.party(party)
	if link == nil || !link.Live() {
		return contact.Fail(contact.NotFound, "the contact has no record in %s", place)
	}
	story, err := d.e.storyOf(ctx, party)
	if err != nil {
		return err
	}
	leaving := link.Link
	others := slices.DeleteFunc(linksOf(d.b, party), func(other contact.Link) bool { return other.Place == place })
	if err := d.resolveOwn(ctx, others, story); err != nil {
		return err
	}
	if err := d.b.leaveQuestions(ctx, party, place); err != nil {
		return err
	}
	restored, entries := d.e.Book.Split(plan.Split{Now: d.e.Now(), Party: row.Party, Leaving: leaving, Others: others, History: story, Refs: d.b.refs})
	d.b.setParty(row, restored)
	d.b.commit.Entries = append(d.b.commit.Entries, entries...)
	d.b.commit.NotSame = append(d.b.commit.NotSame, contact.Pair{A: party, B: contact.RecordKey(place, d.r.Kind, leaving.Remote)})
	d.entry(contact.Entry{Party: party, Place: place, Remote: leaving.Remote, Op: contact.Unlinked, Why: contact.Because(contact.CodeDecided, by)})
	alone := contact.Link{
		Place: place, Kind: d.r.Kind, Remote: leaving.Remote, Version: leaving.Version, Shown: leaving.Shown, At: leaving.At, Since: leaving.Since,
		Due: true, Reread: true,
	}
	if owed := d.e.Book.Row(place, d.r.Kind).Owed(leaving, story); len(owed) > 0 {
		alone.Seen, alone.Sent, alone.Reread = leaving.Seen, contact.Memo(owed), false
	}
	d.b.set(link, alone)
	return d.b.mark(ctx, row, nil)
}

// resolveOwn loads the companies that records name by themselves.
func (d *decision) resolveOwn(ctx context.Context, links []contact.Link, story []contact.Entry) error {
	for _, link := range links {
		row := d.e.Book.Row(link.Place, link.Kind)
		if row == nil {
			continue
		}
		if err := d.b.refs.resolve(ctx, d.e, link.Place, row.References(row.Own(link, story))); err != nil {
			return err
		}
	}
	return nil
}

// Switch turns a contact on or off at a place by a person's word, which beats
// the filters. Off takes away what we made there and lets go of the rest.
func (e *Engine) Switch(ctx context.Context, party, place string, to contact.Switch, by string) error {
	d, err := e.byHand(ctx, party, place, "")
	if err != nil {
		return err
	}
	link := d.b.linkAt(party, place)
	if link == nil {
		link = d.b.addLink(contact.Link{Place: place, Kind: d.r.Kind, Party: party, Since: e.Now()})
	}
	next := link.Link
	next.Switch, next.Due, next.NotBefore, next.Problem = to, true, never, contact.Reason{}
	d.b.set(link, next)
	code := contact.CodeDecided
	if to == contact.Off {
		code = contact.CodeSwitchedOff
	}
	d.entry(contact.Entry{Party: party, Place: place, Remote: link.Remote, Op: contact.Decided, Why: contact.Because(code, by)})
	return d.b.flushByHand(ctx)
}

// byHand loads what a person's word about one contact at one place concerns.
func (e *Engine) byHand(ctx context.Context, party, place, remote string) (*decision, error) {
	kind, err := e.kindOf(ctx, party)
	if err != nil {
		return nil, err
	}
	if e.Book.Row(place, kind) == nil {
		return nil, contact.Fail(contact.Setup, "the configuration has no row for a %s in %q", kind, place)
	}
	d := &decision{e: e, r: contact.Review{Place: place, Kind: kind, Party: party, Remote: remote}}
	return d, d.load(ctx)
}

func (e *Engine) kindOf(ctx context.Context, party string) (contact.Kind, error) {
	found, err := e.Store.Parties(ctx, []string{party})
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", contact.Fail(contact.NotFound, "there is no contact %q; `kith contact list` shows them", party)
	}
	return found[0].Kind, nil
}
