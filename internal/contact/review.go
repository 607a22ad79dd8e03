package contact

import "time"

// Question is what a review asks a person.
type Question string

const (
	AskConflict Question = "conflict" // both sides changed and nobody leads
	AskMatch    Question = "match"    // a record may be, or is, a known party
	AskTwice    Question = "twice"    // a party seems to have two records in one place
	AskRemoval  Question = "removal"  // a deletion waits
	AskBrake    Question = "brake"    // a mass change stopped before it was folded or written
	AskConfig   Question = "config"   // a changed configuration would write
	AskJoin     Question = "join"     // two parties seem to be one
)

// Review is a question for a human. While it is open, what it names waits.
type Review struct {
	ID      int64
	At      time.Time
	Ask     Question
	Place   string
	Kind    Kind
	Party   string
	Remote  string
	Other   string // a second party
	Slot    string // with AskConflict
	Ours    string // the party's value
	Theirs  string // the place's value
	Token   string // what "go" releases
	Why     Reason
	Decided string // the answer; "" = open
	By      string
	Closed  time.Time

	// Stranger is how a person recognises the record, where it belongs to nobody:
	// its name and the like. The store keeps it only while the question is open.
	Stranger string
}

// Answer is what a person may decide.
type Answer string

const (
	AnswerLink    Answer = "link"
	AnswerNew     Answer = "new"
	AnswerNotSame Answer = "not-same"
	AnswerJoin    Answer = "join"
	AnswerSplit   Answer = "split"
	AnswerOurs    Answer = "ours"
	AnswerTheirs  Answer = "theirs"
	AnswerGo      Answer = "go"
	AnswerDrop    Answer = "drop"
)

// Answers lists what fits each question.
var Answers = map[Question][]Answer{
	AskConflict: {AnswerOurs, AnswerTheirs, AnswerSplit},
	AskMatch:    {AnswerLink, AnswerNew, AnswerNotSame},
	AskTwice:    {AnswerJoin, AnswerNotSame},
	AskRemoval:  {AnswerGo, AnswerDrop},
	AskBrake:    {AnswerGo, AnswerDrop},
	AskConfig:   {AnswerGo, AnswerDrop},
	AskJoin:     {AnswerJoin, AnswerNotSame},
}
