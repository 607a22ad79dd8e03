package contact

import "time"

// Run spans visits and names their cause.
type Run struct {
	ID      int64
	Cause   string // sync, serve, apply, demo
	Started time.Time
	Ended   time.Time         // zero = still running, or cut off
	Counts  map[string]Counts // by place
	Problem Reason
}

// Counts is what happened at one place in a run.
type Counts struct {
	Read    int `json:"read"`              // records looked at
	Changed int `json:"changed,omitempty"` // readings that were no echo
	Linked  int `json:"linked,omitempty"`
	Created int `json:"created,omitempty"`
	Updated int `json:"updated,omitempty"`
	Removed int `json:"removed,omitempty"`
	Failed  int `json:"failed,omitempty"`
	Waiting int `json:"waiting,omitempty"`
}

// Writes returns how many writes reached the place.
func (c Counts) Writes() int { return c.Created + c.Updated + c.Removed }
