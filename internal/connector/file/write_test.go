package file

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

func itoa(i int) string { return strconv.Itoa(i) }

// What a change does not touch stays byte for byte.
func TestUntouchedBytesStay(t *testing.T) {
	before := "\xef\xbb\xbfNo;Note;\"Name\";Firm\r\n" +
		"1; \"bare\" ;\"quoted\";x\r\n" +
		"\r\n" +
		"2;\"two\r\nlines\";'';a\"b\"\r\n" +
		"003;;plain;\"\"\r\n"
	o := open(t, before)
	o.name("2", "new; name")
	after := strings.Replace(before, "'';", "\"new; name\";", 1)
	o.holds(after)
	o.name("1", "still quoted")
	after = strings.Replace(after, "\"quoted\"", "\"still quoted\"", 1)
	o.holds(after)
	if _, err := o.put("", "", contact.Fields{"Firm": "Acme"}); err != nil {
		t.Fatal(err)
	}
	after += "004;;;Acme\r\n"
	o.holds(after)
	if err := o.Remove(t.Context(), contact.Person, "2", ""); err != nil {
		t.Fatal(err)
	}
	o.holds(strings.Replace(after, "2;\"two\r\nlines\";\"new; name\";a\"b\"\r\n", "", 1))
}

func TestFileThatQuotesEverythingGoesOnDoingSo(t *testing.T) {
	o := open(t, "\"No\",\"Name\",\"Firm\"\n\"1\",\"Ann\",\"x\"\n")
	if _, err := o.put("", "", contact.Fields{"Name": "Bob"}); err != nil {
		t.Fatal(err)
	}
	o.name("1", "A \"nn\"")
	o.holds("\"No\",\"Name\",\"Firm\"\n\"1\",\"A \"\"nn\"\"\",\"x\"\n\"2\",\"Bob\",\n")
}

func TestPutThatChangesNothingLeavesTheFileAlone(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,\"Ann\",x\n")
	before, err := os.Stat(o.path)
	if err != nil {
		t.Fatal(err)
	}
	o.name("1", "Ann")
	after, err := os.Stat(o.path)
	if err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the file was written, %v", err)
	}
}

func TestNewKeys(t *testing.T) {
	tests := []struct {
		keys  []string
		given string
		want  string // "": refused
	}{
		{nil, "", "1"},
		{[]string{"7", "12", "9"}, "", "13"},
		{[]string{"0098", "0099"}, "", "0100"},
		{[]string{"998", "0999"}, "", "1000"},
		{[]string{"A1", "7"}, "", "8"},
		{[]string{"99999999999999999999"}, "", "100000000000000000000"},
		{[]string{"A1", "A2"}, "", ""},
		{[]string{"A1"}, "A9", "A9"},
		{[]string{"A1"}, "A1", ""},
	}
	for _, tt := range tests {
		content := "No,Name,Firm\n"
		for _, key := range tt.keys {
			content += key + ",x,y\n"
		}
		o := open(t, content)
		r, err := o.put("", "", contact.Fields{"Name": "new", "No": tt.given})
		if tt.want == "" {
			isClass(t, fmt.Sprint(tt.keys), err, contact.Refused)
			o.holds(content)
			continue
		}
		if err != nil || r.ID != tt.want {
			t.Errorf("%q: key %q, %v, want %q", tt.keys, r.ID, err, tt.want)
		}
		o.holds(content + tt.want + ",new,\n")
	}
}

func TestKeyOfARecordStays(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	_, err := o.put("1", "", contact.Fields{"No": "2"})
	isClass(t, "another key", err, contact.Refused)
	if _, err = o.put("1", "", contact.Fields{"No": "1", "Name": "Anna"}); err != nil {
		t.Error(err)
	}
	o.holds("No,Name,Firm\n1,Anna,x\n")
}

func TestWhatTheEncodingCannotHoldIsRefused(t *testing.T) {
	content := "No,Name,Firm\n1,Bj\xf6rn,x\n"
	o := open(t, content, "encoding", "windows-1252")
	for _, value := range []string{"日本", "👩‍💻", "e\u0301"} {
		_, err := o.put("1", "", contact.Fields{"Name": value})
		isClass(t, value, err, contact.Refused)
		var e *contact.Error
		if !errors.As(err, &e) || e.Reason.Code != "unencodable" || e.Reason.Args[0] != "Name" || strings.Contains(err.Error(), value) {
			t.Errorf("%q: reason %+v, %v", value, e.Reason, err)
		}
	}
	_, err := o.put("1", "", contact.Fields{"Name": "a\x00b"})
	isClass(t, "NUL", err, contact.Refused)
	_, err = o.put("1", "", contact.Fields{"Name": strings.Repeat("x", maxField)})
	isClass(t, "long value", err, contact.Refused)
	o.holds(content)
	o.name("1", "Zoë")
	o.holds("No,Name,Firm\n1,Zo\xeb,x\n")
}

