package contact

// Reason codes. They are stable: scripts, metrics and stored rows know them.
// The sentence for each stands in package sentence; a test holds both equal.
const (
	// Why something was or will be written.
	CodeEdited      = "edited"        // field, place: the value changed there
	CodeFirst       = "first-contact" // place: the record was linked and differs
	CodeNew         = "new"           // place: the party was born there
	CodeRecreated   = "recreated"     // it was deleted only here
	CodeLeading     = "leading"       // field, winner, loser
	CodeNewest      = "newest"        // field, winner, loser
	CodeOverwritten = "overwritten"   // field, place: an edit does not count there
	CodeLeft        = "left"          // field, place: an edit does not count and stays
	CodeDecided     = "decided"       // answer: a person decided
	CodeSpread      = "deleted-in"    // place: a deletion there counts everywhere
	CodeExit        = "left-choice"   // place: the record is no longer chosen
	CodeSwitchedOff = "switched-off"
	CodeLateWrite   = "late-write" // our own write arrived a second time
	CodeLink        = "matched"    // key: how the record was recognised
	CodeMarker      = "marker"     // our marker was on the record
	CodeSplit       = "split"
	CodeJoined      = "joined"

	// Why a record is not in step.
	CodeNotChosen     = "not-chosen"      // place: no filter takes it
	CodeNotWith       = "not-with"        // place, origin: the two exchange nothing
	CodeOnlyGives     = "only-gives"      // place
	CodeByHand        = "by-hand"         // place: new records come only by hand
	CodeNeverCreated  = "never-created"   // place
	CodeRequired      = "required"        // slots: they are missing
	CodeNeeds         = "needs-company"   // place: the company is not there yet
	CodeNotListed     = "not-listed"      // place: it has not been read completely yet
	CodeDeletedThere  = "deleted-there"   // place
	CodeArchivedThere = "archived-there"  // place
	CodeHiddenThere   = "hidden-there"    // place
	CodeMissing       = "missing"         // place: not in the last listing, waits for a second look
	CodeSought        = "sought"          // place: gone from there, and looked for in other books
	CodeMoved         = "moved"           // place, to: the card is there now
	CodeLeftAfter     = "left-after"      // place: kept after it was deleted elsewhere
	CodeTwice         = "twice"           // place: the same person twice
	CodeMaybe         = "maybe-same"      // a person has to say whether it is the same
	CodeCertain       = "certainly-there" // it exists already and the rule refuses
	CodeConflict      = "conflict"        // fields
	CodeAskRemoval    = "removal-waits"   // place
	CodeAskEdited     = "edited-after-removal"
	CodeApproved      = "removal-approved" // place: a person let the removal go on
	CodeTooLong       = "too-long"         // field, limit
	CodeUnlisted      = "unlisted-value"
	CodeNotADate      = "not-a-date"
	CodeExpression    = "expression" // field, message
	CodeAmbiguous     = "ambiguous-company"
	CodeRefused       = "refused"         // place, message of the system
	CodeFailed        = "failed"          // tries
	CodeNothing       = "nothing-to-tell" // place: it shows nothing by which anybody could tell it
	CodeFlips         = "flips"           // field, place: it shows again what was written over
	CodeNotKept       = "not-kept"        // field, place: it is not there after it was written
	CodeMovesOn       = "moves-on"        // place: the record changes there whenever it is to be written
	CodeSettling      = "settling"        // an answer was lost; the record is looked for
	CodeLinkedOnly    = "linked-only"
	CodeRemovedParty  = "removed"
	CodeJoinedParty   = "joined-into"
	CodePaused        = "paused"        // place
	CodeSecond        = "second-record" // place, party
	CodeUnlinked      = "unlinked"      // a person cut the tie

	// Why a system does not accept a record.
	CodeReadOnly    = "read-only"
	CodeNoSuchField = "no-such-field" // field
	CodeMadeThere   = "made-there"    // field: the system makes it itself
	CodeKeyTaken    = "key-taken"     // field
	CodeKeyNeeded   = "key-needed"    // field
	CodeUnencodable = "unencodable"   // field, encoding
	CodeFieldNeeded = "field-needed"  // field

	// Why a place stopped.
	CodeEmptied       = "emptied"            // place, links
	CodeShrunken      = "shrunken"           // place, shown, links
	CodeAllChanged    = "everything-changed" // place, changed, links
	CodeBlanked       = "blanked"            // place, field, blanked, links
	CodeColumnGone    = "column-gone"        // place, fields
	CodeAccount       = "account-changed"    // place, before, now
	CodeRemovalsIn    = "removals-in"        // place, removals, links, limit
	CodeRemovalsOut   = "removals-out"       // place, removals, links, limit
	CodeConfigChanged = "config-changed"     // place, writes
	CodeForbidden     = "forbidden"          // place
	CodeUnreachable   = "unreachable"        // place
	CodeCredentials   = "credentials"        // place
	CodeNoField       = "no-field"           // place, where the file says it, collection, field, the nearest
	CodeSetup         = "setup"              // place, message
	CodeMalformed     = "malformed"          // place, message
	CodeInterrupted   = "interrupted"        // place
	CodeStoreFull     = "store-full"         // the store
	CodeHeld          = "held"               // place, message: another process works there
	CodeStopped       = "stopped"            // place, message
)
