package main

import (
	"encoding/json"

	"github.com/spf13/cobra"

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
			if err := h.start(cmd.Context()); err != nil {
				return err
			}
			rep, err := h.engine.Sync(cmd.Context(), engine.SyncOptions{Cause: "apply"})
			bars.close()
			if err != nil {
				return err
			}
			if err := p.report(rep); err != nil {
				return err
			}
			codes := codesOf(rep)
			if left := approved.Left(); len(left) > 0 {
				p.say("%s no longer true and not done:", count(len(left), "action of the plan is", "actions of the plan are"))
				if err := p.actions(left); err != nil {
					return err
				}
				codes = append(codes, exitPartly)
			}
			return end(codes)
		},
	}
}
