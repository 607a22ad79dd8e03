package plan

import (
	"slices"
	"time"

	"kith/internal/contact"
)

// flipWindow is how long ago a value counts as the one that is back again.
const flipWindow = 24 * time.Hour

// Flips returns the slots that change to and fro: a reading shows the very
// value again that we wrote over within a day. Either a system stores what it is
// given in its own way, or two programs put each other right; writing a third
// time would only go on with it. now is what the reading is about to do, before
// is the history of the party, newest first.
func (r *Row) Flips(now, before []contact.Entry) map[string]bool {
	var flips map[string]bool
	for _, e := range now {
		if shown, counts := r.shownIn(e); counts && r.repeats(e, shown, before) {
			if flips == nil {
				flips = map[string]bool{}
			}
			flips[e.Field] = true
		}
	}
	return flips
}

// MayFlip reports whether a reading does anything that Flips has to judge.
func (r *Row) MayFlip(now []contact.Entry) bool {
	return slices.ContainsFunc(now, func(e contact.Entry) bool { _, counts := r.shownIn(e); return counts })
}

// shownIn is the value of a slot that the place showed, where an entry says
// that it was an edit.
func (r *Row) shownIn(e contact.Entry) (shown string, counts bool) {
	switch {
	case e.Place != r.Place || e.Field == "":
		return "", false
	case e.Op == contact.Took:
		return e.After, e.Why.Code != contact.CodeFirst
	case e.Op == contact.Lost:
		return e.Before, e.Why.Code == contact.CodeOverwritten || e.Why.Code == contact.CodeFlips
	}
	return "", false
}

func (r *Row) repeats(e contact.Entry, shown string, before []contact.Entry) bool {
	wrote := false
	for _, old := range before {
		if e.At.Sub(old.At) > flipWindow {
			return false
		}
		wrote = wrote || old.Op == contact.Wrote && old.Place == r.Place && r.writesSlot(old.Field, e.Field)
		if text, counts := r.shownIn(old); wrote && counts && old.Field == e.Field && text == shown {
			return true
		}
	}
	return false
}

// writesSlot reports whether a native field shows a slot, alone or with others.
func (r *Row) writesSlot(native, slot string) bool {
	return slices.ContainsFunc(r.carries(native), func(e *entry) bool { return slices.Contains(e.slots(), slot) })
}

// flips leaves a value that keeps coming back where it is: one that is wanted
// now is written once, and after that only another one.
func (f *folding) flips(native, slot string, shown val, pending bool) {
	if !pending {
		f.leave(native)
	}
	f.flipped = slot
	f.lose(slot, shown, contact.Because(contact.CodeFlips, slot, f.row.Place))
}
