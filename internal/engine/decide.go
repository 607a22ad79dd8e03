package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Decide answers a review. It is one short transaction beside whatever runs;
// what it causes is done by the next visit of the places it concerns.
func (e *Engine) Decide(ctx context.Context, id int64, answer contact.Answer, by string) error {
	r, err := e.Store.Review(ctx, id)
	if err != nil {
		return err
	}
	if r.Decided != "" {
		return contact.Fail(contact.Setup, "review %d is decided already: %s", id, r.Decided)
	}
	if fits := contact.Answers[r.Ask]; !slices.Contains(fits, answer) {
		return contact.Fail(contact.Setup, "review %d asks about a %s; it can be answered with %s", id, r.Ask, answerWords(fits))
	}
	d := &decision{e: e, r: r, answer: answer}
	d.r.Decided, d.r.By, d.r.Closed = string(answer), by, e.Now()
	if err := d.load(ctx); err != nil {
		return err
	}
	if err := d.apply(ctx); err != nil {
		return err
	}
	d.b.commit.Reviews = append(d.b.commit.Reviews, d.r)
	d.entry(contact.Entry{Party: r.Party, Place: r.Place, Remote: r.Remote, Op: contact.Decided, Field: r.Slot,
		Before: r.Theirs, After: r.Ours, Why: contact.Because(contact.CodeDecided, string(answer))})
	return d.b.flushByHand(ctx)
}

// flushByHand commits a person's decision.
func (b *batch) flushByHand(ctx context.Context) error {
	err := b.flush(ctx)
	if contact.ClassOf(err) == contact.Conflicting {
		return fmt.Errorf("the contact changed at the same moment; look again and repeat: %w", err)
	}
	return err
}

func answerWords(answers []contact.Answer) string {
	words := make([]string, len(answers))
	for i, a := range answers {
		words[i] = string(a)
	}
	return strings.Join(words, ", ")
}

// decision is an answer on its way into the store.
type decision struct {
	e      *Engine
	r      contact.Review
	answer contact.Answer
	b      *batch
}

// personBatch is a unit of work outside of any visit: it carries no fence.
func (e *Engine) personBatch(kind contact.Kind) *batch {
	s := &site{e: e, rows: map[contact.Kind]*plan.Row{}, run: &run{counts: map[string]contact.Counts{}}}
	return s.newBatch(kind)
}

func (d *decision) load(ctx context.Context) error {
	d.b = d.e.personBatch(d.r.Kind)
	for _, id := range []*string{&d.r.Party, &d.r.Other} {
		if err := d.b.loadParties(ctx, []string{*id}); err != nil {
			return err
		}
		for p := d.b.party(*id); p != nil && p.State == contact.Joined; p = d.b.party(*id) { // since it was asked
			*id = p.Into
			if err := d.b.loadParties(ctx, []string{p.Into}); err != nil {
				return err
			}
		}
	}
	if d.r.Remote == "" || d.r.Place == "" {
		return nil
	}
	links, err := d.e.Store.LinksByRemote(ctx, d.r.Place, d.r.Kind, []string{d.r.Remote})
	if err != nil {
		return err
	}
	for _, link := range links {
		d.b.addLink(link)
	}
	return nil
}

func (d *decision) entry(e contact.Entry) {
	e.At = d.e.Now()
	d.b.commit.Entries = append(d.b.commit.Entries, e)
}

func (d *decision) apply(ctx context.Context) error {
	switch d.r.Ask {
	case contact.AskConflict:
		return d.conflict(ctx)
	case contact.AskMatch, contact.AskTwice:
		return d.match(ctx)
	case contact.AskRemoval:
		return d.removal(ctx)
	case contact.AskJoin:
		return d.join(ctx)
	default: // a brake or a changed configuration: the next visit acts upon it
		if d.answer == contact.AnswerGo {
			d.r.Closed = never
			return nil
		}
		if strings.HasPrefix(d.r.Token, "in:") {
			_, err := d.e.Store.DropInbox(ctx, d.r.Place)
			return err
		}
		return nil
	}
}

// conflict lets the party's value stand, which the place then gets, takes the
// place's, or parts the two: they are not the same.
func (d *decision) conflict(ctx context.Context) error {
	link, party := d.b.linkAt(d.r.Party, d.r.Place), d.b.party(d.r.Party)
	row := d.e.Book.Row(d.r.Place, d.r.Kind)
	if link == nil || party == nil || row == nil {
		return d.gone()
	}
	if d.answer == contact.AnswerSplit {
		return d.part(ctx, link, d.r.By)
	}
	next := link.Link
	next.Held = contact.Fields(link.Held).Clone()
	delete(next.Held, d.r.Slot)
	next.Problem = contact.Reason{}
	if slots := plan.Conflicts(next); len(slots) > 0 {
		next.Problem = contact.Because(contact.CodeConflict, slots...)
	}
	next.Due = true
	d.b.set(link, next)
	if d.answer == contact.AnswerTheirs {
		p := party.Party
		p.Fields = row.Decided(p, d.r.Slot, d.r.Theirs, d.e.Now())
		d.b.setParty(party, p)
	}
	return d.b.mark(ctx, party, link)
}

