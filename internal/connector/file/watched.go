package file

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"sync"

	"kith/internal/contact"
)

// identity tells which state of a file something was made of.
type identity struct {
	stamp   stamp
	settled bool   // the stamp is proof: the file was old enough when it was read
	state   string // hash of the content
}

func (i *identity) of() *identity { return i }

// watched is a file that is believed only as a whole. It keeps the latest
// snapshot: what scan made of a file that it read from end to end.
type watched[S interface{ of() *identity }] struct {
	path   string
	name   string // for messages
	env    *environment
	scan   func(ctx context.Context, f *os.File) (S, error)
	absent func() error // says what is wrong where there is no such file

	mu     sync.Mutex
	known  bool
	latest S
}

// view calls use with the file and a snapshot that is true of it, and again
// where the file changed meanwhile; after the second time it is refused until
// the writer has finished.
func (w *watched[S]) view(ctx context.Context, use func(*os.File, S) error) error {
	for range 2 {
		err := w.viewOnce(ctx, use)
		if !errors.Is(err, errChanging) {
			return err
		}
	}
	return w.restless()
}

func (w *watched[S]) restless() error {
	return contact.Fail(contact.Unreachable, "%s is being written by somebody else: it keeps changing", w.name)
}

func (w *watched[S]) viewOnce(ctx context.Context, use func(*os.File, S) error) error {
	if ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	f, err := os.Open(w.path)
	if os.IsNotExist(err) {
		return w.absent()
	}
	if err != nil {
		return failed("read", err)
	}
	defer f.Close()
	s, err := w.current(ctx, f)
	if err != nil {
		return err
	}
	if err := use(f, s); err != nil {
		return err
	}
	return w.unchanged(s)
}

// unchanged fails where the file is no longer what a snapshot is of.
func (w *watched[S]) unchanged(s S) error {
	info, err := os.Stat(w.path)
	if err == nil && stampOf(info) == s.of().stamp {
		return nil
	}
	return errChanging
}

// current returns a snapshot of an open file: the one in hand where it is
// still true.
func (w *watched[S]) current(ctx context.Context, f *os.File) (S, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var none S
	info, err := f.Stat()
	if err != nil {
		return none, failed("read", err)
	}
	if w.known && w.latest.of().stamp == stampOf(info) {
		same, err := w.stillTrue(w.latest.of(), f)
		if err != nil || same {
			return w.latest, err
		}
	}
	s, err := w.read(ctx, f)
	if err != nil {
		return none, err
	}
	w.known, w.latest = true, s
	return s, nil
}

// read makes a snapshot of a whole file.
func (w *watched[S]) read(ctx context.Context, f *os.File) (S, error) {
	var none S
	before, err := f.Stat()
	if err != nil {
		return none, failed("read", err)
	}
	if before.Size() > maxFile {
		return none, contact.Fail(contact.Malformed, "%s is larger than %d GiB", w.name, maxFile>>30)
	}
	s, err := w.scan(ctx, f)
	if err != nil {
		return none, err
	}
	after, err := f.Stat()
	if err != nil {
		return none, failed("read", err)
	}
	id := s.of()
	if id.stamp = stampOf(before); id.stamp != stampOf(after) {
		return none, errChanging
	}
	id.settled = w.env.settled(id.stamp)
	return s, nil
}

// stillTrue reports whether a snapshot whose stamp fits is true: by the stamp
// where that is proof, else by reading the content again.
func (w *watched[S]) stillTrue(s *identity, f *os.File) (bool, error) {
	if s.settled {
		return true, nil
	}
	aged := w.env.settled(s.stamp)
	content := sha256.New()
	if _, err := io.Copy(content, io.NewSectionReader(f, 0, s.stamp.size)); err != nil {
		return false, failed("read", err)
	}
	if hex.EncodeToString(content.Sum(nil)[:16]) != s.state {
		return false, nil
	}
	s.settled = aged
	return true, nil
}

// adopt makes a snapshot the latest.
func (w *watched[S]) adopt(s S) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known, w.latest = true, s
}
