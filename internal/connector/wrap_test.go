package connector_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// wrapped opens a server behind manners.
func wrapped(t *testing.T, s *memory.Server, m connector.Manners) connector.Connector {
	t.Helper()
	c, err := connector.Wrap(s.Open(connector.Settings{Name: "crm"}), m).Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// inBubble runs a test under a clock that jumps.
func inBubble(t *testing.T, f func(t *testing.T, s *memory.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { f(t, memory.NewServer(memory.Options{})) })
}

func get(t *testing.T, c connector.Connector) error {
	_, err := c.Get(t.Context(), contact.Person, "1")
	return err
}

func put(t *testing.T, c connector.Connector) error {
	_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, Values: contact.Values{Fields: contact.Fields{"name": "Ann Secret"}}})
	return err
}

func isClass(t *testing.T, what string, err error, want contact.Class) {
	t.Helper()
	if got := contact.ClassOf(err); got != want || err == nil {
		t.Errorf("%s: class %q (%v), want %q", what, got, err, want)
	}
}

func TestWrappedSystemConforms(t *testing.T) {
	settings := connector.Settings{Name: "crm", Fields: map[contact.Kind][]string{contact.Person: {"name", "firm", "phone"}}}
	conntest.Run(t, conntest.Harness{
		Bypass: map[string]string{
			"unknown fields are refused": "the server takes any field",
			"unreachable":                "takes seconds of waiting; see the tests of retries",
			"throttled":                  "takes seconds of waiting; see the tests of retries",
		},
		New: func(t *testing.T) *conntest.Place {
			s := memory.NewServer(memory.Options{Page: 3})
			open := func() connector.System {
				pace, err := connector.ParsePace("100000/s, 8 at a time")
				if err != nil {
					t.Fatal(err)
				}
				return connector.Wrap(s.Open(settings), connector.Manners{Pace: pace, Log: slog.New(slog.DiscardHandler), Tries: 1})
			}
			return &conntest.Place{
				System: open(), Kind: contact.Person, Page: 3, Texts: []string{"name", "firm", "phone"},
				User: user{s.User("")}, Reopen: func(*testing.T) connector.System { return open() },
				Faults: conntest.Faults{Hang: func() { s.Break(memory.Fault{Hang: true}) }},
			}
		},
	})
}

type user struct{ *memory.User }

func (u user) Create(kind contact.Kind, set contact.Values) (string, error) {
	return u.User.Create(kind, set), nil
}

func (u user) Get(kind contact.Kind, id string) (contact.Record, error) {
	r, ok := u.User.Get(kind, id)
	if !ok {
		return r, errors.New("not there")
	}
	return r, nil
}

func TestReadsAreTriedAgainAfterGrowingWaits(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		s.User("").Create(contact.Person, contact.Values{})
		c := wrapped(t, s, connector.Manners{Tries: 4, Random: func() float64 { return 0.5 }})
		var at []time.Duration
		start := time.Now()
		s.Inject(func(memory.Call) memory.Fault {
			at = append(at, time.Since(start))
			if len(at) < 4 {
				return memory.Fault{Class: contact.Unreachable}
			}
			return memory.Fault{}
		})
		if err := get(t, c); err != nil {
			t.Error(err)
		}
		// 1 s, 2 s, 4 s, each spread by half of a half.
		if want := []time.Duration{0, 1250 * time.Millisecond, 3750 * time.Millisecond, 8750 * time.Millisecond}; !slices.Equal(at, want) {
			t.Errorf("tried at %v, want %v", at, want)
		}
	})
}

func TestReadsAreNotTriedForEver(t *testing.T) {
	for _, m := range []connector.Manners{{Tries: 3}, {Tries: 100, Patience: 4 * time.Second}} {
		inBubble(t, func(t *testing.T, s *memory.Server) {
			c := wrapped(t, s, m)
			before := s.Calls()
			s.Break(memory.Fault{Class: contact.Unreachable})
			start := time.Now()
			isClass(t, "get", get(t, c), contact.Unreachable)
			if n := s.Calls() - before; n != 3 || time.Since(start) != 3*time.Second {
				t.Errorf("%d tries in %v, want 3 in 3s", n, time.Since(start))
			}
		})
	}
}

