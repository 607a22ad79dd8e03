package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/plan"
	"kith/internal/sentence"
)

func (p *program) contactWhy() *cobra.Command {
	return &cobra.Command{
		Use: "why PARTY|RECORD [PLACE]", Short: "Say in one sentence why a contact, or a record of a place, is not in step",
		Args: between(1, 2, "a PARTY and perhaps a PLACE, or the id of a RECORD and its PLACE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			h, err := p.started(ctx, reading)
			if err != nil {
				return err
			}
			defer h.close()
			if len(args) == 1 {
				_, places, err := h.standings(ctx, args[0])
				if err != nil {
					return err
				}
				return p.standings(places)
			}
			if err := h.known(args[1:]); err != nil {
				return err
			}
			_, places, err := h.standings(ctx, args[0])
			if contact.ClassOf(err) == contact.NotFound {
				if record, ok, err := h.record(ctx, args[1], args[0]); err != nil || ok {
					return cmp.Or(err, p.standings([]engine.Standing{record}))
				}
			}
			if err != nil {
				return err
			}
			return p.standings(slices.DeleteFunc(places, func(s engine.Standing) bool { return s.Place != args[1] }))
		},
	}
}

// standings says where a contact stands at every place.
func (h *house) standings(ctx context.Context, words string) (contact.Party, []engine.Standing, error) {
	id, err := h.party(ctx, words)
	if err != nil {
		return contact.Party{}, nil, err
	}
	return h.engine.Standings(ctx, id)
}

// record says where a record of a place stands that belongs to no contact.
func (h *house) record(ctx context.Context, place, id string) (engine.Standing, bool, error) {
	for _, kind := range contact.Kinds {
		links, err := h.store.LinksByRemote(ctx, place, kind, []string{id})
		if err != nil {
			return engine.Standing{}, false, err
		}
		for _, link := range links {
			if link.Party == "" {
				status, why := h.book.Status(plan.Ask{Link: link})
				return engine.Standing{Place: place, Status: status, Why: why, Link: link}, true, nil
			}
		}
	}
	return engine.Standing{}, false, nil
}

type standingLine struct {
	Place    string         `json:"place"`
	Status   plan.Status    `json:"status"`
	Record   string         `json:"record,omitempty"`
	Why      contact.Reason `json:"why,omitzero"`
	Sentence string         `json:"sentence,omitempty"`
	Help     string         `json:"help,omitempty"`
	Paused   bool           `json:"paused,omitempty"`
	Doubles  []string       `json:"doubles,omitempty"`
}

func (p *program) standings(places []engine.Standing) error {
	for _, s := range places {
		line := standingLine{s.Place, s.Status, s.Link.Remote, s.Why, sentence.Of(s.Why), sentence.Help(s.Why), s.Paused, s.Doubles}
		if p.json {
			if err := p.line("standing", line); err != nil {
				return err
			}
			continue
		}
		text := fmt.Sprintf("%s: %s", s.Place, s.Status)
		if line.Record != "" {
			text += ", as record " + line.Record
		}
		if len(line.Doubles) > 0 {
			text += ", with the double " + strings.Join(line.Doubles, ", ")
		}
		if line.Sentence != "" {
			text += ": " + line.Sentence + "."
		}
		if line.Help != "" {
			text += " " + line.Help
		}
		if line.Paused {
			why := contact.Because(contact.CodePaused, s.Place)
			text = strings.TrimSuffix(text, ".") + ". " + sentence.Of(why) + ". " + sentence.Help(why)
		}
		fmt.Fprintln(p.stdout, text)
	}
	return nil
}