// A guess that the new content would turn over must not stand.
func TestWriteThatWouldReadDifferentlyIsNotDone(t *testing.T) {
	content := "No,Name,Firm\n1,Bj\xf6rn,x\n"
	o := open(t, content)
	_, err := o.put("1", "", contact.Fields{"Name": "BjÃ¶rn"}) // whose windows-1252 bytes are UTF-8 for Björn
	isClass(t, "put", err, contact.Malformed)
	o.holds(content)
}

func TestRightsAndLinksAreKept(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such rights")
	}
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	if err := os.Chmod(o.path, 0o604); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(o.path, link); err != nil {
		t.Fatal(err)
	}
	reopen(t, link).name("1", "Anna")
	o.holds("No,Name,Firm\n1,Anna,x\n")
	info, err := os.Stat(o.path)
	if err != nil || info.Mode().Perm() != 0o604 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link became %v, %v", info.Mode(), err)
	}
}

func TestLockedFileIsLeftAlone(t *testing.T) {
	content := "No,Name,Firm\n1,Ann,x\n"
	o := open(t, content)
	f, err := os.Create(o.path + lockSuffix)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := tryLock(f); !got || err != nil {
		t.Fatal(got, err)
	}
	_, err = o.put("1", "", contact.Fields{"Name": "Anna"})
	isClass(t, "put", err, contact.Held)
	if err == nil || !strings.Contains(err.Error(), "people.csv.lock") {
		t.Errorf("says %v", err)
	}
	o.holds(content)
	f.Close()
	o.name("1", "Anna")
}

func TestEditBeforeTheRenameIsNotLost(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n2,Bob,x\n")
	times := 0
	o.file.env.replacing = func(string) {
		if times++; times == 1 {
			o.overwrite("No,Name,Firm\n1,Ann,x\n2,Bob,edited\n")
		}
	}
	o.name("1", "Anna")
	o.holds("No,Name,Firm\n1,Anna,x\n2,Bob,edited\n")

	o.file.env.replacing = func(string) {
		times++
		o.overwrite("No,Name,Firm\n1,Anna,edit " + itoa(times) + "\n")
	}
	_, err := o.put("1", "", contact.Fields{"Name": "never"})
	isClass(t, "put on a file that keeps changing", err, contact.Unreachable)
	if strings.Contains(o.content(), "never") {
		t.Error("a refused write is in the file")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(o.path), ".*kith-*")); left != nil {
		t.Errorf("left behind: %q", left)
	}
}

// A version that is stale by an edit nobody has pulled is caught under the
// lock.
func TestStaleVersionUnderTheLock(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	r, err := o.Get(t.Context(), contact.Person, "1")
	if err != nil {
		t.Fatal(err)
	}
	o.overwrite("No,Name,Firm\n1,Eve,x\n")
	_, err = o.put("1", r.Version, contact.Fields{"Firm": "y"})
	isClass(t, "put", err, contact.Conflicting)
	o.holds("No,Name,Firm\n1,Eve,x\n")
}

// Writes that arrive while the file is being replaced share the next
// replacement, and each returns after its own.
func TestWritesAreCollected(t *testing.T) {
	const n = 64
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	replaced := 0
	begun := make(chan struct{})
	o.file.env.step = func(stage string) {
		if stage != "before rename" {
			return
		}
		if replaced++; replaced > 1 {
			return
		}
		close(begun)
		for waiting := 0; waiting < n-1; runtime.Gosched() {
			o.file.queue.mu.Lock()
			waiting = len(o.file.queue.waiting)
			o.file.queue.mu.Unlock()
		}
	}
	put := func(i int) {
		r, err := o.put("", "", contact.Fields{"Name": "worker " + itoa(i)})
		if err != nil {
			t.Error(err)
		} else if !strings.Contains(o.content(), "\n"+r.ID+",worker "+itoa(i)+",\n") {
			t.Errorf("put %d returned before its row was there", i)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { put(0) })
	<-begun
	for i := range n - 1 {
		wg.Go(func() { put(i + 1) })
	}
	wg.Wait()
	if replaced != 2 {
		t.Errorf("%d writes replaced the file %d times, want 2", n, replaced)
	}
	if page, err := o.pull(); err != nil || len(page.Records) != n+1 {
		t.Errorf("%d records, %v", len(page.Records), err)
	}
}

func TestReadOnlySystemWritesNothing(t *testing.T) {
	content := "No,Name,Firm\n1,Ann,x\n"
	o := open(t, content)
	y, err := Open(connector.Settings{
		ReadOnly: true, Keys: map[string]string{"path": o.path},
		Collections: map[contact.Kind]contact.Collection{contact.Person: {ID: "No"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := y.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: contact.Values{Fields: contact.Fields{"Name": "x"}}})
	isClass(t, "put", err, contact.Refused)
	isClass(t, "remove", c.Remove(t.Context(), contact.Person, "1", ""), contact.Refused)
	o.holds(content)
	if _, err := os.Stat(o.path + lockSuffix); !os.IsNotExist(err) {
		t.Error("a lock file was made")
	}
}
