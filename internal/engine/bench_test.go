package engine

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/store"
)

// benchSize is how many persons the large comparisons hold; KITH_BENCH_PERSONS
// sets it for the million.
func benchSize(b *testing.B) int {
	if text := os.Getenv("KITH_BENCH_PERSONS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return 100_000
}

// benchWorld is two in-memory places and a store on disk.
type benchWorld struct {
	b       *testing.B
	servers map[string]*memory.Server
	engine  *Engine
	store   *store.Store
}

func newBenchWorld(b *testing.B, persons map[string]int) *benchWorld {
	w := &benchWorld{b: b, servers: map[string]*memory.Server{}}
	lead := []string{"crm"}
	policies := []contact.Policy{both("crm", contact.Person, lead, personSlots...), both("erp", contact.Person, lead, personSlots...)}
	for i := range policies {
		policies[i].Match = []string{cmp.Or(os.Getenv("KITH_BENCH_MATCH"), contact.MatchStandard)}
	}
	book, err := plan.NewBook(policies)
	if err != nil {
		b.Fatal(err)
	}
	systems := map[string]connector.System{}
	for _, name := range []string{"crm", "erp"} {
		w.servers[name] = memory.NewServer(memory.Options{Name: name})
		user := w.servers[name].User("")
		for i := range persons[name] {
			user.Create(contact.Person, contact.Values{Fields: contact.Fields{
				"name.given": "Anna" + strconv.Itoa(i%997), "name.family": "Lindqvist" + strconv.Itoa(i),
				"email.work": fmt.Sprintf("anna.lindqvist%d@acme.example", i), "phone.mobile": fmt.Sprintf("+4670%07d", i), "title": "Purchasing manager",
			}})
		}
		systems[name] = w.servers[name].Open(connector.Settings{Name: name,
			Fields:      map[contact.Kind][]string{contact.Person: personSlots},
			Collections: map[contact.Kind]contact.Collection{contact.Person: {Marker: "kith"}}})
	}
	if w.store, err = store.Open(context.Background(), filepath.Join(b.TempDir(), "kith.db"), store.Options{Exclusive: true}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.store.Close() })
	w.engine, err = New(context.Background(), Options{Store: w.store, Book: book, Systems: systems, Installation: "bench", Holder: "b"})
	if err != nil {
		b.Fatal(err)
	}
	return w
}

func (w *benchWorld) sync() Report {
	rep, err := w.engine.Sync(context.Background(), SyncOptions{Cause: "bench"})
	if err != nil {
		w.b.Fatal(err)
	}
	if len(rep.Stops) > 0 {
		w.b.Fatalf("stopped: %v", rep.Stops)
	}
	return rep
}

// usage is what the process has used so far.
func usage() (cpu time.Duration, peak float64) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), float64(u.Maxrss) / 1024
}

// measure runs work once and reports seconds, CPU seconds and heap growth.
func measure(b *testing.B, work func()) {
	runtime.GC()
	cpu, _ := usage()
	start := time.Now()
	b.StartTimer()
	work()
	b.StopTimer()
	after, peak := usage()
	b.ReportMetric((after - cpu).Seconds(), "cpu-s")
	b.ReportMetric(peak, "peak-MiB")
	b.ReportMetric(time.Since(start).Seconds(), "s")
}

// BenchmarkFirstLink links two places that hold the same persons: nothing is
// written.
func BenchmarkFirstLink(b *testing.B) {
	n := benchSize(b)
	for range b.N {
		b.StopTimer()
		w := newBenchWorld(b, map[string]int{"crm": n, "erp": n})
		measure(b, func() {
			if rep := w.sync(); rep.Writes != 0 || rep.Counts["erp"].Linked != n {
				b.Fatalf("%+v", rep)
			}
		})
	}
}

// BenchmarkCreate creates all persons of one place in the other, which is
// empty, with an intent stored before each.
func BenchmarkCreate(b *testing.B) {
	n := benchSize(b)
	for range b.N {
		b.StopTimer()
		w := newBenchWorld(b, map[string]int{"crm": n})
		measure(b, func() {
			if rep := w.sync(); rep.Writes != n {
				b.Fatalf("%+v", rep)
			}
		})
	}
}

// BenchmarkNoChange compares both places completely when nothing has changed.
func BenchmarkNoChange(b *testing.B) {
	n := benchSize(b)
	w := newBenchWorld(b, map[string]int{"crm": n, "erp": n})
	w.sync()
	for range b.N {
		measure(b, func() {
			if rep := w.sync(); rep.Writes != 0 {
				b.Fatalf("%+v", rep)
			}
		})
	}
}

// BenchmarkLikenessLoad reads what persons are recognised by from the store, as
// a process does when the first new record comes.
func BenchmarkLikenessLoad(b *testing.B) {
	n := benchSize(b)
	w := newBenchWorld(b, map[string]int{"crm": n})
	w.engine.Book.Row("erp", contact.Person).Takes.Create = contact.CreateNever
	w.sync()
	for range b.N {
		e, err := New(context.Background(), w.engine.Options)
		if err != nil {
			b.Fatal(err)
		}
		measure(b, func() {
			if err := e.likeness[contact.Person].load(context.Background()); err != nil {
				b.Fatal(err)
			}
		})
		if got := e.likeness[contact.Person].index.Len(); got != n {
			b.Fatalf("%d of %d persons are in the index", got, n)
		}
	}
}
