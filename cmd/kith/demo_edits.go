package main

import (
	"context"
	"slices"
	"time"

	"kith/internal/contact"
	"kith/internal/norm"
	"kith/internal/plan"
	"kith/internal/sim"
)

// demoPause is how long after one run the next begins, by the demo's clock.
const demoPause = time.Minute

func (d *demo) mergeEdits(ctx context.Context) error {
	m, err := d.everywhere(ctx, 0)
	if err != nil {
		return err
	}
	mobile, birthday := d.world.Mobile(m.Country), "1980-04-17"
	d.stage.say("Within one minute, %s gets a birthday in the CRM, a new mobile number in the address book, and the same mobile number, typed the way the ERP does, in the ERP.", m.Name())
	card, _ := d.user("book").Get(contact.Person, m.records["book"])
	i := slices.IndexFunc(card.Lists["phone"], func(i contact.Item) bool { return i.Label == "mobile" })
	if i < 0 {
		return errNobody
	}
	old := card.Lists["phone"][i]
	err = d.user("book").Edit(contact.Person, m.records["book"], contact.Values{Lists: map[string][]contact.Item{
		"phone": {{Value: mobile.Compact(), Label: "mobile", Was: &old}},
	}})
	if err == nil {
		err = d.edit("crm", m.records["crm"], contact.Fields{"Birthday": birthday})
	}
	if err == nil {
		err = d.edit("erp", m.records["erp"], contact.Fields{"mobile": mobile.FromSweden()})
	}
	if err != nil {
		return err
	}
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	if _, err := d.history(ctx, m.party, rep.Run); err != nil {
		return err
	}
	d.stage.say("Fields are merged one by one, so both edits survive; and the same number in two spellings is one number, no conflict.")
	d.stage.check(d.shows("book", m.records["book"], "bday") == birthday, "the birthday did not reach the address book")
	there := norm.Phone(d.shows("crm", m.records["crm"], "Mobile"), "SE")
	d.stage.check(there == mobile.Compact(), "the CRM shows another mobile number: %s", there)
	d.stage.check(rep.Reviews == 0, "somebody was asked about it")
	d.stage.check(d.shows("erp", m.records["erp"], "mobile") == mobile.FromSweden(), "the ERP's spelling was written over")
	if err := d.checkInSync(ctx, m); err != nil {
		return err
	}
	return d.quiet(ctx)
}

// checkInSync claims that a person is in step everywhere.
func (d *demo) checkInSync(ctx context.Context, m member) error {
	_, places, err := d.house.engine.Standings(ctx, m.party)
	for _, s := range places {
		d.stage.check(s.Status == plan.InSync, "%s is %s in %s", m.Name(), s.Status, s.Place)
	}
	return err
}

func (d *demo) settleConflicts(ctx context.Context) error {
	if err := d.askedConflict(ctx); err != nil {
		return err
	}
	return d.ledConflict(ctx)
}

// askedConflict edits a field whose rule is `ask` in two places at once.
func (d *demo) askedConflict(ctx context.Context) error {
	m, err := d.everywhere(ctx, 1)
	if err != nil {
		return err
	}
	d.stage.say("The title of %s is changed in the CRM and, to something else, in the address book. For titles the configuration says `ask`, so Kith writes nothing until a person has decided:", m.Name())
	ours, theirs := m.Title+" (EMEA)", m.Title+" (Nordics)"
	err = d.edit("crm", m.records["crm"], contact.Fields{"JobTitle": ours})
	if err == nil {
		err = d.edit("book", m.records["book"], contact.Fields{"title": theirs})
	}
	if err != nil {
		return err
	}
	if _, err := d.sync(ctx); err != nil {
		return err
	}
	r, err := d.asked(ctx, contact.AskConflict, m.party)
	if err != nil {
		return err
	}
	d.stage.check(d.shows("book", m.records["book"], "title") == theirs, "the address book was written to while the question was open")
	d.stage.say("We answer \"theirs\":")
	if err := d.house.engine.Decide(ctx, r.ID, contact.AnswerTheirs, "demo"); err != nil {
		return err
	}
	if _, err := d.sync(ctx); err != nil {
		return err
	}
	for place, field := range map[string]string{"crm": "JobTitle", "erp": "position", "book": "title"} {
		shown := d.shows(place, m.records[place], field)
		d.stage.check(shown == theirs, "%s shows %q, not %q", place, shown, theirs)
	}
	return d.checkInSync(ctx, m)
}

// asked finds the open question about a party, or about no party.
func (d *demo) asked(ctx context.Context, ask contact.Question, party string) (contact.Review, error) {
	open, err := d.house.store.Reviews(ctx, true, 1000)
	if err != nil {
		return contact.Review{}, err
	}
	i := slices.IndexFunc(open, func(r contact.Review) bool { return r.Ask == ask && r.Party == party })
	d.stage.check(i >= 0, "Kith asked nothing")
	if i < 0 {
		return contact.Review{}, contact.Fail(contact.NotFound, "there is no question about a %s", ask)
	}
	d.stage.question(open[i])
	return open[i], nil
}

// ledConflict edits a field for which somebody leads in two places at once.
func (d *demo) ledConflict(ctx context.Context) error {
	m, err := d.everywhere(ctx, 2)
	if err != nil {
		return err
	}
	inCRM, inERP := d.world.Line(&m.Person), d.world.Line(&m.Person)
	d.stage.say("The direct line of %s is changed in the CRM and, to something else, in the ERP. Here the ERP leads, so nobody is asked; the losing number stays in history:", m.Name())
	err = d.edit("crm", m.records["crm"], contact.Fields{"Phone": inCRM.International()})
	if err == nil {
		err = d.edit("erp", m.records["erp"], contact.Fields{"phone": inERP.FromSweden()})
	}
	if err != nil {
		return err
	}
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	entries, err := d.history(ctx, m.party, rep.Run)
	if err != nil {
		return err
	}
	kept := slices.ContainsFunc(entries, func(e contact.Entry) bool { return e.Field == "phone.work" && e.Before == inCRM.International() })
	d.stage.check(kept, "the losing number is not in history")
	party, _, err := d.house.engine.Standings(ctx, m.party)
	if err != nil {
		return err
	}
	d.stage.check(party.Fields["phone.work"].From == "erp", "the ERP's number does not stand")
	if err := d.checkInSync(ctx, m); err != nil {
		return err
	}
	return d.quiet(ctx)
}

func (d *demo) deleteByRule(ctx context.Context) error {
	i := slices.IndexFunc(d.world.Persons, func(p sim.Person) bool { return p.In == sim.InCRM|sim.InBook })
	if i < 0 {
		return errNobody
	}
	m, err := d.member(ctx, "crm", sim.ID(sim.InCRM, false, i+1), d.world.Persons[i])
	if err != nil {
		return err
	}
	d.stage.say("%s is deleted in the CRM, whose row says `deletes: spread`: it counts elsewhere. How it arrives is each place's own rule: the address book says `removal: delete`, the ERP `removal: mark status=inactive`. Without such lines nothing would be deleted anywhere.", m.Name())
	if err := d.user("crm").Delete(contact.Person, m.records["crm"]); err != nil {
		return err
	}
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	if _, err := d.history(ctx, m.party, rep.Run); err != nil {
		return err
	}
	_, there := d.user("book").Get(contact.Person, m.records["book"])
	d.stage.check(!there, "the card is still in the address book")
	d.stage.check(d.shows("erp", m.records["erp"], "blocked") == "1", "the ERP does not show the contact as blocked")
	return d.quiet(ctx)
}
