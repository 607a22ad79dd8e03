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

// reader keeps the latest snapshot of a file.
type reader struct {
	mu       sync.Mutex
	snapshot *snapshot
}

// view calls use with the file and a snapshot that is true of it, and again
// where the file changed meanwhile; after the second time it is refused until
// the writer has finished.
func (c *collection) view(ctx context.Context, use func(*os.File, *snapshot) error) error {
	for range 2 {
		err := c.viewOnce(ctx, use)
		if !errors.Is(err, errChanging) {
			return err
		}
	}
	return contact.Fail(contact.Unreachable, "%s is being written by somebody else: it keeps changing while it is read", c.name())
}

func (c *collection) viewOnce(ctx context.Context, use func(*os.File, *snapshot) error) error {
	if ctx.Err() != nil {
		return stopped(ctx.Err())
	}
	f, err := os.Open(c.path)
	if os.IsNotExist(err) {
		return c.exists()
	}
	if err != nil {
		return failed("read", err)
	}
	defer f.Close()
	s, err := c.current(ctx, f)
	if err != nil {
		return err
	}
	if err := use(f, s); err != nil {
		return err
	}
	return c.unchanged(s)
}

// unchanged fails where the file is no longer what a snapshot is of.
func (c *collection) unchanged(s *snapshot) error {
	info, err := os.Stat(c.path)
	if err == nil && stampOf(info) == s.stamp {
		return nil
	}
	return errChanging
}

// current returns a snapshot of an open file: the one in hand where it is
// still true.
func (c *collection) current(ctx context.Context, f *os.File) (*snapshot, error) {
	c.reader.mu.Lock()
	defer c.reader.mu.Unlock()
	info, err := f.Stat()
	if err != nil {
		return nil, failed("read", err)
	}
	if s := c.reader.snapshot; s != nil && s.stamp == stampOf(info) {
		same, err := c.stillTrue(s, f)
		if err != nil || same {
			return s, err
		}
	}
	s, err := c.scan(ctx, f)
	if err != nil {
		return nil, err
	}
	c.reader.snapshot = s
	return s, nil
}

// stillTrue reports whether a snapshot whose stamp fits is true: by the stamp
// where that is proof, else by reading the content again.
func (c *collection) stillTrue(s *snapshot, f *os.File) (bool, error) {
	if s.settled {
		return true, nil
	}
	aged := c.env.clock().Sub(s.stamp.modified) > settling
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
func (c *collection) adopt(s *snapshot) {
	c.reader.mu.Lock()
	defer c.reader.mu.Unlock()
	c.reader.snapshot = s
}
