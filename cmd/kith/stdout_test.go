package main

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// A command whose output cannot be written has not done what it was asked for, and
// one that talks without end ends.
func TestOutputThatCannotBeWritten(t *testing.T) {
	config := csvPair(t, "")
	for _, args := range [][]string{
		{"check"}, {"sync"}, {"runs"}, {"contact", "list"}, {"contact", "list", "--json"}, {"schema"}, {"version"}, {"demo", "--once"}, {"demo"},
	} {
		var said strings.Builder
		p := newProgram(full{}, &said, os.LookupEnv)
		if code := p.run(t.Context(), append([]string{"--config", config}, args...)); code != exitFailed || !strings.Contains(said.String(), "no space left") {
			t.Errorf("%v ended with %d: %s", args, code, said.String())
		}
	}
}
