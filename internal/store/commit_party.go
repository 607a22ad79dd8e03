package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"kith/internal/contact"
)

// partyRow is a party to be written: changed, with new keys, or both.
type partyRow struct {
	id      string
	change  *contact.PartyChange // nil: only the keys change
	keys    []byte
	rekeyed bool

	kind, state int64
	refs        string // ids of the parties it refers to, see refsOf
	body        []byte

	num     int64
	oldKeys []byte
	oldRefs string
}

func (b *batch) packParties(p *packer) error {
	byID := make(map[string]int, len(b.c.Parties))
	for i := range b.c.Parties {
		change := &b.c.Parties[i]
		party := &change.Party
		if party.ID == "" {
			return bug("a party has no id")
		}
		if _, twice := byID[party.ID]; twice {
			return bug("party %s is changed twice", party.ID)
		}
		row := partyRow{id: party.ID, change: change, refs: refsOf(party), body: p.party(party)}
		var err error
		if row.kind, err = codeOf(kinds, party.Kind); err != nil {
			return bug("party %s: %w", party.ID, err)
		}
		if row.state, err = codeOf(states, party.State); err != nil {
			return bug("party %s: %w", party.ID, err)
		}
		byID[party.ID] = len(b.parties)
		b.parties = append(b.parties, row)
	}
	for i := range b.c.Keys {
		change := &b.c.Keys[i]
		if change.Scope != "" {
			continue
		}
		at, ok := byID[change.Owner]
		if !ok {
			at = len(b.parties)
			byID[change.Owner] = at
			kind, err := codeOf(kinds, change.Kind)
			if err != nil {
				return bug("keys of party %s: %w", change.Owner, err)
			}
			b.parties = append(b.parties, partyRow{id: change.Owner, kind: kind})
		}
		b.parties[at].keys, b.parties[at].rekeyed = packKeys(change.Keys), true
	}
	// One order for all writers, so that two never wait for each other.
	slices.SortFunc(b.parties, func(x, y partyRow) int { return cmp.Compare(x.id, y.id) })
	return nil
}

// refsOf lists the parties that a party's reference slots name.
func refsOf(party *contact.Party) string {
	var refs []string
	for slot, value := range party.Fields {
		if value.Text == "" {
			continue
		}
		if t, _ := contact.SlotType(party.Kind, slot); t == contact.TypeRef {
			refs = append(refs, value.Text)
		}
	}
	return strings.Join(sorted(refs), "\n")
}

func (b *batch) applyParties(ctx context.Context) error {
	known := map[string]*partyRow{}
	var old []any
	var made []*partyRow
	for id := range b.c.Rests {
		old = append(old, id)
	}
	for i := range b.parties {
		row := &b.parties[i]
		if row.change != nil && row.change.Was == 0 {
			made = append(made, row)
			continue
		}
		known[row.id] = row
		old = append(old, row.id)
	}
	if err := b.loadParties(ctx, known, old); err != nil {
		return err
	}
	if err := b.checkTies(ctx); err != nil {
		return err
	}
	if err := b.updateParties(ctx); err != nil {
		return err
	}
	if err := b.insertParties(ctx, made); err != nil {
		return err
	}
	for i := range b.parties {
		b.nums[b.parties[i].id] = b.parties[i].num
	}
	return b.applyRefs(ctx)
}

func movedOn(id string) error {
	return contact.Fail(contact.Conflicting, "party %s has changed meanwhile", id)
}

