package contact

// Action is one thing to do to one place, with the reason. A dry run, a
// preview, an audit line and a test all speak of this value.
type Action struct {
	Op      Op     `json:"op"`
	Kind    Kind   `json:"kind"`
	Party   string `json:"party"`
	Place   string `json:"place"`
	Remote  string `json:"remote,omitempty"`
	Version string `json:"version,omitempty"`
	Rev     int64  `json:"rev"`
	Name    string `json:"name,omitempty"` // how a reader knows the record
	Set     Values `json:"set"`            // native changes
	Before  Fields `json:"before,omitempty"`
	Why     Reason `json:"why"`
}
