package file

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kith/internal/contact"
)

// A change that leaves size and time as they were is seen while the file is
// young.
func TestChangeWithinTheSameTick(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	info, err := os.Stat(o.path)
	if err != nil {
		t.Fatal(err)
	}
	before, err := o.pull()
	if err != nil {
		t.Fatal(err)
	}
	o.overwrite("No,Name,Firm\n2,Eve,x\n")
	if err := os.Chtimes(o.path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
	_, err = o.Get(t.Context(), contact.Person, "1")
	isClass(t, "get of the row that was there", err, contact.NotFound)
	after, err := o.pull()
	if err != nil || after.State == before.State {
		t.Errorf("another content is called by the same name, %v", err)
	}
}

// A young file is hashed again, mark and all, but not taken for another.
func TestYoungFileIsTrustedByItsContent(t *testing.T) {
	o := open(t, "\xef\xbb\xbfNo,Name,Firm\n1,Ann,x\n")
	if _, err := o.pull(); err != nil {
		t.Fatal(err)
	}
	first := o.file.source.latest
	if _, err := o.pull(); err != nil || o.file.source.latest != first || first.settled {
		t.Errorf("read again: %t, settled: %t, %v", o.file.source.latest != first, first.settled, err)
	}
}

// An old file is not read again to know that it is the same.
func TestOldFileIsTrustedByItsTime(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	if err := os.Chtimes(o.path, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := o.pull(); err != nil {
		t.Fatal(err)
	}
	first := o.file.source.latest
	if _, err := o.pull(); err != nil || o.file.source.latest != first || !first.settled {
		t.Errorf("read again: %t, settled: %t, %v", o.file.source.latest != first, first.settled, err)
	}
}

func TestFileThatChangesWhileItIsRead(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	times := 0
	change := func(until int) func(*os.File, *snapshot) error {
		return func(*os.File, *snapshot) error {
			if times++; times <= until {
				o.overwrite("No,Name,Firm\n1,Ann,edit " + strings.Repeat("x", times) + "\n")
			}
			return nil
		}
	}
	if err := o.file.source.view(t.Context(), change(1)); err != nil || times != 2 {
		t.Errorf("after one change: %v, read %d times", err, times)
	}
	times = 0
	isClass(t, "a file that keeps changing", o.file.source.view(t.Context(), change(9)), contact.Unreachable)
}

func TestPagesComeFromOneContent(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n2,Bob,x\n3,Cid,x\n")
	o.file.page = 2
	page, err := o.pull()
	if err != nil || !page.More || !page.Full {
		t.Fatalf("%+v, %v", page, err)
	}
	o.overwrite("No,Name,Firm\n1,Ann,x\n3,Cid,x\n4,Dan,x\n")
	_, err = o.Pull(t.Context(), contact.Person, page.Next)
	isClass(t, "second page", err, contact.CursorExpired)
	again, err := o.pull()
	if err != nil || again.State == page.State {
		t.Errorf("another content is called by the same name, %v", err)
	}
	if _, err := o.Pull(t.Context(), contact.Person, again.Next); err != nil {
		t.Error(err)
	}
}

// The version says how the row looks under its header, so a column that is
// called something else is a change.
func TestVersionKnowsTheHeader(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	a, err := o.Get(t.Context(), contact.Person, "1")
	if err != nil {
		t.Fatal(err)
	}
	o.overwrite("No,Firm,Name\n1,Ann,x\n")
	b, err := o.Get(t.Context(), contact.Person, "1")
	if err != nil || a.Version == b.Version {
		t.Errorf("the same version for %v and %v, %v", a.Fields, b.Fields, err)
	}
}

const crashAt = "KITH_FILE_TEST_CRASH_AT"

// TestCrashHelper dies in the middle of a replacement, in another process.
func TestCrashHelper(t *testing.T) {
	stage := os.Getenv(crashAt)
	if stage == "" {
		t.Skip("only called by TestCrashDuringReplacement")
	}
	o := reopen(t, os.Getenv("KITH_FILE_TEST_PATH"))
	o.file.env.step = func(at string) {
		if at == stage {
			os.Exit(7)
		}
	}
	o.name("1", "Anna")
}

func TestCrashDuringReplacement(t *testing.T) {
	before, after := "No,Name,Firm\n1,Ann,x\n", "No,Name,Firm\n1,Anna,x\n"
	for stage, want := range map[string]string{"before rename": before, "after rename": after} {
		t.Run(stage, func(t *testing.T) {
			o := open(t, before)
			c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashHelper$")
			c.Env = append(os.Environ(), crashAt+"="+stage, "KITH_FILE_TEST_PATH="+o.path)
			if out, _ := c.CombinedOutput(); c.ProcessState.ExitCode() != 7 {
				t.Fatalf("the other process did not die as it should: %v\n%s", c.ProcessState, out)
			}
			o.holds(want)
			o.name("1", "Anne")
			o.holds(strings.Replace(want, want[len("No,Name,Firm\n1,"):len(want)-3], "Anne", 1))
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(o.path), ".people*")); left != nil {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// A write returns after the new content and then its name are durable.
func TestReplacementIsDurable(t *testing.T) {
	o := open(t, "No,Name,Firm\n1,Ann,x\n")
	var steps []string
	o.file.env.step = func(name string) { steps = append(steps, name) }
	o.file.env.sync = func(f *os.File) error {
		info, err := f.Stat()
		if err != nil {
			return err
		}
		steps = append(steps, map[bool]string{true: "sync directory", false: "sync file"}[info.IsDir()])
		return nil
	}
	o.name("1", "Anna")
	want := []string{"sync file", "before rename", "after rename"}
	if runtime.GOOS != "windows" {
		want = append(want, "sync directory")
	}
	if !slices.Equal(steps, want) {
		t.Errorf("steps %q, want %q", steps, want)
	}
	o.file.env.sync = func(*os.File) error { return syscall.ENOSPC }
	_, err := o.put("1", "", contact.Fields{"Name": "never"})
	isClass(t, "put on a full disk", err, contact.Unreachable)
	o.holds("No,Name,Firm\n1,Anna,x\n")
}
