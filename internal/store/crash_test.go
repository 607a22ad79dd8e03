package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kith/internal/contact"
	"kith/internal/store"
)

const (
	crashVariable = "KITH_STORE_CRASH"
	crashStep     = 40 // persons a commit
)

func TestMain(m *testing.M) {
	if path := os.Getenv(crashVariable); path != "" {
		commitForever(path)
	}
	os.Exit(m.Run())
}

// commitForever is the process that is killed. It says each commit that has
// returned.
func commitForever(path string) {
	ctx := context.Background()
	s, err := store.Open(ctx, path, store.Options{Exclusive: true})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	n, err := s.CountLive(ctx, "crm", contact.Person)
	for err == nil {
		s.MoveRecentKeys()
		if err = s.Commit(ctx, people(n, crashStep)); err == nil {
			n += crashStep
			fmt.Println(n)
		}
	}
	fmt.Println(err)
	os.Exit(1)
}

// Killed at any moment, the store holds every commit that had returned, and
// each commit whole. The process lock dies with the process.
func TestCrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "kith.db")
	random := rand.New(rand.NewPCG(1, 2))
	for range 8 {
		said := killed(t, path, 1+random.IntN(12))
		s, err := store.Open(t.Context(), path, store.Options{Exclusive: true})
		if err != nil {
			t.Fatal(err)
		}
		n := live(t, s)
		if n < said || n%crashStep != 0 {
			t.Fatalf("%d links, the process had said %d", n, said)
		}
		whole(t, s, n)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killed runs commitForever for some commits, kills it in the middle of the
// next and returns what it said last.
func killed(t *testing.T, path string, commits int) int {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), crashVariable+"="+path)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	said := 0
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscan(lines.Text(), &said); err != nil {
			t.Fatalf("the process said %q", lines.Text())
		}
		if commits--; commits == 0 {
			_ = child.Process.Kill() // SIGKILL; what it still says counts
		}
	}
	_ = child.Wait()
	return said
}

// whole looks for commits of which only a part is there.
func whole(t *testing.T, s *store.Store, n int) {
	t.Helper()
	ids := make([]string, n+crashStep)
	for i := range ids {
		ids[i] = fmt.Sprintf("p%06d", i)
	}
	parties, err := s.Parties(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := s.Entries(t.Context(), "", 0, 2*n+1)
	if err != nil {
		t.Fatal(err)
	}
	var keys []contact.Key
	for i := range ids {
		keys = append(keys, contact.Key(i+1))
	}
	hits, err := s.FindKeys(t.Context(), "", contact.Person, keys)
	if err != nil {
		t.Fatal(err)
	}
	// Key 0 is looked up by nobody: the first person's two keys are 0.
	if len(parties) != n || len(entries) != n || len(hits) != max(0, n-1) {
		t.Fatalf("%d links, but %d parties, %d entries, %d keys", n, len(parties), len(entries), len(hits))
	}
	if ok, err := s.Value(t.Context(), "PRAGMA integrity_check"); err != nil || !strings.HasPrefix(ok, "ok") {
		t.Fatal(ok, err)
	}
}
