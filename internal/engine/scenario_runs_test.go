package engine

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"kith/internal/connector/memory"
	"kith/internal/contact"
)

// vocabulary is every phrase of a scenario; the first that fits counts.
func vocabulary() []phrase {
	return slices.Concat(serverPhrases(), userPhrases(), faultPhrases(), runPhrases(), pausePhrases(), handPhrases(), expectPhrases())
}

// runPhrases are runs and what happens between them.
func runPhrases() []phrase {
	return []phrase{
		{"sync does: ACTIONS", false, (*scenario).syncDoes},
		{"sync CLAUSES", false, (*scenario).syncs},
		{"dry run finds nothing", false, (*scenario).dryRun},
		{"dry run: ACTIONS", false, (*scenario).dryRun},
		{"plan", false, (*scenario).plans},
		{"apply is refused", false, (*scenario).applyRefused},
		{"apply CLAUSES", false, (*scenario).applies},
		{"wait DURATION", false, func(s *scenario, a args) { s.pass(s.duration(a)) }},
		{"restart", false, func(s *scenario, _ args) { s.restart() }},
		{"lose the store", false, (*scenario).losesStore},
		{"configure FILE", false, (*scenario).configures},
		{"not quiet: REASON", false, func(s *scenario, _ args) { s.notQuiet = true }},
	}
}

// clauses are what a run is told and expected to do.
type clauses struct {
	options SyncOptions
	writes  int // -1: any number
	failed  int
	left    int
	stops   map[string]string
}

func (s *scenario) clauses(words []string) clauses {
	s.t.Helper()
	c := clauses{options: SyncOptions{Cause: "test"}, writes: -1, stops: map[string]string{}}
	number := func(word string) int {
		n, err := strconv.Atoi(word)
		if err != nil {
			s.fatalf("%q is no number", word)
		}
		return n
	}
	for len(words) > 0 {
		clause := words
		if i := slices.Index(words, ","); i >= 0 {
			clause, words = words[:i], words[i+1:]
		} else {
			words = nil
		}
		switch {
		case clause[0] == "writes" && len(clause) == 2:
			c.writes = number(clause[1])
		case clause[0] == "fails" && len(clause) == 2:
			c.failed = number(clause[1])
		case clause[0] == "leaves" && len(clause) == 2:
			c.left = number(clause[1])
		case clause[0] == "stops" && len(clause) == 3:
			c.stops[clause[1]] = clause[2]
		case clause[0] == "reads" && len(clause) > 1:
			c.options.Places = clause[1:]
		case clause[0] == "fully" && len(clause) == 1:
			c.options.Full = true
		default:
			s.fatalf("%q is no clause of a run", strings.Join(clause, " "))
		}
	}
	return c
}

func (s *scenario) syncs(a args) {
	c := s.clauses(a.rest)
	s.pass(time.Minute)
	before := s.writes()
	rep, err := s.engine.Sync(s.ctx, c.options)
	if err != nil {
		s.fatalf("%v", err)
	}
	s.checkRun(c, rep, s.writes()-before)
}

// checkRun compares what a run reports and what the servers counted with what
// the scenario says.
func (s *scenario) checkRun(c clauses, rep Report, written int) {
	s.t.Helper()
	stops := map[string]string{}
	for place, why := range rep.Stops {
		stops[place] = why.Code
	}
	if !maps.Equal(stops, c.stops) {
		s.errorf("the run was stopped by %v, not by %v", rep.Stops, c.stops)
	}
	failed := 0
	for _, counts := range rep.Counts {
		failed += counts.Failed
	}
	if failed != c.failed {
		s.errorf("%d records failed, not %d", failed, c.failed)
	}
	if c.writes >= 0 && (rep.Writes != c.writes || written != c.writes) {
		s.errorf("the run reports %d writes and the servers counted %d, not %d: %s", rep.Writes, written, c.writes, s.toldActions(s.lastActions(rep.Writes)))
	}
}

func (s *scenario) lastActions(n int) []contact.Action {
	all := s.acted.actions
	return all[max(0, len(all)-n):]
}

// syncDoes runs once and checks everything that was written.
func (s *scenario) syncDoes(a args) {
	before := len(s.acted.actions)
	s.syncs(args{})
	s.expectActions(a, s.acted.actions[before:])
}

