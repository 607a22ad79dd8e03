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
		d.b.commit.NotSame = append(d.b.commit.NotSame, contact.Pair{A: kept.ID, B: gone.ID})
		return nil
	}
	j := plan.Join{Now: d.e.Now(), Refs: d.b.refs}
	var err error
	if j.Kept, err = d.side(ctx, kept); err != nil {
		return err
	}
	if j.Gone, err = d.side(ctx, gone); err != nil {
		return err
	}
	one := d.e.Book.Join(j)
	for i, link := range slices.Clone(d.b.byParty[gone.ID]) {
		d.b.set(link, one.Links[i])
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
	story, err := d.e.storyOf(ctx, party.ID)
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
			d.entry(contact.Entry{Party: id, Op: contact.Took, Field: slot, Before: gone.ID, After: v.Text, Why: contact.Because(contact.CodeJoined)})
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
