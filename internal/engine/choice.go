package engine

import (
	"context"
	"maps"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// related answers the filters "of persons" and "of companies": whether a party
// chosen at the place belongs to this one.
func (b *batch) related(ctx context.Context, row *plan.Row, party *contact.Party) bool {
	switch row.ChosenBy() {
	case contact.Company:
		return b.chooses(b.e.Book.Row(row.Place, contact.Company), b.refs.Party(party.Text("company")))
	case contact.Person:
		return b.choosesPersonOf(ctx, b.e.Book.Row(row.Place, contact.Person), party.ID)
	}
	return false
}

// chooses reports whether a row takes or gives a party by its own values.
func (b *batch) chooses(row *plan.Row, p *contact.Party) bool {
	return row != nil && p != nil && p.State == contact.Active && p.Kind == row.Kind &&
		(b.e.Book.Choose(row, p, b.refs, false, b.e.Now()) || b.e.Book.Offers(row, p, b.refs, false, b.e.Now()))
}

// choosesPersonOf reports whether a row chooses one of a company's persons, as
// they are stored and as this batch changes them.
func (b *batch) choosesPersonOf(ctx context.Context, row *plan.Row, company string) bool {
	for _, p := range b.parties {
		if p != nil && p.Text("company") == company && b.chooses(row, &p.Party) {
			return true
		}
	}
	persons, err := b.e.Store.Referring(ctx, []string{company})
	if err != nil {
		return false
	}
	persons = slices.DeleteFunc(persons, func(id string) bool { return b.parties[id] != nil })
	stored, err := b.e.Store.Parties(ctx, persons)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(stored, func(p contact.Party) bool { return b.chooses(row, &p) })
}

// spreadPersons marks the companies of persons that changed, where companies
// are chosen by their persons.
func (b *batch) spreadPersons(ctx context.Context) error {
	rows := b.e.Book.ChosenBy(contact.Person)
	if len(b.rechosen) == 0 || len(rows) == 0 {
		return nil
	}
	companies := slices.Sorted(maps.Keys(b.rechosen))
	if err := b.loadParties(ctx, companies); err != nil {
		return err
	}
	for _, id := range companies {
		party := b.party(id)
		if party == nil || party.State != contact.Active {
			continue
		}
		for _, row := range rows {
			link := b.linkAt(id, row.Place)
			if row.Takes != nil && (link != nil || b.isListed(row.Place, party.Kind)) {
				b.markOne(ctx, row, party, link, row.Place)
			}
			if row.GivesChosenBy() == contact.Person && link != nil && link.Live() && link.Out && b.related(ctx, row, &party.Party) {
				b.lookAnew(link)
			}
		}
	}
	return nil
}

// spread marks what hangs on the parties that changed in this batch.
func (b *batch) spread(ctx context.Context) error {
	if err := b.spreadCompanies(ctx); err != nil {
		return err
	}
	if err := b.spreadNamed(ctx); err != nil {
		return err
	}
	return b.spreadPersons(ctx)
}

// spreadCompanies marks the persons of companies that changed: a place without
// companies of its own shows their name on the person, and a filter may ask
// for them.
func (b *batch) spreadCompanies(ctx context.Context) error {
	if len(b.rewanted) == 0 {
		return nil
	}
	b.wakeUnchosen()
	var companies []string
	for id := range b.rewanted {
		companies = append(companies, id)
	}
	persons, err := b.e.Store.Referring(ctx, companies)
	if err != nil || len(persons) == 0 {
		return err
	}
	if err := b.loadParties(ctx, persons); err != nil {
		return err
	}
	for _, id := range persons {
		party := b.party(id)
		if party == nil || party.State != contact.Active {
			continue
		}
		for _, row := range b.e.Book.Rows(party.Kind) {
			link := b.linkAt(id, row.Place)
			if row.Takes != nil && (link != nil || b.isListed(row.Place, party.Kind)) {
				b.markOne(ctx, row, party, link, row.Place)
			}
		}
	}
	return nil
}
