package plan

import (
	"encoding/json"
	"slices"

	"kith/internal/contact"
)

// Own returns what a record stands for by itself, by native field: what it
// shows, and where we have written over it, what it showed before. History is
// its party's, oldest first. Of a place that only follows, what is not
// remembered is left out.
func (r *Row) Own(link contact.Link, history []contact.Entry) contact.Fields {
	own, asked := texts(link.Seen), texts(link.Sent)
	wrote := map[string]bool{}
	for _, e := range slices.Backward(history) {
		if e.Place != link.Place || e.Remote != link.Remote {
			continue
		}
		switch e.Op {
		case contact.Linked:
			r.ownAtFirst(own, wrote, link, e.After)
			return own
		case contact.Wrote:
			wrote[e.Field] = true
			if r.stands(e, own, asked) {
				own[e.Field] = e.Before
			}
			delete(asked, e.Field)
		}
	}
	return own
}

// stands reports whether a field still shows what we wrote, be it in the
// place's own way of writing it.
func (r *Row) stands(e contact.Entry, own, asked contact.Fields) bool {
	written := r.digest(e.Field, e.After)
	if shown, known := own[e.Field]; known && r.digest(e.Field, shown) == written {
		return true
	}
	sent, rewritten := asked[e.Field]
	return rewritten && r.digest(e.Field, sent) == written
}

// ownAtFirst fills in what was written over and is remembered as a digest only,
// from the record as it was when it was linked.
func (r *Row) ownAtFirst(own contact.Fields, wrote map[string]bool, link contact.Link, text string) {
	var record contact.Record
	if json.Unmarshal([]byte(text), &record) != nil {
		return
	}
	first := r.show(record, contact.Link{}, &contact.Party{}, nil)
	for native := range wrote {
		if contact.IsDigest(link.Seen[native]) {
			own[native] = first[native]
		}
	}
}

// Owed returns what is to be written back to a record that leaves a party: what
// was its own and is no longer there.
func (r *Row) Owed(link contact.Link, history []contact.Entry) contact.Fields {
	owed := contact.Fields{}
	for native, text := range r.Own(link, history) {
		if !r.remembers(native, link.Seen[native], text) && r.writable(native) {
			owed[native] = text
		}
	}
	return owed
}

// writable reports whether Kith may write a native field at all.
func (r *Row) writable(native string) bool {
	return r.Takes != nil && !slices.ContainsFunc(r.carries(native), func(e *entry) bool {
		return slices.ContainsFunc(e.slots(), func(slot string) bool { return !r.takesSlot(slot) })
	})
}

// StillOwed returns those of the fields owed to a record that it shows as it did
// when it left: what its user has changed since is as he wants it.
func (r *Row) StillOwed(link contact.Link, record contact.Record) contact.Fields {
	shown := r.show(record, link, &contact.Party{}, nil)
	owed := contact.Fields{}
	for native, text := range link.Sent {
		if now, there := shown[native]; there && r.remembers(native, link.Seen[native], now) {
			owed[native] = text
		}
	}
	return owed
}
