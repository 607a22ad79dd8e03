package store

import (
	"context"
	"database/sql"

	"kith/internal/contact"
)

// FindKeys returns the owners of match keys in a scope, in no order: parties
// by id in scope "", records of a place by remote id in its scope.
func (s *Store) FindKeys(ctx context.Context, scope string, kind contact.Kind, keys []contact.Key) ([]contact.KeyHit, error) {
	num, code, ok, err := s.placeKind(ctx, scope, kind)
	if !ok {
		return nil, err
	}
	find := lookup{text: "SELECT k.hash, o.remote FROM match_key k JOIN key_owner o ON o.num = k.owner WHERE k.space = $1 AND k.hash IN"}
	if scope == "" {
		find.text = "SELECT k.hash, p.id FROM match_key k JOIN party p ON p.num = k.owner WHERE k.space = $1 AND k.hash IN"
	}
	hashes := make([]any, len(keys))
	for i, key := range keys {
		hashes[i] = int64(key)
	}
	return listIn(ctx, s, find, []any{spaceOf(num, code)}, hashes, func(_ *unpacker, rows *sql.Rows) (contact.KeyHit, error) {
		var hit contact.KeyHit
		err := rows.Scan(&hit.Key, &hit.Owner)
		return hit, err
	})
}

// NotSame returns those of the pairs that a person said are different, as they
// were asked for. The order within a pair does not matter.
func (s *Store) NotSame(ctx context.Context, pairs []contact.Pair) ([]contact.Pair, error) {
	byFirst := map[string][]contact.Pair{}
	var firsts []string
	for _, asked := range pairs {
		a := inOrder(asked).A
		byFirst[a] = append(byFirst[a], asked)
		firsts = append(firsts, a)
	}
	said, err := listIn(ctx, s, lookup{text: "SELECT a, b FROM not_same WHERE a IN"}, nil, values(sorted(firsts)),
		func(_ *unpacker, rows *sql.Rows) (p contact.Pair, err error) {
			err = rows.Scan(&p.A, &p.B)
			return p, err
		})
	var found []contact.Pair
	for _, pair := range said {
		for _, asked := range byFirst[pair.A] {
			if inOrder(asked) == pair {
				found = append(found, asked)
			}
		}
	}
	return found, err
}
