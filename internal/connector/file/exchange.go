package file

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kith/internal/contact"
)

// environment is what tests bend of the world around the files.
type environment struct {
	patience  time.Duration        // how long another writer's lock is waited for
	poll      time.Duration        // how often it is tried
	clock     func() time.Time     // dates of files are compared with it
	step      func(name string)    // called at the steps of a replacement
	sync      func(*os.File) error // makes a file or directory durable
	replacing func(path string)    // called before the old file is looked at for the last time
}

func newEnvironment() environment {
	return environment{
		patience: 5 * time.Second, poll: 10 * time.Millisecond, clock: time.Now,
		step: func(string) {}, replacing: func(string) {}, sync: (*os.File).Sync,
	}
}

// lock takes a lock file, which other programs that write the same may take
// too. name is what is written, for messages.
func (e *environment) lock(path, name string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, failed("lock "+name, err)
	}
	for waited := time.Duration(0); ; waited += e.poll {
		got, err := tryLock(f)
		if err != nil {
			f.Close()
			return nil, failed("lock "+name, err)
		}
		if got {
			return func() { f.Close() }, nil
		}
		if waited >= e.patience {
			f.Close()
			return nil, contact.Fail(contact.Held, "%s is being written by another program, which holds %s", name, filepath.Base(path))
		}
		time.Sleep(e.poll)
	}
}

// exchange is one file in the place of another.
type exchange struct {
	path      string
	name      string               // for messages
	like      os.FileInfo          // whose owner and rights the new file gets
	write     func(*os.File) error // writes the new file
	check     func(*os.File) error // reads it back
	unchanged func() error         // says whether the old one is still what the new one was made of
	renamed   func()               // called as soon as the new file bears the name
}

// replace puts a new file in the place of an old one: written beside it, read
// back whole, made durable, renamed. Whoever opens the name at any moment finds
// the old file or the new one.
func (e *environment) replace(x exchange) (err error) {
	fresh, err := os.CreateTemp(filepath.Dir(x.path), temporary(x.path))
	if err != nil {
		return failed("write", err)
	}
	defer func() {
		fresh.Close()
		if err != nil {
			_ = os.Remove(fresh.Name())
		}
	}()
	if err := x.write(fresh); err != nil {
		if errors.Is(err, errChanging) {
			return err
		}
		return failed("write", err)
	}
	if err := keepOwner(fresh, x.like); err != nil {
		return failed("keep the owner of "+x.name, err)
	}
	if err := fresh.Chmod(x.like.Mode().Perm()); err != nil {
		return failed("write", err)
	}
	if err := e.sync(fresh); err != nil {
		return failed("write", err)
	}
	if err := x.check(fresh); err != nil {
		return err
	}
	e.step("before rename")
	e.replacing(x.path)
	if err := x.unchanged(); err != nil {
		return err
	}
	fresh.Close() // some systems cannot rename a file that is open
	if err := os.Rename(fresh.Name(), x.path); err != nil {
		return failed("write", err)
	}
	e.step("after rename")
	x.renamed()
	if err := syncDirectory(filepath.Dir(x.path), e.sync); err != nil {
		return contact.Fail(contact.Uncertain, "write %s: %w", x.name, err)
	}
	return nil
}

// temporary is the pattern of the files that become the new one.
func temporary(path string) string { return "." + filepath.Base(path) + ".kith-*" }

// sweep removes what a process left behind that died before it renamed its new
// file: whatever fits a pattern of temporary. Called under the lock: nobody
// else is at work.
func sweep(dir, pattern string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	before, after, _ := strings.Cut(pattern, "*")
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), before) && strings.Contains(e.Name()[len(before):], after) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
