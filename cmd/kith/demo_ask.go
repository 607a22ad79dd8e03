package main

import (
	"context"
	"fmt"
	"strings"

	"kith/internal/contact"
	"kith/internal/sim"
)

// answerWho answers what Kith asks about who is who, as somebody would who knows
// the people, until nothing is asked any more.
func (d *demo) answerWho(ctx context.Context) error {
	for round := 0; ; round++ {
		open, err := d.house.store.OpenReviews(ctx, "", nil)
		if err != nil {
			return err
		}
		if round == 0 {
			d.stage.say("%d records are like somebody without being certainly the same: relatives and namesakes in one firm, a name without address and number. Kith asks, and holds back what it would create. Two of the questions:", len(open))
			for _, r := range open[:min(2, len(open))] {
				d.stage.question(r)
			}
			d.stage.say("We know these people, and answer:")
		}
		d.stage.check(round < 5, "it is asked again and again")
		if len(open) == 0 || round == 5 {
			return nil
		}
		answers := map[contact.Answer]int{}
		for _, r := range open {
			if now, err := d.house.store.Review(ctx, r.ID); err != nil || now.Decided != "" {
				continue // another answer has settled it
			}
			answer, err := d.whoIs(ctx, r)
			if err != nil {
				return err
			}
			if err := d.house.engine.Decide(ctx, r.ID, answer, "demo"); err != nil {
				return err
			}
			answers[answer]++
		}
		d.stage.fact("%s", answersText(answers))
		if _, err := d.sync(ctx); err != nil {
			return err
		}
	}
}

func answersText(answers map[contact.Answer]int) string {
	var parts []string
	for _, a := range []contact.Answer{contact.AnswerLink, contact.AnswerNotSame} {
		if answers[a] > 0 {
			parts = append(parts, fmt.Sprintf("%d × %s", answers[a], a))
		}
	}
	return strings.Join(parts, ", ")
}

// whoIs answers one question: whether the record is of the inhabitant of whom
// the party's records are.
func (d *demo) whoIs(ctx context.Context, r contact.Review) (contact.Answer, error) {
	links, err := d.house.store.LinksByParty(ctx, []string{r.Party})
	if err != nil {
		return "", err
	}
	asked := d.inhabitant(r.Kind, r.Place, r.Remote)
	for _, link := range links {
		if who := d.inhabitant(r.Kind, link.Place, link.Remote); who > 0 {
			if who == asked {
				return contact.AnswerLink, nil
			}
			return contact.AnswerNotSame, nil
		}
	}
	return contact.AnswerNotSame, nil
}

// inhabitant is the number of the one whose record it was from the start, 0
// where Kith has made it.
func (d *demo) inhabitant(kind contact.Kind, place, remote string) int {
	lives := len(d.world.Persons)
	if kind == contact.Company {
		lives = len(d.world.Companies)
	}
	for n := 1; n <= lives; n++ {
		var in sim.Where
		if kind == contact.Company {
			in = d.world.Companies[n-1].In
		} else {
			in = d.world.Persons[n-1].In
		}
		if in.Has(simulated[place]) && sim.ID(simulated[place], kind == contact.Company, n) == remote {
			return n
		}
	}
	return 0
}
