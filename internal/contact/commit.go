package contact

import "time"

// Commit is everything one decision, or one batch of decisions, changes. The
// store applies all of it in one transaction or nothing.
type Commit struct {
	// Holder and Fence prove that whoever commits still holds the place. The
	// store refuses a stale fence with class Held. Place "" needs no proof: a
	// person's decision, which is short and locks what it changes.
	Place string
	Fence int64

	SavePlace *Place // the place's own row: cursor, listings, tally, due (never its fence)

	// Relisted are kinds of SavePlace that are listed anew, or not any more:
	// Store.Listings moves on, and nothing is unattended there.
	Relisted []Kind
	// Unattended are listed places, with the kinds, that the decisions leave out
	// because they are not in the configuration, or as another row, or paused.
	// Where that is news, Store.Listings moves on.
	Unattended map[string][]Kind

	Parties []PartyChange

	// What the decisions rest on beside what they change. The store refuses the
	// commit with class Conflicting where it has moved on.
	Rests     map[string]int64 // parties that do not change: id → revision
	Ties      map[string]int   // parties that change: id → how many links they had
	Listings  int64            // which places are listed, see Store.Listings; 0 = not checked
	NextParty int64            // see Store.NextParty: no later party may bear a key of a new one; 0 = not checked

	Links []Link // ID 0 inserts, else the row is replaced
	Drop  []Link // links to delete; ID and Rev count

	Keys []KeyChange

	Inbox []InboxRow // readings to keep until they are folded
	Done  []int64    // inbox rows that are folded or superseded

	Wake []string // needs keys that have arrived: links waiting for them become Due and Reread, with Needs cleared

	Entries []Entry
	Reviews []Review // ID 0 opens a review, else the row is replaced
	NotSame []Pair
	Forget  []Pair // pairs that a person no longer calls different; they go before NotSame comes
}

// PartyChange is a party with the revision it was decided from. The store
// refuses the whole commit with class Conflicting when Was is no longer the
// stored revision (0 = must not exist yet).
type PartyChange struct {
	Party Party
	Was   int64
}

// Pair is two things a person has said are not the same: two parties, or a
// party and a record named by RecordKey.
type Pair struct{ A, B string }

// Nobody stands for every party that is known: a record paired with it is said to
// be nobody of them.
const Nobody = "~nobody"

// RecordKey names a record where a party's id could stand.
func RecordKey(place string, kind Kind, remote string) string {
	return place + "\x1f" + string(kind) + "\x1f" + remote
}

// Key is the keyed hash of one match key in normal form.
type Key int64

// KeyChange replaces all keys of one owner. Scope "" holds parties, a place's
// name holds the records of that place that belong to no party; Owner is a
// party's id or a remote id.
type KeyChange struct {
	Scope string
	Kind  Kind
	Owner string
	Keys  []Key // empty: the owner is forgotten
}

// KeyHit is one owner of a key that was looked up.
type KeyHit struct {
	Key   Key
	Owner string
}

// InboxRow is a reading that is no echo and waits to be folded.
type InboxRow struct {
	ID     int64
	Place  string
	Record Record
	Asked  time.Time
	Full   bool // read in a complete listing
}

// Glance is the part of a link that tells an echo from news.
type Glance struct {
	ID      int64
	Remote  string
	Version string
	Shown   [16]byte
	Gone    Gone
	Missing *Absence
	Busy    bool // an intent is open, or the record is to be read again
}

// PlaceCount is what a list of places shows of each.
type PlaceCount struct {
	Live     int // records there that belong to a party
	Unlinked int // records known there, not taken in
	Due      int
	Problems int
	Inbox    int
}
