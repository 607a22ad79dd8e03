package contact

import "time"

// Policy is what one place gives and what it takes of one kind of party, and
// how its native fields map to slots: one row of the direction table. It is
// plain data; package plan compiles and applies it.
type Policy struct {
	Place  string
	System string
	Kind   Kind

	Gives *Gives // nil: nothing that happens here counts elsewhere
	Takes *Takes // nil: nothing is written here; both nil: linked only

	Collection Collection
	Map        []MapEntry
	Write      []WriteEntry
	Lists      bool // the door hands over e-mails, phones and addresses as lists

	Match    []string // in order: slots as keys, MatchStandard, MatchStrict or MatchOff
	Certain  CertainRule
	Possible PossibleRule
	Wrong    float64 // with MatchStandard: accepted wrong links per 10,000 certain ones; 0: 5
	Reviewed float64 // with MatchStandard: percent of the records that may go to review; 0: 3

	Fields   []FieldRule // the first whose pattern fits counts; the last one is "all"
	Required []string    // slot patterns, as in the next four
	Locked   []string
	ReadOnly []string
	Skip     []string
	Watched  []string // empty: all

	With    []string // systems or places it exchanges with; empty: all
	Phones  string   // "as typed", e164, international, national, digits
	Country string   // ISO code for numbers and addresses that name none
	Brake   Brake
	Tries   int
	Compare time.Duration // how often deletions are looked for where they are invisible; 0: at every visit

	// Paused: nothing is read or written for now. All else holds: what is known
	// of its records counts in every decision, and what becomes due stays due.
	Paused bool `json:",omitempty"`
}

// Collection is where a kind's records live in its system.
type Collection struct {
	Name    string // table, resource or file
	ID      string // native key
	Changed string // native time of the last update; "" = none
	Marker  string // native field for our id; "" = none
}

// Gives is what counts elsewhere of what happens at a place.
type Gives struct {
	Choose  Filter
	Create  CreateRule // whose new records start a party
	Deletes GoneRule   // whether a deletion made here counts elsewhere
}

// Takes is what is done at a place.
type Takes struct {
	Choose   Filter
	Create   CreateRule // which records are made here
	Exit     ExitRule
	Removal  RemovalRule
	Recreate RecreateRule
}

// Filter chooses records. Any of Any suffices; no rule at all takes all.
type Filter struct {
	Any []string // expressions
	Of  Kind     // companies of the persons chosen, or persons of the companies chosen; "" = none
}

// MapEntry ties a slot to a native field, or computes a slot on the way in.
type MapEntry struct {
	Slot   string
	Field  string            // native field; "" where Expr computes
	Expr   string            // expression over src; read, never written back
	Values map[string]string // native → slot; "*" any other
	As     string            // name pattern, phone style, date layout, flag pair, list separator
	By     string            // with a ref: the slot of the company that the native value shows; "" = its id here
	Max    int               // longest value in characters; 0 = what the door says
	Cut    bool              // a longer value is cut; else it is held with a sentence
}

// WriteEntry computes a native field on the way out only.
type WriteEntry struct {
	Field string
	Slot  string // either a slot
	Expr  string // or an expression
}

// FieldRule is how conflicts and blanks of some slots are settled.
type FieldRule struct {
	Slots    string   // a pattern, see MatchSlot
	Leading  []string // systems or places, in order
	Conflict ConflictRule
	Blanks   BlankRule
	Edits    EditRule
}

// Brake limits what happens without a person's word.
type Brake struct {
	Off     bool
	Count   int     // removals in 24 hours
	Percent float64 // removals as a share of the links; the larger counts
}

type (
	CreateRule   string
	GoneRule     string
	ExitRule     string
	RecreateRule string
	ConflictRule string
	BlankRule    string
	EditRule     string
	CertainRule  string
	PossibleRule string
)

const (
	CreateAll    CreateRule = "all"
	CreateByHand CreateRule = "by hand"
	CreateNever  CreateRule = "never"

	GoneIgnore   GoneRule = "ignore"
	GoneIfOrigin GoneRule = "if origin"
	GoneSpread   GoneRule = "spread"

	ExitStay   ExitRule = "stay"
	ExitRemove ExitRule = "remove"

	RecreateNever    RecreateRule = "never"
	RecreateOnChange RecreateRule = "on change"
	RecreateAlways   RecreateRule = "always"

	ConflictLeading ConflictRule = "leading"
	ConflictNewest  ConflictRule = "newest"
	ConflictAsk     ConflictRule = "ask"

	BlanksClear BlankRule = "clear"
	BlanksKeep  BlankRule = "keep"

	EditsOverwrite EditRule = "overwrite"
	EditsLeave     EditRule = "leave"
	EditsAsk       EditRule = "ask"

	CertainLink   CertainRule = "link"
	CertainRefuse CertainRule = "refuse"
	CertainAsk    CertainRule = "ask"

	PossibleAsk    PossibleRule = "ask"
	PossibleCreate PossibleRule = "create"

	MatchStandard = "standard" // by likeness, with a score
	MatchStrict   = "strict"   // the plain rules, see match.Facts
	MatchOff      = "off"
)

// RemovalRule is how a removal arrives at a place.
type RemovalRule struct {
	How   Removal
	Slot  string // with RemovalMark
	Value string // with RemovalMark; "true" where the slot is a flag
}

// Removal is the way in which a removal arrives.
type Removal string

const (
	RemovalAsk    Removal = "ask"
	RemovalLeave  Removal = "leave"
	RemovalDelete Removal = "delete"
	RemovalMark   Removal = "mark"
)
