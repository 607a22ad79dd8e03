package sqldb

import (
	"context"
	"database/sql"
	"errors"

	"kith/internal/connector"
	"kith/internal/contact"
)

// writing is one transaction that changes a row.
type writing struct {
	*sql.Tx
	sent bool // a change is on its way: a lost connection is uncertain from here on
}

// change sends a statement that changes rows.
func (w *writing) change(ctx context.Context, s *statement) (sql.Result, error) {
	w.sent = true
	return w.ExecContext(ctx, s.String(), s.args...)
}

// insert sends an INSERT that answers the new key.
func (w *writing) insert(ctx context.Context, s *statement) (key sql.NullString, err error) {
	w.sent = true
	err = w.QueryRowContext(ctx, s.String(), s.args...).Scan(&key)
	if errors.Is(err, sql.ErrNoRows) { // a trigger put the row elsewhere, or nowhere
		err = nil
	}
	return key, err
}

// transact does work in a transaction of its own.
func transact[T any](ctx context.Context, p *place, kind contact.Kind, work func(context.Context, *writing, *layout) (T, error)) (T, error) {
	if p.settings.ReadOnly {
		var none T
		return none, connector.Refuse(contact.Because(contact.CodeReadOnly), "%s: the system is read only", p.settings.Name)
	}
	return run(ctx, p, call{kind: kind, writes: true}, func(ctx context.Context, l *layout) (answer T, err error) {
		tx, err := p.db.BeginTx(ctx, nil)
		if err != nil {
			return answer, err
		}
		w := &writing{Tx: tx}
		for _, text := range p.dialect.begin() {
			if _, err = w.ExecContext(ctx, text); err != nil {
				break
			}
		}
		if err == nil {
			answer, err = work(ctx, w, l)
		}
		if err != nil {
			_ = w.Rollback() // nothing is left to be told: the connection is dropped with its transaction
			return answer, p.failed(err, w.sent)
		}
		return answer, p.failed(w.Commit(), w.sent)
	})
}

// locked reads the row a write is about and checks that it is the one the caller
// has seen.
func (p *place) locked(ctx context.Context, w *writing, l *layout, id, version string) (row, error) {
	r, err := p.fetch(ctx, w, l, id)
	if err != nil {
		return nil, err
	}
	if version != "" && version != l.version(r) {
		return nil, p.conflict(l)
	}
	return r, nil
}

func (p *place) conflict(l *layout) error {
	return p.fail(contact.Conflicting, "table %s: the row has changed since it was read", l.name)
}
