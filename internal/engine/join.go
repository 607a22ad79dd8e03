package engine

import (
	"context"
	"maps"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// join makes one of two parties, or remembers that they are two. Where an answer
// to another question has made them one already there is nothing left to do.
func (d *decision) join(ctx context.Context) error {
	kept, gone := d.b.party(d.r.Party), d.b.party(d.r.Other)
	switch {
	case kept == nil || gone == nil:
		return d.gone()
	case kept == gone && d.answer == contact.AnswerJoin:
		return nil
	case kept == gone:
		return contact.Fail(contact.Setup, "the two that review %d asks about have become one meanwhile; `kith contact unlink` takes a record out of it", d.r.ID)
	case d.answer == contact.AnswerNotSame:
		d.apart(contact.Pair{A: kept.ID, B: gone.ID})
		return d.stayTwo(ctx, gone)
	}
	return d.makeOne(ctx, kept, gone)
}

// stayTwo lets a party whose record was merged into another's go on without it.
func (d *decision) stayTwo(ctx context.Context, gone *partyRow) error {
	link := d.b.linkAt(gone.ID, d.r.Place)
	if link == nil || link.Problem.Code != contact.CodeTwice {
		return nil
	}
	next := link.Link
	next.Problem = contact.Because(contact.CodeDeletedThere, link.Place)
	d.b.set(link, next)
	return d.b.mark(ctx, gone, link)
}

// makeOne joins two parties.
func (d *decision) makeOne(ctx context.Context, kept, gone *partyRow) error {
	j := plan.Join{Now: d.e.Now(), Refs: d.b.refs}
	var err error
	if j.Kept, err = d.side(ctx, kept); err != nil {
		return err
	}
	if j.Gone, err = d.side(ctx, gone); err != nil {
		return err
	}
	one := d.e.Book.Join(j)
	for _, place := range one.Replace {
		d.b.dropLink(d.b.linkAt(kept.ID, place))
	}
	for i, link := range slices.Clone(d.b.byParty[gone.ID]) {
		if one.Links[i].Party == "" && link.Remote == "" && link.Intent == nil {
			d.b.dropLink(link) // it was only wanted there
			continue
		}
		d.b.set(link, one.Links[i])
	}
	if err := d.takeDoubles(ctx, kept.ID, gone.ID); err != nil {
		return err
	}
	if err := d.takePairs(ctx, kept.ID, gone.ID); err != nil {
		return err
	}
	d.b.setParty(kept, one.Kept)
	d.b.setParty(gone, one.Gone)
	d.b.commit.Entries = append(d.b.commit.Entries, one.Entries...)
	if err := d.askOne(ctx, kept.ID, gone.ID); err != nil {
		return err
	}
	if err := d.b.mark(ctx, kept, nil); err != nil || kept.Kind != contact.Company {
		return err
	}
	return d.refer(ctx, kept, gone)
}

// takeDoubles lets the doubles of the party that goes be those of the one that
// stays.
func (d *decision) takeDoubles(ctx context.Context, kept, gone string) error {
	for _, place := range d.e.Book.Places() {
		doubles, err := d.b.doublesOf(ctx, gone, place)
		if err != nil {
			return err
		}
		for _, double := range doubles {
			next := double.Link
			next.Problem = contact.Because(contact.CodeSecond, place, kept)
			d.b.set(double, next)
		}
	}
	return nil
}

// takePairs lets whoever is not the party that goes not be the one that stays.
func (d *decision) takePairs(ctx context.Context, kept, gone string) error {
	pairs, err := d.e.Store.Apart(ctx, []string{gone})
	its := map[string]bool{kept: true}
	for _, link := range slices.Concat(linksOf(d.b, kept), linksOf(d.b, gone)) {
		its[contact.RecordKey(link.Place, link.Kind, link.Remote)] = true
	}
	for _, pair := range pairs {
		if !its[pair.B] {
			d.apart(contact.Pair{A: kept, B: pair.B})
		}
	}
	return err
}

// askOne lets what is asked about the party that goes be asked about the one that
// stays. What would be asked about it and itself is answered, and so is what was
// asked about a record that is not kept in step any more.
func (d *decision) askOne(ctx context.Context, kept, gone string) error {
	open, err := d.e.Store.OpenReviews(ctx, "", []string{gone})
	if err != nil {
		return err
	}
	for _, r := range open {
		if r.ID == d.r.ID {
			continue
		}
		if r.Party == gone {
			r.Party = kept
		}
		if r.Other == gone {
			r.Other = kept
		}
		second := d.b.links[linkKey(r.Place, r.Kind, r.Remote)]
		isSecond := (r.Ask == contact.AskConflict || r.Ask == contact.AskRemoval) && second != nil && second.Party == ""
		if r.Party == r.Other || isSecond {
			d.b.closeQuestion(r)
			continue
		}
		d.b.commit.Reviews = append(d.b.commit.Reviews, r)
	}
	return nil
}

// side is a party with all that a join asks about it.
func (d *decision) side(ctx context.Context, party *partyRow) (plan.Side, error) {
	story, err := d.e.storyOf(ctx, party.ID, "")
	if err != nil {
		return plan.Side{}, err
	}
	links := linksOf(d.b, party.ID)
	return plan.Side{Party: party.Party, Links: links, History: story}, d.resolveOwn(ctx, links, story)
}

// refer lets whoever belongs to a company that is joined with another belong to
// that one.
func (d *decision) refer(ctx context.Context, kept, gone *partyRow) error {
	ids, err := d.e.Store.Referring(ctx, []string{gone.ID})
	if err != nil {
		return err
	}
	if err := d.b.loadParties(ctx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		party := d.b.party(id)
		if party == nil || party == gone {
			continue
		}
		p := party.Party
		p.Fields = maps.Clone(p.Fields)
		for slot, v := range p.Fields {
			if typ, _ := contact.SlotType(p.Kind, slot); typ != contact.TypeRef || v.Text != gone.ID {
				continue
			}
			if v.Text = kept.ID; party == kept {
				v.Text = "" // nobody belongs to itself
			}
			p.Fields[slot] = v
			d.entry(contact.Entry{Party: id, Op: contact.Took, Field: slot, Before: gone.ID, After: v.Text, Why: contact.Because(contact.CodeJoined, gone.ID)})
		}
		d.b.setParty(party, p)
		if err := d.b.mark(ctx, party, nil); err != nil {
			return err
		}
	}
	return nil
}

func linksOf(b *batch, party string) []contact.Link {
	var links []contact.Link
	for _, row := range b.byParty[party] {
		links = append(links, row.Link)
	}
	return links
}
