package store

import (
	"context"
	"crypto/rand"
)

// secretSize is the length of the installation's secret in bytes.
const secretSize = 32

func randomBytes(b []byte) { _, _ = rand.Read(b) } // never fails

// Secret returns the installation's random key for match-key hashes, made at
// first use.
func (s *Store) Secret(ctx context.Context) ([]byte, error) {
	const find = "SELECT value FROM setting WHERE name = 'secret'"
	var secret []byte
	err := s.reads.one(ctx, find, nil, &secret)
	if !none(err) {
		return secret, s.classify(err)
	}
	err = s.write(ctx, func(ctx context.Context, tx *tx) error {
		made := make([]byte, secretSize)
		s.options.Random(made)
		// Another process may have been first; then its secret counts.
		if _, err := tx.exec(ctx, "INSERT INTO setting (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING", made); err != nil {
			return err
		}
		return tx.one(ctx, find, nil, &secret)
	})
	return secret, err
}
