package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"kith/internal/contact"
)

// FindKeys returns the owners of match keys in a scope, by key: parties
// by id in scope "", records of a place by remote id in its scope.
func (s *Store) FindKeys(ctx context.Context, scope string, kind contact.Kind, keys []contact.Key) ([]contact.KeyHit, error) {
	num, code, ok, err := s.placeKind(ctx, scope, kind)
	if !ok {
		return nil, err
	}
	owner := "o.remote FROM %s k JOIN key_owner o ON o.num = k.owner"
	if scope == "" {
		owner = "p.id FROM %s k JOIN party p ON p.num = k.owner"
	}
	hashes := make([]any, len(keys))
	for i, key := range keys {
		hashes[i] = int64(key)
	}
	var hits []contact.KeyHit
	// Keys only ever move from recent_key to match_key, so none is missed in
	// this order; one that moves meanwhile is found twice.
	for _, table := range []string{"recent_key", "match_key"} {
		find := lookup{text: "SELECT k.hash, " + fmt.Sprintf(owner, table) + " WHERE k.space = $1 AND k.hash IN"}
		found, err := listIn(ctx, s, find, []any{spaceOf(num, code)}, hashes, scanHit)
		if err != nil {
			return nil, err
		}
		hits = append(hits, found...)
	}
	slices.SortFunc(hits, func(x, y contact.KeyHit) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Owner, y.Owner))
	})
	return slices.Compact(hits), nil
}

// HasKeys reports whether a place's scope holds any key of a kind.
func (s *Store) HasKeys(ctx context.Context, scope string, kind contact.Kind) (has bool, err error) {
	num, code, ok, err := s.placeKind(ctx, scope, kind)
	if !ok {
		return false, err
	}
	var n int64
	err = s.reads.one(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM key_owner WHERE space = $1 LIMIT 1) AS first_key", []any{spaceOf(num, code)}, &n)
	return n > 0, s.classify(err)
}

func scanHit(_ *unpacker, rows *sql.Rows) (contact.KeyHit, error) {
	var hit contact.KeyHit
	err := rows.Scan(&hit.Key, &hit.Owner)
	return hit, err
}

// anyNotSame reports whether there is any such pair: in most stores nobody ever
// said so, and a listing asks for thousands.
func (s *Store) anyNotSame(ctx context.Context) (any bool, err error) {
	err = s.read(ctx, func() error {
		return s.reads.one(ctx, "SELECT EXISTS (SELECT 1 FROM not_same)", nil, &any)
	})
	return any, err
}

// NotSame returns those of the pairs that a person said are different, as they
// were asked for. The order within a pair does not matter.
func (s *Store) NotSame(ctx context.Context, pairs []contact.Pair) ([]contact.Pair, error) {
	if said, err := s.anyNotSame(ctx); err != nil || !said {
		return nil, err
	}
	byFirst := map[string][]contact.Pair{}
	var firsts []string
	for _, asked := range pairs {
		a := inOrder(asked).A
		byFirst[a] = append(byFirst[a], asked)
		firsts = append(firsts, a)
	}
	said, err := listIn(ctx, s, lookup{text: "SELECT a, b FROM not_same WHERE a IN"}, nil, values(sorted(firsts)), scanPair)
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

// Apart returns what a person said is not one of the given parties or records,
// each pair with the given one first.
func (s *Store) Apart(ctx context.Context, from []string) ([]contact.Pair, error) {
	if said, err := s.anyNotSame(ctx); err != nil || !said || len(from) == 0 {
		return nil, err
	}
	ids := values(sorted(slices.Clone(from)))
	first, err := listIn(ctx, s, lookup{text: "SELECT a, b FROM not_same WHERE a IN"}, nil, ids, scanPair)
	if err != nil {
		return nil, err
	}
	second, err := listIn(ctx, s, lookup{text: "SELECT b, a FROM not_same WHERE b IN"}, nil, ids, scanPair)
	return append(first, second...), err
}

func scanPair(_ *unpacker, rows *sql.Rows) (p contact.Pair, err error) {
	err = rows.Scan(&p.A, &p.B)
	return p, err
}
