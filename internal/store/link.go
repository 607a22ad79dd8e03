package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kith/internal/contact"
)

const selectLinks = "SELECT l.id, l.place, l.kind, l.remote, p.id, l.gone, l.due, l.reread, l.not_before, l.needs, l.problem," +
	" l.echo, l.body, l.rev FROM link l LEFT JOIN party p ON p.num = l.party WHERE "

func scanLink(u *unpacker, rows *sql.Rows) (contact.Link, error) {
	var l contact.Link
	var place, kind, gone, notBefore int64
	var echo, body sql.RawBytes
	var party, needs, problem sql.NullString
	err := rows.Scan(&l.ID, &place, &kind, &l.Remote, &party, &gone, &l.Due, &l.Reread, &notBefore, &needs, &problem, &echo, &body, &l.Rev)
	if err != nil {
		return l, err
	}
	l.Place, l.Party, l.Needs, l.NotBefore = u.name(uint64(place)), party.String, needs.String, instant(notBefore)
	l.Shown, l.Version, l.Missing = u.echo(echo)
	u.link(body, &l)
	if err := u.end("link"); err != nil {
		return l, fmt.Errorf("%w (%d)", err, l.ID)
	}
	if l.Kind, err = wordOf(kinds, kind); err != nil {
		return l, err
	}
	if l.Gone, err = wordOf(gones, gone); err != nil {
		return l, err
	}
	l.Problem, err = reasonOf(problem.String)
	return l, err
}

// LinksByRemote returns the links of records of a place, in no order.
func (s *Store) LinksByRemote(ctx context.Context, place string, kind contact.Kind, remotes []string) ([]contact.Link, error) {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return nil, err
	}
	find := lookup{text: selectLinks + "l.place = $1 AND l.kind = $2 AND l.remote <> '' AND l.remote IN"}
	return listIn(ctx, s, find, []any{num, code}, values(remotes), scanLink)
}

// LinksByParty returns all links of parties, in no order.
func (s *Store) LinksByParty(ctx context.Context, parties []string) ([]contact.Link, error) {
	nums := map[string]int64{}
	if err := s.partyNums(ctx, s.reads, parties, nums); err != nil {
		return nil, s.classify(err)
	}
	found := make([]any, 0, len(nums))
	for _, num := range nums {
		found = append(found, num)
	}
	return listIn(ctx, s, lookup{text: selectLinks + "l.party IN"}, nil, found, scanLink)
}

// LinksByID returns the links that there are of ids, in no order.
func (s *Store) LinksByID(ctx context.Context, ids []int64) ([]contact.Link, error) {
	return listIn(ctx, s, lookup{text: selectLinks + "l.id IN"}, nil, values(ids), scanLink)
}

// LinksByNeeds returns the links that wait for any of the references, in no
// order.
func (s *Store) LinksByNeeds(ctx context.Context, needs []string) ([]contact.Link, error) {
	return listIn(ctx, s, lookup{text: selectLinks + "l.needs IS NOT NULL AND l.needs IN"}, nil, values(needs), scanLink)
}

// Due returns links of a kind with work whose NotBefore has come, by ID,
// beginning after an ID.
func (s *Store) Due(ctx context.Context, place string, kind contact.Kind, now time.Time, after int64, limit int) ([]contact.Link, error) {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return nil, err
	}
	return list(ctx, s, selectLinks+"l.place = $1 AND l.kind = $2 AND l.due = 1 AND l.id > $3 AND l.not_before <= $4 ORDER BY l.id LIMIT $5",
		[]any{num, code, after, now.UnixMilli(), limit}, scanLink)
}

// NextDue returns when the first of a place's links that wait for a time
// becomes due, zero where none waits. The time may have passed.
func (s *Store) NextDue(ctx context.Context, place string) (time.Time, error) {
	num, ok, err := s.place(ctx, place)
	if !ok {
		return time.Time{}, err
	}
	var ms sql.NullInt64
	err = s.reads.one(ctx, "SELECT MIN(not_before) FROM link WHERE place = $1 AND due = 1 AND not_before > 0", []any{num}, &ms)
	return instant(ms.Int64), s.classify(err)
}

// Intents returns links with an open intent by ID, beginning after an ID.
func (s *Store) Intents(ctx context.Context, place string, after int64, limit int) ([]contact.Link, error) {
	return s.placeLinks(ctx, place, "l.pending = 1", after, limit)
}

// Problems returns links of a place ("" = of all) with a problem by ID,
// beginning after an ID.
func (s *Store) Problems(ctx context.Context, place string, after int64, limit int) ([]contact.Link, error) {
	if place == "" {
		return list(ctx, s, selectLinks+"l.problem IS NOT NULL AND l.id > $1 ORDER BY l.id LIMIT $2", []any{after, limit}, scanLink)
	}
	return s.placeLinks(ctx, place, "l.problem IS NOT NULL", after, limit)
}

// ProblemsOf returns the first links of a place whose problem bears one of the
// codes, by ID, and how many there are.
func (s *Store) ProblemsOf(ctx context.Context, place string, codes []string, limit int) ([]contact.Link, int, error) {
	num, ok, err := s.place(ctx, place)
	if !ok || len(codes) == 0 {
		return nil, 0, err
	}
	where, binds := problemOf(codes, 2)
	var count int
	err = s.reads.one(ctx, "SELECT COUNT(*) FROM link l WHERE l.place = $1 AND "+where, append([]any{num}, binds...), &count)
	if err != nil || count == 0 {
		return nil, 0, s.classify(err)
	}
	links, err := list(ctx, s, selectLinks+"l.place = $1 AND "+where+" ORDER BY l.id LIMIT $"+strconv.Itoa(len(binds)+2),
		append(append([]any{num}, binds...), limit), scanLink)
	return links, count, err
}

// problemOf is a condition on how reasonText stores a problem with one of the
// codes; its binds begin at number from.
func problemOf(codes []string, from int) (where string, binds []any) {
	var each []string
	for _, code := range codes {
		at := from + len(binds)
		each = append(each, fmt.Sprintf("l.problem = $%d OR l.problem LIKE $%d", at, at+1))
		binds = append(binds, code, `["`+code+`",%`)
	}
	return "l.problem IS NOT NULL AND (" + strings.Join(each, " OR ") + ")", binds
}

func (s *Store) placeLinks(ctx context.Context, place, where string, after int64, limit int) ([]contact.Link, error) {
	num, ok, err := s.place(ctx, place)
	if !ok {
		return nil, err
	}
	return list(ctx, s, selectLinks+"l.place = $1 AND "+where+" AND l.id > $2 ORDER BY l.id LIMIT $3", []any{num, after, limit}, scanLink)
}

// Unlinked returns links of records that are there and belong to no party, by
// ID, beginning after an ID.
func (s *Store) Unlinked(ctx context.Context, place string, kind contact.Kind, after int64, limit int) ([]contact.Link, error) {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return nil, err
	}
	return list(ctx, s, selectLinks+"l.place = $1 AND l.kind = $2 AND l.standing = 2 AND l.id > $3 ORDER BY l.id LIMIT $4",
		[]any{num, code, after, limit}, scanLink)
}

// placeKind returns the numbers of a place and a kind; not ok where there can
// be nothing to find.
func (s *Store) placeKind(ctx context.Context, place string, kind contact.Kind) (num, code int64, ok bool, err error) {
	if code, err = codeOf(kinds, kind); err != nil {
		return 0, 0, false, err
	}
	num, ok, err = s.place(ctx, place)
	return num, code, ok, err
}
