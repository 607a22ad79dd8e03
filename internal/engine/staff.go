package engine

import (
	"context"
	"maps"

	"kith/internal/contact"
)

// Who works at a record of a company that turns out to be another company works
// at that one.

// staffGoesBack lets whoever belonged to a company before it was joined, or names
// one of its records since, belong to it again.
func (d *decision) staffGoesBack(ctx context.Context, gone, top *partyRow) error {
	if gone.Kind != contact.Company {
		return nil
	}
	return d.eachStaff(ctx, top.ID, func(party *partyRow, slot string) error {
		goesBack := false
		link := d.b.linkAt(party.ID, party.Fields[slot].From)
		if link != nil {
			row := d.e.Book.Row(link.Place, link.Kind)
			if err := d.b.refs.resolve(ctx, d.e, link.Place, row.References(contact.Fields(link.Seen))); err != nil {
				return err
			}
			goesBack = row.Refers(link.Link, slot, d.b.refs) == gone.ID
		}
		if !goesBack {
			var err error
			if goesBack, err = d.movedWith(ctx, party.ID, slot, gone.ID); err != nil || !goesBack {
				return err
			}
		}
		p := party.Party
		p.Fields = maps.Clone(p.Fields)
		v := p.Fields[slot]
		v.Text = gone.ID
		p.Fields[slot] = v
		d.entry(contact.Entry{Party: p.ID, Op: contact.Took, Field: slot, Before: top.ID, After: gone.ID, Why: contact.Because(contact.CodeSplit)})
		d.b.setParty(party, p)
		return d.b.mark(ctx, party, nil)
	})
}

// movedWith reports whether a slot holds what it does because a company was
// joined.
func (d *decision) movedWith(ctx context.Context, party, slot, company string) (bool, error) {
	entries, err := d.e.Store.Entries(ctx, party, 0, 1<<30)
	for _, e := range entries { // the newest first
		if e.Op == contact.Took && e.Field == slot {
			return e.Why.Code == contact.CodeJoined && e.Before == company, err
		}
	}
	return false, err
}

// holdStaff lets whoever names a record that has left its company wait until that
// is known as one by itself: nothing is written over the reference meanwhile.
func (d *decision) holdStaff(ctx context.Context, company string, record contact.Link) error {
	if record.Kind != contact.Company {
		return nil
	}
	return d.eachStaff(ctx, company, func(party *partyRow, slot string) error {
		link := d.b.linkAt(party.ID, record.Place)
		if link == nil {
			return nil
		}
		next, names := d.e.Book.Row(link.Place, link.Kind).AwaitRef(link.Link, slot, record.Remote)
		if names {
			d.b.set(link, next)
		}
		return nil
	})
}

// eachStaff goes through the slots in which parties name a company.
func (d *decision) eachStaff(ctx context.Context, company string, each func(party *partyRow, slot string) error) error {
	ids, err := d.e.Store.Referring(ctx, []string{company})
	if err != nil {
		return err
	}
	if err := d.b.loadParties(ctx, ids); err != nil {
		return err
	}
	for _, id := range ids {
		party := d.b.party(id)
		if party == nil || id == company {
			continue
		}
		for slot, v := range party.Fields {
			if typ, _ := contact.SlotType(party.Kind, slot); typ == contact.TypeRef && v.Text == company {
				if err := each(party, slot); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
