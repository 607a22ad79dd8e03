package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// foldRows folds readings of one kind and commits them together with base. A
// party that moved on meanwhile means that everything is decided again.
func (s *site) foldRows(ctx context.Context, kind contact.Kind, inbox []contact.InboxRow, base contact.Commit) error {
	rows, base := foldable(inbox, base)
	return anew(func() error {
		b := s.newBatch(kind)
		b.commit = base
		err := b.decide(ctx, func() error { return b.fold(ctx, rows) })
		if err == nil {
			b.told(len(rows))
			return nil
		}
		s.blank = false // perhaps somebody else is at work here
		return err
	})
}

// foldable returns the readings that still count, and the commit that takes all
// of them out of the inbox.
func foldable(inbox []contact.InboxRow, base contact.Commit) ([]contact.InboxRow, contact.Commit) {
	rows, done := supersede(inbox)
	base.Inbox, base.Done = nil, slices.Concat(base.Done, done)
	return rows, base
}

// told adds what a batch did to the run, once it is committed.
func (b *batch) told(folded int) {
	b.s.run.changed(b.s.name, folded)
	if b.s.started == nil {
		b.s.started = map[uint64]struct{}{}
	}
	for _, change := range b.commit.Parties {
		if change.Was == 0 {
			b.s.started[partyHash(change.Party.ID)] = struct{}{}
		}
	}
	for _, e := range b.commit.Entries {
		if e.Op == contact.Linked && e.Place == b.s.name {
			b.s.run.linked(b.s.name, 1)
		}
	}
}

func (b *batch) fold(ctx context.Context, rows []contact.InboxRow) error {
	var remotes []string
	for _, r := range rows {
		remotes = append(remotes, r.Record.ID)
		if r.Record.Into != "" {
			remotes = append(remotes, r.Record.Into)
		}
	}
	if err := b.loadRemotes(ctx, remotes); err != nil {
		return err
	}
	if err := b.loadMarked(ctx, rows); err != nil {
		return err
	}
	if err := b.loadReferences(ctx, rows); err != nil {
		return err
	}
	if err := b.loadMatches(ctx, rows); err != nil {
		return err
	}
	// What went away comes first: who deletes a record and makes it again means a
	// new one, not a second one.
	slices.SortStableFunc(rows, func(x, y contact.InboxRow) int { return cmp.Compare(goneFirst(x), goneFirst(y)) })
	for _, row := range rows {
		if row.Record.Gone != contact.Here {
			b.vanishing = append(b.vanishing, row.Record.ID)
		}
	}
	for _, row := range rows {
		if err := b.foldRow(ctx, row); err != nil {
			return err
		}
	}
	if err := b.reconsider(ctx, b.s.name, b.tied); err != nil {
		return err
	}
	if err := b.judgeAnew(ctx); err != nil {
		return err
	}
	return b.spread(ctx)
}

func goneFirst(r contact.InboxRow) int {
	if r.Record.Gone != contact.Here {
		return 0
	}
	return 1
}

// loadMarked loads the parties that unknown records may come back to: those
// that their markers name, and those that their ids started. Of a place that was
// never read there are none of the latter; should that be wrong after all, the
// store refuses the second one and everything is loaded.
func (b *batch) loadMarked(ctx context.Context, rows []contact.InboxRow) error {
	var parties []string
	for _, r := range rows {
		link := b.links[linkKey(b.s.name, b.kind, r.Record.ID)]
		if link != nil && link.Party != "" {
			continue
		}
		if id, ours := contact.PartyOfMarker(b.e.Installation, r.Record.Marker); ours {
			parties = append(parties, id)
		}
		if !b.s.blank {
			parties = append(parties, contact.PartyID(b.s.name, b.kind, r.Record.ID, 0))
		}
	}
	return b.loadParties(ctx, parties)
}

