package file

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// openAtOnce is how many new files are open at a time, and syncsAtOnce for how
// many of them the disk is waited for.
const (
	openAtOnce  = 256
	syncsAtOnce = 32
)

// prepare writes the new files of some cards beside their places and makes them
// durable. They are made one after the other, because a folder has one lock for
// everybody who makes a file in it; they wait for the disk together, because
// what is made durable for one file mostly is so for those made before it.
func (d *draftFolder) prepare(some []*staged) {
	files := make([]*os.File, len(some))
	for i, s := range some {
		if s.now != nil {
			files[i], s.err = d.make(s)
		}
	}
	var wg sync.WaitGroup
	for w := range min(syncsAtOnce, len(some)) {
		wg.Go(func() {
			for i := w; i < len(some); i += syncsAtOnce {
				if files[i] != nil {
					some[i].err = d.keep(some[i], files[i])
				}
			}
		})
	}
	wg.Wait()
}

// make writes the new file of a card.
func (d *draftFolder) make(s *staged) (*os.File, error) {
	file, err := os.CreateTemp(filepath.Dir(s.path), cardTemporary)
	if err != nil {
		return nil, failed("write "+s.id, err)
	}
	s.temp = file.Name()
	_, err = file.Write(s.now.text)
	if err == nil && s.info != nil {
		err = keepOwner(file, s.info)
	}
	var mode fs.FileMode
	if err == nil {
		mode, err = d.modeFor(s)
	}
	if err == nil {
		err = file.Chmod(mode)
	}
	if err != nil {
		file.Close()
		return nil, failed("write "+s.id, err)
	}
	return file, nil
}

// keep makes a new file durable and closes it: some systems cannot rename a
// file that is open.
func (d *draftFolder) keep(s *staged, file *os.File) error {
	defer file.Close()
	err := d.env.sync(file)
	if err != nil {
		return failed("write "+s.id, err)
	}
	info, err := file.Stat()
	if err != nil {
		return failed("write "+s.id, err)
	}
	s.stamp = stampOf(info)
	return nil
}

// modeFor gives a card the rights it had, and a new one those of its folder.
func (d *draftFolder) modeFor(s *staged) (fs.FileMode, error) {
	if s.info != nil {
		return s.info.Mode().Perm(), nil
	}
	info, err := os.Stat(d.dir)
	if err != nil {
		return 0, err
	}
	return info.Mode().Perm() & 0o666, nil
}
