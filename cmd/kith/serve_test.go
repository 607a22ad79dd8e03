package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// talk is standard error that a test reads while the program writes it.
type talk struct {
	mu   sync.Mutex
	text bytes.Buffer
	said chan struct{} // a token for each write
}

func newTalk() *talk { return &talk{said: make(chan struct{}, 1)} }

func (w *talk) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	select {
	case w.said <- struct{}{}:
	default:
	}
	return w.text.Write(b)
}

func (w *talk) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// await waits until the talk matches, and returns the first group.
func (w *talk) await(t *testing.T, pattern string) string {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		if m := regexp.MustCompile(pattern).FindStringSubmatch(w.String()); m != nil {
			return m[len(m)-1]
		}
		select {
		case <-w.said:
		case <-limit:
			t.Fatalf("nobody said %q:\n%s", pattern, w)
		}
	}
}

// csvPair is a directory with two CSV places and their configuration.
func csvPair(t *testing.T, more string) string {
	dir := t.TempDir()
	files := map[string]string{
		"kith.yaml": more + `
country: SE
leading: a
systems:
  a: {connector: file, path: a}
  b: {connector: file, path: b}
person:
  match: number
  a: {direction: both, collection: p.csv, id: No, map: {name.family: Name, number: No, email.work: Mail}}
  b: {direction: both, collection: q.csv, id: id, map: {name.family: last, number: nr, email.work: mail}}
`,
		"a/p.csv": "No,Name,Mail\n1,Berg,anna@berg.example\n2,Ek,\n",
		"b/q.csv": "id,nr,last,mail\n",
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "kith.yaml")
}

func runKith(ctx context.Context, stderr io.Writer, args ...string) (int, string) {
	var out bytes.Buffer
	p := newProgram(&out, stderr, os.LookupEnv)
	return p.run(ctx, args), out.String()
}

// TestServe runs a server as a user would: it syncs by its schedule, answers
// for its health, lets reading commands and decisions work beside it, keeps a
// second one out, and stops cleanly.
func TestServe(t *testing.T) {
	config := csvPair(t, "listen: 127.0.0.1:0\nsync: every 1s\nremoval: delete")
	ctx, stop := context.WithCancel(t.Context())
	said := newTalk()
	code := make(chan int)
	go func() {
		c, _ := runKith(ctx, said, "--config", config, "serve")
		code <- c
	}()
	address := said.await(t, `http://(\S+)/readyz`)
	for _, path := range []string{"livez", "readyz"} {
		if status, _ := get(t, "http://"+address+"/"+path); status != http.StatusOK {
			t.Errorf("/%s answers %d", path, status)
		}
	}
	await(t, "both persons reach the second file", func() bool {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(config), "b", "q.csv"))
		return err == nil && strings.Count(string(text), "\n") == 3
	})
	if _, metrics := get(t, "http://"+address+"/metrics"); !strings.Contains(metrics, `kith_links{place="b",state="linked"}`) || strings.Contains(metrics, "Berg") {
		t.Errorf("the metrics lack the links, or show a name:\n%s", metrics)
	}
	for _, command := range [][]string{{"sync"}, {"serve"}} {
		second := newTalk()
		if c, _ := runKith(t.Context(), second, append([]string{"--config", config}, command...)...); c != exitHeld {
			t.Errorf("a second %v on the same store ended with %d: %s", command, c, second)
		}
	}
	for _, command := range [][]string{{"runs"}, {"contact", "list"}, {"contact", "why", "Berg"}, {"contact", "show", "Berg"}, {"review", "list"}, {"contact", "off", "Ek", "b"}} {
		beside := newTalk()
		if c, out := runKith(t.Context(), beside, append([]string{"--config", config}, command...)...); c != exitDone {
			t.Errorf("%v beside the server ended with %d: %s %s", command, c, out, beside)
		}
	}
	await(t, "the server takes Ek out again", func() bool {
		text, err := os.ReadFile(filepath.Join(filepath.Dir(config), "b", "q.csv"))
		return err == nil && strings.Count(string(text), "\n") == 2
	})
	begin := time.Now()
	stop()
	if c := <-code; c != exitDone {
		t.Errorf("the server ended with %d: %s", c, said)
	}
	if took := time.Since(begin); took > stopTime {
		t.Errorf("the stop took %s", took)
	}
	if c, _ := runKith(t.Context(), io.Discard, "--config", config, "sync"); c != exitDone {
		t.Errorf("the store is not free after the stop: %d", c)
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// await polls a state of the world outside, which nobody can signal.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(60 * time.Second)
	for !done() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatal("not in time: " + what)
		}
	}
}

// TestServeSaysWhyAPlaceStops shows the sentence and the way out on standard
// error, where an administrator looks first.
func TestServeSaysWhyAPlaceStops(t *testing.T) {
	config := csvPair(t, "listen: 127.0.0.1:0")
	if err := os.WriteFile(filepath.Join(filepath.Dir(config), "a", "p.csv"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	said := newTalk()
	code := make(chan int)
	go func() {
		c, _ := runKith(ctx, said, "--config", config, "serve")
		code <- c
	}()
	said.await(t, `stopped: what a answered cannot be read: .*line 1: there is no header\n +Nothing of the answer was used`)
	stop()
	if c := <-code; c != exitDone {
		t.Errorf("the server ended with %d: %s", c, said)
	}
}
