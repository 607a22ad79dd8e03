package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"kith/internal/config"
	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/plan"
)

// A scenario is a story about a few contacts: a configuration, what users do,
// and what has to come of it. doc/reference/scenarios.md is its reference.
func TestScenario(t *testing.T) {
	files, err := filepath.Glob("testdata/scenario/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 150 {
		t.Errorf("only %d scenarios were found", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			newScenario(t, file).play()
		})
	}
}

// The reference names every phrase a scenario may use.
func TestScenarioPhrasesAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../../doc/reference/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range vocabulary() {
		if !bytes.Contains(text, []byte("`"+p.pattern+"`")) {
			t.Errorf("the reference does not name `%s`", p.pattern)
		}
	}
}

// scenario is a story on its way.
type scenario struct {
	*world
	t        *testing.T
	path     string
	files    map[string]string
	offset   map[string]int // lines of the archive above each file
	steps    []step
	at       step // the step being played
	config   *config.File
	special  map[string]memory.Options
	limits   []limit
	labels   map[string]*label
	dropped  map[string][]string // by system and kind: columns that are gone
	kept     *Plan               // of the last `plan`
	notQuiet bool
}

// memoryKinds are the kinds of connectors a scenario can name.
func memoryKinds() []config.Kind {
	return []config.Kind{
		{Name: "memory", NativeSlots: true, Marks: true},
		{Name: "memory-lists", NativeSlots: true, Marks: true, Lists: true},
	}
}

func newScenario(t *testing.T, path string) *scenario {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	s := &scenario{
		t: t, path: path, files: map[string]string{}, offset: map[string]int{},
		special: map[string]memory.Options{}, labels: map[string]*label{}, dropped: map[string][]string{},
	}
	if len(bytes.TrimSpace(archive.Comment)) == 0 {
		t.Errorf("%s:1: a scenario begins with the rule it proves, in a sentence or two", path)
	}
	line := bytes.Count(archive.Comment, []byte("\n")) + 1
	for _, f := range archive.Files {
		s.files[f.Name], s.offset[f.Name] = string(f.Data), line
		line += bytes.Count(f.Data, []byte("\n")) + 1
	}
	s.steps = parseSteps(t, path, s.offset["steps"], s.files["steps"])
	s.useConfig("kith.yaml")
	return s
}

// useConfig reads a file of the archive as the configuration.
func (s *scenario) useConfig(name string) {
	s.t.Helper()
	text, ok := s.files[name]
	if !ok {
		s.fatalf("the archive has no file %q", name)
	}
	file, err := config.Load(name, []byte(text), memoryKinds(), config.Secrets{})
	if err != nil {
		s.t.Fatalf("%s, line %d and on: %v", s.path, s.offset[name]+1, err)
	}
	s.config = file
	for _, system := range file.Systems {
		if system.Connector != "memory-lists" {
			continue
		}
		o := s.options(system.Name)
		o.Abilities.Lists, o.UID = contact.Families, "uid"
		s.special[system.Name] = o
	}
}

// options returns what is special about a server so far.
func (s *scenario) options(system string) memory.Options {
	o := s.special[system]
	if o.Abilities.Kinds == nil {
		o.Abilities = memory.DefaultAbilities()
	}
	return o
}

// begin opens the world at the first step that needs it, once it is known what
// the servers are like.
func (s *scenario) begin() {
	if s.world != nil {
		return
	}
	book, err := plan.NewBook(s.config.Policies())
	if err != nil {
		s.t.Fatalf("%s: %v", s.path, err)
	}
	for _, l := range s.limits {
		o := s.options(l.system)
		o.Fields = l.fields(book, o.Fields)
		s.special[l.system] = o
	}
	s.world = newWorldOf(s.t, s.special, s.config.Policies()...)
}

func (s *scenario) play() {
	s.t.Helper()
	for _, st := range s.steps {
		s.at = st
		s.perform(st)
		if s.t.Failed() {
			return
		}
	}
	s.at = step{line: s.steps[len(s.steps)-1].line}
	if s.begin(); s.notQuiet {
		return
	}
	for _, fault := range s.stillQuiet() {
		s.errorf("nothing more may be written: %s", fault)
	}
}

// pass lets time go by.
func (s *scenario) pass(d time.Duration) { s.world.now = s.world.now.Add(d) }

func (s *scenario) errorf(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s:%d: %s", s.path, s.at.line, fmt.Sprintf(format, args...))
}

func (s *scenario) fatalf(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf("%s:%d: %s", s.path, s.at.line, fmt.Sprintf(format, args...))
}
