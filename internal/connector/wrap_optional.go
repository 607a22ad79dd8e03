package connector

// With returns c extended by exactly those optional interfaces that are not
// nil, whatever c itself can do. Wrappers use it to stay as able as what they
// wrap, and no abler: who asks c.(Finder) gets the truth.
func With(c Connector, l Lister, f Finder, m Marking) Connector {
	type bare struct{ Connector }
	b := bare{c}
	switch {
	case l != nil && f != nil && m != nil:
		return struct {
			bare
			Lister
			Finder
			Marking
		}{b, l, f, m}
	case l != nil && f != nil:
		return struct {
			bare
			Lister
			Finder
		}{b, l, f}
	case l != nil && m != nil:
		return struct {
			bare
			Lister
			Marking
		}{b, l, m}
	case f != nil && m != nil:
		return struct {
			bare
			Finder
			Marking
		}{b, f, m}
	case l != nil:
		return struct {
			bare
			Lister
		}{b, l}
	case f != nil:
		return struct {
			bare
			Finder
		}{b, f}
	case m != nil:
		return struct {
			bare
			Marking
		}{b, m}
	}
	return b
}
