package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/engine"
)

func (p *program) applyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "apply FILE",
		Short: "Carry out a plan that `sync --dry-run --plan FILE` has stored",
		Long: `Does exactly what the plan says and nothing else. What is no longer true is
listed and not done (exit code 3). A plan made under another configuration, or
changed by hand, is refused.`,
		Args: exactly(1, "the plan's FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := p.readFile(args[0])
			if err != nil {
				return usage("the plan cannot be read: %v", err)
			}
			var approved engine.Plan
			if err := json.Unmarshal(text, &approved); err != nil {
				return usage("%s is no plan of `kith sync --dry-run --plan`: %v", args[0], err)
			}
			bars := p.newProgress()
			defer bars.close()
			h, err := p.open(cmd.Context(), working, bars)
			if err != nil {
				return err
			}
			defer h.close()
			if err := approved.Check(h.book); err != nil {
				return err
			}
			h.options.OnlyActions = &approved
			rep, err := p.sync(cmd.Context(), h, engine.SyncOptions{Cause: "apply"}, bars)
			if err != nil {
				return err
			}
			codes := codesOf(rep)
			stale, held := heldBack(approved.Left(), rep)
			if err := p.left(stale, "no longer true and not done"); err != nil {
				return err
			}
			if err := p.left(held, "not done, because the place stopped"); err != nil {
				return err
			}
			if len(stale) > 0 {
				codes = append(codes, exitPartly)
			}
			return end(codes)
		},
	}
}

// heldBack parts the actions of a plan that were not done: those that are no
// longer true, and those of places that did not go on.
func heldBack(left []contact.Action, rep engine.Report) (stale, held []contact.Action) {
	for _, a := range left {
		if _, stopped := rep.Stops[a.Place]; stopped || rep.Stopped {
			held = append(held, a)
		} else {
			stale = append(stale, a)
		}
	}
	return stale, held
}

// left lists actions that were not done, and why.
func (p *program) left(actions []contact.Action, why string) error {
	if len(actions) == 0 {
		return nil
	}
	p.say("%s %s:", count(len(actions), "action of the plan is", "actions of the plan are"), why)
	return p.actions(actions)
}
