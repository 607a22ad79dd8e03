package file

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"kith/internal/contact"
)

// replace puts a draft in the place of a file: written beside it, read back
// whole, made durable, renamed. Whoever opens the name at any moment finds the
// old file or the new one.
func (c *collection) replace(path string, old *os.File, d *draft) (err error) {
	info, err := old.Stat()
	if err != nil {
		return failed("write", err)
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), temporary(path))
	if err != nil {
		return failed("write", err)
	}
	defer func() {
		fresh.Close()
		if err != nil {
			_ = os.Remove(fresh.Name())
		}
	}()
	size, err := d.write(fresh)
	if errors.Is(err, errChanging) {
		return err
	}
	if err != nil {
		return failed("write", err)
	}
	if err := keepOwner(fresh, info); err != nil {
		return failed("keep the owner of "+c.name(), err)
	}
	if err := fresh.Chmod(info.Mode().Perm()); err != nil {
		return failed("write", err)
	}
	if err := c.env.sync(fresh); err != nil {
		return failed("write", err)
	}
	snapshot, err := c.scan(context.Background(), fresh)
	if err != nil {
		return err
	}
	if len(snapshot.rows) != d.count() || snapshot.size != size {
		return contact.Fail(contact.Malformed, "%s: the new file would not read as it was written, so the old one stays; name its delimiter and encoding in the configuration", c.name())
	}
	c.env.step("before rename")
	c.env.replacing(path)
	if err := c.unchanged(d.old); err != nil {
		return err
	}
	// Some systems cannot rename over a file that is open.
	fresh.Close()
	old.Close()
	if err := os.Rename(fresh.Name(), path); err != nil {
		return failed("write", err)
	}
	c.env.step("after rename")
	c.adopt(snapshot)
	if err := c.syncDirectory(filepath.Dir(path)); err != nil {
		return contact.Fail(contact.Uncertain, "write %s: %w", c.name(), err)
	}
	return nil
}

// count is how many rows the draft has.
func (d *draft) count() int {
	n := len(d.old.rows)
	for _, text := range d.edited {
		if text == "" {
			n--
		}
	}
	for _, text := range d.added {
		if text != "" {
			n++
		}
	}
	return n
}

// write writes the draft out: the old text with some rows exchanged, then the
// new ones. It returns the size of the text.
func (d *draft) write(to io.Writer) (size int64, err error) {
	out := bufio.NewWriterSize(to, 256<<10)
	if _, err := io.Copy(out, io.NewSectionReader(d.file, 0, int64(d.old.mark))); err != nil {
		return 0, err
	}
	text := d.old.set.writer(out)
	in, err := d.old.text(d.file, 0)
	if err != nil {
		return 0, errChanging
	}
	at := int64(0)
	for _, n := range slices.Sorted(maps.Keys(d.edited)) {
		row := d.old.rows[n]
		if _, err := io.CopyN(text, in, row.at-at); err != nil {
			return 0, whole(err)
		}
		if _, err := io.WriteString(text, d.edited[n]); err != nil {
			return 0, err
		}
		if _, err := io.CopyN(io.Discard, in, int64(row.size)); err != nil {
			return 0, whole(err)
		}
		at = row.at + int64(row.size)
		size += int64(len(d.edited[n])) - int64(row.size)
	}
	if _, err := io.CopyN(text, in, d.old.size-at); err != nil {
		return 0, whole(err)
	}
	for _, row := range d.added {
		if _, err := io.WriteString(text, row); err != nil {
			return 0, err
		}
		size += int64(len(row))
	}
	if err := text.Close(); err != nil {
		return 0, err
	}
	return d.old.size + size, out.Flush()
}

// whole tells a file that has become shorter from one that cannot be written.
func whole(err error) error {
	if errors.Is(err, io.EOF) {
		return errChanging
	}
	return err
}
