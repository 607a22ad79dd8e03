//go:build unix

package store

import (
	"errors"
	"os"
	"syscall"

	"kith/internal/contact"
)

// lockFile takes the lock of the one process that may work on a store. The
// kernel gives it back when the process ends, however it ends, so the file
// itself means nothing and stays.
func lockFile(path string) (unlock func() error, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, contact.Fail(contact.Setup, "the directory of the store must be there and writable for this user: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		file.Close()
		return nil, heldBy(path)
	}
	if err != nil {
		file.Close()
		return nil, contact.Fail(contact.Setup, "lock %s: %w", path, err)
	}
	return file.Close, nil
}
