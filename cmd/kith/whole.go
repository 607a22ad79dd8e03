package main

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// whole is an output that appears in its place only when it is complete.
type whole struct {
	*bufio.Writer
	path string   // as the user wrote it; empty for standard output
	into string   // where links lead
	file *os.File // nil where the output is not a file of ours
	temp bool     // file is to be moved to its place
}

// newWhole writes to a file of that path, or to w where there is no path. What is no
// file, such as /dev/null, is written to as it is.
func newWhole(path string, w io.Writer) (*whole, error) {
	if path == "" {
		return &whole{Writer: bufio.NewWriter(w)}, nil
	}
	o := &whole{path: path, into: path}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		o.into = real
	}
	mode := fs.FileMode(0o644)
	info, err := os.Stat(o.into)
	switch {
	case err == nil && info.IsDir():
		return nil, fmt.Errorf("write %s: it is a directory", path)
	case err == nil && !info.Mode().IsRegular():
		if o.file, err = os.OpenFile(o.into, os.O_WRONLY, 0); err != nil {
			return nil, fmt.Errorf("write %s: %w", path, bare(err))
		}
		o.Writer = bufio.NewWriter(o.file)
		return o, nil
	case err == nil:
		mode = info.Mode().Perm()
	}
	if o.file, err = os.CreateTemp(filepath.Dir(o.into), ".kith-*"); err != nil {
		return nil, fmt.Errorf("write %s: %w", path, bare(err))
	}
	o.temp, o.Writer = true, bufio.NewWriter(o.file)
	if err := o.file.Chmod(mode); err != nil {
		return nil, errors.Join(fmt.Errorf("write %s: %w", path, bare(err)), o.end(err))
	}
	return o, nil
}

// bare is an error of the file system without the name of the file, which is a
// temporary one.
func bare(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// end puts the file in its place, or takes it away where the work has failed. It may
// be called again.
func (o *whole) end(failed error) error {
	err := bare(o.Flush())
	if o.file != nil {
		err = cmp.Or(err, bare(o.file.Close()))
		if o.temp && (failed != nil || err != nil) {
			err = cmp.Or(err, bare(os.Remove(o.file.Name())))
		} else if o.temp {
			err = bare(os.Rename(o.file.Name(), o.into))
		}
		o.file = nil
		o.Reset(io.Discard)
	}
	if err != nil && failed == nil {
		return fmt.Errorf("write %s: %w", o, err)
	}
	return nil
}

// String is how messages call the output.
func (o *whole) String() string {
	if o.path == "" {
		return "standard output"
	}
	return o.path
}

// sameFile reports whether two paths lead to one file, be it there or not.
func sameFile(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	if errX == nil && errY == nil {
		return os.SameFile(x, y) && x.Mode().IsRegular()
	}
	return errX != nil && errY != nil && filepath.Clean(a) == filepath.Clean(b)
}
