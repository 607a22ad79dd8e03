package store

import "context"

var (
	insertInbox = insert{into: "inbox (place, kind, asked, listed, record)", width: 5}
	dropInbox   = lookup{text: "DELETE FROM inbox WHERE id IN"}
)

func (b *batch) packInbox(p *packer) error {
	for i := range b.c.Inbox {
		row := &b.c.Inbox[i]
		kind, err := codeOf(kinds, row.Record.Kind)
		if err != nil {
			return bug("a reading of %s: %w", row.Place, err)
		}
		b.inbox = append(b.inbox, p.name(row.Place), kind, millis(row.Asked), bit(row.Full), p.record(&row.Record))
	}
	return nil
}

func (b *batch) applyInbox(ctx context.Context) error {
	if err := b.execIn(ctx, b.store.dialect, dropInbox, nil, values(b.c.Done)); err != nil {
		return err
	}
	return b.rows(ctx, b.store.dialect, &insertInbox, b.inbox)
}
