package file

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// inode is not told by os.FileInfo here; size and time have to do.
func inode(os.FileInfo) uint64 { return 0 }

// tryLock takes the lock of an open file, false where another process has it.
func tryLock(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}

// keepOwner does nothing: a new file takes the rights of its directory.
func keepOwner(*os.File, os.FileInfo) error { return nil }

// syncDirectory does nothing: directories cannot be synchronised.
func syncDirectory(string, func(*os.File) error) error { return nil }
