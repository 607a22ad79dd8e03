package main

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/engine"
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
			h, err := p.started(cmd.Context(), deciding)
			if err != nil {
				return err
			}
			defer h.close()
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

// fitsAtMost is how many contacts that fit some words are looked at, and
// fitsShown how many of them are named where several do.
const (
	fitsAtMost = 10_000
	fitsShown  = 20
)

// party finds a contact by its id or by words of its values: the only one that
// fits, or the only one that bears the words as its name.
func (h *house) party(ctx context.Context, words string) (string, error) {
	if found, err := h.store.Parties(ctx, []string{words}); err != nil || len(found) == 1 {
		return words, err
	}
	var fits, named []contact.Party
	for _, kind := range contact.Kinds {
		found, err := h.store.Search(ctx, kind, words, "", fitsAtMost)
		if err != nil {
			return "", err
		}
		fits = append(fits, found...)
	}
	for i := range fits {
		if strings.EqualFold(nameOf(&fits[i]), words) {
			named = append(named, fits[i])
		}
	}
	if len(named) > 0 {
		fits = named
	}
	switch len(fits) {
	case 1:
		return fits[0].ID, nil
	case 0:
		return "", contact.Fail(contact.NotFound, "there is no contact %q; `kith contact list` shows them, and a record that belongs to none yet "+
			"is found by its id: `kith contact why ID PLACE`", words)
	}
	lines := make([]string, 0, fitsShown)
	for i := range fits[:min(len(fits), fitsShown)] {
		lines = append(lines, fmt.Sprintf("  %s  %s", fits[i].ID, onOneLine(nameOf(&fits[i]))))
	}
	if more := len(fits) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("  … and %d more: kith contact list %s", more, words))
	}
	return "", contact.Fail(contact.NotFound, "%d contacts fit %q; name one by its id:\n%s", len(fits), words, strings.Join(lines, "\n"))
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
			ctx := cmd.Context()
			h, err := p.started(ctx, reading)
			if err != nil {
				return err
			}
			defer h.close()
			c, places, err := h.standings(ctx, args[0])
			if err != nil {
				return err
			}
			entries, err := h.store.Entries(ctx, c.ID, 0, 200)
			if err != nil {
				return err
			}
			if !p.json {
				if err := h.nameReferences(ctx, &c, entries); err != nil {
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
	fmt.Fprintf(p.stdout, "%s  %s  %s, born in %s\n", c.ID, onOneLine(nameOf(c)), c.State, c.Origin)
	var rows [][]string
	for _, slot := range sortedKeys(c.Fields) {
		if v := c.Fields[slot]; v.Text != "" {
			rows = append(rows, []string{"  " + slot, readable(v.Text), cmp.Or(v.From, "a person"), clock(v.At)})
		}
	}
	return table(p.stdout, []string{"  FIELD", "VALUE", "FROM", "SINCE"}, rows)
}
