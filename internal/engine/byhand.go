package engine

import (
	"context"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Link ties a record of a place to a party by a person's word, which stands above
// whatever was said of the two before. Where the party has a record there it is a
// double of that one. The only record of another party brings that one along: the
// two are made one.
func (e *Engine) Link(ctx context.Context, party, place, remote, by string) error {
	d, err := e.byHand(ctx, party, place, remote)
	if err != nil {
		return err
	}
	link := d.b.links[linkKey(place, d.r.Kind, remote)]
	switch {
	case link == nil:
		return contact.Fail(contact.NotFound, "%s has not shown a %s %q yet; run `kith sync %s` first", place, d.r.Kind, remote, place)
	case link.Party == d.r.Party, secondOf(link.Link) == d.r.Party:
		return nil
	case link.Party != "":
		err = d.linkOthers(ctx, link)
	default:
		err = d.linkFree(ctx, link)
	}
	if err != nil {
		return err
	}
	d.together(d.r.Party, contact.RecordKey(place, d.r.Kind, remote))
	d.together(contact.Nobody, contact.RecordKey(place, d.r.Kind, remote))
	d.entry(contact.Entry{Party: d.r.Party, Place: place, Remote: remote, Op: contact.Linked, Why: contact.Because(contact.CodeDecided, by)})
	return d.b.flushByHand(ctx)
}

// linkFree ties a record that belongs to nobody.
func (d *decision) linkFree(ctx context.Context, link *linkRow) error {
	if err := d.overtake(ctx); err != nil {
		return err
	}
	next := link.Link
	next.Needs, next.Switch, next.NotBefore = "", contact.ByRule, never
	if there := d.b.linkAt(d.r.Party, d.r.Place); there != nil && there.Live() {
		next.Problem, next.Reread, next.Due = contact.Because(contact.CodeSecond, d.r.Place, d.r.Party), false, false
		d.b.wakeStaff(next)
		d.b.set(link, next)
		return nil
	}
	next.Problem, next.Reread, next.Due = contact.Reason{}, true, true
	return d.tie(link, next)
}

// linkOthers makes one of a party and the one whose only record a person calls
// its.
func (d *decision) linkOthers(ctx context.Context, link *linkRow) error {
	if err := d.b.loadParties(ctx, []string{link.Party}); err != nil {
		return err
	}
	kept, gone := d.b.party(d.r.Party), d.b.party(link.Party)
	others := slices.DeleteFunc(linksOf(d.b, gone.ID), func(l contact.Link) bool { return !l.Live() || l.Remote == link.Remote && l.Place == link.Place })
	if len(others) > 0 || gone.State != contact.Active || kept.State != contact.Active {
		return contact.Fail(contact.Setup, "%s %s belongs to contact %s; unlink it there first", link.Place, link.Remote, gone.ID)
	}
	d.together(kept.ID, gone.ID)
	for _, l := range linksOf(d.b, gone.ID) {
		d.together(kept.ID, contact.RecordKey(l.Place, l.Kind, l.Remote))
	}
	for _, l := range linksOf(d.b, kept.ID) {
		d.together(gone.ID, contact.RecordKey(l.Place, l.Kind, l.Remote))
	}
	return d.makeOne(ctx, kept, gone)
}

// Unlink takes a record out of a party, after a wrong match: the one it has at a
// place, or remote, which may be a double of that. Both get back what was their
// own, and are never tied to each other again.
func (e *Engine) Unlink(ctx context.Context, party, place, remote, by string) error {
	d, err := e.byHand(ctx, party, place, remote)
	if err != nil {
		return err
	}
	link, err := d.leaving(ctx)
	if err != nil {
		return err
	}
	if err := d.part(ctx, link, by); err != nil {
		return err
	}
	return d.b.flushByHand(ctx)
}

// leaving returns the record that is to leave a party.
func (d *decision) leaving(ctx context.Context) (*linkRow, error) {
	doubles, err := d.b.doublesOf(ctx, d.r.Party, d.r.Place)
	if err != nil {
		return nil, err
	}
	link := d.b.linkAt(d.r.Party, d.r.Place)
	if d.r.Remote != "" {
		if named := d.b.links[linkKey(d.r.Place, d.r.Kind, d.r.Remote)]; named != nil && (named == link || doubleOf(named.Link) == d.r.Party) {
			return named, nil
		}
		return nil, contact.Fail(contact.NotFound, "%s %s is no record of the contact", d.r.Place, d.r.Remote)
	}
	switch {
	case link == nil || !link.Live():
		if len(doubles) == 1 {
			return doubles[0], nil
		}
	case len(doubles) == 0:
		return link, nil
	}
	if len(doubles) == 0 {
		return nil, contact.Fail(contact.NotFound, "the contact has no record in %s", d.r.Place)
	}
	remotes := make([]string, len(doubles))
	for i, double := range doubles {
		remotes[i] = double.Remote
	}
	first := ""
	if link != nil && link.Live() {
		first = link.Remote + ", and its double "
	}
	return nil, contact.Fail(contact.Setup, "the contact has several records in %s: %s%s; name the one that is somebody else", d.r.Place, first, strings.Join(remotes, ", "))
}

// part parts a party and a record: what came by a join goes back as it came.
func (d *decision) part(ctx context.Context, link *linkRow, by string) error {
	gone, err := d.cameWith(ctx, link)
	if err != nil {
		return err
	}
	switch {
	case gone != nil:
		err = d.unjoin(ctx, gone, by)
	case link.Party == "":
		err = d.loosen(ctx, link, by)
	default:
		err = d.split(ctx, link, by)
	}
	if err != nil {
		return err
	}
	return d.b.judgeAnew(ctx)
}

// split parts a party and its record at a place.
func (d *decision) split(ctx context.Context, link *linkRow, by string) error {
	party, place := link.Party, link.Place
	row := d.b.party(party)
	story, err := d.e.storyOf(ctx, party, "")
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
	d.apart(contact.Pair{A: party, B: contact.RecordKey(place, d.r.Kind, leaving.Remote)})
	if err := d.b.takeAlong(ctx, link); err != nil {
		return err
	}
	d.entry(contact.Entry{Party: party, Place: place, Remote: leaving.Remote, Op: contact.Unlinked, Why: contact.Because(contact.CodeDecided, by)})
	alone := contact.Link{
		Place: place, Kind: d.r.Kind, Remote: leaving.Remote, Version: leaving.Version, Shown: leaving.Shown, At: leaving.At, Since: leaving.Since,
		Due: true, Reread: true,
	}
	if owed := d.e.Book.Row(place, d.r.Kind).Owed(leaving, story); len(owed) > 0 {
		alone.Seen, alone.Sent, alone.Reread = leaving.Seen, contact.Memo(owed), false
	}
	d.b.set(link, alone)
	if err := d.holdStaff(ctx, party, alone); err != nil {
		return err
	}
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
