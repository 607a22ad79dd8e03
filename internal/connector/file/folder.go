package file

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// maxCard is the largest card file that is read: what the card may hold, with a
// picture in base64.
var maxCard = int64(vcard.DefaultLimits.Card + 2*vcard.DefaultLimits.Photo)

// folder is a directory with a file for each card. It remembers of each file
// what it held, and reads it again only when its size, time or number shows
// that it may have changed.
type folder struct {
	dir   string
	env   environment
	page  int   // cards of a page
	bytes int64 // and of its files together
	queue queue[edition]

	mu     sync.Mutex
	known  map[string]*kept
	seq    int64            // counts what was learned
	round  int64            // numbers the complete listings
	begun  int64            // seq when the latest one began
	states map[string]int64 // seq as of the cursors given out last
	latest []string         // those cursors, the oldest first
}

// kept is what the folder remembers of a file.
type kept struct {
	listed
	stamp   stamp
	settled bool
	gone    bool         // the file is no longer there
	before  contact.Kind // its kind until the last change
	seq     int64        // when this was learned
	round   int64        // the latest listing that showed it so; 0: none
}

// sighting is a card file as the directory shows it.
type sighting struct {
	name  string
	stamp stamp
}

func newFolder(dir string) *folder {
	f := &folder{dir: dir, env: newEnvironment(), page: 1000, bytes: 32 << 20, known: map[string]*kept{}, states: map[string]int64{}}
	f.queue.name, f.queue.commit = f.where(), f.commit
	return f
}

func (f *folder) where() string { return filepath.Base(f.dir) }
func (f *folder) path() string  { return f.dir }
func (f *folder) finish()       { f.queue.workers.Wait() }

func (f *folder) submit(ctx context.Context, change func(edition) (contact.Record, error)) (contact.Record, error) {
	return f.queue.submit(ctx, change)
}

func (f *folder) exists() error {
	info, err := os.Stat(f.dir)
	switch {
	case err == nil && info.IsDir():
		return nil
	case err == nil:
		return contact.Fail(contact.Setup, "%s is no folder", f.dir)
	case os.IsNotExist(err):
		return absent(f.dir)
	}
	return failed("open", err)
}

// isCardName reports whether a file of the folder is a card. Names that begin
// with a dot are the business of programs, ours included.
func isCardName(name string) bool {
	return strings.EqualFold(filepath.Ext(name), cardSuffix) && name[0] != '.' && !strings.ContainsAny(name, `/\`) && filepath.IsLocal(name)
}

// look lists the card files in the order of their names.
func (f *folder) look() ([]sighting, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		if os.IsNotExist(err) {
			return nil, absent(f.dir)
		}
		return nil, failed("read", err)
	}
	found := make([]sighting, 0, len(entries))
	for _, e := range entries {
		if !isCardName(e.Name()) {
			continue
		}
		info, err := e.Info()
		if err == nil && info.Mode()&fs.ModeSymlink != 0 {
			info, err = os.Stat(filepath.Join(f.dir, e.Name()))
		}
		switch {
		case errors.Is(err, fs.ErrNotExist): // gone meanwhile, or a link to nothing
		case err != nil:
			return nil, failed("read", err)
		case info.Mode().IsRegular():
			found = append(found, sighting{e.Name(), stampOf(info)})
		}
	}
	return found, nil
}

// held is a card file as it was read.
type held struct {
	kept
	shows *shelved // nil: it is gone
	why   error    // of a broken one
}

// read reads one card file. A young one that is no card is still being
// written.
func (f *folder) read(name string) (h held, err error) {
	h.id = name
	var text []byte
	for range 2 {
		text, h.stamp, err = readWhole(filepath.Join(f.dir, name))
		if !errors.Is(err, errChanging) {
			break
		}
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		h.gone = true
		return h, nil
	case errors.Is(err, errTooLarge):
		h.shows, h.why = &shelved{listed: listed{id: name, broken: true}}, err
	case errors.Is(err, errChanging):
		return h, contact.Fail(contact.Unreachable, "%s is being written by somebody else: it keeps changing", name)
	case err != nil:
		return h, failed("read "+name, err)
	default:
		h.shows, h.why = shelve(name, text)
	}
	h.listed = h.shows.listed
	h.settled = f.env.settled(h.stamp)
	if h.broken && !h.settled {
		return h, contact.Fail(contact.Unreachable, "%s is being written by somebody else: %w", name, h.why)
	}
	return h, nil
}

var errTooLarge = errors.New("the file is larger than a card may be")

// readWhole reads a file with the stamp that is true of what was read.
func readWhole(path string) ([]byte, stamp, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, stamp{}, err
	}
	defer file.Close()
	before, err := file.Stat()
	if err != nil {
		return nil, stamp{}, err
	}
	if before.Size() > maxCard {
		return nil, stampOf(before), errTooLarge
	}
	text := make([]byte, before.Size()+1)
	n, err := readFull(file, text)
	if err != nil {
		return nil, stamp{}, err
	}
	after, err := file.Stat()
	if err != nil {
		return nil, stamp{}, err
	}
	if int64(n) != before.Size() || stampOf(before) != stampOf(after) {
		return nil, stamp{}, errChanging
	}
	return text[:n], stampOf(before), nil
}

// readers is how many files are read at a time: opening many small files is
// work for more than one processor.
func readers() int { return min(runtime.GOMAXPROCS(0), 8) }

// readAll reads some card files. What has gone meanwhile is among them.
func (f *folder) readAll(ctx context.Context, names []string) ([]held, error) {
	all := make([]held, len(names))
	errs := make([]error, readers())
	var wg sync.WaitGroup
	for w := range errs {
		wg.Go(func() {
			for i := w; i < len(names) && errs[w] == nil; i += len(errs) {
				if ctx.Err() != nil {
					errs[w] = stopped(ctx.Err())
					return
				}
				all[i], errs[w] = f.read(names[i])
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// learn remembers what was read of a file. Called with the lock held.
func (f *folder) learn(k kept) *kept {
	old := f.known[k.id]
	switch {
	case old == nil && k.gone:
		return nil
	case old == nil:
		k.before = k.kind
	case old.gone == k.gone && old.listed == k.listed:
		old.stamp, old.settled, old.round = k.stamp, k.settled, max(old.round, k.round)
		return old
	default:
		k.before = old.kind
		if old.kind == "" {
			k.before = old.before
		}
		if k.gone {
			k.listed = listed{id: k.id}
		}
	}
	f.seq++
	k.seq = f.seq
	f.known[k.id] = &k
	return &k
}

// refresh brings what is remembered up to date: files that are new, or whose
// stamp is another or no proof yet, are read.
func (f *folder) refresh(ctx context.Context) ([]sighting, error) {
	found, err := f.look()
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	there := make(map[string]bool, len(found))
	var unread []string
	for _, s := range found {
		there[s.name] = true
		if k := f.known[s.name]; k == nil || k.gone || k.stamp != s.stamp || !k.settled {
			unread = append(unread, s.name)
		}
	}
	for name, k := range f.known {
		if !k.gone && !there[name] {
			f.learn(kept{listed: listed{id: name}, gone: true})
		}
	}
	f.mu.Unlock()
	for chunk := range slices.Chunk(unread, f.page) {
		all, err := f.readAll(ctx, chunk)
		if err != nil {
			return nil, err
		}
		f.mu.Lock()
		for i := range all {
			f.learn(all[i].kept)
		}
		f.mu.Unlock()
	}
	return found, nil
}