func (d *decision) gone() error {
	return contact.Fail(contact.Setup, "what review %d asks about is no longer there", d.r.ID)
}

// match ties a record to the party it was held against, or remembers that they
// are different. Either way it is read again and folded.
func (d *decision) match(ctx context.Context) error {
	link := d.b.links[linkKey(d.r.Place, d.r.Kind, d.r.Remote)]
	if link == nil || link.Party != "" {
		return d.gone()
	}
	next := link.Link
	next.Problem, next.Needs, next.Reread, next.Due, next.NotBefore = contact.Reason{}, "", true, true, never
	if err := d.overtake(ctx); err != nil {
		return err
	}
	switch d.answer {
	case contact.AnswerLink:
		if err := d.tie(link, next); err != nil {
			return err
		}
		return d.b.reconsider(ctx, d.r.Place, []string{d.r.Party})
	case contact.AnswerJoin:
		next.Problem, next.Reread, next.Due = contact.Because(contact.CodeSecond, d.r.Place, d.r.Party), false, false
		d.b.wakeStaff(next)
	default:
		if d.answer == contact.AnswerNew {
			next.Problem = contact.Because(contact.CodeDecided, string(contact.AnswerNew))
			d.b.commit.NotSame = append(d.b.commit.NotSame, contact.Pair{A: contact.Nobody, B: contact.RecordKey(d.r.Place, d.r.Kind, d.r.Remote)})
		}
		d.b.commit.NotSame = append(d.b.commit.NotSame, contact.Pair{A: d.r.Party, B: contact.RecordKey(d.r.Place, d.r.Kind, d.r.Remote)})
		d.b.wakeWanted(d.r.Party, d.r.Place)
		d.b.wakeWanted(d.r.Other, d.r.Place)
	}
	d.b.set(link, next)
	return nil
}

// overtake ends the other questions about the same record: the answer to this
// one answers them, or they are asked anew when the record is read again.
func (d *decision) overtake(ctx context.Context) error {
	open, err := d.e.Store.OpenReviews(ctx, d.r.Place, nil)
	if err != nil {
		return err
	}
	for _, r := range aboutRecords(d.r.Kind, open)[d.r.Remote] {
		if r.ID != d.r.ID {
			if err := d.b.dropQuestion(ctx, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *decision) tie(link *linkRow, next contact.Link) error {
	if there := d.b.linkAt(d.r.Party, d.r.Place); there != nil {
		if there.Live() {
			return contact.Fail(contact.Setup, "the party has a record in %s already; unlink that one first", d.r.Place)
		}
		d.b.dropLink(there)
	}
	next.Party, next.Seen, next.Sent, next.Shown = d.r.Party, nil, nil, [16]byte{}
	d.b.set(link, next)
	d.b.commit.Keys = append(d.b.commit.Keys, contact.KeyChange{Scope: d.r.Place, Kind: d.r.Kind, Owner: d.r.Remote})
	return nil
}

// removal lets a held deletion go on, or keeps the record, which brings a
// removed party back.
func (d *decision) removal(ctx context.Context) error {
	link, party := d.b.linkAt(d.r.Party, d.r.Place), d.b.party(d.r.Party)
	if link == nil || party == nil {
		return d.gone()
	}
	next := link.Link
	next.Due, next.Problem = true, contact.Reason{}
	p := party.Party
	switch {
	case d.answer == contact.AnswerGo && link.Live():
		next.Problem = contact.Because(contact.CodeApproved, d.r.Place)
	case d.answer == contact.AnswerGo:
		p.State, p.Into = contact.Removed, d.r.Place
	case link.Live() && party.State == contact.Removed:
		p.State, p.Into, next.Reread = contact.Active, "", true
	case link.Live(): // it left the choice and stays
		next.Switch = contact.On
	default: // it was deleted here against an edit, and is made anew
		next.Gone, next.Remote = contact.Here, ""
	}
	d.b.set(link, next)
	if p.State != party.State {
		d.b.setParty(party, p)
		return d.b.mark(ctx, party, nil)
	}
	return nil
}
