package plan

import (
	"kith/internal/contact"
)

// A place may destroy what it is given so thoroughly that it shows nothing of the
// field afterwards, neither the value nor a blank: a picture cut off before its
// data. That is an answer too. The link then knows what was asked for and nothing
// that was ever shown, and the value is written again only when it changes.

// unkept takes the answer for the fields we set of which it says nothing.
func (f *folding) unkept() {
	if f.in.Record.Moved {
		return // somebody wrote after us: what he has left says nothing about the place
	}
	for native, asked := range f.in.Answered {
		if _, shown := f.shown[native]; !shown {
			delete(f.link.Seen, native)
			f.link.Sent[native] = f.row.memo(native, asked)
		}
	}
}

// isUnkept reports whether a field was asked for and has not been shown since.
func isUnkept(link contact.Link, native string) bool {
	_, asked := link.Sent[native]
	_, shown := link.Seen[native]
	return asked && !shown
}

// unkept says which field that it is to show a place does not keep.
func (r *Row) unkept(want wanted, link contact.Link) contact.Reason {
	for _, native := range contact.Fields(link.Sent).Names() {
		if want.fields[native] != "" && isUnkept(link, native) {
			return contact.Because(contact.CodeNotKept, native, r.Place)
		}
	}
	return contact.Reason{}
}
