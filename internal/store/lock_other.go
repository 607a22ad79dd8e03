//go:build !unix

package store

import (
	"errors"
	"os"

	"kith/internal/contact"
)

// lockFile takes the lock of the one process that may work on a store. Where
// there is no flock the file itself is the lock: a system such as Windows
// refuses to remove a file that is open, so what can be removed is left over
// from a process that has died.
func lockFile(path string) (unlock func() error, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, heldBy(path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, heldBy(path)
	}
	if err != nil {
		return nil, contact.Fail(contact.Setup, "%w", err)
	}
	return func() error { return errors.Join(file.Close(), os.Remove(path)) }, nil
}
