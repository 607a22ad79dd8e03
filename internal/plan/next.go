package plan

import (
	"slices"
	"time"

	"kith/internal/contact"
)

// Ask is everything Next depends on.
type Ask struct {
	Now     time.Time
	Party   contact.Party
	Link    contact.Link // Party "" and Remote "": the party has no record here yet
	Refs    Refs
	Related bool // for the filters "of persons" and "of companies"
	Listed  bool // the place has been read completely under its present row
	Unseen  bool // another place has shown an edit of the removed party that nobody has decided

	Approved bool // a person has let the removal from this place go on
}

// Do is what a place lacks. With Op "" nothing is to be done now; Why then says
// what the record waits for, if it waits.
type Do struct {
	Op      contact.Op
	Fields  contact.Fields // native changes; with Create everything
	Watched bool           // a watched slot is among the changes
	Why     contact.Reason
	Needs   string // the reference it waits for
	Review  *contact.Review
	LetGo   contact.Reason // cut the tie and leave the record alone
	Out     bool           // the record left the choice and stays
}

// Next says what a place lacks of a party.
func (b *Book) Next(a Ask) Do {
	row := b.Row(a.Link.Place, a.Link.Kind)
	live := a.Link.Live()
	switch {
	case row == nil:
		return Do{}
	case a.Link.Switch == contact.Off:
		return b.leaves(row, a, live, contact.Because(contact.CodeSwitchedOff, row.Place))
	case a.Party.State == contact.Joined:
		return Do{Why: contact.Because(contact.CodeJoinedParty, a.Party.Into)}
	case row.Takes == nil:
		return Do{Why: linkedOnly(row)}
	case a.Party.State == contact.Removed:
		return b.removal(row, a, live, contact.Because(contact.CodeSpread, a.Party.Into))
	case a.Link.Gone == contact.Archived:
		return Do{Why: contact.Because(contact.CodeArchivedThere, row.Place)}
	case a.Link.Gone == contact.Hidden:
		return Do{Why: contact.Because(contact.CodeHiddenThere, row.Place)}
	case a.Link.Switch != contact.On && !b.Choose(row, &a.Party, a.Refs, a.Related, a.Now):
		return b.leavesChoice(row, a, live)
	case live:
		return b.update(row, a)
	default:
		return b.create(row, a)
	}
}

func linkedOnly(row *Row) contact.Reason {
	if row.Gives == nil {
		return contact.Because(contact.CodeLinkedOnly, row.Place)
	}
	return contact.Reason{}
}

// update lists the pending fields. Only a watched one makes it due; what is
// written then is everything pending.
func (b *Book) update(row *Row, a Ask) Do {
	want := b.want(row, &a.Party, a.Link, a.Refs, a.Now)
	fields, watched := row.pending(want, a.Link, a.Refs)
	do := Do{Watched: watched, Why: b.pendingReason(row, a.Party, fields)}
	if missing := row.missing(&a.Party, want); len(missing) > 0 && len(fields) > 0 {
		return waits(row, missing, want.needs)
	}
	if len(fields) > 0 && watched {
		do.Op, do.Fields = contact.Update, fields
		return do
	}
	do.Needs = want.needs
	do.Why = contact.Reason{}
	switch {
	case len(want.held) > 0:
		do.Why = firstReason(want.held)
	case want.needs != "":
		do.Why = contact.Because(contact.CodeNeeds, row.Place)
	default:
		do.Why = row.unkept(want, a.Link)
	}
	return do
}

// pending returns the native fields in which the place lacks something: want
// differs from what we last asked for and from what it last showed, in normal
// form. Fields that wait for a person are left alone.
func (r *Row) pending(want wanted, link contact.Link, refs Refs) (fields contact.Fields, watched bool) {
	if r.Gives != nil && len(link.Sent) == 0 && showsAll(link.Seen, want.fields) {
		return contact.Fields{}, false
	}
	return r.pendingBySlots(want, link, refs)
}

// pendingBySlots is pending for a place that does not show every letter of it.
func (r *Row) pendingBySlots(want wanted, link contact.Link, refs Refs) (fields contact.Fields, watched bool) {
	fields = contact.Fields{}
	l := lacking{row: r, link: link}
	if r.Gives != nil {
		seen := texts(link.Seen)
		l.want, l.seen = r.read(want.fields, refs), r.read(seen, refs)
		if l.base = l.seen; len(link.Sent) > 0 {
			l.base = r.read(overlay(seen, texts(link.Sent)), refs)
		}
	}
	for native, text := range want.fields {
		if !r.isHeld(native, link) && l.lacks(native, text) {
			fields[native] = text
			watched = watched || r.watchesField(native)
		}
	}
	for native, es := range r.natives {
		if r.Gives == nil || es[0].Slot != "name.full" || es[0].pattern != nil || r.isHeld(native, link) {
			continue
		}
		if text, stale := l.staleName(native, want.fields, fields, refs); stale {
			fields[native] = text
			watched = watched || r.watchesField(native)
		}
	}
	return fields, watched
}

// showsAll reports whether a place shows what it should letter for letter, and
// nothing else that these fields would have to be read beside.
func showsAll(seen contact.Memo, want contact.Fields) bool {
	if len(seen) != len(want) {
		return false
	}
	for native, text := range want {
		if shown, ok := seen[native]; !ok || shown != text {
			return false
		}
	}
	return true
}