func TestOnlyPassingFaultsAreTriedAgain(t *testing.T) {
	for _, class := range []contact.Class{contact.NotFound, contact.Credentials, contact.Setup, contact.CursorExpired, contact.Forbidden, contact.Malformed} {
		inBubble(t, func(t *testing.T, s *memory.Server) {
			c := wrapped(t, s, connector.Manners{})
			before := s.Calls()
			s.Break(memory.Fault{Class: class})
			isClass(t, "get", get(t, c), class)
			if n := s.Calls() - before; n != 1 {
				t.Errorf("%q was tried %d times", class, n)
			}
		})
	}
}

func TestWritesAreNeverTriedAgain(t *testing.T) {
	writes := map[string]func(*testing.T, connector.Connector) error{
		"put":    put,
		"remove": func(t *testing.T, c connector.Connector) error { return c.Remove(t.Context(), contact.Person, "1", "") },
		"mark": func(t *testing.T, c connector.Connector) error {
			_, err := c.(connector.Marking).Mark(t.Context(), contact.Person, "1", "", "m")
			return err
		},
	}
	for name, write := range writes {
		for _, fault := range []memory.Fault{{Class: contact.Unreachable}, {Class: contact.Throttled, After: time.Second}, {Lost: true}} {
			inBubble(t, func(t *testing.T, s *memory.Server) {
				s.User("").Create(contact.Person, contact.Values{})
				c := wrapped(t, s, connector.Manners{})
				before := s.Calls()
				s.Break(fault)
				if write(t, c) == nil {
					t.Errorf("%s succeeds", name)
				}
				if n := s.Calls() - before; n != 1 {
					t.Errorf("%s was made %d times after %+v", name, n, fault)
				}
			})
		}
	}
}

// FAULTS: never earlier than asked, and the whole system waits.
func TestThrottledSystemIsLeftAlone(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		s.User("").Create(contact.Person, contact.Values{})
		c := wrapped(t, s, connector.Manners{})
		start := time.Now()
		var mu sync.Mutex
		var at []time.Duration
		s.Inject(func(memory.Call) memory.Fault {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Since(start))
			if len(at) == 1 {
				return memory.Fault{Class: contact.Throttled, After: 20 * time.Second}
			}
			return memory.Fault{}
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := get(t, c); err != nil {
				t.Errorf("the throttled read: %v", err)
			}
		})
		wg.Go(func() {
			time.Sleep(5 * time.Second)
			if err := put(t, c); err != nil {
				t.Errorf("a write meanwhile: %v", err)
			}
		})
		wg.Wait()
		if want := []time.Duration{0, 20 * time.Second, 20 * time.Second}; !slices.Equal(at, want) {
			t.Errorf("requests at %v, want %v", at, want)
		}
	})
}

func TestLongThrottleIsHandedOn(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		c := wrapped(t, s, connector.Manners{})
		before := s.Calls()
		s.Fail("", 1, memory.Fault{Class: contact.Throttled, After: time.Hour})
		start := time.Now()
		for _, call := range []func(*testing.T, connector.Connector) error{get, get, put} {
			err := call(t, c)
			isClass(t, "call", err, contact.Throttled)
			var e *contact.Error
			if !errors.As(err, &e) || e.After != time.Hour {
				t.Errorf("asked to wait for %v", e.After)
			}
		}
		if n := s.Calls() - before; n != 1 || time.Since(start) != 0 {
			t.Errorf("%d requests, %v later", n, time.Since(start))
		}
	})
}

func TestPaceIsKeptInAnyWindow(t *testing.T) {
	for text, ideal := range map[string]time.Duration{
		"100/min": 10 * time.Minute, "3000/5min": 100 * time.Second, "1/s": 1000 * time.Second, "5/2s, 100/min": 10 * time.Minute,
	} {
		t.Run(text, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *memory.Server) {
				pace, err := connector.ParsePace(text)
				if err != nil {
					t.Fatal(err)
				}
				c := wrapped(t, s, connector.Manners{Pace: pace})
				time.Sleep(10 * time.Minute)
				var at []time.Time
				s.Inject(func(memory.Call) memory.Fault {
					at = append(at, time.Now())
					return memory.Fault{Class: contact.NotFound}
				})
				for range 1000 {
					_ = get(t, c)
				}
				for _, r := range pace.Rates {
					for i := r.N; i < len(at); i++ {
						if d := at[i].Sub(at[i-r.N]); d < r.Per {
							t.Fatalf("%d requests within %v", r.N+1, d)
						}
					}
				}
				if took := at[len(at)-1].Sub(at[0]); took > ideal*12/10 {
					t.Errorf("1,000 requests took %v, want about %v", took, ideal)
				}
			})
		})
	}
}

