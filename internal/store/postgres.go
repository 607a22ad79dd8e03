package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"kith/internal/contact"
)

// postgresConnections bounds how many connections one process opens.
const postgresConnections = 16

func (s *Store) openPostgres(ctx context.Context, dsn string, readOnly bool) error {
	s.dialect = &postgresDialect
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return contact.Fail(contact.Setup, "the store's postgres:// address cannot be read") // err might quote its password
	}
	s.path = fmt.Sprintf("%s on %s", config.Database, config.Host)
	config.RuntimeParams["application_name"] = "kith"
	config.RuntimeParams["synchronous_commit"] = "on"
	if readOnly {
		config.RuntimeParams["default_transaction_read_only"] = "on"
	}
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(checkPostgres))
	db.SetMaxOpenConns(postgresConnections)
	db.SetMaxIdleConns(postgresConnections)
	s.opened = append(s.opened, db.Close)
	s.reads = newStatements(db, false)
	if err := db.PingContext(ctx); err != nil {
		return s.classify(err)
	}
	if readOnly {
		return s.checkSchema(ctx)
	}
	s.writes = &writer{db: db}
	return s.migrateShipped(ctx)
}

// checkPostgres looks at every connection: a commit that has returned survives
// a crash of the server only where synchronous_commit is on.
func checkPostgres(ctx context.Context, conn *pgx.Conn) error {
	var is string
	if err := conn.QueryRow(ctx, "SHOW synchronous_commit").Scan(&is); err != nil {
		return err
	}
	switch is {
	case "on", "remote_apply":
		return nil
	}
	return contact.Fail(contact.Setup, "PostgreSQL says synchronous_commit is %s and it has to be on: a commit could be lost", is)
}
