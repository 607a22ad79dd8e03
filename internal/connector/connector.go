// Package connector is the door to a system: the interface every kind of
// system fulfils, and the wrappers that give each the same manners. A
// connector speaks native names and lists and decides nothing.
package connector

import (
	"context"
	"time"

	"kith/internal/contact"
)

// System is one configured account: its token, its limits, its places. It is
// safe for concurrent use.
type System interface {
	// Abilities says what the system can do. It needs no connection.
	Abilities() Abilities

	// Places lists the places of the account: the suffix after "system/", ""
	// for the one place most systems have.
	Places(ctx context.Context) ([]string, error)

	// Open opens one place. It may look at the remote schema; an error of
	// class Setup names the table, path or column that is not there.
	Open(ctx context.Context, place string) (Connector, error)

	// Close ends all connections. Connectors opened from it are dead then.
	Close() error
}

// Connector is one open place. Pull and List are called from one goroutine at
// a time, the rest from up to Abilities.Parallel. Every error that can decide
// what happens next carries a contact.Class; a call returns within a second
// after its context is done.
type Connector interface {
	// Account names account, address and collections, without secrets. When it
	// changes, the place has become another one and everything stops.
	Account() string

	// Describe returns what the collection of a kind offers.
	Describe(ctx context.Context, kind contact.Kind) (Shape, error)

	// Pull returns the next page of changes since cursor; "" starts from the
	// beginning with a complete listing. Next goes back in as the cursor even
	// after a crash. A record may repeat; Gone is final within a round.
	Pull(ctx context.Context, kind contact.Kind, cursor string) (Page, error)

	// Get reads one record. Class NotFound: it is not there.
	Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error)

	// Put writes: Fields and Lists are the changes, "" clears, everything else
	// on the record survives. ID "" creates. Version is the one the change was
	// made from; where the system can lock and it moved on, class Conflicting
	// and nothing is written. The answer shows the record after the write; it
	// has Moved set where somebody wrote in between. Class Uncertain: it may
	// have happened. Class Refused: the system does not accept the values.
	Put(ctx context.Context, r contact.Record) (contact.Record, error)

	// Remove deletes a record under the same lock. A record that is not there
	// is class NotFound.
	Remove(ctx context.Context, kind contact.Kind, id, version string) error
}

// Page is one answer of Pull.
type Page struct {
	Records []contact.Record
	Next    string    // the cursor after this page
	More    bool      // there is another page now
	Full    bool      // the page is part of a complete listing
	Asked   time.Time // our clock before the page was asked for
	State   string    // with Full: names the collection's content where the door can tell (a file's hash)
	Missing []string  // mapped fields that the collection does not have
}

// Abilities is what a system can do.
type Abilities struct {
	Kinds            []contact.Kind
	ReadOnly         bool          // nothing can be written
	Lists            []string      // families handed over as lists; the rest are fields
	Marker           bool          // records of some kind can carry our marker
	Marks            bool          // every record can, without a field that the row names for it
	UIDs             bool          // records are cards, whose UID is the same in every book
	DeletesVisible   bool          // Pull reports deletions; else keys are compared
	CompareAlways    bool          // comparing keys is cheap: done at every visit
	VersionIsContent bool          // equal versions mean equal content
	Locks            bool          // Put and Remove refuse a stale version
	Confirm          time.Duration // a missing record counts only when a second listing this much later agrees; 0: Get proves it
	Lag              time.Duration // how long a write may stay invisible to readers
	Skew             time.Duration // by how much remote times may be wrong; negative: never trusted
	Parallel         int           // writes at a time; at least 1
	Overlap          time.Duration // how far a watermark reaches back
}

// Shape is what a collection offers, as discovered.
type Shape struct {
	Fields []Field
	Rows   int    // -1 where counting is expensive
	Note   string // server and version, for `kith check`
}

// Field is one native field.
type Field struct {
	Name     string
	Max      int  // longest value in characters; 0 = no limit known
	Required bool // the system refuses a record without it
	ReadOnly bool // the system makes it
}

// Lister lists ids and versions only, for comparing keys without reading
// values. Each is called in no particular order and may repeat an id.
type Lister interface {
	List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error
}

// Finder finds records by our marker, or by native key fields where marker is
// "". The answer reads the system itself, not a replica, where there is a
// choice.
type Finder interface {
	Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error)
}

// Marking writes or clears our marker on a record without touching anything
// else. "" clears.
type Marking interface {
	Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error)
}

// Checker is a System that tests a place step by step, for whoever sets it up.
type Checker interface {
	// Check returns what each step has found, in order; with an error, those
	// before the one that failed. Nothing is written.
	Check(ctx context.Context, place string) ([]Step, error)
}

// Step is one step of a Checker that went well.
type Step struct {
	Name  string // a word: connection, login
	Found string // for a person
}

// Settings is how a system is configured, the same for every kind of
// connector. Values of the kind's own keys are in Keys; secrets are resolved.
type Settings struct {
	Name        string // the system's name in the configuration
	Keys        map[string]string
	Collections map[contact.Kind]contact.Collection
	Fields      map[contact.Kind][]string // native fields the rows map, read or write
	ReadOnly    bool
	Timeout     time.Duration // per request; 0 = none
	Zone        *time.Location
	Now         func() time.Time
}
