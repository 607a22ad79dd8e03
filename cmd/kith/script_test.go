package main

import (
	"context"
	"errors"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"kith/lab"
)

// laterVariable moves the program's clock in tests, so that nobody has to wait
// for a minute to pass.
const laterVariable = "KITH_TEST_LATER"

// TestMain makes the test binary serve as the program too: a script that says
// kith runs this package, in a process of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"kith": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		p := newProgram(os.Stdout, os.Stderr, os.LookupEnv)
		if text := os.Getenv(laterVariable); text != "" {
			later, err := time.ParseDuration(text)
			if err != nil {
				panic(err)
			}
			p.now = func() time.Time { return time.Now().Add(later) }
		}
		os.Exit(p.run(ctx, os.Args[1:]))
	}})
}

// TestScripts runs the program as a user does. Beside the commands of
// testscript there are
//
//	code N PROGRAM ARG…  runs it and wants the exit code N
//	later DURATION       moves the clock of everything that follows
//	deaf NAME            sets NAME to the address of a server that takes
//	                     connections and never says a word
//	closed NAME          sets NAME to an address where nobody listens
//	met                  waits until the deaf server has a connection
//	ended N              wants N of the program that met saw running
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("TZ", "UTC")
			env.Values[deafKey{}] = &deaf{}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":   wantCode,
			"later":  moveClock,
			"deaf":   listenDeaf,
			"closed": closedPort,
			"met":    waitForDeaf,
			"ended":  wantEnd,
		},
	})
}

// TestRefusedLogin is the one exit code that takes a server: 12, which comes
// before that of a system that cannot be reached.
func TestRefusedLogin(t *testing.T) {
	address, err := url.Parse(lab.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("lab", "wrong-password")
	dir := t.TempDir()
	config := `
match: email.work
systems:
  erp: {connector: sqldb, dialect: postgres, dsn: env:ERP_DSN}
  shop: {connector: memory}
person:
  erp: {direction: gives, collection: contact, id: id, map: {email.work: mail}}
  shop: takes
`
	if err := os.WriteFile(filepath.Join(dir, "kith.yaml"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"check", "sync"} {
		cmd := exec.Command("kith", command)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "ERP_DSN="+address.String())
		out, err := cmd.CombinedOutput()
		var ended *exec.ExitError
		if !errors.As(err, &ended) || ended.ExitCode() != exitCredentials {
			t.Errorf("kith %s: %v, want exit code %d\n%s", command, err, exitCredentials, out)
		}
		if !strings.Contains(string(out), "refused the login") || strings.Contains(string(out), "wrong-password") {
			t.Errorf("kith %s says\n%s", command, out)
		}
	}
}

// arguments asks for n of them at least.
func arguments(ts *testscript.TestScript, neg bool, args []string, n int) {
	if neg || len(args) < n {
		ts.Fatalf("wrong use of a command: %q", args)
	}
}

func wantCode(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2)
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var ended *exec.ExitError
	switch {
	case errors.As(err, &ended):
		got = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

func moveClock(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1)
	before, _ := time.ParseDuration(ts.Getenv(laterVariable))
	by, err := time.ParseDuration(args[0])
	ts.Check(err)
	ts.Setenv(laterVariable, (before + by).String())
}

// deaf is a server that never answers, and the program that talks to it.
type deaf struct {
	met     chan struct{}
	running *exec.Cmd
}

type deafKey struct{}

func deafOf(ts *testscript.TestScript) *deaf { return ts.Value(deafKey{}).(*deaf) }

func listenDeaf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
	d := deafOf(ts)
	d.met = make(chan struct{})
	var once sync.Once
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			ts.Defer(func() { conn.Close() })
			once.Do(func() { close(d.met) })
		}
	}()
	ts.Setenv(args[0], listener.Addr().String())
}

func closedPort(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], listener.Addr().String())
	ts.Check(listener.Close())
}

func waitForDeaf(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 0)
	d := deafOf(ts)
	select {
	case <-d.met:
	case <-time.After(30 * time.Second):
		ts.Fatalf("nobody has come to the deaf server")
	}
	if running := ts.BackgroundCmds(); len(running) > 0 {
		d.running = running[0]
	}
}

func wantEnd(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1)
	d := deafOf(ts)
	if d.running == nil || d.running.ProcessState == nil {
		ts.Fatalf("no program has ended")
	}
	if got := d.running.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}
