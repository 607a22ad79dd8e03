package engine

import (
	"cmp"
	"context"
	"time"

	"kith/internal/contact"
)

// SyncOptions say what a run covers.
type SyncOptions struct {
	Places []string // read these; none: all
	Full   bool     // read completely
	Cause  string   // for the run's row
}

// Report is what a run did and what it leaves.
type Report struct {
	Run     int64
	Counts  map[string]contact.Counts
	Stops   map[string]contact.Reason // places that could not go on
	Later   map[string]time.Time      // places with work that waits for a time
	Reviews int                       // open questions
	Parked  Left                      // records that wait for a person to mend something
	Awaits  Left                      // records that wait for a value or a company, see contact.Awaiting
	Writes  int
	Stopped bool // by the caller's context

	Paused []string // what stands still by the configuration, see plan.Book.Paused
}

// rounds is how often a run goes round all places before it gives up waiting
// for them to come to rest; each round has to have done something.
const rounds = 25

// Left are records that a run leaves behind.
type Left struct {
	Named []contact.Link // the first of them
	Count int            // how many there are
}

// namedAtMost is how many records a report names of those that are left.
const namedAtMost = 10

// left adds the records of a place whose problem bears one of the codes.
func (e *Engine) left(ctx context.Context, l *Left, place string, codes []string) error {
	links, n, err := e.Store.ProblemsOf(ctx, place, codes, max(0, namedAtMost-len(l.Named)))
	l.Named, l.Count = append(l.Named, links...), l.Count+n
	return err
}

// waitAtMost is how long a run waits for a lost answer to show up.
const waitAtMost = 40 * time.Second

// Sync reads the named places, folds what is new and writes wherever that
// caused work, until nothing more can be done now.
func (e *Engine) Sync(ctx context.Context, o SyncOptions) (Report, error) {
	if err := e.learnListings(ctx); err != nil {
		return Report{}, err
	}
	r, err := e.beginRun(ctx, o.Cause)
	if err != nil {
		return Report{}, err
	}
	dead, first := map[string]bool{}, true
	for n := 0; n < rounds; n++ {
		c := &circuit{e: e, r: r, o: o, dead: dead}
		c.all(ctx, first)
		first = false
		if ctx.Err() != nil {
			break
		}
		if c.cut { // there is more to write than one visit takes
			n--
		}
		if c.worked {
			continue
		}
		if !e.waitForAnswers(ctx, dead) {
			break
		}
	}
	return e.report(context.WithoutCancel(ctx), r, ctx.Err() != nil)
}

// waitForAnswers waits until the next look for a lost answer is due, if that
// is soon.
func (e *Engine) waitForAnswers(ctx context.Context, dead map[string]bool) bool {
	var soonest time.Time
	for _, name := range e.Book.Running() {
		if dead[name] {
			continue
		}
		links, err := e.Store.Intents(ctx, name, 0, e.Batch)
		if err != nil {
			return false
		}
		for _, link := range links {
			if !e.Book.Runs(name, link.Kind) {
				continue // nobody looks for it
			}
			if soonest.IsZero() || link.NotBefore.Before(soonest) {
				soonest = link.NotBefore
			}
		}
	}
	if soonest.IsZero() || soonest.Sub(e.Now()) > waitAtMost {
		return false
	}
	return e.Wait(ctx, max(soonest.Sub(e.Now()), time.Millisecond)) == nil
}

func (e *Engine) report(ctx context.Context, r *run, stopped bool) (Report, error) {
	if err := e.stillSought(ctx, r); err != nil {
		return Report{}, err
	}
	ended := e.Now()
	if err := e.Store.SaveRun(ctx, r.row(ended)); err != nil {
		return Report{}, err
	}
	row := r.row(ended)
	rep := Report{Run: r.ID, Counts: row.Counts, Stops: r.stopped(), Later: map[string]time.Time{}, Writes: r.writes(), Stopped: stopped, Paused: e.Book.Paused()}
	open, err := e.Store.Reviews(ctx, true, 1<<30)
	if err != nil {
		return rep, err
	}
	rep.Reviews = len(open)
	for _, name := range e.Book.Running() {
		next, err := e.Store.NextDue(ctx, name)
		if err != nil {
			return rep, err
		}
		if !next.IsZero() {
			rep.Later[name] = next
		}
		if err := cmp.Or(e.left(ctx, &rep.Parked, name, contact.Parked), e.left(ctx, &rep.Awaits, name, contact.Awaiting)); err != nil {
			return rep, err
		}
	}
	return rep, nil
}
