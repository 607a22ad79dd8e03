package main

import (
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/sentence"
)

func (p *program) runsCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use: "runs", Short: "List the last runs", Args: exactly(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			runs, err := h.store.Runs(cmd.Context(), limit)
			if err != nil {
				return err
			}
			lines := p.list("run", "RUN", "CAUSE", "STARTED", "TOOK", "WRITES", "FAILED", "STOPPED BECAUSE")
			for _, r := range runs {
				if err := lines.add(runJSON(r), fmt.Sprint(r.ID), r.Cause, clock(r.Started), took(r), num(writes(r)), num(failures(r)), sentence.Of(r.Problem)); err != nil {
					return err
				}
			}
			return lines.end()
		},
	}
	numberFlag(cmd, &limit, "limit", 20, "show at most `N` runs")
	return cmd
}

func (p *program) runCommand() *cobra.Command {
	var limit int
	show := &cobra.Command{
		Use: "show RUN", Short: "Show what a run did, line by line", Args: exactly(1, "a RUN's number"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return usage("%q is no run's number; `kith runs` lists them", args[0])
			}
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			r, err := h.store.Run(cmd.Context(), id)
			if err != nil {
				return err
			}
			entries, err := h.store.Entries(cmd.Context(), "", id, limit)
			if err != nil {
				return err
			}
			if p.json {
				if err := p.line("run", runJSON(r)); err != nil {
					return err
				}
			} else {
				fmt.Fprintf(p.stdout, "run %d, %s, started %s, took %s\n", r.ID, r.Cause, clock(r.Started), took(r))
				if !r.Problem.IsZero() {
					fmt.Fprintln(p.stdout, "stopped because "+sentence.Of(r.Problem))
				}
			}
			var ids []string
			for _, e := range entries {
				ids = append(ids, e.Party)
			}
			named, err := h.named(cmd.Context(), ids)
			if err != nil {
				return err
			}
			return p.entries(entries, named)
		},
	}
	numberFlag(show, &limit, "limit", 1000, "show at most `N` lines")
	cmd := &cobra.Command{Use: "run", Short: "Look at one run", Args: subcommand("run", "show")}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(show)
	return cmd
}

type runLine struct {
	Run     int64                     `json:"run"`
	Cause   string                    `json:"cause"`
	Started time.Time                 `json:"started"`
	Ended   time.Time                 `json:"ended,omitzero"`
	Places  map[string]contact.Counts `json:"places"`
	Stopped *stopJSON                 `json:"stopped,omitempty"`
}

func runJSON(r contact.Run) runLine {
	line := runLine{Run: r.ID, Cause: r.Cause, Started: r.Started, Ended: r.Ended, Places: r.Counts}
	if !r.Problem.IsZero() {
		stop := stopOf(r.Problem)
		line.Stopped = &stop
	}
	return line
}

func writes(r contact.Run) int {
	n := 0
	for _, c := range r.Counts {
		n += c.Writes()
	}
	return n
}

func failures(r contact.Run) int {
	n := 0
	for _, c := range r.Counts {
		n += c.Failed
	}
	return n
}

func took(r contact.Run) string {
	if r.Ended.IsZero() {
		return "-"
	}
	return r.Ended.Sub(r.Started).Round(time.Millisecond).String()
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04:05")
}

// entries writes history, oldest first, with the contacts that are named.
func (p *program) entries(entries []contact.Entry, named map[string]known) error {
	for i := len(entries) - 1; i >= 0; i-- {
		e := entries[i]
		if p.json {
			if err := p.line("entry", entryJSON(e)); err != nil {
				return err
			}
			continue
		}
		what := string(e.Op)
		if e.Field != "" {
			what += fmt.Sprintf(" %s: %s -> %s", e.Field, quoted(e.Before), quoted(e.After))
		}
		place := e.Place
		if place == "" {
			place = "kith"
		}
		if named[e.Party].name != "" {
			what = named[e.Party].name + ": " + what
		}
		fmt.Fprintf(p.stdout, "%s  %-12s %s  (%s)\n", clock(e.At), place, what, sentence.Of(e.Why))
	}
	return nil
}

type entryLine struct {
	Seq    int64          `json:"seq"`
	At     time.Time      `json:"at"`
	Run    int64          `json:"run,omitempty"`
	Party  string         `json:"party,omitempty"`
	Place  string         `json:"place,omitempty"`
	Remote string         `json:"remote,omitempty"`
	Op     contact.Event  `json:"op"`
	Field  string         `json:"field,omitempty"`
	Before string         `json:"before,omitempty"`
	After  string         `json:"after,omitempty"`
	Why    contact.Reason `json:"why"`
	Text   string         `json:"sentence"`
}

func entryJSON(e contact.Entry) entryLine {
	return entryLine{e.Seq, e.At, e.Run, e.Party, e.Place, e.Remote, e.Op, e.Field, e.Before, e.After, e.Why, sentence.Of(e.Why)}
}
