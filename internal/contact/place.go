package contact

import "time"

// Place is one collection of a system that is kept in step, with the memory
// of how it was set up. There is one row for each.
type Place struct {
	Name    string          // crm, erp/se, exchange/anna@acme.example
	System  string          // the configured account it belongs to
	Account string          // identity of account, address and collections as the door reports it; a change stops the place
	Cursor  map[Kind]string // where reading goes on; "" = from the start
	Listed  map[Kind]Listing
	Fence   int64 // raised by whoever takes the place; every commit carries it
	Due     time.Time
	Visited time.Time // end of the last visit that reached the system
	Paused  Reason    // why nothing is read or written; zero = running
	Tally   Tally
}

// Listing remembers the last complete listing of one kind.
type Listing struct {
	At    time.Time `json:"at,omitzero"`     // zero = never: nothing is created there
	Under string    `json:"under,omitempty"` // hash of the row under which it was listed
	Swept string    `json:"swept,omitempty"` // hash of the row under which every party was held against it; differs while that is still to be done

	// Unattended: somebody has decided about parties who did not know the place,
	// knew it under another row, or paused: it is to be read, and they are to be
	// held against it. The store keeps this apart, because it is not the holder
	// who notes it.
	Unattended bool `json:"-"`

	Accepted string    `json:"accepted,omitempty"` // hash of the row that may write; differs while a changed configuration waits
	Compared time.Time `json:"compared,omitzero"`  // when keys were last compared
	Looked   time.Time `json:"looked,omitzero"`    // when the latest reading began that came to its end, complete or not
	Without  []string  `json:"without,omitempty"`  // fields that went away, and a person said to go on without them
}

// Tally counts what came in and went out by hour, so that a slow stream of
// removals meets the same brake as a flood. Hours older than a day fall off.
type Tally []Hour

// Hour is one hour of a place's tally. At is the hour's start as Unix time in
// hours.
type Hour struct {
	At         int64 `json:"at"`
	RemovedIn  int   `json:"removed_in,omitempty"`
	RemovedOut int   `json:"removed_out,omitempty"`
}

// Add returns the tally with the given removals counted at now and with
// everything older than 24 hours dropped.
func (t Tally) Add(now time.Time, in, out int) Tally {
	hour := now.Unix() / 3600
	kept := make(Tally, 0, len(t)+1)
	for _, h := range t {
		if h.At > hour-24 {
			kept = append(kept, h)
		}
	}
	if in == 0 && out == 0 {
		return kept
	}
	if n := len(kept); n > 0 && kept[n-1].At == hour {
		kept[n-1].RemovedIn += in
		kept[n-1].RemovedOut += out
		return kept
	}
	return append(kept, Hour{At: hour, RemovedIn: in, RemovedOut: out})
}

// Removed returns the removals of the last 24 hours, in and out.
func (t Tally) Removed(now time.Time) (in, out int) {
	hour := now.Unix() / 3600
	for _, h := range t {
		if h.At > hour-24 {
			in += h.RemovedIn
			out += h.RemovedOut
		}
	}
	return in, out
}