// lacking compares what a place should show with what it shows: where it gives,
// slot by slot.
type lacking struct {
	row  *Row
	link contact.Link
	want read
	seen read
	base read
}

func (l *lacking) lacks(native, text string) bool {
	es := l.row.carries(native)
	if l.row.Gives == nil || len(es) == 0 {
		base, shown := l.link.Seen[native]
		seen := base
		if sent, ok := l.link.Sent[native]; ok {
			base = sent
		}
		w := l.row.memo(native, text)
		return w != base && w != seen && !(text == "" && !shown)
	}
	for _, e := range es {
		for _, slot := range e.slots() {
			w := l.want.vals[slot]
			if unresolved(l.row, l.link, l.seen, native, slot) {
				return text != l.link.Seen[native]
			}
			if !same(w, l.base.vals[slot]) && !same(w, l.seen.vals[slot]) {
				return true
			}
		}
	}
	return false
}

// isHeld reports whether a field could not be read, or carries a slot that
// waits for a person.
func (r *Row) isHeld(native string, link contact.Link) bool {
	if _, unread := link.Held[unreadKey(native)]; unread {
		return true
	}
	return len(link.Held) > 0 && slices.ContainsFunc(r.carries(native), func(e *entry) bool {
		return slices.ContainsFunc(e.slots(), func(slot string) bool { _, held := link.Held[slot]; return held })
	})
}

func (r *Row) watchesField(native string) bool {
	es := r.carries(native)
	return len(es) == 0 || slices.ContainsFunc(es, func(e *entry) bool {
		return slices.ContainsFunc(e.slots(), r.watches)
	})
}

// pendingReason names the place the first changed value came from.
func (b *Book) pendingReason(row *Row, p contact.Party, fields contact.Fields) contact.Reason {
	for _, native := range fields.Names() {
		for _, e := range row.carries(native) {
			for _, slot := range e.slots() {
				v, ok := p.Fields[slot]
				if slot == "name.full" && v.Text == "" {
					part, from := latestPart(p)
					return contact.Because(contact.CodeEdited, part, from)
				}
				if ok && v.From != row.Place {
					return contact.Because(contact.CodeEdited, slot, v.From)
				}
			}
		}
	}
	return contact.Because(contact.CodeFirst, row.Place)
}

// create decides whether the party gets a record here, for the first time or
// again.
func (b *Book) create(row *Row, a Ask) Do {
	want := b.want(row, &a.Party, a.Link, a.Refs, a.Now)
	again := a.Link.Gone == contact.Deleted || a.Link.Gone == contact.Absent || a.Link.Gone == contact.Merged
	switch {
	case again && a.Link.Problem.Code == contact.CodeMoved && a.Link.Switch != contact.On:
		return Do{Why: a.Link.Problem}
	case again && !b.comesBack(row, a, want):
		return Do{Why: contact.Because(contact.CodeDeletedThere, row.Place)}
	case !a.Listed:
		return Do{Why: contact.Because(contact.CodeNotListed, row.Place)}
	case a.Link.Switch != contact.On && row.Takes.Create != contact.CreateAll:
		code := contact.CodeByHand
		if row.Takes.Create == contact.CreateNever {
			code = contact.CodeNeverCreated
		}
		return Do{Why: contact.Because(code, row.Place)}
	case !b.exchanges(row, a.Party.Origin):
		return Do{Why: contact.Because(contact.CodeNotWith, row.Place, a.Party.Origin)}
	case !row.isWritten():
		return Do{Why: contact.Because(contact.CodeReadOnly)}
	}
	if missing := row.missing(&a.Party, want); len(missing) > 0 {
		return waits(row, missing, want.needs)
	}
	if want.needs != "" {
		return Do{Why: contact.Because(contact.CodeNeeds, row.Place), Needs: want.needs}
	}
	fields := contact.Fields{}
	for native, text := range want.fields {
		if text != "" {
			fields[native] = text
		}
	}
	if len(fields) == 0 {
		return Do{Why: contact.Because(contact.CodeNothing, row.Place)}
	}
	why := contact.Because(contact.CodeNew, a.Party.Origin)
	if again {
		why = contact.Because(contact.CodeRecreated, row.Place)
	}
	return Do{Op: contact.Create, Fields: fields, Watched: true, Why: why}
}

// isWritten reports whether anything of a record is ever written at the place.
func (r *Row) isWritten() bool {
	listed := func(family string) bool { return r.takesSlot(family + ".work") }
	mapped := func(e *entry) bool { return slices.ContainsFunc(e.slots(), r.takesSlot) }
	return len(r.writes) > 0 || slices.ContainsFunc(r.entries, mapped) || r.Lists && slices.ContainsFunc(contact.Families, listed)
}

// comesBack applies `recreate`: a record deleted only here is made anew never,
// with the next watched change, or always.
func (b *Book) comesBack(row *Row, a Ask, want wanted) bool {
	switch {
	case a.Link.Switch == contact.On, row.Takes.Recreate == contact.RecreateAlways:
		return true
	case row.Takes.Recreate == contact.RecreateOnChange:
		_, watched := row.pending(want, a.Link, a.Refs)
		return watched
	}
	return false
}

func waits(row *Row, missing []string, needs string) Do {
	return Do{Why: contact.Because(contact.CodeRequired, append([]string{row.Place}, missing...)...), Needs: needs}
}
