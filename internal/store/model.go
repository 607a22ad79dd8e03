package store

import (
	"context"

	"kith/internal/contact"
)

func modelName(kind contact.Kind) string { return "model " + string(kind) }

// Model returns what likeness has learnt of a kind, nil where nothing was kept.
func (s *Store) Model(ctx context.Context, kind contact.Kind) ([]byte, error) {
	var model []byte
	err := s.reads.one(ctx, "SELECT value FROM setting WHERE name = $1", []any{modelName(kind)}, &model)
	if none(err) {
		return nil, nil
	}
	return model, s.classify(err)
}

// KeepModel keeps what likeness has learnt of a kind in place of what it knew.
func (s *Store) KeepModel(ctx context.Context, kind contact.Kind, model []byte) error {
	return s.write(ctx, func(ctx context.Context, tx *tx) error {
		_, err := tx.exec(ctx, "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", modelName(kind), model)
		return err
	})
}
