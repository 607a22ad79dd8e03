package engine

import (
	"context"

	"kith/internal/contact"
	"kith/internal/plan"
)

// tie links a record to a party. Everything is compared as at first contact,
// and the record goes into history as it was.
func (b *batch) tie(ctx context.Context, link *linkRow, party *partyRow, record contact.Record, why contact.Reason) error {
	nobodys := link != nil
	if err := b.askAgain(ctx, link, nil); err != nil {
		return err
	}
	next := contact.Link{Place: b.s.name, Kind: b.kind, Since: b.firstSeen()}
	if was := b.linkAt(party.ID, b.s.name); was != nil {
		next.Switch, next.Late = was.Switch, was.Late
		if link == nil {
			link = was
		} else if link != was {
			b.dropLink(was)
		}
	}
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID})
	}
	if link.ID != 0 {
		next.ID = link.ID
		if link.Remote == record.ID && link.Gone == contact.Here {
			next.Since = link.Since
		}
	}
	next.Remote, next.Party = record.ID, party.ID
	next.Made = b.ownWork(party.ID, record)
	out := b.e.Book.Fold(plan.In{
		Now: b.e.Now(), Run: b.s.run.ID, Party: party.Party, Link: next, Record: record, Refs: b.refs, Linking: true,
	})
	if origin := b.origin(party); origin != party.Origin {
		out.Party.Origin, out.Changed = origin, true
	}
	b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Linked, After: recordJSON(record), Why: why})
	if nobodys {
		b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: b.s.name, Kind: b.kind, Owner: record.ID})
	}
	if err := b.take(ctx, link, party, out); err != nil {
		return err
	}
	b.tied = append(b.tied, party.ID)
	b.arrived(link.Link, &party.Party)
	return b.mark(ctx, party, link)
}

// origin of two records that both existed is the leading place's.
func (b *batch) origin(party *partyRow) string {
	if b.e.Book.Leads(party.Kind, b.s.name, party.Origin) {
		return b.s.name
	}
	return party.Origin
}

// start makes a new party of a record, if the place may.
func (b *batch) start(ctx context.Context, link *linkRow, candidate *plan.Out, record contact.Record) error {
	row := b.s.rows[b.kind]
	why, err := b.mayStart(ctx, row, candidate, link)
	if err != nil {
		return err
	}
	if !why.IsZero() {
		b.unlinked(link, candidate, record, why)
		return nil
	}
	party := &partyRow{Party: candidate.Party}
	b.parties[party.ID] = party
	b.setParty(party, candidate.Party)
	if b.asking {
		b.e.likeness[b.kind].started(b, &party.Party)
	}
	candidate.Changed = false // it is set
	for _, k := range b.keysOf(party) {
		b.fresh[k] = append(b.fresh[k], party.ID)
	}
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID})
	} else {
		b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: b.s.name, Kind: b.kind, Owner: record.ID})
	}
	b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Linked, After: recordJSON(record),
		Why: contact.Because(contact.CodeNew, b.s.name)})
	if err := b.take(ctx, link, party, *candidate); err != nil {
		return err
	}
	b.arrived(link.Link, &party.Party)
	return b.mark(ctx, party, link)
}

// mayStart says why a record starts no party, zero where it does.
func (b *batch) mayStart(ctx context.Context, row *plan.Row, candidate *plan.Out, link *linkRow) (contact.Reason, error) {
	byHand := link != nil && link.Switch == contact.On
	switch {
	case row.Gives == nil:
		return contact.Because(contact.CodeLinkedOnly, b.s.name), nil
	case row.Gives.Create == contact.CreateNever:
		return contact.Because(contact.CodeNeverCreated, b.s.name), nil
	case row.Gives.Create == contact.CreateByHand && !byHand:
		return contact.Because(contact.CodeByHand, b.s.name), nil
	}
	awaited, err := b.awaited(ctx, row, candidate)
	if err != nil {
		return contact.Reason{}, err
	}
	if !b.e.Book.Offers(row, &candidate.Party, b.refs, awaited || b.related(ctx, row, &candidate.Party), b.e.Now()) {
		return contact.Because(contact.CodeNotChosen, b.s.name), nil
	}
	if !plan.Telling(&candidate.Party) {
		return contact.Because(contact.CodeNothing, b.s.name), nil
	}
	if missing := row.Lacks(&candidate.Party); len(missing) > 0 {
		return contact.Because(contact.CodeRequired, append([]string{b.s.name}, missing...)...), nil
	}
	return contact.Reason{}, nil
}

// unlinked remembers a record that belongs to no party, with the reason and,
// of its values, only keyed hashes of its match keys.
func (b *batch) unlinked(link *linkRow, candidate *plan.Out, record contact.Record, why contact.Reason) {
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID, Since: b.firstSeen()})
	}
	next := link.Link
	next.Version, next.Shown, next.At = record.Version, b.s.rows[b.kind].ShownHash(record), b.e.Now()
	next.Problem, next.Needs, next.Reread, next.Due = why, candidate.Link.Needs, false, false
	b.awaitChoice(&next, record)
	b.set(link, next)
	b.commit.Keys = append(b.commit.Keys, contact.KeyChange{
		Scope: b.s.name, Kind: b.kind, Owner: record.ID,
		Keys: b.keysThere(b.s.rows[b.kind], &b.who(record).bearer),
	})
}

// keysThere are the keyed hashes that are kept of a record that belongs to no
// party.
func (b *batch) keysThere(row *plan.Row, p *contact.Party) []contact.Key {
	return append(b.e.hashes(b.e.keys(p)), b.likenessOf(row, p)...)
}

// arrived wakes what waits for a company: records that name it at this place,
// and parties that want to be created below it here.
func (b *batch) arrived(link contact.Link, company *contact.Party) {
	if link.Kind != contact.Company {
		return
	}
	b.refs.learn(company)
	b.refs.learnLink(link)
	b.commit.Wake = append(b.commit.Wake,
		contact.NeedsKey(link.Place, "", link.Remote),
		contact.NeedsKey(link.Place, "party", company.ID))
	for _, by := range b.e.Book.RefKeys() {
		if text := plan.KeyText(contact.Company, by, company.Fields[by]); text != "" {
			for _, place := range b.e.Book.Places() {
				b.commit.Wake = append(b.commit.Wake, contact.NeedsKey(place, by, text))
			}
		}
	}
}
