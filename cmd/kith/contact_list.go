package main

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/sentence"
)

func (p *program) contactList() *cobra.Command {
	var kind string
	var limit int
	var problems bool
	cmd := &cobra.Command{
		Use: "list [WORDS]", Short: "List contacts, or the records that are not in step", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			kinds := contact.Kinds
			if kind != "" {
				if !slices.Contains(kinds, contact.Kind(kind)) {
					return usage("--kind is company or person, not %q", kind)
				}
				kinds = []contact.Kind{contact.Kind(kind)}
			}
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			if problems {
				return p.listProblems(cmd.Context(), h, kinds, limit)
			}
			return p.listContacts(cmd.Context(), h, kinds, strings.Join(args, " "), limit)
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "", "only `company` or person")
	numberFlag(cmd, &limit, "limit", 100, "show at most `N`")
	cmd.Flags().BoolVar(&problems, "problems", false, "only records that are not in step, with the reason")
	return cmd
}

type contactLine struct {
	Party  string            `json:"party"`
	Kind   contact.Kind      `json:"kind"`
	Name   string            `json:"name"`
	State  contact.State     `json:"state"`
	Origin string            `json:"origin"`
	Fields map[string]string `json:"fields,omitempty"`
}

func lineOf(c *contact.Party) contactLine {
	return contactLine{Party: c.ID, Kind: c.Kind, Name: nameOf(c), State: c.State, Origin: c.Origin}
}

func (p *program) listContacts(ctx context.Context, h *house, kinds []contact.Kind, words string, limit int) error {
	lines := p.list("contact", "PARTY", "KIND", "NAME", "E-MAIL", "BORN IN", "STATE")
	for _, kind := range kinds {
		found, err := h.store.Search(ctx, kind, words, "", limit)
		if err != nil {
			return err
		}
		for i := range found {
			c := &found[i]
			if err := lines.add(lineOf(c), c.ID, string(c.Kind), nameOf(c), c.Text("email.work"), c.Origin, string(c.State)); err != nil {
				return err
			}
		}
	}
	return lines.end()
}

type problemLine struct {
	Place    string         `json:"place"`
	Kind     contact.Kind   `json:"kind"`
	Record   string         `json:"record,omitempty"`
	Party    string         `json:"party,omitempty"`
	Why      contact.Reason `json:"why"`
	Sentence string         `json:"sentence"`
	Help     string         `json:"help,omitempty"`
}

func problemOf(link contact.Link) problemLine {
	return problemLine{link.Place, link.Kind, link.Remote, link.Party, link.Problem, sentence.Of(link.Problem), sentence.Help(link.Problem)}
}

func (p *program) listProblems(ctx context.Context, h *house, kinds []contact.Kind, limit int) error {
	lines := p.list("problem", "PLACE", "KIND", "RECORD", "PARTY", "WHY")
	shown, more := 0, false
	for _, place := range h.book.Places() {
		links, err := h.problems(ctx, place, kinds, limit-shown+1)
		if err != nil {
			return err
		}
		if shown+len(links) > limit {
			links, more = links[:limit-shown], true
		}
		shown += len(links)
		for _, link := range links {
			problem := problemOf(link)
			if err := lines.add(problem, link.Place, string(link.Kind), link.Remote, link.Party, problem.Sentence); err != nil {
				return err
			}
		}
	}
	if more {
		p.more(limit)
	}
	return lines.end()
}

// problems returns the first links of some kinds at a place that are not in
// step.
func (h *house) problems(ctx context.Context, place string, kinds []contact.Kind, limit int) ([]contact.Link, error) {
	var found []contact.Link
	for after := int64(0); len(found) < limit; {
		links, err := h.store.Problems(ctx, place, after, limit)
		if err != nil || len(links) == 0 {
			return found, err
		}
		after = links[len(links)-1].ID
		for _, link := range links {
			if slices.Contains(kinds, link.Kind) && len(found) < limit {
				found = append(found, link)
			}
		}
	}
	return found, nil
}
