package contact

import "time"

// State says whether a party is kept in step.
type State string

const (
	Active  State = "active"
	Removed State = "removed" // deleted by a rule that spreads; kept so that "why" has an answer
	Joined  State = "joined"  // was found to be the same as another party, see Party.Into
)

// FieldUID is the field of a party that holds the UIDs of its cards as a list,
// the first known one first. It is no slot: no row maps it, and it says who a
// card is as a marker does.
const FieldUID = "uid"

// Value is one agreed value with its provenance.
type Value struct {
	Text string    `json:"t"`           // the text as its place typed it; "" = cleared
	Norm string    `json:"n,omitempty"` // its normal form where the text alone would be read differently elsewhere (phone numbers)
	From string    `json:"f,omitempty"` // the place it came from; "" = decided by a person
	At   time.Time `json:"a,omitzero"`  // when it was set there, else when we first saw it
	// Known is set where At is the remote system's own, trusted time, so that
	// "newest" may be decided on it.
	Known bool `json:"k,omitempty"`
}

// Party is a contact person or a company as last agreed between the places.
type Party struct {
	ID     string
	Kind   Kind
	Origin string // the place it was born in
	State  State
	Into   string // the surviving party's id when State is Joined; the place whose deletion counted when Removed
	Rev    int64  // counts commits; compare-and-swap
	Fields map[string]Value
}

// Text returns the agreed text of a slot, "" where there is none.
func (p *Party) Text(slot string) string { return p.Fields[slot].Text }
