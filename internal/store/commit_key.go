package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"slices"

	"kith/internal/contact"
)

// keyRow is the owner of keys in a place's scope: a record.
type keyRow struct {
	space  int64
	remote string
	keys   []byte
	num    int64 // of key_owner
	old    []byte
}

// spaceOf numbers a scope and kind: the parties' are 0 and 1.
func spaceOf(scope, kind int64) int64 { return scope*2 + kind }

// packKeys sorts keys and writes 8 bytes for each, so that the keys an owner
// had can be taken away without asking the index for them.
func packKeys(keys []contact.Key) []byte {
	if len(keys) == 0 {
		return nil
	}
	keys = slices.Clone(keys)
	slices.Sort(keys)
	keys = slices.Compact(keys)
	packed := make([]byte, 0, 8*len(keys))
	for _, key := range keys {
		packed = binary.BigEndian.AppendUint64(packed, uint64(key))
	}
	return packed
}

func unpackKeys(packed []byte) []int64 {
	keys := make([]int64, 0, len(packed)/8)
	for ; len(packed) >= 8; packed = packed[8:] {
		keys = append(keys, int64(binary.BigEndian.Uint64(packed)))
	}
	return keys
}

func (b *batch) packKeys(p *packer) error {
	at := map[keyOwner]int{}
	for i := range b.c.Keys {
		change := &b.c.Keys[i]
		if change.Scope == "" {
			continue // see packParties
		}
		kind, err := codeOf(kinds, change.Kind)
		if err != nil {
			return bug("keys of %s: %w", change.Scope, err)
		}
		owner := keyOwner{spaceOf(p.name(change.Scope), kind), change.Owner}
		if _, ok := at[owner]; !ok {
			at[owner] = len(b.keys)
			b.keys = append(b.keys, keyRow{space: owner.space, remote: owner.remote})
		}
		b.keys[at[owner]].keys = packKeys(change.Keys)
	}
	return nil
}

type keyOwner struct {
	space  int64
	remote string
}

// Hashes fall on random pages of an index, and a commit writes every page it
// touches. On SQLite new keys therefore gather in a small table, and move on to
// the large one, in order, when they are many.
var (
	insertKey    = insert{into: "match_key (space, hash, owner)", width: 3}
	insertRecent = insert{into: "recent_key (space, hash, owner)", width: 3}
)

// recentKeyLimit is how many keys may gather in recent_key.
const recentKeyLimit = 24_000

var (
	insertOwner = insert{into: "key_owner (space, remote, keys)", width: 3, end: " RETURNING num, space, remote"}
	findOwners  = lookup{text: "SELECT num, remote, keys FROM key_owner WHERE space = $1 AND remote IN"}
	dropOwners  = lookup{text: "DELETE FROM key_owner WHERE num IN"}
)

func (b *batch) applyKeys(ctx context.Context) error {
	if err := b.applyOwners(ctx); err != nil {
		return err
	}
	var args []any
	for i := range b.keys {
		row := &b.keys[i]
		var err error
		if args, err = b.diffKeys(ctx, args, row.space, row.num, row.old, row.keys); err != nil {
			return err
		}
	}
	for i := range b.parties {
		row := &b.parties[i]
		if !row.rekeyed {
			continue
		}
		var err error
		if args, err = b.diffKeys(ctx, args, spaceOf(0, row.kind), row.num, row.oldKeys, row.keys); err != nil {
			return err
		}
	}
	if !b.store.dialect.recentKeys {
		return b.rows(ctx, b.store.dialect, &insertKey, args)
	}
	if err := b.rows(ctx, b.store.dialect, &insertRecent, args); err != nil {
		return err
	}
	return b.moveRecent(ctx, len(args)/insertRecent.width)
}

// moveRecent moves the recent keys to the large table when they are many. How
// many there are is only known roughly: the count starts at 0 with the process.
func (b *batch) moveRecent(ctx context.Context, added int) error {
	if b.store.recentKeys.Add(int64(added)) < recentKeyLimit {
		return nil
	}
	b.store.recentKeys.Store(0)
	if _, err := b.exec(ctx, "INSERT INTO match_key SELECT space, hash, owner FROM recent_key"); err != nil {
		return err
	}
	_, err := b.exec(ctx, "DELETE FROM recent_key")
	return err
}

// diffKeys takes away the keys an owner no longer has and appends those it has
// got to args.
func (b *batch) diffKeys(ctx context.Context, args []any, space, owner int64, old, keys []byte) ([]any, error) {
	had, has := unpackKeys(old), unpackKeys(keys)
	var gone []any
	for _, key := range had {
		if _, still := slices.BinarySearchFunc(has, key, compareKeys); !still {
			gone = append(gone, key)
		}
	}
	for _, key := range has {
		if _, already := slices.BinarySearchFunc(had, key, compareKeys); !already {
			args = append(args, space, key, owner)
		}
	}
	for _, table := range []string{"match_key", "recent_key"} {
		drop := lookup{text: "DELETE FROM " + table + " WHERE space = $1 AND owner = $2 AND hash IN"}
		if err := b.execIn(ctx, b.store.dialect, drop, []any{space, owner}, gone); err != nil {
			return nil, err
		}
	}
	return args, nil
}

// compareKeys is the order of packed keys, which is that of contact.Key.
func compareKeys(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// applyOwners makes, changes and forgets the rows of key_owner.
func (b *batch) applyOwners(ctx context.Context) error {
	at := make(map[keyOwner]*keyRow, len(b.keys))
	bySpace := map[int64][]any{}
	for i := range b.keys {
		row := &b.keys[i]
		at[keyOwner{row.space, row.remote}] = row
		bySpace[row.space] = append(bySpace[row.space], row.remote)
	}
	for space, remotes := range bySpace {
		err := b.eachIn(ctx, b.store.dialect, findOwners, []any{space}, remotes, func(rows *sql.Rows) error {
			var num int64
			var remote string
			var keys []byte
			if err := rows.Scan(&num, &remote, &keys); err != nil {
				return err
			}
			row := at[keyOwner{space, remote}]
			row.num, row.old = num, keys
			return nil
		})
		if err != nil {
			return err
		}
	}
	var made, gone []any
	for i := range b.keys {
		row := &b.keys[i]
		switch {
		case row.num == 0 && row.keys != nil:
			made = append(made, row.space, row.remote, row.keys)
		case row.num != 0 && row.keys == nil:
			gone = append(gone, row.num)
		case row.num != 0:
			if _, err := b.exec(ctx, "UPDATE key_owner SET keys = $1 WHERE num = $2", row.keys, row.num); err != nil {
				return err
			}
		}
	}
	if err := b.execIn(ctx, b.store.dialect, dropOwners, nil, gone); err != nil {
		return err
	}
	return b.rowsReturning(ctx, b.store.dialect, &insertOwner, made, func(rows *sql.Rows) error {
		var num, space int64
		var remote string
		if err := rows.Scan(&num, &space, &remote); err != nil {
			return err
		}
		at[keyOwner{space, remote}].num = num
		return nil
	})
}
