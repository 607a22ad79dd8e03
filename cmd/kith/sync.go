package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sentence"
)

func (p *program) syncCommand() *cobra.Command {
	var dry, full, failOnReview bool
	var planFile string
	cmd := &cobra.Command{
		Use:   "sync [PLACE…]",
		Short: "Read the places, take over what is new and write what they lack",
		Long: `Reads the named places (all by default), takes over what is new and writes
wherever that causes work. It ends when nothing more can be done now, and names
what waits for later and the records that cannot be carried over as they are
(exit code 3). A second run writes nothing.`,
		RunE: func(cmd *cobra.Command, places []string) error {
			if planFile != "" && !dry {
				return usage("--plan needs --dry-run; `kith apply FILE` carries a plan out")
			}
			how := working
			if dry {
				how = reading
			}
			bars := p.newProgress()
			defer bars.close()
			h, err := p.open(cmd.Context(), how, bars)
			if err != nil {
				return err
			}
			defer h.close()
			if err := h.known(places); err != nil {
				return err
			}
			o := engine.SyncOptions{Places: places, Full: full, Cause: "sync"}
			if dry {
				return p.preview(cmd, h, o, planFile, bars)
			}
			rep, err := p.sync(cmd.Context(), h, o, bars)
			if err != nil {
				return err
			}
			codes := codesOf(rep)
			if failOnReview && rep.Reviews > 0 {
				codes = append(codes, exitReviews)
			}
			return end(codes)
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "show what would be written and write nothing (exit code 4 if there is anything)")
	cmd.Flags().StringVar(&planFile, "plan", "", "with --dry-run: store what was shown in `FILE`, for `kith apply`")
	cmd.Flags().BoolVar(&full, "full", false, "read everything, not only what changed")
	cmd.Flags().BoolVar(&failOnReview, "fail-on-review", false, "end with exit code 5 while questions wait for a person")
	return cmd
}

// sync runs once and shows what it did.
func (p *program) sync(ctx context.Context, h *house, o engine.SyncOptions, bars *progress) (engine.Report, error) {
	if err := h.start(ctx); err != nil {
		return engine.Report{}, err
	}
	rep, err := h.engine.Sync(ctx, o)
	bars.close()
	if err != nil {
		return rep, err
	}
	h.locate(rep)
	return rep, p.report(rep)
}

// known refuses places that are not configured.
func (h *house) known(places []string) error {
	all := h.book.Places()
	for _, place := range places {
		if !slices.Contains(all, place) {
			return usage("there is no place %q; there are %s", place, strings.Join(all, ", "))
		}
	}
	return nil
}

// preview shows what a run would write.
func (p *program) preview(cmd *cobra.Command, h *house, o engine.SyncOptions, planFile string, bars *progress) error {
	rep, actions, err := engine.Preview(cmd.Context(), h.options, o)
	bars.close()
	if err != nil {
		return err
	}
	if err := p.actions(actions); err != nil {
		return err
	}
	h.locate(rep)
	for _, why := range stopsOf(rep) {
		p.stop(why)
	}
	if err := cmp.Or(p.behind(rep.Parked), p.behind(rep.Awaits)); err != nil {
		return err
	}
	p.paused(rep.Paused)
	if rep.Reviews > 0 && !p.json {
		p.say("%s for a person then", count(rep.Reviews, "question would wait", "questions would wait"))
	}
	if planFile != "" && !rep.Stopped {
		text, err := json.MarshalIndent(engine.NewPlan(h.book, actions), "", "  ")
		if err != nil {
			return err
		}
		if err := os.WriteFile(planFile, append(text, '\n'), 0o600); err != nil {
			return fmt.Errorf("store the plan: %w", err)
		}
		p.say("the plan is in %s; carry it out with: kith apply %s", planFile, planFile)
	}
	var codes []int
	for _, why := range rep.Stops {
		codes = append(codes, codeOfStop(why))
	}
	if rep.Stopped {
		codes = append(codes, exitInterrupted)
	}
	if len(actions) > 0 {
		codes = append(codes, exitChanges)
	}
	return end(codes)
}

// actions writes actions with a line for each field that changes.
func (p *program) actions(actions []contact.Action) error {
	if p.json {
		for _, a := range actions {
			if err := p.line("action", a); err != nil {
				return err
			}
		}
		return nil
	}
	counts := map[string]int{}
	for _, a := range actions {
		counts[a.Place+" "+string(a.Op)+" "+string(a.Kind)]++
		fmt.Fprintf(p.stdout, "%-7s %s %s %q: %s\n", a.Op, a.Place, a.Kind, a.Name, sentence.Of(a.Why))
		for _, field := range a.Set.Fields.Names() {
			fmt.Fprintf(p.stdout, "        %s: %s -> %s\n", field, quoted(a.Before[field]), quoted(a.Set.Fields[field]))
		}
	}
	if len(actions) == 0 {
		p.say("nothing would be written")
	}
	for _, key := range sortedKeys(counts) {
		p.say("%d × %s", counts[key], key)
	}
	return nil
}
