package file

import (
	"bufio"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"slices"

	"kith/internal/contact"
)

// commit carries out a batch of writes with one replacement of the file. Each
// job gets an answer.
func (c *collection) commit(batch []*job[*draft]) {
	err := c.source.rewrite(func(file *rewriting[*snapshot]) error {
		d := c.draft(file.old, file.now)
		if err := apply(batch, d); err != nil || len(d.edited) == 0 && len(d.added) == 0 {
			return err
		}
		return c.replace(file, d)
	})
	if err != nil {
		fail(batch, err)
	}
}

// replace puts a draft in the place of the file.
func (c *collection) replace(file *rewriting[*snapshot], d *draft) error {
	var size int64
	write := func(fresh *os.File) (err error) {
		size, err = d.write(fresh)
		return err
	}
	return file.replace(write, func(fresh *os.File) (*snapshot, error) {
		now, err := file.read(context.Background(), fresh)
		if err == nil && (len(now.rows) != d.count() || now.size != size) {
			err = contact.Fail(contact.Malformed, "%s: the new file would not read as it was written, so the old one stays; name its delimiter and encoding in the configuration", c.name())
		}
		return now, err
	})
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
