package connector

// Key describes one configuration key of a kind of system, beyond the keys
// that every system knows. A connector exports its keys as a value, from which
// the configuration is checked, completed and documented.
type Key struct {
	Name     string   // as written in the file: lower case
	Doc      string   // one sentence for the person who fills it in
	Required bool     // the system cannot be opened without it
	Secret   bool     // accepted only as env:NAME or file:PATH, never logged
	Default  string   // what an absent key means; "" where it is decided at run time
	Values   []string // the only values allowed; empty = any
}
