package file

import (
	"errors"
	"os"
	"time"
)

// stamp tells one state of a file from another without reading it.
type stamp struct {
	size     int64
	modified time.Time
	inode    uint64
}

func stampOf(info os.FileInfo) stamp {
	return stamp{info.Size(), info.ModTime(), inode(info)}
}

// settling is how old a change must be for its time to be proof: the clocks of
// file systems, and of servers they lie on, are as coarse as this.
const settling = 2 * time.Second

// settled reports whether the stamp of a file that is read now is proof of what
// was read: had it changed since, its time would be another.
func (e *environment) settled(s stamp) bool { return e.clock().Sub(s.modified) > settling }

var errChanging = errors.New("the file changed while it was read")
