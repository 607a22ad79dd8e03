package engine

import (
	"context"
	"time"

	"kith/internal/contact"
)

// byMarker follows our marker. A second record that bears it is either our own
// late write, which is taken away, or a user's copy, which is a new record.
func (b *batch) byMarker(ctx context.Context, record contact.Record) (*partyRow, bool, error) {
	id, ours := contact.PartyOfMarker(b.e.Installation, record.Marker)
	if !ours {
		return nil, false, nil
	}
	party := b.party(id)
	if party == nil || party.State != contact.Active || b.different(ctx, id, record) {
		return nil, false, nil
	}
	there := b.linkAt(id, b.s.name)
	if there == nil || !there.Live() {
		if made := madeBy(there); made != nil {
			return nil, true, b.foundMade(ctx, there, record, made)
		}
		return party, false, nil
	}
	if !b.lateCreate(there, record) {
		return nil, false, nil
	}
	return nil, true, b.removeLate(ctx, there, record)
}

// madeBy returns the create of ours whose answer is still awaited, nil where
// there is none.
func madeBy(link *linkRow) *contact.Intent {
	switch {
	case link == nil:
		return nil
	case link.Intent != nil && link.Intent.Op == contact.Create:
		return link.Intent
	case link.Late != nil && link.Late.Op == contact.Create && link.Remote == "":
		return link.Late
	}
	return nil
}

// lateCreateWindow is how long after an unanswered create a second record that
// equals it counts as ours: as long as the rarest schedule takes to read it.
const lateCreateWindow = 24 * time.Hour

// lateCreate reports whether a second record is what an unanswered create of
// ours has left: equal to what we sent.
func (b *batch) lateCreate(link *linkRow, record contact.Record) bool {
	late := link.Late
	if late == nil || late.Op != contact.Create || b.e.Now().Sub(late.Last) > lateCreateWindow {
		return false
	}
	return b.s.rows[b.kind].Equals(record, late.Set)
}

func (b *batch) removeLate(ctx context.Context, link *linkRow, record contact.Record) error {
	if b.e.dry {
		return nil
	}
	err := b.s.door.Remove(ctx, b.kind, record.ID, record.Version)
	if class := contact.ClassOf(err); err != nil && class != contact.NotFound {
		return err
	}
	b.s.run.wrote(b.s.name, contact.Remove)
	b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: record.ID, Op: contact.Withdrew,
		Before: recordJSON(record), Why: contact.Because(contact.CodeLateWrite)})
	return nil
}

// ownWork reports whether a record bears our marker for this party: then we
// have made it, before the memory was lost.
func (b *batch) ownWork(party string, record contact.Record) bool {
	id, ours := contact.PartyOfMarker(b.e.Installation, record.Marker)
	return ours && id == party && b.who(record).own != party
}
