package contact

import "time"

// Entry is one line of history. Field empty: the whole record, as JSON, before
// or after.
type Entry struct {
	Seq    int64
	At     time.Time
	Run    int64
	Party  string
	Place  string
	Remote string
	Op     Event
	Field  string
	Before string
	After  string
	Why    Reason
}

// Event is what a history entry tells.
type Event string

const (
	Linked   Event = "linked"    // a record was tied to a party; After holds all it showed
	Unlinked Event = "unlinked"  // the tie was cut
	Took     Event = "took"      // the party took a value from a place
	Lost     Event = "lost"      // a value lost against another; Before holds it
	Wrote    Event = "wrote"     // a place was written
	Made     Event = "made"      // a record was created in a place
	Withdrew Event = "withdrew"  // a record was removed from a place by us; Before holds it
	WentAway Event = "went away" // a record disappeared in its place
	Ended    Event = "ended"     // the party was removed
	Revived  Event = "revived"   // a removed party came back
	JoinedTo Event = "joined"    // two parties became one
	SplitOff Event = "split"     // a record left a party
	Decided  Event = "decided"   // a person decided a review
	Failed   Event = "failed"    // a write was refused
)
