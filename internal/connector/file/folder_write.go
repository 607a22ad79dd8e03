package file

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// folderLock is the lock file of a folder.
const folderLock = ".lock"

// cardTemporary is the pattern of files that become cards.
const cardTemporary = ".kith-*.tmp"

// draftFolder is a folder with changes that are not written yet. Each card is
// replaced by itself; what is shared by a batch is the waiting for the disk.
type draftFolder struct {
	*folder
	cards map[string]*staged
	order []*staged
	job   *job[edition] // whose change is being applied
}

// staged is a card of a draft.
type staged struct {
	id    string
	path  string      // of the file itself, where the name is a link
	info  os.FileInfo // of the old file; nil: there is none
	now   *shelved    // nil: there is no card
	dirty bool
	jobs  []*job[edition] // whose changes it holds
	temp  string          // the new file while it waits
	stamp stamp           // of the new file
	err   error
}

// commit carries out a batch of writes.
func (f *folder) commit(batch []*job[edition]) {
	unlock, err := f.env.lock(filepath.Join(f.dir, folderLock), f.where())
	if err != nil {
		fail(batch, lockless(f, err))
		return
	}
	defer unlock()
	if err := sweep(f.dir, cardTemporary); err != nil {
		fail(batch, failed("write", err))
		return
	}
	d := &draftFolder{folder: f, cards: map[string]*staged{}}
	for _, j := range batch {
		d.job = j
		j.answer, j.err = j.change(d)
	}
	d.write()
}

// lockless says of a folder that is gone that it is gone.
func lockless(f *folder, err error) error {
	if gone := f.exists(); gone != nil {
		return gone
	}
	return err
}

// at returns a card of the draft, read where the draft does not have it yet.
func (d *draftFolder) at(id string) (*staged, error) {
	if s := d.cards[id]; s != nil {
		return s, nil
	}
	s := &staged{id: id, path: filepath.Join(d.dir, id)}
	if !isCardName(id) {
		return s, nil
	}
	// A link stays a link: what it points to is replaced.
	path, err := filepath.EvalSymlinks(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return d.stage(s), nil
	}
	if err == nil {
		s.path = path
		s.info, err = os.Stat(path)
	}
	if err != nil {
		return nil, failed("write", err)
	}
	h, err := d.read(id)
	if err != nil {
		return nil, err
	}
	if h.gone || h.stamp != stampOf(s.info) {
		return nil, contact.Fail(contact.Conflicting, "%s is being written by somebody else", id)
	}
	if h.broken {
		return nil, refuseBroken(id, h.why)
	}
	s.now = h.shows
	return d.stage(s), nil
}

func (d *draftFolder) stage(s *staged) *staged {
	d.cards[s.id] = s
	d.order = append(d.order, s)
	return s
}

func (d *draftFolder) card(id string) (*shelved, error) {
	s, err := d.at(id)
	if err != nil {
		return nil, err
	}
	return s.now, nil
}

func (d *draftFolder) set(id string, text []byte) (*shelved, error) {
	s, err := d.at(id)
	if err != nil {
		return nil, err
	}
	var now *shelved
	if text != nil {
		if now, err = shelve(id, text); err != nil {
			return nil, malformedCard(id, err)
		}
	}
	s.now, s.dirty = now, true
	s.jobs = append(s.jobs, d.job)
	return now, nil
}

// taken: cards in files of their own may bear the same UID.
func (d *draftFolder) taken(string) bool { return false }

// add gives a new card a file that bears its UID, as other programs do.
func (d *draftFolder) add(c *vcard.Card) (*shelved, error) {
	base := fileName(c.UID())
	for n := 1; ; n++ {
		id := base + cardSuffix
		if n > 1 {
			id = base + "-" + strconv.Itoa(n) + cardSuffix
		}
		if s := d.cards[id]; s != nil && (s.now != nil || s.info != nil) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(d.dir, id)); err == nil {
			continue
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, failed("write", err)
		}
		return d.set(id, c.Bytes())
	}
}

// fileName makes a file's name of a UID: the UID itself where every system can
// bear it, else its hash.
func fileName(uid string) string {
	const longest = 100
	safe := strings.Trim(uid, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@+") == ""
	if safe && uid != "" && uid[0] != '.' && len(uid) <= longest {
		return uid
	}
	h := sha256.Sum256([]byte(uid))
	return hex.EncodeToString(h[:16])
}

// write puts the draft in the place of what is there: the new files are written
// and made durable, then each takes its name. What cannot be written fails for
// its own jobs only.
func (d *draftFolder) write() {
	var work []*staged
	for _, s := range d.order {
		if s.dirty && (s.now != nil || s.info != nil) {
			work = append(work, s)
		}
	}
	if len(work) == 0 {
		return
	}
	for some := range slices.Chunk(work, openAtOnce) {
		d.prepare(some)
	}
	d.env.step("before rename")
	var done []*staged
	for _, s := range work {
		if s.err == nil {
			s.err = d.exchange(s)
		}
		if s.err == nil {
			done = append(done, s)
		}
		if s.temp != "" {
			_ = os.Remove(s.temp)
		}
	}
	d.env.step("after rename")
	d.keepNames(done)
	for _, s := range work {
		if s.err != nil {
			fail(s.jobs, s.err)
		}
	}
}

// keepNames makes the new names durable: those of a folder together. A link
// points to a file in a folder of its own.
func (d *draftFolder) keepNames(done []*staged) {
	failed := map[string]error{}
	for _, s := range done {
		dir := filepath.Dir(s.path)
		if s.now == nil {
			dir = d.dir
		}
		err, known := failed[dir]
		if !known {
			err = syncDirectory(dir, d.env.sync)
			failed[dir] = err
		}
		if err != nil {
			s.err = contact.Fail(contact.Uncertain, "write %s: %w", d.where(), err)
		}
	}
}

// exchange gives a new file its name, if the old one is still what it was made
// of, and remembers it.
func (d *draftFolder) exchange(s *staged) error {
	d.env.replacing(s.path)
	moved := contact.Fail(contact.Conflicting, "%s changed while it was written", s.id)
	if s.info != nil {
		now, err := os.Stat(s.path)
		if err != nil || stampOf(now) != stampOf(s.info) {
			return moved
		}
	}
	var err error
	switch {
	case s.now == nil:
		err = os.Remove(filepath.Join(d.dir, s.id))
	case s.info == nil:
		err = createAs(s.temp, s.path)
		if errors.Is(err, fs.ErrExist) {
			return moved
		}
	default:
		if err = os.Rename(s.temp, s.path); err == nil {
			s.temp = ""
		}
	}
	if err != nil {
		return failed("write "+s.id, err)
	}
	d.remember(s)
	return nil
}

// createAs gives a file a name that nobody may have taken meanwhile. Where
// there are no second names for a file, a look beforehand has to do.
func createAs(temp, path string) error {
	err := os.Link(temp, path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(temp, path)
}

// remember keeps what a new file shows: the stamp was taken of the file itself,
// so it is true of nothing that somebody else has put there since.
func (d *draftFolder) remember(s *staged) {
	k := kept{listed: listed{id: s.id}, gone: s.now == nil}
	if s.now != nil {
		k.stamp, k.listed = s.stamp, s.now.listed
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.learn(k)
}
