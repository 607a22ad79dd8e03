package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// conn is the one open place of a system.
type conn struct{ system *system }

// Account names the files and their key columns.
func (c *conn) Account() string {
	parts := []string{"file"}
	for _, kind := range c.system.kinds {
		f := c.system.collections[kind]
		parts = append(parts, fmt.Sprintf("%s=%s#%s", kind, f.path, f.spec.ID))
	}
	return strings.Join(parts, " ")
}

// of returns the file of a kind.
func (c *conn) of(kind contact.Kind) (*collection, error) {
	if c.system.closed.Load() {
		return nil, isClosed(c.system.settings.Name)
	}
	f := c.system.collections[kind]
	if f == nil {
		return nil, contact.Fail(contact.Setup, "%s: no row names a file for %s records", c.system.settings.Name, kind)
	}
	return f, nil
}

func (c *conn) Describe(ctx context.Context, kind contact.Kind) (connector.Shape, error) {
	f, err := c.of(kind)
	if err != nil {
		return connector.Shape{}, err
	}
	var shape connector.Shape
	err = f.source.view(ctx, func(_ *os.File, s *snapshot) error {
		shape = connector.Shape{Rows: len(s.rows), Note: fmt.Sprintf("%s, %s, columns parted by %q", f.name(), s.set.name, s.header.delimiter)}
		for _, name := range s.header.columns {
			if name != "" {
				shape.Fields = append(shape.Fields, connector.Field{Name: name, Required: name == f.spec.ID && s.highest == "" && len(s.rows) > 0})
			}
		}
		return nil
	})
	return shape, err
}

// Pull reads the file from end to end before it gives the first page. The
// cursor names the content it belongs to, so that no listing is put together
// from two of them.
func (c *conn) Pull(ctx context.Context, kind contact.Kind, cursor string) (connector.Page, error) {
	f, err := c.of(kind)
	if err != nil {
		return connector.Page{}, err
	}
	var page connector.Page
	err = f.source.view(ctx, func(file *os.File, s *snapshot) error {
		start, err := f.position(s, cursor)
		if err != nil {
			return err
		}
		end := min(start+f.page, len(s.rows))
		page = connector.Page{
			Records: make([]contact.Record, 0, end-start), Full: true, Asked: c.now(),
			State: s.state, Missing: s.header.missing, More: end < len(s.rows),
		}
		if page.More {
			page.Next = s.state + "." + strconv.Itoa(end)
		}
		r, err := s.from(file, start)
		if err != nil {
			return errChanging
		}
		for range end - start {
			// The rows were sound when they were indexed.
			if r.next() != nil || len(r.spans) != len(s.header.columns) {
				return errChanging
			}
			page.Records = append(page.Records, f.record(s, r))
		}
		return nil
	})
	return page, err
}

// position reads a cursor.
func (f *collection) position(s *snapshot, cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	state, row, _ := strings.Cut(cursor, ".")
	n, err := strconv.Atoi(row)
	if err != nil || state != s.state || n < 0 || n >= len(s.rows) {
		return 0, contact.Fail(contact.CursorExpired, "%s has changed since its first page was read", f.name())
	}
	return n, nil
}

// record makes a record of the row that r stands on.
func (f *collection) record(s *snapshot, r *rows) contact.Record {
	record := contact.Record{
		Kind: f.kind, ID: r.value(s.header.id), Version: s.version(r.content()),
		Values: contact.Values{Fields: make(contact.Fields, len(s.header.shown))},
	}
	for _, i := range s.header.shown {
		record.Fields[s.header.columns[i]] = r.value(i)
	}
	if s.header.marker >= 0 {
		record.Marker = r.value(s.header.marker)
	}
	return record
}

func (c *conn) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	f, err := c.of(kind)
	if err != nil {
		return contact.Record{}, err
	}
	var record contact.Record
	err = f.source.view(ctx, func(file *os.File, s *snapshot) error {
		n, ok := s.byKey[id]
		if !ok {
			return f.notFound()
		}
		r, err := s.from(file, int(n))
		if err != nil || r.next() != nil || len(r.spans) != len(s.header.columns) {
			return errChanging
		}
		record = f.record(s, r)
		return nil
	})
	return record, err
}

func (f *collection) notFound() error {
	return contact.Fail(contact.NotFound, "%s has no row with this key", f.name())
}

// List implements connector.Lister.
func (c *conn) List(ctx context.Context, kind contact.Kind, each func(id, version string) error) error {
	return c.every(ctx, kind, func(s *snapshot, r *rows) error {
		return each(r.value(s.header.id), s.version(r.content()))
	})
}

// Find implements connector.Finder: it reads the whole file.
func (c *conn) Find(ctx context.Context, kind contact.Kind, marker string, key contact.Fields) ([]contact.Record, error) {
	f, err := c.of(kind)
	if err != nil {
		return nil, err
	}
	if marker == "" && len(key) == 0 {
		return nil, contact.Fail(contact.Setup, "find in %s: neither a marker nor a key", f.name())
	}
	if marker != "" && f.spec.Marker == "" {
		return nil, contact.Fail(contact.Setup, "find in %s: the row names no marker column", f.name())
	}
	var found []contact.Record
	err = c.every(ctx, kind, func(s *snapshot, r *rows) error {
		for name := range key {
			if marker == "" && !slices.Contains(s.header.columns, name) {
				return f.noColumn("key", name, s.header.columns)
			}
		}
		for i, name := range s.header.columns {
			switch want, asked := key[name]; {
			case marker != "":
				if i == s.header.marker && r.value(i) != marker {
					return nil
				}
			case asked && r.value(i) != want:
				return nil
			}
		}
		found = append(found, f.record(s, r))
		return nil
	})
	return found, err
}

// every calls use for each row; a file that changes meanwhile is an error.
func (c *conn) every(ctx context.Context, kind contact.Kind, use func(*snapshot, *rows) error) error {
	f, err := c.of(kind)
	if err != nil {
		return err
	}
	var stop error
	err = f.source.viewOnce(ctx, func(file *os.File, s *snapshot) error {
		r, err := s.from(file, 0)
		if err != nil {
			return errChanging
		}
		for n := 0; ; n++ {
			if n%1024 == 0 && ctx.Err() != nil {
				return stopped(ctx.Err())
			}
			err := r.next()
			if errors.Is(err, io.EOF) && n == len(s.rows) {
				return nil
			}
			if err != nil || len(r.spans) != len(s.header.columns) {
				return errChanging
			}
			if stop = use(s, r); stop != nil {
				return stop
			}
		}
	})
	if stop == nil && errors.Is(err, errChanging) {
		return contact.Fail(contact.Unreachable, "%s is being written by somebody else: it changed while it was read", f.name())
	}
	return err
}

func (c *conn) now() time.Time { return nowOf(c.system.settings) }

func nowOf(settings connector.Settings) time.Time {
	if settings.Now != nil {
		return settings.Now()
	}
	return time.Now()
}
