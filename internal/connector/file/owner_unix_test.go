//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package file

import (
	"os"
	"syscall"
	"testing"

	"kith/internal/contact"
)

func TestOwnerIsKept(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	if err := os.Chown(o.path, 1234, 4321); err != nil {
		t.Fatal(err)
	}
	o.name("1", "Anna")
	info, err := os.Stat(o.path)
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid != 1234 || stat.Gid != 4321 {
		t.Errorf("the file belongs to %d:%d", stat.Uid, stat.Gid)
	}
}

// Replacing needs rights on the directory only; those on the file count too.
func TestWriteProtectedFileIsNotReplaced(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write everything")
	}
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	if err := os.Chmod(o.path, 0o400); err != nil {
		t.Fatal(err)
	}
	_, err := o.put("1", "", contact.Fields{"Name": "Anna"})
	isClass(t, "put", err, contact.Forbidden)
	o.holds("No,Name,Firm\n1,Ann,x\n")
}
