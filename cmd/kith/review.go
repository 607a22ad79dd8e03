package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kith/internal/contact"
	"kith/internal/sentence"
)

func (p *program) reviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "review", Short: "Questions that wait for a person", Args: subcommand("review", "list", "show", "decide"),
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.reviewList(), p.reviewShow(), p.reviewDecide())
	return cmd
}

func (p *program) reviewList() *cobra.Command {
	var all bool
	var limit int
	cmd := &cobra.Command{
		Use: "list", Short: "List the questions, with what can be answered", Args: exactly(0, "no argument"),
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			reviews, err := h.store.Reviews(cmd.Context(), !all, limit+1)
			if err != nil {
				return err
			}
			if len(reviews) == 0 && !p.json {
				p.say("nothing waits for a person")
			}
			if err := p.reviews(cmd.Context(), h, reviews[:min(len(reviews), limit)]); err != nil {
				return err
			}
			if len(reviews) > limit {
				p.more(limit)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "answered ones too")
	numberFlag(cmd, &limit, "limit", 100, "show at most `N`")
	return cmd
}

func (p *program) reviewShow() *cobra.Command {
	return &cobra.Command{
		Use: "show ID", Short: "Show one question, or what was answered", Args: exactly(1, "the review's ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := reviewID(args[0])
			if err != nil {
				return err
			}
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			r, err := h.store.Review(cmd.Context(), id)
			if err != nil {
				return err
			}
			return p.reviews(cmd.Context(), h, []contact.Review{r})
		},
	}
}

func reviewID(word string) (int64, error) {
	id, err := strconv.ParseInt(word, 10, 64)
	if err != nil {
		return 0, usage("%q is no review's number; `kith review list` shows them", word)
	}
	return id, nil
}

// reviews prints questions with the contacts that they name.
func (p *program) reviews(ctx context.Context, h *house, reviews []contact.Review) error {
	var ids []string
	for _, r := range reviews {
		ids = append(ids, r.Party, r.Other)
	}
	named, err := h.named(ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range reviews {
		if err := p.review(r, named); err != nil {
			return err
		}
	}
	return nil
}

// known is how a reader knows a contact, and where it is.
type known struct {
	name    string
	records []string          // "crm record 107"
	from    map[string]string // by slot: the place its value came from
}

// named loads the contacts of some ids; "" stands for none.
func (h *house) named(ctx context.Context, ids []string) (map[string]known, error) {
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == "" })
	parties, err := h.store.Parties(ctx, ids)
	if err != nil {
		return nil, err
	}
	links, err := h.store.LinksByParty(ctx, ids)
	if err != nil {
		return nil, err
	}
	named := map[string]known{}
	for i := range parties {
		k := known{name: nameOf(&parties[i]), from: map[string]string{}}
		for slot, v := range parties[i].Fields {
			k.from[slot] = v.From
		}
		named[parties[i].ID] = k
	}
	for _, link := range links {
		if link.Live() {
			k := named[link.Party]
			k.records = append(k.records, link.Place+" record "+link.Remote)
			named[link.Party] = k
		}
	}
	return named, nil
}

type reviewLine struct {
	ID       int64            `json:"id"`
	At       time.Time        `json:"at"`
	Ask      contact.Question `json:"ask"`
	Place    string           `json:"place"`
	Kind     contact.Kind     `json:"kind,omitempty"`
	Party    string           `json:"party,omitempty"`
	Name     string           `json:"name,omitempty"`
	Record   string           `json:"record,omitempty"`
	Stranger string           `json:"stranger,omitempty"` // how a record names itself that belongs to no contact
	Other    string           `json:"other,omitempty"`
	OtherIs  string           `json:"other_name,omitempty"`
	Slot     string           `json:"slot,omitempty"`
	Ours     string           `json:"ours,omitempty"`
	Theirs   string           `json:"theirs,omitempty"`
	Why      contact.Reason   `json:"why"`
	Sentence string           `json:"sentence"`
	Answers  []contact.Answer `json:"answers,omitempty"`
	Decided  string           `json:"decided,omitempty"`
}

func (p *program) review(r contact.Review, named map[string]known) error {
	line := reviewLine{
		ID: r.ID, At: r.At, Ask: r.Ask, Place: r.Place, Kind: r.Kind, Party: r.Party, Name: named[r.Party].name, Record: r.Remote,
		Stranger: r.Stranger, Other: r.Other, OtherIs: named[r.Other].name, Slot: r.Slot, Ours: r.Ours, Theirs: r.Theirs, Why: r.Why, Sentence: sentence.Of(r.Why), Decided: r.Decided,
	}
	if r.Decided == "" {
		line.Answers = contact.Answers[r.Ask]
	}
	if p.json {
		return p.line("review", line)
	}
	who := cmp.Or(line.Name, r.Place) // a brake asks about a place as a whole
	if r.Remote != "" {
		who = strings.TrimSpace(whose(r, line.Name) + " (" + r.Place + " record " + r.Remote + ")")
	}
	fmt.Fprintf(p.stdout, "%d  %s  %s  %s\n", r.ID, clock(r.At), r.Ask, who)
	fmt.Fprintf(p.stdout, "   %s.\n", line.Sentence)
	for _, id := range asksAbout(r) {
		fmt.Fprintf(p.stdout, "   %s: %s\n", named[id].name, strings.Join(named[id].records, ", "))
	}
	if r.Slot != "" {
		from := cmp.Or(named[r.Party].from[r.Slot], "a person")
		fmt.Fprintf(p.stdout, "   %s: ours %s, agreed so far, from %s; theirs %s, in %s\n", r.Slot, quoted(r.Ours), from, quoted(r.Theirs), r.Place)
	}
	if help := sentence.Help(r.Why); help != "" && r.Decided == "" {
		fmt.Fprintf(p.stdout, "   %s\n", help)
	}
	if r.Decided != "" {
		fmt.Fprintf(p.stdout, "   decided: %s\n", r.Decided)
		return nil
	}
	words := make([]string, len(line.Answers))
	for i, a := range line.Answers {
		words[i] = string(a)
	}
	fmt.Fprintf(p.stdout, "   kith review decide %d %s\n", r.ID, strings.Join(words, "|"))
	return nil
}

// whose says who a record is that a question is about: a contact's, or that of
// somebody who is none.
func whose(r contact.Review, name string) string {
	if r.Ask == contact.AskMatch || r.Ask == contact.AskTwice {
		return r.Stranger
	}
	return name
}

// asksAbout returns the contacts that somebody has to look at, wherever they
// are, to say who is the same.
func asksAbout(r contact.Review) []string {
	switch r.Ask {
	case contact.AskMatch, contact.AskTwice:
		return slices.DeleteFunc([]string{r.Party, r.Other}, func(id string) bool { return id == "" })
	case contact.AskJoin:
		return []string{r.Party, r.Other}
	}
	return nil
}

func (p *program) reviewDecide() *cobra.Command {
	return &cobra.Command{
		Use: "decide ID link|new|not-same|join|split|ours|theirs|go|drop", Short: "Answer a question",
		Args: exactly(2, "the review's ID and an answer"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := reviewID(args[0])
			if err != nil {
				return err
			}
			h, err := p.open(cmd.Context(), deciding, nil)
			if err != nil {
				return err
			}
			defer h.close()
			if err := h.start(cmd.Context()); err != nil {
				return err
			}
			if err := h.engine.Decide(cmd.Context(), id, contact.Answer(args[1]), byWhom()); err != nil {
				return err
			}
			p.say("noted; a running server acts on it now, else the next `kith sync`")
			return nil
		},
	}
}
