package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// closeConflicts ends the open questions about slots of a party at a place.
func (b *batch) closeConflicts(ctx context.Context, party, place string, slots []string) error {
	if len(slots) == 0 {
		return nil
	}
	open, err := b.e.Store.OpenReviews(ctx, "", []string{party})
	if err != nil {
		return err
	}
	for _, r := range open {
		if r.Ask == contact.AskConflict && r.Place == place && slices.Contains(slots, r.Slot) {
			b.closeQuestion(r)
		}
	}
	return nil
}

// leaveQuestions ends what was asked about a party's record at a place, because
// the two part.
func (b *batch) leaveQuestions(ctx context.Context, party, place string) error {
	about := func(r contact.Review) bool {
		return r.Party == party && r.Place == place && (r.Ask == contact.AskConflict || r.Ask == contact.AskRemoval)
	}
	b.commit.Reviews = slices.DeleteFunc(b.commit.Reviews, func(r contact.Review) bool { return r.ID == 0 && about(r) })
	open, err := b.e.Store.OpenReviews(ctx, place, []string{party})
	if err != nil {
		return err
	}
	for _, r := range open {
		if about(r) {
			b.closeQuestion(r)
		}
	}
	return nil
}

// askAgain follows what was asked about a record that is judged anew: the same
// question stays open as it stands now, and any other is over.
func (b *batch) askAgain(ctx context.Context, link *linkRow, now *contact.Review) error {
	if link == nil || !waitsForAnswer(link.Problem.Code) {
		return nil
	}
	if b.asked == nil {
		open, err := b.e.Store.OpenReviews(ctx, b.s.name, nil)
		if err != nil {
			return err
		}
		b.asked = aboutRecords(b.kind, open)
	}
	for _, r := range b.asked[link.Remote] {
		if now != nil && now.Ask == r.Ask && now.Party == r.Party {
			now.ID, now.At = r.ID, r.At
			continue
		}
		if err := b.dropQuestion(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// reconsider has records judged anew of which it is asked whether they are a
// party that has found its record at the place by now: then it is over, or
// another question.
func (b *batch) reconsider(ctx context.Context, place string, parties []string) error {
	if len(parties) == 0 {
		return nil
	}
	open, err := b.e.Store.OpenReviews(ctx, place, parties)
	if err != nil {
		return err
	}
	var remotes []string
	for _, r := range slices.Concat(open, b.commit.Reviews) {
		if there := b.linkAt(r.Party, place); r.Ask == contact.AskMatch && r.Decided == "" && there != nil && there.Live() && there.Remote != r.Remote {
			remotes = append(remotes, r.Remote)
		}
	}
	if len(remotes) == 0 {
		return nil
	}
	links, err := b.e.Store.LinksByRemote(ctx, place, b.kind, remotes)
	if err != nil {
		return err
	}
	for _, link := range links {
		b.addLink(link)
	}
	for _, remote := range remotes {
		if row := b.links[linkKey(place, b.kind, remote)]; row != nil && row.Party == "" && row.Problem.Code == contact.CodeMaybe {
			next := row.Link
			next.Reread, next.Due, next.NotBefore = true, true, never
			b.set(row, next)
		}
	}
	return nil
}

// judgeAnew has records judged anew of which it is asked whether they are a party
// that this batch has changed: by what the party is now they may be it certainly,
// or not at all.
func (b *batch) judgeAnew(ctx context.Context) error {
	var changed []string
	for id, row := range b.parties {
		if row != nil && row.changed && row.was > 0 {
			changed = append(changed, id)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	open, err := b.e.Store.OpenReviews(ctx, "", changed)
	if err != nil {
		return err
	}
	for place, about := range byPlace(b.kind, open) {
		links, err := b.e.Store.LinksByRemote(ctx, place, b.kind, about)
		if err != nil {
			return err
		}
		for _, l := range links {
			if row := b.addLink(l); row.Party == "" && !row.dropped && waitsForAnswer(row.Problem.Code) {
				next := row.Link
				next.Reread, next.Due, next.NotBefore = true, true, never
				b.set(row, next)
			}
		}
	}
	return nil
}

// byPlace lists the records of which it is asked whose they are.
func byPlace(kind contact.Kind, open []contact.Review) map[string][]string {
	remotes := map[string][]string{}
	for _, r := range open {
		if r.Kind == kind && (r.Ask == contact.AskMatch || r.Ask == contact.AskTwice) {
			remotes[r.Place] = append(remotes[r.Place], r.Remote)
		}
	}
	return remotes
}

// aboutRecords sorts the questions about whose a record is by the record.
func aboutRecords(kind contact.Kind, open []contact.Review) map[string][]contact.Review {
	about := map[string][]contact.Review{}
	for _, r := range open {
		if r.Kind == kind && (r.Ask == contact.AskMatch || r.Ask == contact.AskTwice) {
			about[r.Remote] = append(about[r.Remote], r)
		}
	}
	return about
}

// dropQuestion ends a question about whose a record is, and lets the creates go
// on that waited for the answer.
func (b *batch) dropQuestion(ctx context.Context, r contact.Review) error {
	b.closeQuestion(r)
	if err := b.loadParties(ctx, []string{r.Party, r.Other}); err != nil {
		return err
	}
	b.wakeWanted(r.Party, r.Place)
	b.wakeWanted(r.Other, r.Place)
	return nil
}

// wakeWanted lets a create go on that waited for an answer.
func (b *batch) wakeWanted(party, place string) {
	if wanted := b.linkAt(party, place); party != "" && wanted != nil && wanted.Remote == "" {
		next := wanted.Link
		next.Due, next.Problem = true, contact.Reason{}
		b.set(wanted, next)
	}
}

func (b *batch) closeQuestion(r contact.Review) {
	r.Decided, r.Closed = settledByItself, b.e.Now()
	b.commit.Reviews = append(b.commit.Reviews, r)
}

// mayAskRemoval reports whether a removal may be waiting for an answer at a
// link.
func mayAskRemoval(link contact.Link) bool {
	switch link.Problem.Code {
	case contact.CodeAskRemoval, contact.CodeAskEdited, contact.CodeDeletedThere:
		return true
	}
	return false
}

// followRemoval ends the question about a removal that has come right by
// itself: the contact is wanted and its record there, or both are gone. An edit
// that was held against the removal counts then.
func (b *batch) followRemoval(ctx context.Context, row *plan.Row, party *partyRow, link *linkRow) error {
	ask := b.ask(ctx, row, party, link.Link)
	ask.Unseen = false
	removed := party.State == contact.Removed
	if link.Live() == removed || !removed && b.e.Book.Next(ask).Review != nil {
		return nil
	}
	open, err := b.e.Store.OpenReviews(ctx, "", []string{party.ID})
	if err != nil {
		return err
	}
	for _, r := range open {
		if r.Ask == contact.AskRemoval && r.Place == link.Place {
			b.closeQuestion(r)
		}
	}
	next := link.Link
	switch next.Problem.Code {
	case contact.CodeAskEdited:
		next.Problem, next.Reread, next.Due = contact.Reason{}, link.Live(), true
	case contact.CodeAskRemoval:
		next.Problem = contact.Reason{}
	default:
		return nil
	}
	b.set(link, next)
	return nil
}

// followSameness ends the questions whether other records are the same as a
// party that has lost its record here, or is there no more: who deletes a record
// and makes it again has no second one. What was asked about is looked at anew.
func (b *batch) followSameness(ctx context.Context, party *partyRow) error {
	open, err := b.e.Store.OpenReviews(ctx, "", []string{party.ID})
	if err != nil {
		return err
	}
	for _, r := range open {
		twice := r.Ask == contact.AskTwice && r.Place == b.s.name
		if r.Party != party.ID || !twice && (r.Ask != contact.AskMatch && r.Ask != contact.AskTwice || party.State == contact.Active) {
			continue
		}
		b.closeQuestion(r)
		links, err := b.e.Store.LinksByRemote(ctx, r.Place, r.Kind, []string{r.Remote})
		if err != nil {
			return err
		}
		for _, l := range links {
			if there := b.addLink(l); there.Party == "" && !there.dropped {
				b.lookAnew(there)
			}
		}
	}
	return nil
}

// followQuestions follows the questions about a party that moved on elsewhere:
// one on which both sides have come to agree is over, any other shows the
// value that stands now.
func (b *batch) followQuestions(ctx context.Context, row *plan.Row, party *partyRow, link *linkRow) error {
	open, err := b.e.Store.OpenReviews(ctx, "", []string{party.ID})
	if err != nil {
		return err
	}
	next := link.Link
	next.Held = contact.Fields(link.Held).Clone()
	for _, r := range open {
		theirs, held := next.Held[r.Slot]
		switch {
		case r.Ask != contact.AskConflict || r.Place != link.Place || !held:
		case row.Agrees(&party.Party, r.Slot, theirs):
			delete(next.Held, r.Slot)
			b.closeQuestion(r)
		case r.Ours != party.Text(r.Slot):
			r.Ours = party.Text(r.Slot)
			b.commit.Reviews = append(b.commit.Reviews, r)
		}
	}
	if len(next.Held) == len(link.Held) {
		return nil
	}
	if len(next.Held) == 0 {
		next.Held, next.Problem = nil, contact.Reason{}
	}
	b.set(link, next)
	return nil
}
