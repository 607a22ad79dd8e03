package engine

import (
	"context"

	"kith/internal/contact"
	"kith/internal/plan"
)

// mark marks what a party's places lack now, so that they are visited: links
// with work become due, and a place that should have a record but has none
// gets a link that waits for it.
func (b *batch) mark(ctx context.Context, party *partyRow, from *linkRow) error {
	for _, place := range b.e.Book.Places() {
		row := b.e.Book.Row(place, party.Kind)
		if row == nil {
			continue
		}
		link := b.linkAt(party.ID, place)
		if link != from && !party.changed {
			continue // nothing of it can have changed
		}
		if link == nil && (row.Takes == nil || !b.e.isListed(place, party.Kind) || party.State != contact.Active) {
			continue
		}
		if link != nil && link != from && len(link.Held) > 0 {
			if err := b.followQuestions(ctx, row, party, link); err != nil {
				return err
			}
		}
		b.markOne(ctx, row, party, link, place)
	}
	return nil
}

func (b *batch) markOne(ctx context.Context, row *plan.Row, party *partyRow, link *linkRow, place string) {
	wanted := contact.Link{Place: place, Kind: party.Kind, Party: party.ID}
	if link != nil {
		wanted = link.Link
	}
	if wanted.Intent != nil || wanted.Reread {
		return
	}
	do := b.e.Book.Next(b.ask(ctx, row, party, wanted))
	due := do.Op != "" || do.Review != nil || !do.LetGo.IsZero()
	if link == nil {
		if !due && do.Needs == "" && do.Why.Code != contact.CodeRequired {
			return
		}
		wanted.Due, wanted.Needs, wanted.Problem = due, do.Needs, problemOf(do)
		b.touch(b.addLink(wanted))
		return
	}
	problem := wanted.Problem
	if !do.Why.IsZero() && do.Op == "" && len(wanted.Held) == 0 {
		problem = do.Why
	} else if due && isWaiting(problem.Code) {
		problem = contact.Reason{}
	}
	needs := wanted.Needs
	if do.Needs != "" {
		needs = do.Needs
	}
	if wanted.Due == due && wanted.Needs == needs && equalReason(problem, wanted.Problem) && wanted.Out == do.Out {
		return
	}
	wanted.Due, wanted.Needs, wanted.Problem, wanted.Out = due, needs, problem, do.Out
	if due {
		wanted.Tries, wanted.NotBefore = 0, never
	}
	b.set(link, wanted)
}

// problemOf is the reason a link keeps while nothing can be done.
func problemOf(do plan.Do) contact.Reason {
	if do.Op != "" {
		return contact.Reason{}
	}
	return do.Why
}

func (b *batch) ask(ctx context.Context, row *plan.Row, party *partyRow, link contact.Link) plan.Ask {
	return plan.Ask{
		Now: b.e.Now(), Party: party.Party, Link: link, Refs: b.refs,
		Related: b.related(ctx, row, &party.Party),
		Listed:  b.e.isListed(link.Place, party.Kind),
		Unseen:  link.Problem.Code == contact.CodeAskEdited, Approved: link.Problem.Code == contact.CodeApproved,
	}
}

// isWaiting reports whether a problem is one that Next finds again by itself.
func isWaiting(code string) bool {
	switch code {
	case contact.CodeRequired, contact.CodeNeeds, contact.CodeNotListed, contact.CodeNotChosen, contact.CodeByHand,
		contact.CodeNeverCreated, contact.CodeDeletedThere, contact.CodeRefused, contact.CodeFailed, contact.CodeTooLong:
		return true
	}
	return false
}

func equalReason(a, b contact.Reason) bool {
	if a.Code != b.Code || len(a.Args) != len(b.Args) {
		return false
	}
	for i := range a.Args {
		if a.Args[i] != b.Args[i] {
			return false
		}
	}
	return true
}

// related answers the filters "of persons" and "of companies": whether a party
// chosen at the place belongs to this one.
func (b *batch) related(ctx context.Context, row *plan.Row, party *contact.Party) bool {
	of := choosesOf(row)
	switch {
	case of == "" || of == party.Kind:
		return false
	case of == contact.Company:
		company := b.refs.Party(party.Text("company"))
		other := b.e.Book.Row(row.Place, contact.Company)
		return company != nil && other != nil && (b.e.Book.Choose(other, company, b.refs, false, b.e.Now()) || b.e.Book.Offers(other, company, b.refs, false, b.e.Now()))
	}
	persons, err := b.e.Store.Referring(ctx, []string{party.ID})
	if err != nil {
		return false
	}
	loaded, err := b.e.Store.Parties(ctx, persons)
	if err != nil {
		return false
	}
	other := b.e.Book.Row(row.Place, contact.Person)
	for i := range loaded {
		p := &loaded[i]
		if other != nil && p.Kind == contact.Person && p.State == contact.Active &&
			(b.e.Book.Choose(other, p, b.refs, false, b.e.Now()) || b.e.Book.Offers(other, p, b.refs, false, b.e.Now())) {
			return true
		}
	}
	return false
}

func choosesOf(row *plan.Row) contact.Kind {
	switch {
	case row.Takes != nil && row.Takes.Choose.Of != "":
		return row.Takes.Choose.Of
	case row.Gives != nil:
		return row.Gives.Choose.Of
	}
	return ""
}

// spreadNames marks the persons of companies that changed: a place without
// companies of its own shows their name on the person.
func (b *batch) spreadNames(ctx context.Context) error {
	if len(b.rewanted) == 0 {
		return nil
	}
	var companies []string
	for id := range b.rewanted {
		companies = append(companies, id)
	}
	persons, err := b.e.Store.Referring(ctx, companies)
	if err != nil || len(persons) == 0 {
		return err
	}
	if err := b.loadParties(ctx, persons); err != nil {
		return err
	}
	for _, id := range persons {
		party := b.party(id)
		if party == nil || party.State != contact.Active {
			continue
		}
		for _, row := range b.e.Book.Rows(party.Kind) {
			link := b.linkAt(id, row.Place)
			if row.Takes != nil && (link != nil || b.e.isListed(row.Place, party.Kind)) {
				b.markOne(ctx, row, party, link, row.Place)
			}
		}
	}
	return nil
}
