package file

import (
	"context"
	"errors"
	"os"
	"path/filepath"
)

// lockSuffix makes the name of the lock file that stands beside a file.
const lockSuffix = ".lock"

// rewriting is a watched file that is locked and open, to be replaced.
type rewriting[S interface{ of() *identity }] struct {
	*watched[S]
	target string   // the file itself, where the name is a link
	old    *os.File // as it is now
	now    S        // what is known of it
}

// rewrite calls change with the file held, and again where the file changed
// meanwhile; after the second time it is refused until the other writer has
// finished. After an error nothing was written, or, with class Uncertain,
// nobody knows.
func (w *watched[S]) rewrite(change func(*rewriting[S]) error) error {
	for range 2 {
		err := w.rewriteOnce(change)
		if !errors.Is(err, errChanging) {
			return err
		}
	}
	return w.restless()
}

func (w *watched[S]) rewriteOnce(change func(*rewriting[S]) error) error {
	// A link stays a link: what it points to is replaced.
	target, err := filepath.EvalSymlinks(w.path)
	if os.IsNotExist(err) {
		return w.absent()
	}
	if err != nil {
		return failed("write", err)
	}
	unlock, err := w.env.lock(target+lockSuffix, w.name)
	if err != nil {
		return err
	}
	defer unlock()
	if err := sweep(filepath.Dir(target), temporary(target)); err != nil {
		return failed("write", err)
	}

	// A file that may not be written must not be replaced either.
	old, err := os.OpenFile(target, os.O_RDWR, 0)
	if err != nil {
		return failed("write", err)
	}
	defer old.Close()
	now, err := w.current(context.Background(), old)
	if err != nil {
		return err
	}
	return change(&rewriting[S]{w, target, old, now})
}

// apply makes the changes of a batch to a draft of the new file.
func apply[D any](batch []*job[D], draft D) error {
	for _, j := range batch {
		j.answer, j.err = j.change(draft)
		if errors.Is(j.err, errChanging) {
			return errChanging
		}
	}
	return nil
}

// replace puts what write writes in the place of the file, provided that check
// finds it sound; the snapshot that check makes of it is the latest from then
// on.
func (r *rewriting[S]) replace(write func(*os.File) error, check func(*os.File) (S, error)) error {
	like, err := r.old.Stat()
	if err != nil {
		return failed("write", err)
	}
	var fresh S
	return r.env.replace(exchange{
		path: r.target, name: r.name, like: like, write: write,
		check: func(f *os.File) (err error) {
			fresh, err = check(f)
			return err
		},
		unchanged: func() error {
			if err := r.unchanged(r.now); err != nil {
				return err
			}
			return r.old.Close() // some systems cannot rename over a file that is open
		},
		renamed: func() { r.adopt(fresh) },
	})
}
