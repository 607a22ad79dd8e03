package store

import (
	"context"

	"kith/internal/contact"
)

// entryRow is a line of history to be written.
type entryRow struct {
	entry            *contact.Entry
	place, op, field int64
	why              string
}

var insertEntry = insert{into: "entry (at, run, party, place, remote, op, field, before, after, why)", width: 10}

func (b *batch) packEntries(p *packer) error {
	b.entries = make([]entryRow, len(b.c.Entries))
	for i := range b.c.Entries {
		e := &b.c.Entries[i]
		b.entries[i] = entryRow{e, p.name(e.Place), p.name(string(e.Op)), p.name(e.Field), reasonText(e.Why)}
	}
	return nil
}

func (b *batch) applyEntries(ctx context.Context) error {
	parties := make([]string, len(b.entries))
	for i := range b.entries {
		parties[i] = b.entries[i].entry.Party
	}
	if err := b.resolve(ctx, parties); err != nil {
		return err
	}
	args := make([]any, 0, len(b.entries)*insertEntry.width)
	for i := range b.entries {
		row := &b.entries[i]
		e := row.entry
		var party any
		if e.Party != "" {
			party = b.nums[e.Party]
		}
		args = append(args, millis(e.At), e.Run, party, row.place, cleanText(e.Remote), row.op, row.field,
			cleanText(e.Before), cleanText(e.After), cleanText(row.why))
	}
	return b.rows(ctx, b.store.dialect, &insertEntry, args)
}