// loadParties reads, and on PostgreSQL locks, what the changes were decided
// from, and compares the revisions.
func (b *batch) loadParties(ctx context.Context, known map[string]*partyRow, ids []any) error {
	find := lookup{"SELECT num, id, rev, keys, refs FROM party WHERE id IN", " ORDER BY id" + b.store.dialect.lock}
	err := b.eachIn(ctx, b.store.dialect, find, nil, ids, func(rows *sql.Rows) error {
		var num, rev int64
		var id string
		var keys []byte
		var refs sql.NullString
		if err := rows.Scan(&num, &id, &rev, &keys, &refs); err != nil {
			return err
		}
		if rests, ok := b.c.Rests[id]; ok && rests != rev {
			return movedOn(id)
		}
		row := known[id]
		if row == nil {
			return nil // it only has to be as it was
		}
		row.num, row.oldKeys, row.oldRefs = num, keys, refs.String
		if row.change != nil && row.change.Was != rev {
			return movedOn(id)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		row := known[id.(string)]
		switch {
		case row == nil, row.num != 0:
		case row.change == nil:
			return bug("keys of party %s, which there is not", row.id)
		default:
			return movedOn(row.id)
		}
	}
	return nil
}

const partyColumns = "party (num, id, kind, state, rev, keys, refs, body)"

var (
	insertParty = insert{into: partyColumns, width: 8}
	updateParty = insert{into: partyColumns, width: 8, end: " ON CONFLICT (num) DO UPDATE SET kind = excluded.kind," +
		" state = excluded.state, rev = excluded.rev, keys = excluded.keys, refs = excluded.refs, body = excluded.body"}
)

func (row *partyRow) args(args []any) []any {
	keys := row.oldKeys
	if row.rekeyed {
		keys = row.keys
	}
	return append(args, row.num, row.id, row.kind, row.state, row.change.Party.Rev, orNil(keys), textOrNil(row.refs), row.body)
}

func (b *batch) updateParties(ctx context.Context) error {
	var args []any
	for i := range b.parties {
		row := &b.parties[i]
		switch {
		case row.num == 0:
		case row.change != nil:
			args = row.args(args)
		default:
			if _, err := b.exec(ctx, "UPDATE party SET keys = $1 WHERE num = $2", orNil(row.keys), row.num); err != nil {
				return err
			}
		}
	}
	return b.rows(ctx, b.store.dialect, &updateParty, args)
}

// insertParties gives new parties the next numbers. Parties are never deleted,
// so the highest number is the last one given.
func (b *batch) insertParties(ctx context.Context, made []*partyRow) error {
	if len(made) == 0 {
		return nil
	}
	if lock := b.store.dialect.partyLock; lock != "" {
		if _, err := b.exec(ctx, lock); err != nil {
			return err
		}
	}
	var last int64
	if err := b.one(ctx, "SELECT COALESCE(MAX(num), 0) FROM party", nil, &last); err != nil {
		return err
	}
	if err := b.checkClaims(ctx, made, last); err != nil {
		return err
	}
	var args []any
	for i, row := range made {
		row.num = last + 1 + int64(i)
		args = row.args(args)
	}
	return b.rows(ctx, b.store.dialect, &insertParty, args)
}

var insertRef = insert{into: "ref (parent, child)", width: 2, end: " ON CONFLICT (parent, child) DO NOTHING"}

func (b *batch) applyRefs(ctx context.Context) error {
	var args []any
	for i := range b.parties {
		row := &b.parties[i]
		if row.change == nil || row.refs == row.oldRefs {
			continue
		}
		refs, old := splitRefs(row.refs), splitRefs(row.oldRefs)
		for _, parent := range old {
			if slices.Contains(refs, parent) {
				continue
			}
			if _, err := b.exec(ctx, "DELETE FROM ref WHERE parent = $1 AND child = $2", parent, row.num); err != nil {
				return err
			}
		}
		for _, parent := range refs {
			if !slices.Contains(old, parent) {
				args = append(args, parent, row.num)
			}
		}
	}
	return b.rows(ctx, b.store.dialect, &insertRef, args)
}

func splitRefs(refs string) []string {
	if refs == "" {
		return nil
	}
	return strings.Split(refs, "\n")
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func orNil(b []byte) any {
	if b == nil {
		return nil
	}
	return b
}
