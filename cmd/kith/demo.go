package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/sim"
)

//go:embed demo.yaml
var demoConfig string

func (p *program) demoCommand() *cobra.Command {
	var once bool
	cmd := &cobra.Command{
		Use: "demo", Short: "Show what Kith does, over three simulated systems; nothing is needed and nothing is left behind",
		Args: exactly(0, "no argument"),
		Long: `Starts a CRM, an ERP and a team's address book in this process, with some 300
persons and companies that nobody has, and keeps them in step: it links, fills
in and creates; edits, a conflict, a deletion, a crash in the middle of a write
and an emptied address book happen. Every claim is checked; if one does not
hold, the exit code is 1. Then it stays up and lets things happen until Ctrl-C.`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.runDemo(cmd.Context(), once) },
	}
	cmd.Flags().BoolVar(&once, "once", false, "end after the acts")
	return cmd
}

// demo is one performance: three simulated systems, a store in a directory that
// goes away with it, and Kith between them.
type demo struct {
	*program // with the demo's own clock, kinds and configuration
	stage    *stage
	clock    *demoClock
	world    *sim.World
	servers  map[string]*memory.Server
	house    *house
	dir      string
	pace     time.Duration // between two events, once the acts are over
	planned  int           // creates of the dry run
	writes   []int         // of every run so far
}

// act is one part of the performance.
type act struct {
	title string
	play  func(*demo, context.Context) error
}

var acts = []act{
	{"Three systems, each with its own idea of the world", (*demo).showSystems},
	{"A dry run: what Kith would do", (*demo).previewFirst},
	{"The first run, and the second", (*demo).syncFirst},
	{"Edits at several places at once", (*demo).mergeEdits},
	{"Conflicts: one is asked, one is led", (*demo).settleConflicts},
	{"A deletion, by rule", (*demo).deleteByRule},
	{"A crash in the middle of a write", (*demo).crash},
	{"An emptied address book", (*demo).emptyBook},
	{"Why is this contact (not) there?", (*demo).explain},
	{"In step", (*demo).end},
}

func (p *program) runDemo(ctx context.Context, once bool) (err error) {
	d, err := p.newDemo(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := d.close(); err == nil {
			err = closing
		}
	}()
	if err := d.perform(ctx, acts); err != nil {
		return err
	}
	if once {
		d.stage.close("Everything was as said, and nothing of it stays behind.")
		return nil
	}
	return d.live(ctx)
}

// perform plays the acts and sums up. Claims that do not hold end it with an
// exit code of their own.
func (d *demo) perform(ctx context.Context, acts []act) error {
	for i, a := range acts {
		d.stage.begin(i+1, a.title)
		if err := a.play(d, ctx); err != nil {
			return fmt.Errorf("act %d: %w", i+1, err)
		}
		if err := d.stage.finish(); err != nil {
			return err
		}
	}
	if err := d.summary(); err != nil {
		return err
	}
	if d.stage.broken > 0 {
		d.say("%d claims of the demo did not hold", d.stage.broken)
		return exitCode(exitFailed)
	}
	return nil
}

// newDemo sets the stage. Nothing of it outlives close.
func (p *program) newDemo(ctx context.Context) (_ *demo, err error) {
	inner := *p
	d := &demo{program: &inner, stage: newStage(p), clock: &demoClock{real: p.now}, world: sim.New(1), pace: happens}
	inner.now = d.clock.now
	d.servers = demoServers(d.world, d.clock)
	inner.kinds = demoKinds(d.servers)
	if d.dir, err = os.MkdirTemp("", "kith-demo-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			d.close()
		}
	}()
	inner.configFile = filepath.Join(d.dir, "kith.yaml")
	if err := os.WriteFile(inner.configFile, []byte(demoConfig), 0o600); err != nil {
		return nil, err
	}
	if d.house, err = d.open(ctx, working, nil); err != nil {
		return nil, err
	}
	d.house.options.Wait = d.clock.wait
	return d, nil
}

func (d *demo) close() error {
	if d.house != nil {
		d.house.close()
	}
	return os.RemoveAll(d.dir)
}

// summaryJSON is the last line of the acts.
type summaryJSON struct {
	Places struct {
		CRM  map[contact.Kind]int `json:"crm"`
		ERP  map[contact.Kind]int `json:"erp"`
		Book map[contact.Kind]int `json:"book"`
	} `json:"places"`
	Writes []int `json:"writes"` // of the last two runs
}

func (d *demo) summary() error {
	if !d.json {
		return nil
	}
	s := summaryJSON{Writes: d.writes[max(0, len(d.writes)-2):]}
	s.Places.CRM, s.Places.ERP, s.Places.Book = d.holds("crm"), d.holds("erp"), d.holds("book")
	return d.line("summary", s)
}

// holds counts the records of a system.
func (d *demo) holds(place string) map[contact.Kind]int {
	counts := map[contact.Kind]int{}
	for _, kind := range contact.Kinds {
		counts[kind] = d.user(place).Count(kind)
	}
	return counts
}

var errNobody = errors.New("the simulated world lacks a person for this act")
