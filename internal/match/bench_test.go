package match

import (
	"bytes"
	"encoding/csv"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// benchSize is the number of records a side: MATCH_BENCH=1000000 for the figures of
// the documentation, less for a quick look.
func benchSize() int {
	if n, err := strconv.Atoi(os.Getenv("MATCH_BENCH")); err == nil {
		return n
	}
	return 20_000
}

// peakMB is the most memory the process has had, as the kernel counts it.
func peakMB() float64 {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	return 0
}

// cpuSeconds is what the process has used so far: on a busy machine it tells more
// than the clock.
func cpuSeconds() float64 {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Nano()+r.Stime.Nano()) / 1e9
}

// BenchmarkLink links two generated lists from CSV to pairs.
func BenchmarkLink(b *testing.B) {
	n := benchSize()
	dir := b.TempDir()
	g := newGenerator(b, 1, n/14+1)
	func() {
		left, right := create(b, dir+"/a.csv"), create(b, dir+"/b.csv")
		g.lists(n, left, right)
		left.Close()
		right.Close()
	}()
	debug.SetGCPercent(50) // as the command does: half the garbage for a little more time
	defer debug.SetGCPercent(100)
	debug.FreeOSMemory()
	for b.Loop() {
		left, right, out := open(b, dir+"/a.csv"), open(b, dir+"/b.csv"), create(b, dir+"/out.csv")
		begin, cpu := time.Now(), cpuSeconds()
		last, stage := begin, ""
		var mu sync.Mutex
		s, err := Link(Files{Left: left, Right: right, Out: out, Options: Options{OneToOne: true, Workers: 2, Progress: func(st string, _, _ int) {
			mu.Lock()
			defer mu.Unlock()
			if st != stage {
				b.Logf("%s begins at %.1f s, %.1f CPU s", st, time.Since(last).Seconds(), cpuSeconds()-cpu)
				stage = st
			}
		}}})
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%+v in %.1f s, %.1f CPU s, peak %.0f MB", s, time.Since(begin).Seconds(), cpuSeconds()-cpu, peakMB())
		out.Close()
		score(b, dir+"/out.csv")
	}
}

func create(tb testing.TB, name string) *os.File {
	f, err := os.Create(name)
	if err != nil {
		tb.Fatal(err)
	}
	return f
}

func open(tb testing.TB, name string) *os.File {
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { f.Close() })
	return f
}

// score compares the pairs of generated lists with the truth in their ids.
func score(tb testing.TB, name string) {
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	counts := map[string]int{}
	for _, l := range lines {
		right := strings.TrimPrefix(l[0], "A") == strings.TrimPrefix(l[1], "B")
		counts[l[2]]++
		if right {
			counts["right "+l[2]]++
		} else if l[2] == "certain" && counts["shown"] < 8 && os.Getenv("SHOW") != "" {
			counts["shown"]++
			tb.Log(l)
		}
	}
	tb.Logf("certain %d, right %.5f; possible %d, right %.4f", counts["certain"], float64(counts["right certain"])/float64(counts["certain"]), counts["possible"], float64(counts["right possible"])/float64(counts["possible"]))
}

// BenchmarkLookup asks an index while a hundred updates a second run, each question
// with raw strings in and the explanation out.
func BenchmarkLookup(b *testing.B) {
	n := benchSize()
	var left, right bytes.Buffer
	newGenerator(b, 2, n/14+1).lists(n, &left, &right)
	load, ask := records(b, &left), records(b, &right)
	ask = slices.Clone(ask[:min(len(ask), 50_000)])
	x := NewIndex(Person, "", Options{Workers: 2}, nil)
	begin, i := time.Now(), 0
	x.Load(func(r *Record) bool {
		if i == len(load) {
			return false
		}
		*r = load[i]
		i++
		return true
	})
	b.Logf("loaded %d in %.1f s, %d postings", x.Len(), time.Since(begin).Seconds(), len(x.base.entries))
	updates := slices.Clone(load[:min(len(load), 20_000)])
	load = nil
	left, right = bytes.Buffer{}, bytes.Buffer{}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	withRecords := m.HeapAlloc
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-tick.C:
				r := updates[i%len(updates)]
				r.Last += "x"
				x.Put(&r)
			case <-stop:
				return
			}
		}
	})
	var took []time.Duration
	found := 0
	at := 0
	for b.Loop() {
		r := &ask[at%len(ask)]
		at++
		t := time.Now()
		hits := x.Lookup(Query{Record: r})
		for i := range hits {
			hits[i].Explain()
		}
		took = append(took, time.Since(t))
		if len(hits) > 0 {
			found++
		}
	}
	close(stop)
	wg.Wait()
	slices.Sort(took)
	q := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Nanoseconds()) / 1000 }
	b.ReportMetric(q(.5), "p50-µs")
	b.ReportMetric(q(.99), "p99-µs")
	b.ReportMetric(q(.999), "p99.9-µs")
	questions := uint64(len(ask))
	ask, updates = nil, nil
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "index-MB")
	b.Logf("heap with records %.0f MB, %d questions", float64(withRecords)/1e6, questions)
	runtime.KeepAlive(x)
}

func records(tb testing.TB, in *bytes.Buffer) []Record {
	s, err := openSource(in)
	if err != nil {
		tb.Fatal(err)
	}
	lines, err := s.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	l, err := recognise(s.header, nil, "")
	if err != nil {
		tb.Fatal(err)
	}
	out := make([]Record, len(lines))
	for i, line := range lines {
		l.record(line, &out[i])
	}
	return out
}
