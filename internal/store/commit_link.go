package store

import (
	"context"
	"database/sql"

	"kith/internal/contact"
)

// linkRow is a link to be written.
type linkRow struct {
	link  *contact.Link
	args  []any // the columns of insertLink; party is filled in by applyLinks
	moved bool  // what identifies it has changed
}

const (
	linkWidth = 15
	linkParty = 3 // the column of the party's number
	linkGone  = 4
)

const linkInsertColumns = "place, kind, remote, party, gone, standing, due, reread, pending, not_before, needs, problem, echo, body, rev"

const linkUpdate = " ON CONFLICT (id) DO UPDATE SET due = excluded.due, reread = excluded.reread, pending = excluded.pending," +
	" not_before = excluded.not_before, needs = excluded.needs, problem = excluded.problem, echo = excluded.echo, body = excluded.body, rev = excluded.rev"

// Most updates leave the identity of a link alone. Not naming its columns
// spares the three indexes over them.
var (
	insertLink = insert{into: "link (" + linkInsertColumns + ")", width: linkWidth}
	updateLink = insert{into: "link (id, " + linkInsertColumns + ")", width: 1 + linkWidth, end: linkUpdate}
	moveLink   = insert{into: updateLink.into, width: 1 + linkWidth, end: linkUpdate +
		", place = excluded.place, kind = excluded.kind, remote = excluded.remote, party = excluded.party, gone = excluded.gone," +
		" standing = excluded.standing"}
)

func (b *batch) packLinks(p *packer) error {
	at := make(map[int64]int)
	b.links = make([]linkRow, 0, len(b.c.Links))
	cells := make([]any, len(b.c.Links)*linkWidth)
	for i := range b.c.Links {
		link := &b.c.Links[i]
		row := linkRow{link: link, args: cells[i*linkWidth : (i+1)*linkWidth : (i+1)*linkWidth]}
		if err := packLink(p, link, row.args); err != nil {
			return bug("link %d: %w", link.ID, err)
		}
		if link.ID == 0 {
			b.links = append(b.links, row)
			continue
		}
		if earlier, twice := at[link.ID]; twice {
			b.links[earlier] = row
			continue
		}
		at[link.ID] = len(b.links)
		b.links = append(b.links, row)
	}
	return nil
}

func packLink(p *packer, l *contact.Link, args []any) error {
	kind, err := codeOf(kinds, l.Kind)
	if err != nil {
		return err
	}
	gone, err := codeOf(gones, l.Gone)
	if err != nil {
		return err
	}
	chosen, err := codeOf(switches, l.Switch)
	if err != nil {
		return err
	}
	args[0], args[1], args[2], args[linkParty], args[linkGone] = p.name(l.Place), kind, l.Remote, nil, gone
	args[5] = standingOf(l)
	args[6], args[7], args[8] = bit(l.Due), bit(l.Reread), bit(l.Intent != nil)
	args[9], args[10], args[11] = millis(l.NotBefore), textOrNil(l.Needs), textOrNil(reasonText(l.Problem))
	args[12], args[13], args[14] = p.echo(l), p.link(l, chosen), l.Rev+1
	return nil
}

// The standings of a link, see the table.
const (
	standsNowhere  = 0
	standsLinked   = 1
	standsUnlinked = 2
)

func standingOf(l *contact.Link) int64 {
	switch {
	case !l.Live():
		return standsNowhere
	case l.Party != "":
		return standsLinked
	default:
		return standsUnlinked
	}
}

func bit(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

func (b *batch) applyLinks(ctx context.Context) error {
	if err := b.dropLinks(ctx); err != nil {
		return err
	}
	var parties []string
	for i := range b.links {
		parties = append(parties, b.links[i].link.Party)
	}
	if err := b.resolve(ctx, parties); err != nil {
		return err
	}
	for i := range b.links {
		if row := &b.links[i]; row.link.Party != "" {
			row.args[linkParty] = b.nums[row.link.Party]
		}
	}
	if err := b.compareLinks(ctx); err != nil {
		return err
	}
	var made, kept, moved []any
	for i := range b.links {
		row := &b.links[i]
		switch {
		case row.link.ID == 0:
			made = append(made, row.args...)
		case row.moved:
			moved = append(append(moved, row.link.ID), row.args...)
		default:
			kept = append(append(kept, row.link.ID), row.args...)
		}
	}
	if err := b.rows(ctx, b.store.dialect, &updateLink, kept); err != nil {
		return err
	}
	if err := b.rows(ctx, b.store.dialect, &moveLink, moved); err != nil {
		return err
	}
	return b.rows(ctx, b.store.dialect, &insertLink, made)
}

// dropLinks deletes links, if they are still as they were when that was decided.
func (b *batch) dropLinks(ctx context.Context) error {
	revs := map[int64]int64{}
	var ids []any
	for _, link := range b.c.Drop {
		revs[link.ID] = link.Rev
		ids = append(ids, link.ID)
	}
	find := lookup{"SELECT id, rev FROM link WHERE id IN", " ORDER BY id" + b.store.dialect.lock}
	err := b.eachIn(ctx, b.store.dialect, find, nil, ids, func(r *sql.Rows) error {
		var id, rev int64
		if err := r.Scan(&id, &rev); err != nil {
			return err
		}
		if rev != revs[id] {
			return linkMovedOn(id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.execIn(ctx, b.store.dialect, lookup{text: "DELETE FROM link WHERE id IN"}, nil, ids)
}

func linkMovedOn(id int64) error {
	return contact.Fail(contact.Conflicting, "link %d has changed meanwhile", id)
}

// compareLinks refuses links that were decided from an older state, finds those
// whose identity changes, and takes them out of the unique indexes: two of them
// may change places.
func (b *batch) compareLinks(ctx context.Context) error {
	rows := map[int64]*linkRow{}
	var ids []any
	for i := range b.links {
		if id := b.links[i].link.ID; id != 0 {
			rows[id] = &b.links[i]
			ids = append(ids, id)
		}
	}
	found := 0
	var moved []any
	find := lookup{"SELECT id, place, kind, remote, party, gone, rev FROM link WHERE id IN", " ORDER BY id" + b.store.dialect.lock}
	err := b.eachIn(ctx, b.store.dialect, find, nil, ids, func(r *sql.Rows) error {
		var id, place, kind, gone, rev int64
		var remote string
		var party sql.NullInt64
		if err := r.Scan(&id, &place, &kind, &remote, &party, &gone, &rev); err != nil {
			return err
		}
		found++
		row := rows[id]
		if rev != row.link.Rev {
			return linkMovedOn(id)
		}
		to, _ := row.args[linkParty].(int64) // 0 = none, as in party
		if row.args[0] != place || row.args[1] != kind || row.args[2] != remote || to != party.Int64 || row.args[linkGone] != gone {
			row.moved = true
			moved = append(moved, id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found < len(ids) {
		return contact.Fail(contact.Conflicting, "a link is no longer there")
	}
	release := lookup{text: "UPDATE link SET party = NULL, remote = '' WHERE id IN"}
	return b.execIn(ctx, b.store.dialect, release, nil, moved)
}

func (b *batch) wake(ctx context.Context) error {
	wake := lookup{text: "UPDATE link SET due = 1, reread = 1, needs = NULL, rev = rev + 1 WHERE needs IS NOT NULL AND needs IN"}
	return b.execIn(ctx, b.store.dialect, wake, nil, values(sorted(b.c.Wake)))
}
