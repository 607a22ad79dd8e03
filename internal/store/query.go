package store

import (
	"context"
	"database/sql"
	"errors"
	"sync"
)

// preparer is a *sql.DB, a *sql.Conn or a *sql.Tx.
type preparer interface {
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// statements runs SQL, and where keep is set prepares each text once. The
// texts are few: lists of binds come in a handful of lengths only.
type statements struct {
	on   preparer
	keep bool

	mu   sync.RWMutex
	kept map[string]*sql.Stmt
}

func newStatements(on preparer, keep bool) *statements {
	return &statements{on: on, keep: keep, kept: map[string]*sql.Stmt{}}
}

// close ends the prepared statements: nobody else does that for those of a
// *sql.Conn, and SQLite keeps a file open for as long as one is left.
func (s *statements) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, stmt := range s.kept {
		errs = append(errs, stmt.Close())
	}
	clear(s.kept)
	return errors.Join(errs...)
}

func (s *statements) prepare(ctx context.Context, text string) (*sql.Stmt, error) {
	s.mu.RLock()
	stmt := s.kept[text]
	s.mu.RUnlock()
	if stmt != nil {
		return stmt, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt = s.kept[text]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.on.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.kept[text] = stmt
	return stmt, nil
}

func (s *statements) exec(ctx context.Context, text string, args ...any) (sql.Result, error) {
	if !s.keep {
		return s.on.ExecContext(ctx, text, args...)
	}
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

func (s *statements) query(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if !s.keep {
		return s.on.QueryContext(ctx, text, args...)
	}
	stmt, err := s.prepare(ctx, text)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// each calls scan for every row of a query.
func (s *statements) each(ctx context.Context, text string, args []any, scan func(*sql.Rows) error) error {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// one scans a query's only row; sql.ErrNoRows where there is none.
func (s *statements) one(ctx context.Context, text string, args []any, into ...any) error {
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		return errors.Join(rows.Err(), sql.ErrNoRows)
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	return rows.Err()
}

// lookup is a query with a list of values: its text ends in IN, the list
// follows, then end.
type lookup struct{ text, end string }

// eachIn runs a lookup for values, in lists of few lengths. args are the binds
// before the list.
func (s *statements) eachIn(ctx context.Context, d *dialect, l lookup, args, values []any, scan func(*sql.Rows) error) error {
	return lists(args, values, func(skip, size int, binds []any) error {
		return s.each(ctx, d.in(l, skip, size), binds, scan)
	})
}

// execIn is eachIn for a statement that returns nothing.
func (s *statements) execIn(ctx context.Context, d *dialect, l lookup, args, values []any) error {
	return lists(args, values, func(skip, size int, binds []any) error {
		_, err := s.exec(ctx, d.in(l, skip, size), binds...)
		return err
	})
}

// lists parts values into lists of few lengths. The rest of a list is filled
// with its last value, which changes nothing in an IN.
func lists(args, values []any, run func(skip, size int, binds []any) error) error {
	for len(values) > 0 {
		size, n := listSize(len(values))
		binds := make([]any, 0, len(args)+size)
		binds = append(append(binds, args...), values[:n]...)
		for range size - n {
			binds = append(binds, values[n-1])
		}
		if err := run(len(args), size, binds); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}

// listSizes are the lengths in which lists of binds are written, so that a few
// prepared statements serve all.
var listSizes = []int{1, 8, 64, 512, 1024}

// listSize returns the smallest length that holds n values, and how many of
// them go in.
func listSize(n int) (size, taken int) {
	for _, size := range listSizes {
		if n <= size {
			return size, n
		}
	}
	longest := listSizes[len(listSizes)-1]
	return longest, longest
}

// in writes a lookup with a list of size binds, the first after skip others.
func (d *dialect) in(l lookup, skip, size int) string {
	b := make([]byte, 0, len(l.text)+len(l.end)+3+6*size)
	b = append(append(b, l.text...), " ("...)
	for i := range size {
		if i > 0 {
			b = append(b, ',')
		}
		b = d.bind(b, skip+i+1)
	}
	b = append(b, ')')
	return string(append(b, l.end...))
}

// insert is a statement that writes many rows.
type insert struct {
	into  string // t (a, b)
	width int    // columns
	end   string // ON CONFLICT …
}

// rows writes args, width values a row, in as many statements as it takes.
func (s *statements) rows(ctx context.Context, d *dialect, in *insert, args []any) error {
	for len(args) > 0 {
		n := chunk(d, in.width, len(args)/in.width)
		if _, err := s.exec(ctx, in.text(d, n), args[:n*in.width]...); err != nil {
			return err
		}
		args = args[n*in.width:]
	}
	return nil
}

// rowsReturning is rows for an insert that ends in RETURNING.
func (s *statements) rowsReturning(ctx context.Context, d *dialect, in *insert, args []any, scan func(*sql.Rows) error) error {
	for len(args) > 0 {
		n := chunk(d, in.width, len(args)/in.width)
		if err := s.each(ctx, in.text(d, n), args[:n*in.width], scan); err != nil {
			return err
		}
		args = args[n*in.width:]
	}
	return nil
}

// chunk returns how many of the rows go into the next statement.
func chunk(d *dialect, width, rows int) int {
	for _, size := range d.chunks {
		if size <= rows && size*width <= d.maxBinds {
			return size
		}
	}
	return 1
}

func (in *insert) text(d *dialect, rows int) string {
	b := make([]byte, 0, 40+len(in.into)+len(in.end)+rows*(in.width*6+3))
	b = append(append(append(b, d.insert...), in.into...), " VALUES "...)
	for r := range rows {
		if r > 0 {
			b = append(b, ',')
		}
		b = append(b, '(')
		for c := range in.width {
			if c > 0 {
				b = append(b, ',')
			}
			b = d.bind(b, r*in.width+c+1)
		}
		b = append(b, ')')
	}
	return string(append(b, in.end...))
}
