package contact

import "time"

// Switch is a person's choice for one contact at one place. It beats the
// filters, and Off works in both directions.
type Switch string

const (
	ByRule Switch = ""
	On     Switch = "on"
	Off    Switch = "off"
)

// Link is a party's tie to its record in one place: who it is there, what the
// place last showed, and what we last asked it to show.
type Link struct {
	ID     int64 // the store's row; 0 = not stored yet
	Rev    int64 // counts commits of the row; compare-and-swap
	Place  string
	Kind   Kind
	Remote string // who it is there; "" = wanted, not there yet
	Party  string // "" = known there, not taken in; Problem says why

	Version string
	Shown   [16]byte // hash of all it shows: the shortcut for "nothing new"
	Seen    Memo     // what the place last showed, by native field
	Sent    Memo     // what we asked for, only where it differs from Seen
	At      time.Time
	Since   time.Time // when the record came here; zero: it was here when the place was first read

	Gone    Gone     // in which way the record went away; Here while it is there
	Missing *Absence // seen missing, not confirmed yet
	Switch  Switch
	Made    bool // we created it: only then may leaving the choice remove it
	Out     bool // left the choice and stays: nothing is taken or written

	Intent  *Intent           // a write begun; settled before anything else happens to this link
	Late    *Intent           // a write whose answer was lost: should it arrive late, it is ours and no edit
	Held    map[string]string // slot → its value here, waiting for a human
	Problem Reason
	Needs   string // the reference it waits for, see NeedsKey

	Due       bool // there is work; set with whatever makes it, in the same transaction
	Reread    bool // read it again before anything else: a reference it named has arrived
	Tries     int
	NotBefore time.Time
}

// Live reports whether the link stands for a record that is there.
func (l *Link) Live() bool { return l.Remote != "" && l.Gone == Here }

// Absence notes that a record was missing from a complete listing. Where the
// door cannot prove a deletion by a direct look, a second listing of the same
// unchanged collection has to agree.
type Absence struct {
	At    time.Time `json:"at"`
	State string    `json:"state"`          // the collection's state then, see connector.Page
	There time.Time `json:"there,omitzero"` // when the place was last read and still had it

	// Beside names the other places where the party had a record when this one was
	// first looked for in other books.
	Beside []string `json:"beside,omitempty"`
}

// Op is what is done to one place.
type Op string

const (
	Create  Op = "create"
	Update  Op = "update"
	Remove  Op = "remove"
	Release Op = "release" // take our marker off a record that we let go
)

// Intent is a write begun. It is stored before the request leaves, so that a
// crash or a lost answer can be settled by looking.
type Intent struct {
	Op       Op        `json:"op"`
	Set      Fields    `json:"set"` // what was asked for: native fields, list entries by slot
	Marker   string    `json:"marker,omitempty"`
	Key      Fields    `json:"key,omitempty"` // native key fields a create is found again by where there is no marker
	Rev      int64     `json:"rev"`           // the party's revision it was made from
	First    time.Time `json:"first"`         // the first attempt
	Last     time.Time `json:"last"`          // the latest attempt
	Attempts int       `json:"attempts"`
	Looks    int       `json:"looks,omitempty"` // look-ups done since the answer was lost
	Why      Reason    `json:"why"`
	Run      int64     `json:"run,omitempty"`
}
