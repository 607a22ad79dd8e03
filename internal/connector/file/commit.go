package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kith/internal/contact"
)

// lockSuffix makes the name of the lock file that stands beside a file.
const lockSuffix = ".lock"

// commit carries out a batch of writes with one replacement of the file. Each
// job gets an answer.
func (c *collection) commit(batch []*job) {
	var err error
	for range 2 {
		err = c.commitOnce(batch)
		if !errors.Is(err, errChanging) {
			break
		}
	}
	if errors.Is(err, errChanging) {
		err = contact.Fail(contact.Unreachable, "%s is being written by somebody else: it keeps changing", c.name())
	}
	if err == nil {
		return
	}
	for _, j := range batch {
		j.answer, j.err = contact.Record{}, err
	}
}

// commitOnce applies a batch to the file as it is now. An error holds for all
// jobs: nothing was written, or, with class Uncertain, nobody knows.
func (c *collection) commitOnce(batch []*job) error {
	// A link stays a link: what it points to is replaced.
	path, err := filepath.EvalSymlinks(c.path)
	if os.IsNotExist(err) {
		return c.exists()
	}
	if err != nil {
		return failed("write", err)
	}
	unlock, err := c.lock(path + lockSuffix)
	if err != nil {
		return err
	}
	defer unlock()
	if err := sweep(path); err != nil {
		return failed("write", err)
	}

	// A file that may not be written must not be replaced either.
	old, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return failed("write", err)
	}
	defer old.Close()
	snapshot, err := c.current(context.Background(), old)
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

// lock takes the lock beside a file, which other programs that write the file
// may take too.
func (c *collection) lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, failed("lock "+c.name(), err)
	}
	for waited := time.Duration(0); ; waited += c.env.poll {
		got, err := tryLock(f)
		if err != nil {
			f.Close()
			return nil, failed("lock "+c.name(), err)
		}
		if got {
			return func() { f.Close() }, nil
		}
		if waited >= c.env.patience {
			f.Close()
			return nil, contact.Fail(contact.Held, "%s is being written by another program, which holds %s", c.name(), filepath.Base(path))
		}
		time.Sleep(c.env.poll)
	}
}

// temporary is the pattern of the files that become the new one.
func temporary(path string) string { return "." + filepath.Base(path) + ".kith-*" }

// sweep removes what a process left behind that died before it renamed its new
// file. Called under the lock: nobody else is at work.
func sweep(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), strings.TrimSuffix(temporary(path), "*")) {
			if err := os.Remove(filepath.Join(filepath.Dir(path), e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
