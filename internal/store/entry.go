package store

import (
	"context"
	"database/sql"
	"fmt"

	"kith/internal/contact"
)

const selectEntries = "SELECT e.seq, e.at, e.run, p.id, e.place, e.remote, e.op, e.field, e.before, e.after, e.why" +
	" FROM entry e LEFT JOIN party p ON p.num = e.party WHERE e.seq > 0"

// Entries returns history, newest first: of a party ("" = of any) and of a run
// (0 = of any).
func (s *Store) Entries(ctx context.Context, party string, run int64, limit int) ([]contact.Entry, error) {
	text := selectEntries
	var args []any
	if party != "" {
		nums := map[string]int64{}
		if err := s.partyNums(ctx, s.reads, []string{party}, nums); err != nil {
			return nil, s.classify(err)
		}
		args = append(args, nums[party])
		text += fmt.Sprintf(" AND e.party = $%d", len(args))
	}
	if run != 0 {
		args = append(args, run)
		text += fmt.Sprintf(" AND e.run > 0 AND e.run = $%d", len(args))
	}
	args = append(args, limit)
	return list(ctx, s, text+fmt.Sprintf(" ORDER BY e.seq DESC LIMIT $%d", len(args)), args, scanEntry)
}

func scanEntry(u *unpacker, rows *sql.Rows) (contact.Entry, error) {
	var e contact.Entry
	var at, place, op, field int64
	var party sql.NullString
	var why string
	err := rows.Scan(&e.Seq, &at, &e.Run, &party, &place, &e.Remote, &op, &field, &e.Before, &e.After, &why)
	if err != nil {
		return e, err
	}
	e.At, e.Party, e.Place = instant(at), party.String, u.name(uint64(place))
	e.Op, e.Field = contact.Event(u.name(uint64(op))), u.name(uint64(field))
	if err := u.end("history"); err != nil {
		return e, fmt.Errorf("%w (%d)", err, e.Seq)
	}
	e.Why, err = reasonOf(why)
	return e, err
}
