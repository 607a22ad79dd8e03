package contact

import "time"

// Gone says in which way a record is no longer there. The causes are kept
// apart because they mean different things: only Deleted and Absent are
// deletions, and Absent is a mere candidate until a direct look confirms it.
type Gone string

const (
	Here     Gone = ""         // the record is there
	Deleted  Gone = "deleted"  // the system says it was deleted
	Archived Gone = "archived" // put away by its user, still there
	Absent   Gone = "absent"   // missing from a complete listing
	Hidden   Gone = "hidden"   // no longer visible to our account
	Merged   Gone = "merged"   // merged into another record, see Record.Into
)

// Record is one person or company as one place shows it.
type Record struct {
	Kind      Kind      `json:"kind"`
	ID        string    `json:"id"`                  // the place's own key, compared byte for byte
	Version   string    `json:"version,omitempty"`   // opaque; expected again by Put and Remove
	Modified  time.Time `json:"modified,omitzero"`   // the remote clock; zero = unknown or not trusted
	Marker    string    `json:"marker,omitempty"`    // our own id on it, see Marker
	UID       string    `json:"uid,omitempty"`       // the card's identity, the same in every book that keeps a copy; "" where a system has none. In a Put it matters to a create only
	Gone      Gone      `json:"gone,omitempty"`      //
	Into      string    `json:"into,omitempty"`      // the surviving record's id when Gone is Merged
	Moved     bool      `json:"moved,omitempty"`     // in a Put's answer: somebody wrote after us, so even the fields we set count as read
	Rewritten bool      `json:"rewritten,omitempty"` // in a create's answer: what differs from what was asked is the system's own doing, and nobody's edit
	Values    `json:",inline"`
}

// Reading is the event of seeing a record: a poll, a full listing, a message,
// a person's import and the answer to our own write are all readings.
type Reading struct {
	Place  string
	Record Record
	Asked  time.Time // our clock before the question was sent
}