func TestOnlySoManyAtATime(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		pace, _ := connector.ParsePace("4 at a time")
		c := wrapped(t, s, connector.Manners{Pace: pace})
		var mu sync.Mutex
		now, most := 0, 0
		s.Inject(func(memory.Call) memory.Fault {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return memory.Fault{}
		})
		start := time.Now()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { _ = get(t, c) })
		}
		wg.Wait()
		if most != 4 || time.Since(start) != 5*time.Second {
			t.Errorf("%d at a time, done in %v; want 4 and 5s", most, time.Since(start))
		}
	})
}

func TestTimeLimit(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		c := wrapped(t, s, connector.Manners{Tries: 1})
		s.Break(memory.Fault{Hang: true, Lost: true})
		start := time.Now()
		isClass(t, "read", get(t, c), contact.Unreachable)
		if d := time.Since(start); d != time.Minute {
			t.Errorf("a read was given up after %v", d)
		}
		isClass(t, "write", put(t, c), contact.Uncertain)
		if d := time.Since(start); d != 2*time.Minute {
			t.Errorf("a write was given up after %v", d)
		}
	})
}

// slowList gives an id every 50 seconds, then none.
type slowList struct {
	connector.Connector
	ids int
}

func (l slowList) List(ctx context.Context, _ contact.Kind, each func(id, version string) error) error {
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Second):
		}
		if i < l.ids {
			if err := each("id", ""); err != nil {
				return err
			}
		} else if i > l.ids {
			return nil
		}
	}
}

// one is a system of one connector.
type one struct {
	connector.System
	c connector.Connector
}

func (o one) Open(context.Context, string) (connector.Connector, error) { return o.c, nil }

func TestListingMayTakeLongButNotStandStill(t *testing.T) {
	inBubble(t, func(t *testing.T, s *memory.Server) {
		system := one{s.Open(connector.Settings{}), slowList{ids: 100}}
		c, err := connector.Wrap(system, connector.Manners{Tries: 1}).Open(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = c.(connector.Lister).List(t.Context(), contact.Person, func(string, string) error { n++; return nil })
		isClass(t, "a list that stands still", err, contact.Unreachable)
		if n != 100 {
			t.Errorf("%d ids", n)
		}
		stop := contact.Fail(contact.Unreachable, "the caller's own trouble")
		n = 0
		c, _ = connector.Wrap(system, connector.Manners{}).Open(t.Context(), "")
		err = c.(connector.Lister).List(t.Context(), contact.Person, func(string, string) error { n++; return stop })
		if !errors.Is(err, stop) || n != 1 {
			t.Errorf("the caller's error became %v after %d calls", err, n)
		}
	})
}

// vague is a connector whose writes fail without a class.
type vague struct{ connector.Connector }

func (vague) Put(context.Context, contact.Record) (contact.Record, error) {
	return contact.Record{}, errors.New("something went wrong")
}

func TestWriteThatFailsWithoutClassIsUncertain(t *testing.T) {
	s := memory.NewServer(memory.Options{})
	c, err := connector.Wrap(one{s.Open(connector.Settings{}), vague{}}, connector.Manners{}).Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	isClass(t, "put", put(t, c), contact.Uncertain)
}

func TestReadOnlyRefusesEveryWrite(t *testing.T) {
	s := memory.NewServer(memory.Options{})
	s.User("").Create(contact.Person, contact.Values{Fields: contact.Fields{"name": "Ann"}})
	system := connector.Wrap(s.Open(connector.Settings{}), connector.Manners{ReadOnly: true})
	if !system.Abilities().ReadOnly {
		t.Error("the abilities do not say so")
	}
	c, err := system.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	before := s.Calls()
	_, markErr := c.(connector.Marking).Mark(t.Context(), contact.Person, "1", "", "m")
	for what, err := range map[string]error{"put": put(t, c), "remove": c.Remove(t.Context(), contact.Person, "1", ""), "mark": markErr} {
		isClass(t, what, err, contact.Refused)
		var e *contact.Error
		if !errors.As(err, &e) || e.Reason.Code != contact.CodeReadOnly {
			t.Errorf("%s: no reason", what)
		}
	}
	if s.Calls() != before {
		t.Error("a write reached the system")
	}
	if err := get(t, c); err != nil {
		t.Errorf("a read: %v", err)
	}
}

func TestLogShowsNoValues(t *testing.T) {
	var out bytes.Buffer
	s := memory.NewServer(memory.Options{ID: func(contact.Kind, int) string { return "id-4711" }})
	c := wrapped(t, s, connector.Manners{Log: slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err := put(t, c); err != nil {
		t.Fatal(err)
	}
	_, _ = c.Get(t.Context(), contact.Person, "no-such-4711")
	_, _ = c.(connector.Finder).Find(t.Context(), contact.Person, "marker-4711", contact.Fields{"name": "Ann Secret"})
	log := out.String()
	for _, want := range []string{"operation=open", "operation=put", "kind=person", "duration=", "operation=find", `class="not found"`} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s:\n%s", want, log)
		}
	}
	for _, secret := range []string{"Secret", "4711"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log shows %s:\n%s", secret, log)
		}
	}
}

