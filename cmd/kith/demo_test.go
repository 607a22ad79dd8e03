package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"kith/internal/engine"
)

// runDemoCommand runs the demo in this process, with a directory for temporary
// files that it has to leave as empty as it was.
func runDemoCommand(t *testing.T, args ...string) (stdout string, code int) {
	t.Helper()
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	var out, talk bytes.Buffer
	p := newProgram(&out, &talk, func(string) (string, bool) { return "", false })
	code = p.run(t.Context(), append([]string{"demo"}, args...))
	if talk.Len() > 0 {
		t.Logf("on standard error: %s", talk.String())
	}
	leavesNothing(t, scratch)
	return out.String(), code
}

func leavesNothing(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		t.Errorf("the demo left %s behind", entry.Name())
	}
}

func TestDemoOnce(t *testing.T) {
	out, code := runDemoCommand(t, "--once")
	if code != exitDone {
		t.Errorf("exit code %d, want 0:\n%s", code, out)
	}
	for i, a := range acts {
		if !strings.Contains(out, a.title) {
			t.Errorf("act %d is not told", i+1)
		}
	}
	for line := range strings.Lines(out) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > columns {
			t.Errorf("a line is wider than %d columns: %s", columns, line)
		}
	}
	if strings.Contains(out, "\x1b[") {
		t.Error("there is colour where no terminal is")
	}
}

var summaryLine = regexp.MustCompile(`^\{"type":"summary","places":\{"crm":\{"company":90,"person":\d+\},"erp":\{"company":90,"person":\d+\},"book":\{"company":90,"person":\d+\}\},"writes":\[0,0\]\}$`)

func TestDemoOnceJSON(t *testing.T) {
	out, code := runDemoCommand(t, "--once", "--json")
	if code != exitDone {
		t.Errorf("exit code %d, want 0:\n%s", code, out)
	}
	lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
	if len(lines) != len(acts)+1 {
		t.Fatalf("%d lines, want one for each of the %d acts and the summary", len(lines), len(acts))
	}
	for i, line := range lines[:len(acts)] {
		var told struct {
			Type   string
			Act    int
			Says   []string
			Broken []string
		}
		if err := json.Unmarshal([]byte(line), &told); err != nil || told.Type != "act" || told.Act != i+1 || len(told.Says) == 0 || len(told.Broken) > 0 {
			t.Errorf("line %d tells no whole act (%v): %s", i+1, err, line)
		}
	}
	if last := lines[len(acts)]; !summaryLine.MatchString(last) {
		t.Errorf("the last line is no summary: %s", last)
	}
}

// TestDemoChecksItself lets a claim be wrong.
func TestDemoChecksItself(t *testing.T) {
	var out, talk bytes.Buffer
	d, err := newProgram(&out, &talk, func(string) (string, bool) { return "", false }).newDemo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	wrong := act{"Nothing is true", func(d *demo, _ context.Context) error {
		d.stage.check(d.user("crm").Count("person") == 0, "the CRM is not empty")
		return nil
	}}
	if err := d.perform(t.Context(), []act{wrong}); err != exitCode(exitFailed) {
		t.Errorf("a wrong claim ends with %v, want exit code 1", err)
	}
	if !strings.Contains(out.String(), "NOT AS SAID: the CRM is not empty") {
		t.Errorf("the wrong claim is not told: %s", out.String())
	}
}

// TestDemoGoesOn waits until Kith has answered two of the events that the demo
// lets happen while it serves, and stops it as Ctrl-C does.
func TestDemoGoesOn(t *testing.T) {
	scratch := t.TempDir()
	t.Setenv("TMPDIR", scratch)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	out := &untilLines{find: "Kith: written to", n: 2, then: stop}
	p := newProgram(out, &bytes.Buffer{}, func(string) (string, bool) { return "", false })
	p.quiet = true
	d, err := p.newDemo(ctx)
	if err != nil {
		t.Fatal(err)
	}
	d.pace = time.Millisecond
	if err := d.house.start(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := d.house.engine.Sync(ctx, engine.SyncOptions{Cause: "demo"}); err != nil {
		t.Fatal(err)
	}
	if err := d.live(ctx); err != nil {
		t.Errorf("a stop is no failure: %v", err)
	}
	if err := d.close(); err != nil {
		t.Error(err)
	}
	leavesNothing(t, scratch)
	if out.seen < 2 {
		t.Errorf("nothing was done about what happened:\n%s", out.text.String())
	}
}

// untilLines is a page that calls then when a text has been written n times.
type untilLines struct {
	find string
	n    int
	then func()

	mu   sync.Mutex
	text strings.Builder
	seen int
}

func (u *untilLines) Write(p []byte) (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.text.Write(p)
	if u.seen += strings.Count(strings.Join(strings.Fields(string(p)), " "), u.find); u.seen >= u.n {
		u.then()
	}
	return len(p), nil
}

func TestWrap(t *testing.T) {
	got := wrap(strings.Repeat("word ", 20), "  · ", "    ")
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > columns {
			t.Errorf("%d columns: %q", n, line)
		}
	}
	if strings.Count(got, "word") != 20 || !strings.HasPrefix(got, "  · word word") || !strings.Contains(got, "\n    word") {
		t.Errorf("wrapped as %q", got)
	}
}
