package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"kith/internal/contact"
)

const selectReviews = "SELECT id, " + reviewColumns + " FROM review"

func scanReview(u *unpacker, rows *sql.Rows) (contact.Review, error) {
	var r contact.Review
	var at, place, closed int64
	var why string
	err := rows.Scan(&r.ID, &at, &r.Ask, &place, &r.Kind, &r.Party, &r.Remote, &r.Other, &r.Slot, &r.Ours, &r.Theirs, &r.Token, &why,
		&r.Decided, &r.By, &closed, &r.Stranger)
	if err != nil {
		return r, err
	}
	r.At, r.Closed, r.Place = instant(at), instant(closed), u.name(uint64(place))
	if err := u.end("review"); err != nil {
		return r, err
	}
	r.Why, err = reasonOf(why)
	return r, err
}

// OpenReviews returns the open reviews of a place ("" = of all) that name one
// of the parties, first or second (none given = that name any or none), in the
// order in which they were opened.
func (s *Store) OpenReviews(ctx context.Context, place string, parties []string) ([]contact.Review, error) {
	num, ok, err := s.place(ctx, place)
	if !ok {
		return nil, err
	}
	open := selectReviews + " WHERE decided = ''"
	var args []any
	if place != "" {
		open += " AND place = $1"
		args = append(args, num)
	}
	if len(parties) == 0 {
		return list(ctx, s, open+" ORDER BY id", args, scanReview)
	}
	ids := values(sorted(append([]string(nil), parties...)))
	first, err := listIn(ctx, s, lookup{text: open + " AND party <> '' AND party IN"}, args, ids, scanReview)
	if err != nil {
		return nil, err
	}
	second, err := listIn(ctx, s, lookup{text: open + " AND other <> '' AND other IN"}, args, ids, scanReview)
	return byID(first, second), err
}

// Released returns the reviews of a place that were answered with "go" and that
// no visit has acted upon yet, which is what their tokens are for, in the order
// in which they were opened.
func (s *Store) Released(ctx context.Context, place string) ([]contact.Review, error) {
	num, ok, err := s.place(ctx, place)
	if !ok {
		return nil, err
	}
	return list(ctx, s, selectReviews+" WHERE place = $1 AND decided <> '' AND closed = 0 AND decided = $2 AND token <> '' ORDER BY id",
		[]any{num, string(contact.AnswerGo)}, scanReview)
}

// Review returns a review. Class NotFound: there is none of that number.
func (s *Store) Review(ctx context.Context, id int64) (contact.Review, error) {
	found, err := list(ctx, s, selectReviews+" WHERE id = $1", []any{id}, scanReview)
	if err != nil {
		return contact.Review{}, err
	}
	if len(found) == 0 {
		return contact.Review{}, contact.Fail(contact.NotFound, "there is no review %d", id)
	}
	return found[0], nil
}

// Reviews returns the newest reviews, the newest first; with open only those
// that wait for an answer.
func (s *Store) Reviews(ctx context.Context, open bool, limit int) ([]contact.Review, error) {
	where := ""
	if open {
		where = " WHERE decided = ''"
	}
	return list(ctx, s, selectReviews+where+" ORDER BY id DESC LIMIT $1", []any{limit}, scanReview)
}

// CountOpenReviews counts the reviews that wait for an answer.
func (s *Store) CountOpenReviews(ctx context.Context) (open int, err error) {
	err = s.reads.one(ctx, "SELECT COUNT(*) FROM review WHERE decided = ''", nil, &open)
	return open, s.classify(err)
}

// byID joins lists of reviews into one by number, each review once.
func byID(lists ...[]contact.Review) []contact.Review {
	joined := slices.Concat(lists...)
	slices.SortFunc(joined, func(x, y contact.Review) int { return cmp.Compare(x.ID, y.ID) })
	return slices.CompactFunc(joined, func(x, y contact.Review) bool { return x.ID == y.ID })
}
