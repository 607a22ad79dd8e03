package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"kith/internal/contact"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migration is one step from a schema version to the next.
type migration struct {
	version int64
	text    string
}

// loadMigrations returns the shipped steps in order: 0001_first.sql is version 1.
func loadMigrations() ([]migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	steps := make([]migration, len(files))
	for i, file := range files {
		text, err := fs.ReadFile(migrations, file)
		if err != nil {
			return nil, err
		}
		steps[i] = migration{version: int64(i + 1), text: string(text)}
		if want := fmt.Sprintf("migrations/%04d_", i+1); !strings.HasPrefix(file, want) {
			return nil, fmt.Errorf("%s: the next migration's name starts with %s", file, want)
		}
	}
	return steps, nil
}

// schemaVersion returns the version of the tables, 0 where there are none.
func schemaVersion(ctx context.Context, on *statements) (int64, error) {
	if _, err := on.on.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)"); err != nil {
		return 0, err
	}
	var version int64
	err := on.one(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version", nil, &version)
	return version, err
}

// migrateShipped brings the tables to this program's version.
func (s *Store) migrateShipped(ctx context.Context) error {
	steps, err := loadMigrations()
	if err != nil {
		return err
	}
	return s.migrate(ctx, steps)
}

// migrate takes the steps that are missing, each in a transaction of its own.
// An SQLite file that has been in use is copied first.
func (s *Store) migrate(ctx context.Context, steps []migration) error {
	newest := int64(len(steps))
	if err := s.backUp(ctx, newest); err != nil {
		return err
	}
	for done := false; !done; {
		err := s.write(ctx, func(ctx context.Context, tx *tx) error {
			if s.dialect.migrationLock != "" {
				if _, err := tx.exec(ctx, s.dialect.migrationLock); err != nil {
					return err
				}
			}
			version, err := schemaVersion(ctx, tx.statements)
			if err != nil {
				return err
			}
			if err := checkVersion(version, newest); err != nil {
				return err
			}
			if done = version == newest; done {
				return nil
			}
			return s.step(ctx, tx, steps[version])
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// backUp copies an SQLite file of an older version to file.v1, file.v2 … A
// PostgreSQL server's owner backs it up.
func (s *Store) backUp(ctx context.Context, newest int64) error {
	if s.writes.turn == nil {
		return nil
	}
	version, err := schemaVersion(ctx, s.writes.stmt)
	if err != nil || version == 0 || version >= newest {
		return err
	}
	target := fmt.Sprintf("%s.v%d", s.path, version)
	if err := os.Remove(target); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return contact.Fail(contact.Setup, "back up the store before its upgrade: %w", err)
	}
	if _, err := s.writes.stmt.on.ExecContext(ctx, "VACUUM INTO $1", target); err != nil {
		return fmt.Errorf("back up the store before its upgrade: %w", s.classify(err))
	}
	return nil
}

func (s *Store) step(ctx context.Context, tx *tx, step migration) error {
	for _, statement := range strings.Split(s.dialect.ddl.Replace(step.text), ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := tx.on.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("upgrade the store to version %d: %w", step.version, err)
		}
	}
	_, err := tx.exec(ctx, "INSERT INTO schema_version (version) VALUES ($1)", step.version)
	return err
}

// checkSchema refuses tables of another version in a store that is only read.
func (s *Store) checkSchema(ctx context.Context) error {
	steps, err := loadMigrations()
	if err != nil {
		return err
	}
	var version int64
	if err := s.reads.one(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version", nil, &version); err != nil {
		return s.classify(err)
	}
	if version < int64(len(steps)) {
		return contact.Fail(contact.Setup, "it was written by an older Kith: start the server, or a command that writes, once")
	}
	return checkVersion(version, int64(len(steps)))
}

func checkVersion(version, newest int64) error {
	if version > newest {
		return contact.Fail(contact.Setup, "it was written by a newer Kith (schema %d, this program knows %d): use that or a newer program", version, newest)
	}
	return nil
}