func TestOptionalInterfacesShineThrough(t *testing.T) {
	for bits := range 8 {
		opt := memory.Options{NoList: bits&1 == 0, NoFind: bits&2 == 0, NoMark: bits&4 == 0}
		c := wrapped(t, memory.NewServer(opt), connector.Manners{})
		_, lists := c.(connector.Lister)
		_, finds := c.(connector.Finder)
		_, marks := c.(connector.Marking)
		if lists == opt.NoList || finds == opt.NoFind || marks == opt.NoMark {
			t.Errorf("%+v: lists %t, finds %t, marks %t", opt, lists, finds, marks)
		}
	}
}

// checked is a system that can test itself.
type checked struct{ connector.System }

func (checked) Check(context.Context, string) ([]connector.Step, error) {
	return []connector.Step{{Name: "login", Found: "ann"}}, contact.Fail(contact.Setup, "no such book")
}

func TestCheckerShinesThrough(t *testing.T) {
	plain := memory.NewServer(memory.Options{}).Open(connector.Settings{})
	if _, ok := connector.Wrap(plain, connector.Manners{}).(connector.Checker); ok {
		t.Error("a system that cannot test itself is said to be able to")
	}
	c, ok := connector.Wrap(checked{plain}, connector.Manners{}).(connector.Checker)
	if !ok {
		t.Fatal("a system that can test itself is said not to be able to")
	}
	steps, err := c.Check(t.Context(), "")
	isClass(t, "check", err, contact.Setup)
	if len(steps) != 1 || steps[0].Found != "ann" {
		t.Errorf("the steps before a failure are %v", steps)
	}
}

func TestParsePace(t *testing.T) {
	tests := map[string]connector.Pace{
		"":                         {},
		"100/min":                  {Rates: []connector.Rate{{N: 100, Per: time.Minute}}},
		"3000/5min":                {Rates: []connector.Rate{{N: 3000, Per: 5 * time.Minute}}},
		"4 at a time":              {AtATime: 4},
		" 25 / 5 s , 2 at a time ": {Rates: []connector.Rate{{N: 25, Per: 5 * time.Second}}, AtATime: 2},
		"10/s, 1000/Day":           {Rates: []connector.Rate{{N: 10, Per: time.Second}, {N: 1000, Per: 24 * time.Hour}}},
	}
	for text, want := range tests {
		got, err := connector.ParsePace(text)
		if err != nil || got.AtATime != want.AtATime || !slices.Equal(got.Rates, want.Rates) {
			t.Errorf("%q is %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"fast", "100", "0/min", "100/0min", "100/fortnight", "0 at a time", "4 at a time, 5 at a time", "-1/s", "100/min;", ",", "99999999999999999999/s", "1/99999h"} {
		if got, err := connector.ParsePace(text); err == nil {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

func FuzzParsePace(f *testing.F) {
	for _, seed := range []string{"100/min", "3000/5min, 4 at a time", "1/s,", "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pace, err := connector.ParsePace(text)
		if err != nil {
			return
		}
		for _, r := range pace.Rates {
			if r.N < 1 || r.Per <= 0 {
				t.Errorf("%q is %+v", text, r)
			}
		}
	})
}
