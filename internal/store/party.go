package store

import (
	"context"
	"database/sql"
	"fmt"

	"kith/internal/contact"
)

const selectParties = "SELECT num, id, kind, state, rev, body FROM party WHERE "

func (s *Store) scanParty(u *unpacker, rows *sql.Rows) (contact.Party, error) {
	var p contact.Party
	var num, kind, state int64
	var body sql.RawBytes
	if err := rows.Scan(&num, &p.ID, &kind, &state, &p.Rev, &body); err != nil {
		return p, err
	}
	u.party(body, &p)
	if err := u.end("party"); err != nil {
		return p, fmt.Errorf("%w (%s)", err, p.ID)
	}
	var err error
	if p.Kind, err = wordOf(kinds, kind); err != nil {
		return p, err
	}
	if p.State, err = wordOf(states, state); err == nil {
		s.numbers.add(p.ID, num)
	}
	return p, err
}

// Parties returns the parties that there are of ids, in no order.
func (s *Store) Parties(ctx context.Context, ids []string) ([]contact.Party, error) {
	return listIn(ctx, s, lookup{text: selectParties + "id IN"}, nil, values(ids), s.scanParty)
}

// NextParty returns the number the next new party will get at least: whoever
// looks match keys up after this call hears of every party made before.
func (s *Store) NextParty(ctx context.Context) (next int64, err error) {
	err = s.reads.one(ctx, "SELECT COALESCE(MAX(num), 0) + 1 FROM party", nil, &next)
	return next, s.classify(err)
}

// PartiesFrom returns the ids of the parties of a kind whose number is at least
// this, in no order.
func (s *Store) PartiesFrom(ctx context.Context, kind contact.Kind, number int64) ([]string, error) {
	code, err := codeOf(kinds, kind)
	if err != nil {
		return nil, err
	}
	return list(ctx, s, "SELECT id FROM party WHERE num >= $1 AND kind = $2", []any{number, code}, func(_ *unpacker, rows *sql.Rows) (id string, err error) {
		err = rows.Scan(&id)
		return id, err
	})
}

// PartiesAfter returns active parties of a kind by id, beginning after an id.
func (s *Store) PartiesAfter(ctx context.Context, kind contact.Kind, after string, limit int) ([]contact.Party, error) {
	code, err := codeOf(kinds, kind)
	if err != nil {
		return nil, err
	}
	return list(ctx, s, selectParties+"kind = $1 AND state = 0 AND id > $2 ORDER BY id LIMIT $3", []any{code, after, limit}, s.scanParty)
}

// PartiesFor returns the parties of a kind that a place may lack something of, by
// id, beginning after an id: active ones, and any that has a link there.
func (s *Store) PartiesFor(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error) {
	code, err := codeOf(kinds, kind)
	if err != nil {
		return nil, err
	}
	num, ok, err := s.place(ctx, place)
	if err != nil {
		return nil, err
	}
	if !ok {
		return s.PartiesAfter(ctx, kind, after, limit)
	}
	return list(ctx, s, selectPartiesFor, []any{code, after, num, limit}, s.scanParty)
}

const selectPartiesFor = selectParties + "kind = $1 AND id > $2" +
	" AND (state = 0 OR EXISTS (SELECT 1 FROM link l WHERE l.party = party.num AND l.place = $3)) ORDER BY id LIMIT $4"

// PartiesWithout returns active parties of a kind that have no link at a place,
// by id, beginning after an id.
func (s *Store) PartiesWithout(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error) {
	code, err := codeOf(kinds, kind)
	if err != nil {
		return nil, err
	}
	num, ok, err := s.place(ctx, place)
	if err != nil {
		return nil, err
	}
	if !ok {
		return s.PartiesAfter(ctx, kind, after, limit)
	}
	return list(ctx, s, selectParties+"kind = $1 AND state = 0 AND id > $2"+
		" AND NOT EXISTS (SELECT 1 FROM link l WHERE l.party = party.num AND l.place = $3) ORDER BY id LIMIT $4",
		[]any{code, after, num, limit}, s.scanParty)
}

// Referring returns the ids of parties with a reference to any of the given
// ones, in ascending order.
func (s *Store) Referring(ctx context.Context, parties []string) ([]string, error) {
	find := lookup{text: "SELECT p.id FROM ref r JOIN party p ON p.num = r.child WHERE r.parent IN"}
	found, err := listIn(ctx, s, find, nil, values(parties), func(_ *unpacker, rows *sql.Rows) (id string, err error) {
		err = rows.Scan(&id)
		return id, err
	})
	return sorted(found), err
}

// partyNums adds the numbers of the parties that there are of ids.
func (s *Store) partyNums(ctx context.Context, on *statements, ids []string, nums map[string]int64) error {
	unknown := s.numbers.take(ids, nums)
	return on.eachIn(ctx, s.dialect, lookup{text: "SELECT num, id FROM party WHERE id IN"}, nil, values(unknown), func(rows *sql.Rows) error {
		var num int64
		var id string
		if err := rows.Scan(&num, &id); err != nil {
			return err
		}
		nums[id] = num
		return nil
	})
}
