package sqldb

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

// cursor is where reading goes on. Between rounds only Since is set.
type cursor struct {
	Of    string    `json:"of"`              // table and columns it belongs to
	Since time.Time `json:"since,omitzero"`  // the server's time up to which changes are known
	Round *round    `json:"round,omitempty"` // a round under way
}

// round is the state of a round between two pages.
type round struct {
	Phase phase     `json:"phase"`
	Clock time.Time `json:"clock,omitzero"` // the server's time at its beginning: the next Since
	Low   string    `json:"low,omitempty"`  // the earliest stamp that counts
	After *mark     `json:"after,omitempty"`
}

type phase string

const (
	phaseAll   phase = "all"   // a complete listing, by key
	phaseNulls phase = "nulls" // rows without a stamp, by key
	phaseMoved phase = "moved" // rows with a stamp, by stamp and key
)

// mark is the last row of a page, as the database wrote it.
type mark struct {
	Changed string `json:"changed,omitempty"`
	ID      string `json:"id"`
}

func (c cursor) String() string {
	text, _ := json.Marshal(c) // strings and times always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}

// parseCursor reads a cursor, false where it is none of ours.
func parseCursor(text string) (c cursor, ok bool) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || json.Unmarshal(data, &c) != nil {
		return cursor{}, false
	}
	if r := c.Round; r != nil {
		switch r.Phase {
		case phaseAll, phaseNulls, phaseMoved:
		default:
			return cursor{}, false
		}
	}
	return c, true
}

// identity says what a cursor of this layout belongs to. Under another table,
// key or stamp it would skip rows.
func (l *layout) identity() string {
	text := l.schema + "." + l.name + " " + l.id.name
	if l.changed != nil {
		text += " " + l.changed.name + " " + l.zone.String()
	}
	return text
}
