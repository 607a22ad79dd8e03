package contact

// Kind tells a contact person from a company.
type Kind string

const (
	Company Kind = "company"
	Person  Kind = "person"
)

// Kinds lists both kinds in the order in which they are read and created:
// companies first, because persons refer to them. Removals run backwards.
var Kinds = []Kind{Company, Person}
