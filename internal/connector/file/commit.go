package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// lockSuffix makes the name of the lock file that stands beside a file.
const lockSuffix = ".lock"

// commit carries out a batch of writes with one replacement of the file. Each
// job gets an answer.
func (c *collection) commit(batch []*job[*draft]) {
	var err error
	for range 2 {
		err = c.commitOnce(batch)
		if !errors.Is(err, errChanging) {
			break
		}
	}
	if errors.Is(err, errChanging) {
		err = c.source.restless()
	}
	if err != nil {
		fail(batch, err)
	}
}

// commitOnce applies a batch to the file as it is now. An error holds for all
// jobs: nothing was written, or, with class Uncertain, nobody knows.
func (c *collection) commitOnce(batch []*job[*draft]) error {
	// A link stays a link: what it points to is replaced.
	path, err := filepath.EvalSymlinks(c.path)
	if os.IsNotExist(err) {
		return c.exists()
	}
	if err != nil {
		return failed("write", err)
	}
	unlock, err := c.env.lock(path+lockSuffix, c.name())
	if err != nil {
		return err
	}
	defer unlock()
	if err := sweep(filepath.Dir(path), temporary(path)); err != nil {
		return failed("write", err)
	}

	// A file that may not be written must not be replaced either.
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return failed("write", err)
	}
	defer old.Close()
	snapshot, err := c.source.current(context.Background(), old)
	if err != nil {
		return err
	}
	d := c.draft(old, snapshot)
	for _, j := range batch {
		j.answer, j.err = j.change(d)
		if errors.Is(j.err, errChanging) {
			return errChanging
		}
	}
	if len(d.edited) == 0 && len(d.added) == 0 {
		return nil
	}
	return c.replace(path, old, d)
}
