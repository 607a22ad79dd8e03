package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os/user"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/plan"
	"kith/internal/sentence"
)

func (p *program) contactCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "contact", Short: "Look at contacts, and link or switch them by hand",
		Args: subcommand("contact", "list", "show", "why", "link", "unlink", "on", "off"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		p.contactList(), p.contactShow(), p.contactWhy(),
		p.byHand("link PARTY PLACE ID", 3, 3, "Tie a record of a place to a contact", func(ctx context.Context, e *engine.Engine, args []string) error {
			return e.Link(ctx, args[0], args[1], args[2], byWhom())
		}),
		p.byHand("unlink PARTY PLACE [ID]", 2, 3, "Take a contact's record at a place, or a double of it, out of it, after a wrong match", func(ctx context.Context, e *engine.Engine, args []string) error {
			return e.Unlink(ctx, args[0], args[1], strings.Join(args[2:], ""), byWhom())
		}),
		p.byHand("on PARTY PLACE", 2, 2, "Keep a contact in a place, whatever the filters say", func(ctx context.Context, e *engine.Engine, args []string) error {
			return e.Switch(ctx, args[0], args[1], contact.On, byWhom())
		}),
		p.byHand("off PARTY PLACE", 2, 2, "Keep a contact out of a place", func(ctx context.Context, e *engine.Engine, args []string) error {
			return e.Switch(ctx, args[0], args[1], contact.Off, byWhom())
		}),
	)
	return cmd
}

// byHand is a command that commits one short transaction beside a running
// server, which does the rest.
func (p *program) byHand(use string, least, most int, short string, do func(context.Context, *engine.Engine, []string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: between(least, most, strings.Join(strings.Fields(use)[1:], " ")),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := p.open(cmd.Context(), deciding, nil)
			if err != nil {
				return err
			}
			defer h.close()
			if err := h.start(cmd.Context()); err != nil {
				return err
			}
			if args[0], err = h.party(cmd.Context(), args[0]); err != nil {
				return err
			}
			if err := do(cmd.Context(), h.engine, args); err != nil {
				return err
			}
			p.say("noted; a running server does it now, else the next `kith sync`")
			return nil
		},
	}
}

func byWhom() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "command line"
}

// party finds a contact by its id, by the beginning of its id, or by words of
// its name, if only one fits.
func (h *house) party(ctx context.Context, words string) (string, error) {
	if found, err := h.store.Parties(ctx, []string{words}); err != nil || len(found) == 1 {
		return words, err
	}
	var fits []contact.Party
	for _, kind := range contact.Kinds {
		found, err := h.store.Search(ctx, kind, words, "", 20)
		if err != nil {
			return "", err
		}
		fits = append(fits, found...)
	}
	switch len(fits) {
	case 1:
		return fits[0].ID, nil
	case 0:
		return "", contact.Fail(contact.NotFound, "there is no contact %q; `kith contact list` shows them", words)
	}
	names := make([]string, 0, len(fits))
	for i := range fits {
		names = append(names, fmt.Sprintf("  %s  %s", fits[i].ID, nameOf(&fits[i])))
	}
	return "", contact.Fail(contact.NotFound, "%d contacts fit %q; name one by its id:\n%s", len(fits), words, strings.Join(names, "\n"))
}

func nameOf(c *contact.Party) string {
	if c.Kind == contact.Company {
		return c.Text("name")
	}
	name := strings.TrimSpace(c.Text("name.given") + " " + c.Text("name.family"))
	return cmp.Or(name, c.Text("name.full"), c.Text("email.work"))
}

func (p *program) contactShow() *cobra.Command {
	return &cobra.Command{
		Use: "show PARTY", Short: "Show a contact: its values, where it is, and its history", Args: exactly(1, "a PARTY: its id, or words of its name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withStandings(cmd.Context(), args[0], func(h *house, c contact.Party, places []engine.Standing) error {
				entries, err := h.store.Entries(cmd.Context(), c.ID, 0, 200)
				if err != nil {
					return err
				}
				if !p.json {
					if err := h.nameReferences(cmd.Context(), &c, entries); err != nil {
						return err
					}
				}
				if err := p.showContact(&c); err != nil {
					return err
				}
				if err := p.standings(places); err != nil {
					return err
				}
				return p.entries(entries, nil)
			})
		},
	}
}

// nameReferences puts the names of companies where a contact and its history
// hold their ids.
func (h *house) nameReferences(ctx context.Context, c *contact.Party, entries []contact.Entry) error {
	isRef := func(slot string) bool {
		typ, _ := contact.SlotType(c.Kind, slot)
		return typ == contact.TypeRef
	}
	var ids []string
	for slot, v := range c.Fields {
		if isRef(slot) {
			ids = append(ids, v.Text)
		}
	}
	for _, e := range entries {
		if isRef(e.Field) && e.Op != contact.Wrote { // what was written is the place's own id
			ids = append(ids, e.Before, e.After)
		}
	}
	named, err := h.named(ctx, ids)
	if err != nil {
		return err
	}
	name := func(id string) string { return cmp.Or(named[id].name, id) }
	c.Fields = maps.Clone(c.Fields)
	for slot, v := range c.Fields {
		if isRef(slot) {
			v.Text = name(v.Text)
			c.Fields[slot] = v
		}
	}
	for i := range entries {
		if e := &entries[i]; isRef(e.Field) && e.Op != contact.Wrote {
			e.Before, e.After = name(e.Before), name(e.After)
		}
	}
	return nil
}

func (p *program) showContact(c *contact.Party) error {
	if p.json {
		line := lineOf(c)
		line.Fields = map[string]string{}
		for slot, v := range c.Fields {
			line.Fields[slot] = v.Text
		}
		return p.line("contact", line)
	}
	fmt.Fprintf(p.stdout, "%s  %s  %s, born in %s\n", c.ID, nameOf(c), c.State, c.Origin)
	var rows [][]string
	for _, slot := range sortedKeys(c.Fields) {
		if v := c.Fields[slot]; v.Text != "" {
			rows = append(rows, []string{"  " + slot, readable(v.Text), cmp.Or(v.From, "a person"), clock(v.At)})
		}
	}
	table(p.stdout, []string{"  FIELD", "VALUE", "FROM", "SINCE"}, rows)
	return nil
}

func (p *program) contactWhy() *cobra.Command {
	return &cobra.Command{
		Use: "why PARTY [PLACE]", Short: "Say in one sentence why a contact is, or is not, in a place",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) < 1 || len(args) > 2 {
				return usage("kith contact why needs a PARTY and perhaps a PLACE")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withStandings(cmd.Context(), args[0], func(h *house, _ contact.Party, places []engine.Standing) error {
				if len(args) == 2 {
					if err := h.known(args[1:]); err != nil {
						return err
					}
					places = slices.DeleteFunc(places, func(s engine.Standing) bool { return s.Place != args[1] })
				}
				return p.standings(places)
			})
		},
	}
}

func (p *program) withStandings(ctx context.Context, words string, show func(*house, contact.Party, []engine.Standing) error) error {
	h, err := p.open(ctx, reading, nil)
	if err != nil {
		return err
	}
	defer h.close()
	if err := h.start(ctx); err != nil {
		return err
	}
	id, err := h.party(ctx, words)
	if err != nil {
		return err
	}
	c, places, err := h.engine.Standings(ctx, id)
	if err != nil {
		return err
	}
	return show(h, c, places)
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
