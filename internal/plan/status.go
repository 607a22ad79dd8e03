package plan

import "kith/internal/contact"

// Status is where a record stands at a place. It is computed from facts and
// never stored.
type Status string

const (
	NotSynced    Status = "not synced"
	Ready        Status = "ready" // for its first sync
	Changed      Status = "changed"
	InProcess    Status = "in process"
	InSync       Status = "in sync"
	Waiting      Status = "waiting"
	InConflict   Status = "conflict"
	FailedStatus Status = "failed"
	Excluded     Status = "excluded"
	Withdrawn    Status = "withdrawn"
	Suppressed   Status = "suppressed"
	DeletedThere Status = "deleted there"
)

// Status says where a party stands at the place of a.Link, and why. It asks
// Next, so that it can never tell anything else than what happens.
func (b *Book) Status(a Ask) (Status, contact.Reason) {
	link := a.Link
	switch {
	case link.Party == "" && link.Remote != "":
		return unlinkedStatus(link)
	case link.Intent != nil:
		return InProcess, contact.Because(contact.CodeSettling, link.Place)
	case len(Conflicts(link)) > 0:
		return InConflict, contact.Because(contact.CodeConflict, Conflicts(link)...)
	case b.Row(link.Place, link.Kind) == nil:
		return Excluded, contact.Because(contact.CodeNotChosen, link.Place)
	case link.Switch == contact.Off:
		return Withdrawn, contact.Because(contact.CodeSwitchedOff, link.Place)
	case link.Problem.Code == contact.CodeFailed || link.Problem.Code == contact.CodeRefused:
		return FailedStatus, link.Problem
	}
	do := b.Next(a)
	switch {
	case do.Op == contact.Create && asked[link.Problem.Code]:
		return Waiting, link.Problem
	case do.Op == contact.Create && link.Problem.Code == contact.CodeCertain:
		return NotSynced, link.Problem
	case do.Op == contact.Create:
		return Ready, do.Why
	case do.Op != "":
		return Changed, do.Why
	case link.Gone == contact.Deleted || link.Gone == contact.Absent || link.Gone == contact.Merged:
		if link.Problem.Code == contact.CodeMoved {
			return DeletedThere, link.Problem
		}
		return DeletedThere, contact.Because(contact.CodeDeletedThere, link.Place)
	case a.Party.State == contact.Removed && link.Live():
		return Waiting, orElse(do.Why, link.Problem)
	case do.Out || do.Why.Code == contact.CodeNotChosen || do.Why.Code == contact.CodeNotWith:
		return Excluded, do.Why
	case do.Review != nil || do.Needs != "" || waiting[do.Why.Code] || waiting[link.Problem.Code]:
		return Waiting, orElse(do.Why, link.Problem)
	case !do.Why.IsZero() && !link.Live():
		return NotSynced, do.Why
	case link.Live():
		return InSync, do.Why
	case b.Row(link.Place, link.Kind).Takes == nil && link.Remote == "":
		return NotSynced, contact.Because(contact.CodeOnlyGives, link.Place)
	}
	return NotSynced, orElse(do.Why, link.Problem)
}

var waiting = map[string]bool{
	contact.CodeRequired: true, contact.CodeNeeds: true, contact.CodeNotListed: true,
	contact.CodeMaybe: true, contact.CodeTwice: true, contact.CodeAskRemoval: true,
	contact.CodeMissing: true, contact.CodeSought: true, contact.CodeTooLong: true, contact.CodeUnlisted: true, contact.CodeNothing: true,
	contact.CodeFlips: true, contact.CodeNotKept: true, contact.CodeMovesOn: true, contact.CodeExpression: true, contact.CodeAmbiguous: true,
}

// asked are the problems that hold a create back until a person has answered.
var asked = map[string]bool{
	contact.CodeMaybe: true, contact.CodeTwice: true, contact.CodeAskRemoval: true, contact.CodeAskEdited: true,
}

// unlinkedStatus reads why a record that is known in a place belongs to no
// party.
func unlinkedStatus(link contact.Link) (Status, contact.Reason) {
	switch link.Problem.Code {
	case contact.CodeNotChosen, contact.CodeLinkedOnly:
		return Excluded, link.Problem
	case contact.CodeUnlinked, contact.CodeSwitchedOff, contact.CodeLeftAfter:
		return Withdrawn, link.Problem
	}
	if waiting[link.Problem.Code] {
		return Waiting, link.Problem
	}
	return NotSynced, link.Problem
}
