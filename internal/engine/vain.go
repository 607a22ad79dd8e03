package engine

import (
	"context"
	"time"

	"kith/internal/contact"
)

// Whatever the reason is: a write that does not come to rest has to end by itself.

// vain counts a write that found another state than it expected. The first
// ones are repeated at once, on what is there now; a record that goes on so is
// left alone for longer and longer.
func (b *batch) vain(link *contact.Link) {
	link.Tries++
	if link.Tries > atOnce {
		link.NotBefore = b.e.Now().Add(retryAfter << min(link.Tries-atOnce-1, 10))
		link.Problem = contact.Because(contact.CodeMovesOn, b.s.name)
	}
}

// atOnce is how often a write that came to nothing is repeated without a wait.
const atOnce = 3

// retryAfter is the wait before the second try of a refused write; each
// further one is twice as long.
const retryAfter = time.Minute

// owedAgain counts a write whose answer leaves the very field to be written once
// more: the system does not keep it, or changes with every write what it is made
// of. The first ones are repeated at once, then it waits for longer and longer,
// and when it has had its tries it is left until something else changes.
func (b *batch) owedAgain(ctx context.Context, link *linkRow, intent *contact.Intent, tries int) {
	party, row := b.party(link.Party), b.s.rows[b.kind]
	if intent.Op != contact.Update || party == nil || !link.Due || link.Reread || link.Intent != nil {
		return
	}
	do := b.e.Book.Next(b.ask(ctx, row, party, link.Link))
	for _, native := range do.Fields.Names() {
		if _, written := intent.Set[native]; !written {
			continue
		}
		next := link.Link
		next.Tries = tries
		b.vain(&next)
		next.Due = next.Tries < row.Tries
		if next.Tries > atOnce {
			next.Problem = contact.Because(contact.CodeNotKept, native, b.s.name)
		}
		b.set(link, next)
		return
	}
}
