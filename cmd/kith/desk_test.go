package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// desk is where a user of the program sits: a directory with kith.yaml, an
// environment, and a clock that every command moves on.
type desk struct {
	t   *testing.T
	dir string
	now time.Time
	env map[string]string
}

func newDesk(t *testing.T) *desk {
	return &desk{t: t, dir: t.TempDir(), now: time.Now(), env: map[string]string{}}
}

// write stores a file.
func (d *desk) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// kith runs the program an hour later than before and returns its exit code.
func (d *desk) kith(args ...string) (code int, stdout, stderr string) {
	d.now = d.now.Add(time.Hour)
	var out, talk bytes.Buffer
	p := newProgram(&out, &talk, func(name string) (string, bool) { v, ok := d.env[name]; return v, ok })
	p.now = func() time.Time { return d.now }
	code = p.run(context.Background(), append([]string{"--config", filepath.Join(d.dir, "kith.yaml")}, args...))
	return code, out.String(), talk.String()
}

func (d *desk) sync(want int) (stdout, stderr string) {
	d.t.Helper()
	code, stdout, stderr := d.kith("sync", "--json")
	if code != want {
		d.t.Fatalf("sync ended with %d, want %d\n%s\n%s", code, want, stdout, stderr)
	}
	return stdout, stderr
}

// quiet checks that two more runs write nothing.
func (d *desk) quiet() {
	d.t.Helper()
	d.still()
	d.still()
}

// still checks that one more run writes nothing.
func (d *desk) still() {
	d.t.Helper()
	if out, _ := d.sync(0); !strings.Contains(out, `"writes":0`) {
		d.t.Fatalf("a run with nothing to do wrote: %s", out)
	}
}

// step is a part of a story that goes on at the same desk.
func (d *desk) step(name string, do func(t *testing.T)) {
	whole := d.t
	defer func() { d.t = whole }()
	whole.Run(name, func(t *testing.T) {
		d.t = t
		do(t)
	})
}
