package engine

import (
	"kith/internal/contact"
	"kith/internal/plan"
)

// A record that was taken out of a party still shows what the party held. While
// its link belongs to nobody, Sent holds what was its own and is owed to it: that
// is written back before the record is judged anew, so that it starts no party as
// the mixture it was made into.

// isOwed reports whether a link waits for its own values.
func isOwed(link contact.Link) bool { return link.Party == "" && len(link.Sent) > 0 }

// giveBack is the write that a record is owed.
func giveBack(link contact.Link) plan.Do {
	return plan.Do{Op: contact.Update, Fields: contact.Fields(link.Sent).Clone(), Watched: true, Why: contact.Because(contact.CodeSplit)}
}

// stillOwed holds a reading of a record against what it is owed: what its user
// has changed meanwhile is his, and what is left is written first.
func (b *batch) stillOwed(link *linkRow, record contact.Record) bool {
	if link == nil || !isOwed(link.Link) {
		return false
	}
	row := b.s.rows[b.kind]
	next := link.Link
	owed := row.StillOwed(link.Link, record)
	next.Sent, next.Reread = contact.Memo(owed), false
	if len(owed) == 0 {
		next.Seen, next.Sent = nil, nil
		b.set(link, next)
		return false
	}
	next.Version, next.Shown, next.At, next.Due = record.Version, row.ShownHash(record), b.e.Now(), true
	b.set(link, next)
	return true
}

// gaveBack ends what a record was owed: it is read again, and judged as one that
// nobody knows.
func (b *batch) gaveBack(link *linkRow, answer contact.Record, intent *contact.Intent) {
	b.wrote(link, link.Remote, intent)
	next := link.Link
	next.Intent, next.Seen, next.Sent, next.Problem, next.Tries = nil, nil, nil, contact.Reason{}, 0
	next.Version, next.Shown, next.Reread, next.Due, next.NotBefore = answer.Version, [16]byte{}, true, true, never
	b.set(link, next)
}
