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
		if link == nil && (row.Takes == nil || !b.isListed(place, party.Kind) || party.State != contact.Active) {
			continue
		}
		if link != nil && link != from && len(link.Held) > 0 {
			if err := b.followQuestions(ctx, row, party, link); err != nil {
				return err
			}
		}
		if link != nil && mayAskRemoval(link.Link) {
			if err := b.followRemoval(ctx, row, party, link); err != nil {
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
		due = due || notMade(do) // it may be there already
		if !due && do.Needs == "" && do.Why.Code != contact.CodeRequired && do.Why.Code != contact.CodeNothing {
			return
		}
		wanted.Due, wanted.Needs, wanted.Problem = due, do.Needs, problemOf(do)
		b.touch(b.addLink(wanted))
		return
	}
	problem := wanted.Problem
	if do.Op == "" && len(wanted.Held) == 0 && (!do.Why.IsZero() || aboutWriting(problem.Code)) {
		problem = do.Why
	} else if due && isWaiting(problem.Code) {
		problem = contact.Reason{}
	}
	if isOver(party, do) {
		problem = contact.Reason{} // nobody can do, or need do, anything more about it
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

// notMade reports whether nothing but the rule that no record is ever made keeps a
// party out of a place: one that is there already is tied to it all the same. Where
// records are made by hand, that is a person's to say.
func notMade(do plan.Do) bool { return do.Op == "" && do.Why.Code == contact.CodeNeverCreated }

// isOver reports whether a removal has arrived at a place: the record is gone, or
// marked as its row says.
func isOver(party *partyRow, do plan.Do) bool {
	return party.State == contact.Removed && do.Op == "" && do.Review == nil && do.LetGo.IsZero() && do.Why.Code == contact.CodeSpread
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
		Listed:  b.isListed(link.Place, party.Kind),
		Unseen:  link.Problem.Code == contact.CodeAskEdited, Approved: link.Problem.Code == contact.CodeApproved,
	}
}

// isWaiting reports whether a problem is one that Next finds again by itself.
func isWaiting(code string) bool {
	switch code {
	case contact.CodeRequired, contact.CodeNeeds, contact.CodeNotListed, contact.CodeNotChosen, contact.CodeNotWith, contact.CodeByHand,
		contact.CodeNeverCreated, contact.CodeDeletedThere, contact.CodeMoved, contact.CodeRefused, contact.CodeFailed, contact.CodeTooLong:
		return true
	}
	return false
}

// aboutWriting reports whether a problem is about what could not be written: it
// is over as soon as nothing of that is left to write.
func aboutWriting(code string) bool {
	switch code {
	case contact.CodeTooLong, contact.CodeUnlisted, contact.CodeExpression, contact.CodeRefused, contact.CodeNotKept:
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
