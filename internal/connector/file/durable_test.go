//go:build unix

package file

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// cardFiles are the cards that stand in a folder.
func cardFiles(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "*.vcf"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A crash at any moment leaves the old card or the new one: every file of a batch
// is durable before the first of them gets its name, and the names are durable
// before anybody hears that the cards are written.
func TestFilesAreDurableBeforeTheyAreNamed(t *testing.T) {
	const n = openAtOnce + syncsAtOnce + 1
	dir := newTeam(t, nil)
	f := openTeam(t, dir).folder()
	var durable atomic.Int64
	var steps []string
	f.env.sync = func(file *os.File) error {
		if info, err := file.Stat(); err == nil && info.IsDir() {
			steps = append(steps, fmt.Sprint("folder with ", len(cardFiles(t, dir))))
			return nil
		}
		durable.Add(1)
		return nil
	}
	f.env.step = func(name string) {
		steps = append(steps, fmt.Sprint(name, ": ", durable.Load(), " durable, ", len(cardFiles(t, dir)), " named"))
	}
	var batch []*job[edition]
	for i := range n {
		batch = append(batch, &job[edition]{change: func(e edition) (contact.Record, error) {
			c, err := vcard.Parse([]byte(vcf(fmt.Sprint("UID:u-", i), "FN:Ann")))
			if err == nil {
				_, err = e.add(c)
			}
			return contact.Record{}, err
		}})
	}
	f.commit(batch)
	for _, j := range batch {
		if j.err != nil {
			t.Fatal(j.err)
		}
	}
	want := []string{
		fmt.Sprintf("before rename: %d durable, 0 named", n),
		fmt.Sprintf("after rename: %d durable, %d named", n, n),
		fmt.Sprintf("folder with %d", n),
	}
	if !slices.Equal(steps, want) {
		t.Errorf("%q, want %q", steps, want)
	}
}

// Where the name of a card is a link, the file has its name in another folder,
// which has to be made durable, too.
func TestALinkedCardIsDurableInItsOwnFolder(t *testing.T) {
	dir, elsewhere := newTeam(t, nil), t.TempDir()
	target := filepath.Join(elsewhere, "real.vcf")
	writeOld(t, target, vcf("FN:Ann"))
	if err := os.Symlink(target, filepath.Join(dir, "ann.vcf")); err != nil {
		t.Fatal(err)
	}
	o := openTeam(t, dir)
	var folders []string
	o.folder().env.sync = func(file *os.File) error {
		if info, err := file.Stat(); err == nil && info.IsDir() {
			folders = append(folders, file.Name())
		}
		return nil
	}
	if _, err := o.put("ann.vcf", contact.Fields{"FN": "Anna"}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(folders, []string{elsewhere}) {
		t.Errorf("made durable: %q", folders)
	}
}