// dryRun looks at what a run would do, and that it leaves no trace.
func (s *scenario) dryRun(a args) {
	s.pass(time.Minute)
	s.expectActions(a, s.preview())
}

func (s *scenario) preview() []contact.Action {
	s.t.Helper()
	before := s.writes()
	_, actions, err := Preview(s.ctx, s.engine.Options, SyncOptions{})
	if err != nil {
		s.fatalf("%v", err)
	}
	if n := s.writes() - before; n != 0 {
		s.errorf("a dry run wrote %d times", n)
	}
	return actions
}

func (s *scenario) plans(args) {
	s.pass(time.Minute)
	s.kept = NewPlan(s.engine.Book, s.preview())
}

func (s *scenario) applyRefused(args) {
	if s.kept == nil {
		s.fatalf("there is no plan")
	}
	if err := s.kept.Check(s.engine.Book); err == nil {
		s.errorf("the plan may be applied")
	}
}

func (s *scenario) applies(a args) {
	c := s.clauses(a.rest)
	if s.kept == nil {
		s.fatalf("there is no plan")
	}
	if err := s.kept.Check(s.engine.Book); err != nil {
		s.fatalf("%v", err)
	}
	s.pass(time.Minute)
	options := s.engine.Options
	options.OnlyActions = s.kept
	e, err := New(s.ctx, options)
	if err != nil {
		s.fatalf("%v", err)
	}
	before := s.writes()
	rep, err := e.Sync(s.ctx, c.options)
	if err != nil {
		s.fatalf("%v", err)
	}
	s.checkRun(c, rep, s.writes()-before)
	if left := s.kept.Left(); len(left) != c.left {
		s.errorf("%d actions of the plan are left, not %d: %s", len(left), c.left, s.toldActions(left))
	}
}

// losesStore starts with an empty store, as after a lost disk.
func (s *scenario) losesStore(args) {
	if err := s.store.Close(); err != nil {
		s.fatalf("%v", err)
	}
	s.dsn = filepath.Join(filepath.Dir(s.dsn), "empty.db")
	for _, l := range s.labels {
		l.party = ""
	}
	s.open()
}

// configures goes on with another configuration of the archive.
func (s *scenario) configures(a args) {
	s.useConfig(a.words["FILE"])
	s.policies = s.config.Policies()
	for _, system := range s.config.Systems {
		if s.servers[system.Name] == nil {
			o := s.options(system.Name)
			o.Name, o.Now = system.Name, func() time.Time { return s.world.now }
			s.servers[system.Name] = memory.NewServer(o)
		}
	}
	s.start()
}

// handPhrases are what a person decides in Kith.
func handPhrases() []phrase {
	turn := func(to contact.Switch) func(*scenario, args) {
		return func(s *scenario, a args) {
			s.did(s.engine.Switch(s.ctx, s.party(a.words["LABEL"]), a.words["SYSTEM"], to, "anna"))
		}
	}
	return []phrase{
		{"turn LABEL on at SYSTEM", false, turn(contact.On)},
		{"turn LABEL off at SYSTEM", false, turn(contact.Off)},
		{"leave LABEL to the rules at SYSTEM", false, turn(contact.ByRule)},
		{"link LABEL to OTHER at SYSTEM", false, func(s *scenario, a args) {
			system := a.words["SYSTEM"]
			s.did(s.engine.Link(s.ctx, s.party(a.words["LABEL"]), system, s.mustRecord(a.words["OTHER"], system), "anna"))
		}},
		{"unlink LABEL at SYSTEM", false, func(s *scenario, a args) {
			s.did(s.engine.Unlink(s.ctx, s.party(a.words["LABEL"]), a.words["SYSTEM"], "", "anna"))
		}},
		{"unlink OTHER from LABEL at SYSTEM", false, func(s *scenario, a args) {
			system := a.words["SYSTEM"]
			s.did(s.engine.Unlink(s.ctx, s.party(a.words["LABEL"]), system, s.mustRecord(a.words["OTHER"], system), "anna"))
		}},
		{"decide ANSWER", false, (*scenario).decides},
	}
}

func (s *scenario) did(err error) {
	s.t.Helper()
	if err != nil {
		s.fatalf("%v", err)
	}
}
