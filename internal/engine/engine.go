// Package engine does what package plan decides: it visits places, reads,
// folds, writes and remembers. It is the only package that does; it states the
// store it needs as an interface and knows systems only through their doors.
package engine

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/plan"
)

// Options are the fixed parts of an engine.
type Options struct {
	Store        Store
	Book         *plan.Book
	Systems      map[string]connector.System // wrapped; by the system's name
	Installation string                      // the first half of every marker
	Holder       string                      // who holds places: unique among running processes
	Now          func() time.Time            // nil: time.Now
	Wait         func(context.Context, time.Duration) error
	Log          *slog.Logger
	Progress     Progress // nil: nobody watches
	Batch        int      // records folded or written in one commit; 0: 500
	Abreast      int      // places that a run writes to at a time; 0: one after the other
	OnlyActions  *Plan    // apply: nothing is written that this plan does not hold

	// Acted hears of every write as it is sent; nil: nobody listens. Calls come
	// from several goroutines.
	Acted func(contact.Action)

	dry bool
}

// Progress hears of work as it goes on. Calls come from several goroutines.
type Progress interface {
	// Step says that done records of a phase at a place are through; total is 0
	// where it is not known.
	Step(place, phase string, done, total int)
}

// Engine keeps the places of a rulebook in step. Its methods are safe for
// concurrent use; one place is visited by one caller at a time.
type Engine struct {
	Options
	macs sync.Pool // of *macState, keyed with the installation's secret

	likeness map[contact.Kind]*likeness
	listings atomic.Pointer[listings] // as last learnt
	readings *readings

	mu    sync.Mutex
	sites map[string]*site
}

const (
	defaultBatch = 500
	leaseTime    = 2 * time.Minute // longer than a visit; a dead holder's places are free after it
	visitTime    = 30 * time.Second
)

// New returns an engine over an open store.
func New(ctx context.Context, o Options) (*Engine, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = sleep
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Progress == nil {
		o.Progress = silent{}
	}
	if o.Batch == 0 {
		o.Batch = defaultBatch
	}
	secret, err := o.Store.Secret(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the installation's secret: %w", err)
	}
	e := &Engine{Options: o, sites: map[string]*site{}, readings: newReadings()}
	e.macs.New = func() any { return &macState{Hash: hmac.New(sha256.New, secret)} }
	e.likeness = newLikeness(e)
	for _, place := range o.Book.Places() {
		for _, kind := range contact.Kinds {
			if row := o.Book.Row(place, kind); row != nil {
				row.Skew = -1 // who cannot be asked is not believed
				if system := o.Systems[row.System]; system != nil {
					row.Skew = system.Abilities().Skew
				}
			}
		}
	}
	return e, e.learnListings(ctx)
}

type silent struct{}

func (silent) Step(string, string, int, int) {}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// hash keys a match key with the installation's secret, so that what is kept
// of records that belong to no party says nothing to a reader of the file.
func (e *Engine) hash(k plan.Key) contact.Key {
	mac := e.macs.Get().(*macState)
	defer e.macs.Put(mac)
	mac.Reset()
	mac.text = append(append(append(mac.text[:0], k.Method...), 0), k.Text...)
	mac.Write(mac.text)
	return contact.Key(binary.BigEndian.Uint64(mac.Sum(mac.text[:0])))
}

// macState is a keyed hash under way. Beginning one anew costs more than what
// is hashed, so they are used again.
type macState struct {
	hash.Hash
	text []byte
}

func (e *Engine) hashes(keys []plan.Key) []contact.Key {
	out := make([]contact.Key, len(keys))
	for i, k := range keys {
		out[i] = e.hash(k)
	}
	return out
}

// Close closes every place and system.
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	var first error
	for _, system := range e.Systems {
		if err := system.Close(); err != nil && first == nil {
			first = err
		}
	}
	return first
}
