//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package file

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// inode numbers the file behind a name: one that was replaced has another.
func inode(info os.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Ino)
	}
	return 0
}

// tryLock takes the lock of an open file, false where another process has it.
// It ends with the process, however that ends.
func tryLock(f *os.File) (bool, error) {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// keepOwner gives a file the owner and group of another.
func keepOwner(f *os.File, like os.FileInfo) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	want, ok := like.Sys().(*syscall.Stat_t)
	have, also := mine.Sys().(*syscall.Stat_t)
	if !ok || !also || want.Uid == have.Uid && want.Gid == have.Gid {
		return nil
	}
	return f.Chown(int(want.Uid), int(want.Gid))
}

// syncDirectory makes a rename in a directory durable.
func syncDirectory(path string, sync func(*os.File) error) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return sync(d)
}
