package main

import (
	"context"
	"slices"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/plan"
	"kith/internal/sentence"
	"kith/internal/sim"
)

// emptyBook empties the address book, brings it back, and goes on.
func (d *demo) emptyBook(ctx context.Context) error {
	book := d.user("book")
	saved := map[contact.Kind][]contact.Record{}
	for _, kind := range contact.Kinds {
		saved[kind] = book.All(kind)
		for _, r := range saved[kind] {
			if err := book.Delete(kind, r.ID); err != nil {
				return err
			}
		}
	}
	inCRM, inERP := d.user("crm").Count(contact.Person), d.user("erp").Count(contact.Person)
	d.stage.say("Somebody selects all %d persons and %d companies of the address book and presses Delete. That may be meant, but hardly is. The brake stops the place before anything is believed; the others go on.", len(saved[contact.Person]), len(saved[contact.Company]))
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	d.stage.check(rep.Stops["book"].Code == contact.CodeEmptied, "the brake did not stop the address book")
	d.stage.check(d.user("crm").Count(contact.Person) == inCRM && d.user("erp").Count(contact.Person) == inERP, "the CRM or the ERP lost persons")
	r, err := d.asked(ctx, contact.AskBrake, "")
	if err != nil {
		return err
	}
	d.stage.say("It was a slip. The address book is brought back from its backup, and we answer \"drop\": forget what was read.")
	for kind, records := range saved {
		for _, r := range records {
			book.CreateAs(kind, r.ID, r.Values)
		}
	}
	if err := d.house.engine.Decide(ctx, r.ID, contact.AnswerDrop, "demo"); err != nil {
		return err
	}
	if rep, err = d.sync(ctx); err != nil {
		return err
	}
	d.stage.check(len(rep.Stops) == 0, "a place is still stopped")
	d.stage.check(book.Count(contact.Person) == len(saved[contact.Person]), "the address book holds %d persons, not %d", book.Count(contact.Person), len(saved[contact.Person]))
	return d.quiet(ctx)
}

// explain asks for the standings of two persons who are not everywhere.
func (d *demo) explain(ctx context.Context) error {
	d.stage.say("`kith contact why` answers for any contact and place, with the rule that decided and what would change it.")
	i := slices.IndexFunc(d.world.Persons, func(p sim.Person) bool { return p.Inactive && p.In.Has(sim.InCRM) })
	if i < 0 {
		return errNobody
	}
	inactive, err := d.member(ctx, "crm", sim.ID(sim.InCRM, false, i+1), d.world.Persons[i])
	if err != nil {
		return err
	}
	if err := d.why(ctx, inactive, "book", plan.Excluded); err != nil {
		return err
	}
	i = slices.IndexFunc(d.world.Persons, func(p sim.Person) bool { return p.Company < 0 })
	if i < 0 {
		return errNobody
	}
	neighbour, err := d.member(ctx, "book", sim.ID(sim.InBook, false, i+1), d.world.Persons[i])
	if err != nil {
		return err
	}
	return d.why(ctx, neighbour, "erp", plan.Waiting)
}

// why shows where a person stands everywhere, and claims what is so at a place.
func (d *demo) why(ctx context.Context, m member, place string, want plan.Status) error {
	_, places, err := d.house.engine.Standings(ctx, m.party)
	if err != nil {
		return err
	}
	d.stage.say("%s:", m.Name())
	for _, s := range places {
		d.stage.fact("%s", standingText(s))
		d.stage.check(s.Place != place || s.Status == want && !s.Why.IsZero(), "%s is %s in %s", m.Name(), s.Status, place)
	}
	return nil
}

func standingText(s engine.Standing) string {
	text := s.Place + ": " + string(s.Status) + orNothing(", as record ", s.Link.Remote)
	text += orNothing(": ", sentence.Of(s.Why))
	return text + orNothing(". ", sentence.Help(s.Why))
}

func (d *demo) end(ctx context.Context) error {
	d.stage.say("After all this the systems are in step. Two more runs have nothing to write, and this is what each system holds:")
	for range 2 {
		if err := d.quiet(ctx); err != nil {
			return err
		}
	}
	d.showCounts()
	open, err := d.house.store.Reviews(ctx, true, 1000)
	if err != nil {
		return err
	}
	d.stage.check(len(open) == 0, "%d questions are still open", len(open))
	return nil
}
