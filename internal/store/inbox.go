package store

import (
	"context"
	"database/sql"
	"fmt"

	"kith/internal/contact"
)

// Inbox returns waiting readings of a kind in the order they came, beginning
// after an ID.
func (s *Store) Inbox(ctx context.Context, place string, kind contact.Kind, after int64, limit int) ([]contact.InboxRow, error) {
	num, code, ok, err := s.placeKind(ctx, place, kind)
	if !ok {
		return nil, err
	}
	return list(ctx, s, "SELECT id, asked, listed, record FROM inbox WHERE place = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4",
		[]any{num, code, after, limit}, func(u *unpacker, rows *sql.Rows) (contact.InboxRow, error) {
			row := contact.InboxRow{Place: place}
			var asked int64
			var record sql.RawBytes
			if err := rows.Scan(&row.ID, &asked, &row.Full, &record); err != nil {
				return row, err
			}
			row.Asked, row.Record = instant(asked), u.record(record)
			row.Record.Kind = kind
			if err := u.end("waiting reading"); err != nil {
				return row, fmt.Errorf("%w (%d)", err, row.ID)
			}
			return row, nil
		})
}

// DropInbox forgets all waiting readings of a place and returns how many they
// were.
func (s *Store) DropInbox(ctx context.Context, place string) (dropped int, err error) {
	num, ok, err := s.place(ctx, place)
	if !ok {
		return 0, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		result, err := tx.exec(ctx, "DELETE FROM inbox WHERE place = $1", num)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		dropped = int(n)
		return err
	})
	return dropped, err
}
