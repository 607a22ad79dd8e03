package engine

import (
	"fmt"
	"testing"
	"time"

	sim "kith/internal/sim/carddav"
)

// TestK14CardsKilledAtEveryStep kills a process that writes to an address book:
// at every commit, at every call of the door and at every request that writes,
// before it arrives and after its effect.
func TestK14CardsKilledAtEveryStep(t *testing.T) {
	for server, soft := range softs() {
		stride := 1
		if server != "plain" {
			stride = 4
		}
		for name, s := range cardStories(soft) {
			t.Run(server+"/"+name, func(t *testing.T) { dies(t, s, func(t testing.TB) string { return file(t) }, stride) })
		}
	}
}

// TestK14CardsAnswersLost loses the answer of the n-th request that writes, for
// every n: it was carried out, comes late, or never arrived.
func TestK14CardsAnswersLost(t *testing.T) {
	faults := map[string]sim.Fault{
		"applied":          {Lost: true},
		"never":            {Drop: true},
		"1 request late":   {LateCalls: 1},
		"3 requests late":  {LateCalls: 3},
		"8 requests late":  {LateCalls: 8},
		"20 requests late": {LateCalls: 20},
		"60 s late":        {LateFor: time.Minute},
		"after the run":    {LateFor: 1000 * time.Hour},
		"a 500":            {Status: 500},
		"a 502":            {Status: 502},
		"a 503":            {Status: 503, RetryAfter: "5"},
		"a 429":            {Status: 429},
		"a 423":            {Status: 423},
		"a 507":            {Status: 507},
		"a login page":     {LoginPage: true},
	}
	for server, soft := range softs() {
		for name, s := range cardStories(soft) {
			for fault, f := range faults {
				t.Run(fmt.Sprintf("%s/%s/%s", server, name, fault), func(t *testing.T) { s.losesRequests(t, f) })
			}
		}
	}
}

func (s story) losesRequests(t *testing.T, fault sim.Fault) {
	for n := 1; ; n++ {
		w := s.begin(t, file(t), serial())
		hits := make(chan int, 1)
		hits <- 0
		w.books["book"].Inject(func(r sim.Request) sim.Fault {
			if r.Method != "PUT" && r.Method != "DELETE" {
				return sim.Fault{}
			}
			hit := <-hits + 1
			hits <- hit
			if hit == n {
				return fault
			}
			return sim.Fault{}
		})
		w.sync()
		w.books["book"].Inject(nil)
		if <-hits < n {
			return
		}
		w.now = w.now.Add(time.Hour + time.Minute) // a server without space is left alone for an hour
		w.healBooks()
		w.rest()
		for _, fault := range s.after(w) {
			t.Errorf("request %d: %s", n, fault)
		}
		if t.Failed() {
			for _, line := range w.books["book"].Log() {
				t.Log(line)
			}
			return
		}
		w.store.Close()
	}
}
