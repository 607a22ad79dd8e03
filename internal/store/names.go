package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// names is the table "name" in memory: the numbers of the texts that repeat in
// every row. Number 0 is "". A value of this type is never changed, and names
// are never changed or removed, so a number once known stays true.
type names struct {
	number map[string]int64
	text   []string // by number
}

// errUnknownName is met where another process has added a name since ours were
// loaded. The reading is done again after loading.
type errUnknownName int64

func (e errUnknownName) Error() string {
	return fmt.Sprintf("the store has no name %d: its file is damaged", int64(e))
}

func (n *names) numberOf(text string) (num int64, ok bool) {
	if text == "" {
		return 0, true
	}
	num, ok = n.number[text]
	return num, ok
}

func (n *names) textOf(num int64) (string, error) {
	if num == 0 {
		return "", nil
	}
	if num < 0 || num >= int64(len(n.text)) || n.text[num] == "" {
		return "", errUnknownName(num)
	}
	return n.text[num], nil
}

// loadNames reads all names. There are as many as places, fields and slots.
func (s *Store) loadNames(ctx context.Context) error {
	loaded := &names{number: map[string]int64{}}
	err := s.reads.each(ctx, "SELECT num, text FROM name", nil, func(rows *sql.Rows) error {
		var num int64
		var text string
		if err := rows.Scan(&num, &text); err != nil {
			return err
		}
		for int64(len(loaded.text)) <= num {
			loaded.text = append(loaded.text, "")
		}
		loaded.text[num] = text
		loaded.number[text] = num
		return nil
	})
	if err != nil {
		return err
	}
	s.names.Store(loaded)
	return nil
}

var insertName = insert{into: "name (text)", width: 1, end: " ON CONFLICT (text) DO NOTHING"}

// intern gives numbers to texts that have none, in a transaction of its own: a
// number must never be known here and rolled back there.
func (s *Store) intern(ctx context.Context, texts map[string]bool) error {
	err := s.write(ctx, func(ctx context.Context, tx *tx) error {
		// In one order, so that two processes never wait for each other.
		return tx.rows(ctx, s.dialect, &insertName, values(slices.Sorted(maps.Keys(texts))))
	})
	if err != nil {
		return err
	}
	return s.loadNames(ctx)
}