// loadReferences loads the companies that the readings name.
func (b *batch) loadReferences(ctx context.Context, rows []contact.InboxRow) error {
	row := b.s.rows[b.kind]
	var refs [][2]string
	for _, r := range rows {
		refs = append(refs, row.References(r.Record.Fields)...)
		if link := b.links[linkKey(b.s.name, b.kind, r.Record.ID)]; link != nil {
			refs = append(refs, row.References(contact.Fields(link.Seen))...)
		}
	}
	return b.refs.resolve(ctx, b.e, b.s.name, refs)
}

func (b *batch) foldRow(ctx context.Context, r contact.InboxRow) error {
	link := b.links[linkKey(b.s.name, b.kind, r.Record.ID)]
	record := r.Record
	if link != nil && link.Live() && link.Intent == nil && b.old(r, link) {
		fresh, err := b.get(ctx, record.ID)
		if err != nil {
			return err
		}
		record = fresh
	}
	switch {
	case record.Gone == contact.Absent && link != nil && link.Party != "":
		now, err := b.get(ctx, record.ID)
		if err != nil {
			return err
		}
		if now.Gone != contact.Here {
			return b.vanish(ctx, link, now)
		}
		return b.foldLinked(ctx, link, now, nil)
	case record.Gone != contact.Here && link == nil:
		return nil
	case record.Gone != contact.Here && link.Party == "":
		if err := b.askAgain(ctx, link, nil); err != nil {
			return err
		}
		b.forget(link)
		return nil
	case record.Gone != contact.Here:
		return b.vanish(ctx, link, record)
	case link == nil || link.Party == "":
		return b.find(ctx, link, record)
	}
	return b.foldLinked(ctx, link, record, nil)
}

// old reports whether a reading was asked for before what the link knows to be
// true could be seen by everybody: then only a direct look decides.
func (b *batch) old(r contact.InboxRow, link *linkRow) bool {
	if r.Record.Gone == contact.Absent || !r.Asked.Before(link.At.Add(b.s.abilities.Lag)) || r.Asked.IsZero() {
		return false
	}
	return b.s.abilities.Lag > 0 || r.Asked.Before(link.At)
}

// get reads one record; one that is not there comes back as deleted.
func (b *batch) get(ctx context.Context, id string) (contact.Record, error) {
	record, err := b.s.door.Get(ctx, b.kind, id)
	if contact.ClassOf(err) == contact.NotFound {
		return contact.Record{Kind: b.kind, ID: id, Gone: contact.Deleted}, nil
	}
	if err != nil {
		return record, fmt.Errorf("get from %s: %w", b.s.name, err)
	}
	return record, nil
}

// foldLinked folds a reading of a linked record. answered holds the fields of
// our own write that it answers.
func (b *batch) foldLinked(ctx context.Context, link *linkRow, record contact.Record, answered contact.Fields) error {
	party := b.party(link.Party)
	if party == nil {
		return fmt.Errorf("the store holds a link of %s to a party that does not exist", b.s.name)
	}
	row := b.s.rows[b.kind]
	now := b.e.Now()
	back := link.Gone != contact.Here
	if back {
		b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Revived})
	}
	next := link.Link
	next.Gone, next.Missing = contact.Here, nil
	if back {
		next.Since = now
	}
	b.e.readings.found(link.ID)
	in := plan.In{
		Now: now, Run: b.s.run.ID, Party: party.Party, Link: next, Record: record, Refs: b.refs, Answered: answered,
	}
	if len(link.Seen) == 0 && link.Shown == [16]byte{} && answered == nil { // tied by hand, and read for the first time since
		b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Linked, After: recordJSON(record),
			Why: contact.Because(contact.CodeDecided, string(contact.AnswerLink))})
	}
	out := b.e.Book.Fold(in)
	if row.MayFlip(out.Entries) {
		before, err := b.lately(ctx, party.ID)
		if err != nil {
			return err
		}
		if in.Flips = row.Flips(out.Entries, before); in.Flips != nil {
			out = b.e.Book.Fold(in)
		}
	}
	switch {
	case party.State == contact.Removed && back:
		out.Party.State, out.Party.Into, out.Changed = contact.Active, "", true
	case party.State == contact.Removed && out.Changed:
		return b.editedAfterRemoval(link, record)
	case party.State != contact.Active && answered == nil:
		out.Changed, out.Party = false, party.Party
	case out.Changed && answered == nil && !b.offered(ctx, row, &party.Party, &out.Party):
		return b.stayOut(link, record)
	}
	if err := b.take(ctx, link, party, out); err != nil {
		return err
	}
	if back {
		if err := b.followRemoval(ctx, row, party, link); err != nil {
			return err
		}
	}
	return b.mark(ctx, party, link)
}

