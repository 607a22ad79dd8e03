package store

import (
	"context"
	"database/sql"
	"slices"
)

// checkTies refuses changes of parties that have got or lost links since: what
// is to be done there was not decided.
func (b *batch) checkTies(ctx context.Context) error {
	var ids []any
	for id := range b.c.Ties {
		ids = append(ids, id)
	}
	find := lookup{"SELECT p.id, COUNT(l.id) FROM party p LEFT JOIN link l ON l.party = p.num WHERE p.id IN", " GROUP BY p.id"}
	return b.eachIn(ctx, b.store.dialect, find, nil, ids, func(rows *sql.Rows) error {
		var id string
		var ties int
		if err := rows.Scan(&id, &ties); err != nil {
			return err
		}
		if ties != b.c.Ties[id] {
			return movedOn(id)
		}
		return nil
	})
}

// checkClaims refuses new parties of which one was made by somebody else since
// their keys were looked up. Last is the highest number by now.
func (b *batch) checkClaims(ctx context.Context, made []*partyRow, last int64) error {
	if b.c.NextParty == 0 || last < b.c.NextParty {
		return nil
	}
	keys := map[int64][]any{}
	for _, row := range made {
		space := spaceOf(0, row.kind)
		for _, key := range unpackKeys(row.keys) {
			keys[space] = append(keys[space], key)
		}
	}
	for space, hashes := range keys {
		for _, table := range []string{"recent_key", "match_key"} {
			find := lookup{text: "SELECT p.id FROM " + table + " k JOIN party p ON p.num = k.owner WHERE k.space = $1 AND k.owner >= $2 AND k.hash IN"}
			err := b.eachIn(ctx, b.store.dialect, find, []any{space, b.c.NextParty}, hashes, func(rows *sql.Rows) error {
				var id string
				if err := rows.Scan(&id); err != nil {
					return err
				}
				if slices.ContainsFunc(b.parties, func(row partyRow) bool { return row.id == id }) {
					return nil
				}
				return movedOn(id)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
