package store

import (
	"context"

	"kith/internal/contact"
)

const reviewColumns = "at, ask, place, kind, party, remote, other, slot, ours, theirs, token, why, decided, decided_by, closed, stranger"

var insertReview = insert{into: "review (" + reviewColumns + ")", width: 16}

const updateReview = "UPDATE review SET at = $1, ask = $2, place = $3, kind = $4, party = $5, remote = $6, other = $7, slot = $8," +
	" ours = $9, theirs = $10, token = $11, why = $12, decided = $13, decided_by = $14, closed = $15, stranger = $16 WHERE id = $17"

func (b *batch) packReviews(p *packer) error {
	for i := range b.c.Reviews {
		r := &b.c.Reviews[i]
		stranger := r.Stranger
		if r.Decided != "" {
			stranger = "" // it was kept for the answer alone
		}
		b.reviews = append(b.reviews, millis(r.At), string(r.Ask), p.name(r.Place), string(r.Kind), r.Party, cleanText(r.Remote),
			r.Other, r.Slot, cleanText(r.Ours), cleanText(r.Theirs), r.Token, cleanText(reasonText(r.Why)), r.Decided, r.By, millis(r.Closed), cleanText(stranger))
	}
	return nil
}

func (b *batch) applyReviews(ctx context.Context) error {
	for i := range b.c.Reviews {
		id := b.c.Reviews[i].ID
		args := b.reviews[i*insertReview.width : (i+1)*insertReview.width]
		if id == 0 {
			if err := b.rows(ctx, b.store.dialect, &insertReview, args); err != nil {
				return err
			}
			continue
		}
		result, err := b.exec(ctx, updateReview, append(args[:len(args):len(args)], id)...)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return contact.Fail(contact.NotFound, "there is no review %d", id)
		}
	}
	return nil
}