// recalled is how many lines of a party's history are looked at to tell whether
// a value keeps coming back.
const recalled = 100

// lately is the newest history of a party, with what this batch is about to add.
func (b *batch) lately(ctx context.Context, party string) ([]contact.Entry, error) {
	stored, err := b.e.Store.Entries(ctx, party, 0, recalled)
	if err != nil {
		return nil, err
	}
	var entries []contact.Entry
	for _, e := range slices.Backward(b.commit.Entries) {
		if e.Party == party {
			entries = append(entries, e)
		}
	}
	return append(entries, stored...), nil
}

// offered reports whether the place gives the record as it was or as it now
// is: a record that leaves the choice says so with the reading that leaves.
func (b *batch) offered(ctx context.Context, row *plan.Row, before, after *contact.Party) bool {
	if row.Gives == nil {
		return true
	}
	now := b.e.Now()
	return b.e.Book.Offers(row, after, b.refs, b.related(ctx, row, after), now) ||
		b.e.Book.Offers(row, before, b.refs, b.related(ctx, row, before), now)
}

// stayOut leaves what is remembered of a record that is not given as it is, so
// that an edit made meanwhile counts when it comes back into the choice.
func (b *batch) stayOut(link *linkRow, record contact.Record) error {
	next := link.Link
	next.Version, next.At, next.Out = record.Version, b.e.Now(), true
	next.Shown = b.s.rows[b.kind].ShownHash(record)
	next.Problem = contact.Because(contact.CodeNotChosen, b.s.name)
	b.set(link, next)
	return nil
}

// take stores what a fold decided.
func (b *batch) take(ctx context.Context, link *linkRow, party *partyRow, out plan.Out) error {
	if out.Changed {
		b.setParty(party, out.Party)
	}
	out.Link.Out = false
	b.set(link, out.Link)
	b.commit.Entries = append(b.commit.Entries, out.Entries...)
	b.commit.Reviews = append(b.commit.Reviews, out.Reviews...)
	return b.closeConflicts(ctx, party.ID, link.Place, out.Settled)
}

// editedAfterRemoval holds the removal of a record that somebody still edits.
// What is remembered of its fields stays as it was, so that the edit counts
// should the contact be kept; the record as a whole counts as seen, because it
// is what a person is asked about.
func (b *batch) editedAfterRemoval(link *linkRow, record contact.Record) error {
	why := contact.Because(contact.CodeAskEdited, b.s.name)
	if link.Problem.Code == why.Code {
		return nil // it is asked already
	}
	next := link.Link
	next.Problem, next.Due = why, false
	next.Version, next.Shown, next.At = record.Version, b.s.rows[b.kind].ShownHash(record), b.e.Now()
	b.set(link, next)
	b.commit.Reviews = append(b.commit.Reviews, contact.Review{
		At: b.e.Now(), Ask: contact.AskRemoval, Place: b.s.name, Kind: b.kind,
		Party: link.Party, Remote: record.ID, Why: why,
	})
	return nil
}

