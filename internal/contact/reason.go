package contact

// Reason says why, as a stable code with arguments. The sentence is made where
// it is shown, in the reader's language.
type Reason struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Because makes a reason.
func Because(code string, args ...string) Reason { return Reason{Code: code, Args: args} }

// IsZero reports whether there is no reason.
func (r Reason) IsZero() bool { return r.Code == "" }

// Awaiting are the problems of a record that lacks what its row asks for: it may
// never get it, and that is as it should be.
var Awaiting = []string{CodeRequired, CodeNeeds}

// Parked are the problems that a record keeps until somebody mends it, the map or
// the system. A run that leaves one behind is not wholly done.
var Parked = []string{CodeTooLong, CodeUnlisted, CodeNotADate, CodeExpression, CodeAmbiguous, CodeRefused, CodeFlips, CodeNotKept}
