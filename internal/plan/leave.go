package plan

import (
	"kith/internal/contact"
)

// leavesChoice applies `exit` to a record that no filter takes any more. It is
// no deletion: what we did not make stays where it is.
func (b *Book) leavesChoice(row *Row, a Ask, live bool) Do {
	why := contact.Because(contact.CodeNotChosen, row.Place)
	if row.Takes.Exit == contact.ExitRemove {
		return b.leaves(row, a, live, why)
	}
	return Do{Out: live, Why: why}
}

// leaves takes a record away that should no longer be here: one we made as
// `removal` says, any other is let go.
func (b *Book) leaves(row *Row, a Ask, live bool, why contact.Reason) Do {
	switch {
	case !live:
		return Do{Why: why}
	case !a.Link.Made || row.Takes == nil:
		return Do{Op: contact.Release, Why: why, LetGo: why}
	}
	return b.removal(row, a, live, why)
}

// removal brings a removal to a place as its `removal` says. A deletion never
// beats an edit that nobody has seen: that is asked.
func (b *Book) removal(row *Row, a Ask, live bool, why contact.Reason) Do {
	if !live {
		return Do{Why: why}
	}
	if a.Approved {
		return Do{Op: contact.Remove, Watched: true, Why: why}
	}
	if a.Unseen {
		do := b.askRemoval(row, a, contact.Because(contact.CodeAskEdited, row.Place))
		do.Why = do.Review.Why // by which it is known as unseen the next time
		return do
	}
	switch rule := row.Takes.Removal; rule.How {
	case contact.RemovalDelete:
		return Do{Op: contact.Remove, Watched: true, Why: why}
	case contact.RemovalLeave:
		return Do{LetGo: contact.Because(contact.CodeLeftAfter, row.Place), Why: why}
	case contact.RemovalMark:
		return b.mark(row, a, rule, why)
	default:
		return b.askRemoval(row, a, why)
	}
}

// mark writes the slot that says "deleted" and nothing else.
func (b *Book) mark(row *Row, a Ask, rule contact.RemovalRule, why contact.Reason) Do {
	marked := contact.Party{ID: a.Party.ID, Kind: a.Party.Kind, Fields: map[string]contact.Value{rule.Slot: {Text: rule.Value}}}
	want := b.want(row, &marked, a.Link, a.Refs, a.Now)
	for native := range want.fields {
		if !row.carriesSlot(native, rule.Slot) {
			delete(want.fields, native)
		}
	}
	fields, _ := row.pending(want, a.Link, a.Refs)
	switch {
	case len(want.held) > 0:
		return Do{Why: firstReason(want.held)}
	case len(fields) == 0:
		return Do{Why: why} // it is marked already
	}
	return Do{Op: contact.Update, Fields: fields, Watched: true, Why: why}
}

func (r *Row) carriesSlot(native, slot string) bool {
	for _, e := range r.carries(native) {
		if e.Slot == slot {
			return true
		}
	}
	return false
}

func (b *Book) askRemoval(row *Row, a Ask, why contact.Reason) Do {
	return Do{Why: contact.Because(contact.CodeAskRemoval, row.Place), Review: &contact.Review{
		At: a.Now, Ask: contact.AskRemoval, Place: row.Place, Kind: row.Kind,
		Party: a.Party.ID, Remote: a.Link.Remote, Why: why,
	}}
}

// Vanish is a record that went away, with everything its meaning depends on.
type Vanish struct {
	Ask
	Cause contact.Gone
	Moved string // the place where the card is now, which may be the same one: it is no deletion; "" where there is none
	Run   int64
}

// Vanished decides what a disappearance means: only a deletion can count
// elsewhere, and only where the rule of the place it happened in lets it.
type Vanished struct {
	Party   contact.Party
	Changed bool
	Link    contact.Link
	Entries []contact.Entry
	Reviews []contact.Review
}

// Vanish takes the disappearance of a record into the link and, where the
// deletion counts, into the party.
func (b *Book) Vanish(v Vanish) Vanished {
	row := b.Row(v.Link.Place, v.Link.Kind)
	out := Vanished{Party: v.Party, Link: v.Link}
	out.Link.Gone, out.Link.Missing, out.Link.At = v.Cause, nil, v.Now
	out.Link.Problem = contact.Because(goneCode(v.Cause), row.Place)
	if v.Moved != "" {
		out.Link.Problem = contact.Because(contact.CodeMoved, row.Place, v.Moved)
	}
	out.Entries = append(out.Entries, contact.Entry{
		At: v.Now, Run: v.Run, Party: v.Party.ID, Place: row.Place, Remote: v.Link.Remote,
		Op: contact.WentAway, Why: out.Link.Problem,
	})
	deleted := v.Cause == contact.Deleted || v.Cause == contact.Absent
	switch {
	case v.Moved != "" && b.origin(v.Party) == row.Place && v.Moved != row.Place:
		out.Party.Origin, out.Changed = v.Moved, true // it belongs there from now on
		return out
	case v.Moved != "" || !deleted || !b.Ends(row, v.Party):
		return out
	}
	want := b.want(row, &v.Party, v.Link, v.Refs, v.Now)
	if _, watched := row.pending(want, v.Link, v.Refs); watched && row.Takes != nil {
		out.Reviews = append(out.Reviews, contact.Review{
			At: v.Now, Ask: contact.AskRemoval, Place: row.Place, Kind: row.Kind, Party: v.Party.ID,
			Remote: v.Link.Remote, Why: contact.Because(contact.CodeAskEdited, row.Place),
		})
		return out
	}
	out.Party.State, out.Party.Into, out.Changed = contact.Removed, row.Place, true
	out.Entries = append(out.Entries, contact.Entry{
		At: v.Now, Run: v.Run, Party: v.Party.ID, Place: row.Place, Op: contact.Ended,
		Why: contact.Because(contact.CodeSpread, row.Place),
	})
	return out
}

// Ends reports whether a deletion made in a row's place ends a party.
func (b *Book) Ends(row *Row, p contact.Party) bool {
	if p.State != contact.Active || row.Gives == nil {
		return false
	}
	switch row.Gives.Deletes {
	case contact.GoneSpread:
		return true
	case contact.GoneIfOrigin:
		return b.origin(p) == row.Place
	}
	return false
}

// origin is the place a party was born in, or the leading one where that has
// left the configuration.
func (b *Book) origin(p contact.Party) string {
	rows := b.Rows(p.Kind)
	if b.Row(p.Origin, p.Kind) != nil || len(rows) == 0 {
		return p.Origin
	}
	return rows[0].Place
}

func goneCode(cause contact.Gone) string {
	switch cause {
	case contact.Archived:
		return contact.CodeArchivedThere
	case contact.Hidden:
		return contact.CodeHiddenThere
	default:
		return contact.CodeDeletedThere
	}
}