// vanish takes the disappearance of a linked record.
func (b *batch) vanish(ctx context.Context, link *linkRow, record contact.Record) error {
	party := b.party(link.Party)
	switch {
	case party == nil:
		return nil
	case link.Gone == record.Gone && link.Remote != "": // it is known to be gone
		next := link.Link
		next.Reread = false
		b.set(link, next)
		return b.mark(ctx, party, link)
	}
	if record.Gone == contact.Merged && record.Into != "" {
		return b.merged(ctx, link, party, record)
	}
	moved, waits, err := b.movedTo(ctx, link, party, record.Gone)
	if err != nil {
		return err
	}
	if waits {
		b.sought(link)
		return nil
	}
	if stays, err := b.secondStays(ctx, link, record.Gone); err != nil || stays {
		return err
	}
	b.e.readings.found(link.ID)
	out := b.e.Book.Vanish(plan.Vanish{Ask: plan.Ask{
		Now: b.e.Now(), Party: party.Party, Link: link.Link, Refs: b.refs,
	}, Cause: record.Gone, Moved: moved, Run: b.s.run.ID})
	if out.Changed {
		b.setParty(party, out.Party)
	}
	out.Link.Intent, out.Link.Reread = nil, false
	b.set(link, out.Link)
	b.commit.Entries = append(b.commit.Entries, out.Entries...)
	b.commit.Reviews = append(b.commit.Reviews, out.Reviews...)
	if err := b.followSameness(ctx, party); err != nil {
		return err
	}
	return b.mark(ctx, party, link)
}

// merged moves a link to the record that survived. Where that belongs to
// another party, the two may be one: a person is asked.
func (b *batch) merged(ctx context.Context, link *linkRow, party *partyRow, record contact.Record) error {
	into := b.links[linkKey(b.s.name, b.kind, record.Into)]
	other, apart, err := b.ownerOf(ctx, into, party)
	if err != nil {
		return err
	}
	if other != "" || apart {
		next := link.Link
		next.Gone = contact.Merged
		next.Problem = contact.Because(contact.CodeTwice, b.s.name)
		if apart {
			next.Problem = contact.Because(contact.CodeDeletedThere, b.s.name)
			b.set(link, next)
			return b.mark(ctx, party, link)
		}
		b.set(link, next)
		b.commit.Reviews = append(b.commit.Reviews, contact.Review{
			At: b.e.Now(), Ask: contact.AskJoin, Place: b.s.name, Kind: b.kind, Party: other, Other: party.ID,
			Remote: record.Into, Why: next.Problem,
		})
		return nil
	}
	if into != nil {
		b.dropLink(into)
	}
	b.goesOnAs(link, record.Into)
	return nil
}

// ownerOf returns the other party whose record, or known double, a record is; ""
// where there is none. apart says that a person has called it somebody else.
func (b *batch) ownerOf(ctx context.Context, into *linkRow, party *partyRow) (other string, apart bool, err error) {
	if into == nil {
		return "", false, nil
	}
	if other = cmp.Or(into.Party, secondOf(into.Link)); other == party.ID {
		return "", false, nil
	}
	if other == "" {
		return "", b.different(ctx, party.ID, contact.Record{ID: into.Remote}), nil
	}
	if err := b.loadParties(ctx, []string{other}); err != nil {
		return "", false, err
	}
	apart, err = b.toldApart(ctx, other, party.ID)
	return other, apart, err
}

// goesOnAs lets another record of its place stand for a party from now on.
func (b *batch) goesOnAs(link *linkRow, remote string) {
	next := link.Link
	next.Remote, next.Reread, next.Due, next.Made = remote, true, true, false
	next.Shown = [16]byte{}
	b.set(link, next)
}

// forget drops what is known of a record that belonged to no party and is gone.
func (b *batch) forget(link *linkRow) {
	b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: b.s.name, Kind: b.kind, Owner: link.Remote})
	b.dropLink(link)
}

func (b *batch) entry(e contact.Entry) {
	e.At, e.Run = b.e.Now(), b.s.run.ID
	b.commit.Entries = append(b.commit.Entries, e)
}

// recordJSON is a whole record for the history.
func recordJSON(r contact.Record) string {
	text, err := json.Marshal(r)
	if err != nil {
		panic(errors.Join(errors.New("a record is plain data"), err))
	}
	return string(text)
}
