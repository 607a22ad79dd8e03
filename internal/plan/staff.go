package plan

import (
	"maps"

	"kith/internal/contact"
)

// Refers returns the company that a record names in a slot, "" where it names
// none that is known.
func (r *Row) Refers(link contact.Link, slot string, refs Refs) string {
	return r.read(texts(link.Seen), refs).vals[slot].text
}

// AwaitRef returns a link that waits until the company is known which its record
// names by an id in a slot; names is false where it names another. What the record
// shows then counts as the edit it is.
func (r *Row) AwaitRef(link contact.Link, slot, remote string) (waits contact.Link, names bool) {
	for _, e := range r.entries {
		if e.Slot != slot || e.typ != contact.TypeRef || e.expr != nil || r.by(e) != "" || link.Seen[e.Field] != remote {
			continue
		}
		link.Seen, link.Held = link.Seen.Clone(), maps.Clone(link.Held)
		if link.Held == nil {
			link.Held = map[string]string{}
		}
		link.Seen[e.Field], link.Held[unreadKey(e.Field)] = "", remote
		link.Needs = contact.NeedsKey(r.Place, "", remote)
		link.Problem = contact.Because(contact.CodeNeeds, r.Place)
		return link, true
	}
	return link, false
}

// Unseen returns what is remembered of a record without the fields that wait for a
// person: read again, they are met as for the first time.
func (r *Row) Unseen(link contact.Link) contact.Memo {
	seen := link.Seen.Clone()
	for native := range link.Seen {
		if r.isHeld(native, link) {
			delete(seen, native)
		}
	}
	return seen
}
