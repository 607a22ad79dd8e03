package engine

import (
	"context"
	"maps"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Where a place gives the companies "of persons", a company comes before the
// persons who choose it. It stays known without a party until a person who is
// given names it, and is then looked at again.

// spreadNamed looks again at companies that nobody chose so far and that
// persons of this batch name.
func (b *batch) spreadNamed(ctx context.Context) error {
	for _, key := range slices.Sorted(maps.Keys(b.named)) {
		place, by, text := contact.NeedOf(key)
		row := b.e.Book.Row(place, contact.Company)
		if row == nil || row.GivesChosenBy() != contact.Person || by == "party" {
			continue
		}
		remotes := []string{text}
		if by != "" {
			hits, err := b.e.Store.FindKeys(ctx, place, contact.Company, []contact.Key{b.e.hash(plan.Key{Method: by, Text: text})})
			if err != nil {
				return err
			}
			remotes = nil
			for _, hit := range hits {
				remotes = append(remotes, hit.Owner)
			}
		}
		links, err := b.e.Store.LinksByRemote(ctx, place, contact.Company, remotes)
		if err != nil {
			return err
		}
		for _, l := range links {
			if there := b.addLink(l); there.Party == "" && there.Problem.Code == contact.CodeNotChosen {
				b.lookAnew(there)
			}
		}
	}
	return nil
}

// lookAnew has a record read and folded again.
func (b *batch) lookAnew(link *linkRow) {
	next := link.Link
	next.Problem, next.Reread, next.Due, next.NotBefore = contact.Reason{}, true, true, never
	b.set(link, next)
}

// awaited reports whether a person who is given names a company that would
// start with this candidate.
func (b *batch) awaited(ctx context.Context, row *plan.Row, candidate *plan.Out) (bool, error) {
	persons := b.e.Book.Row(row.Place, contact.Person)
	if row.Kind != contact.Company || row.GivesChosenBy() != contact.Person || persons == nil {
		return false, nil
	}
	links, err := b.e.Store.LinksByNeeds(ctx, b.nameable(row.Place, candidate.Link.Remote, &candidate.Party))
	if err != nil {
		return false, err
	}
	var parties []string
	for _, link := range links {
		switch {
		case link.Place != row.Place || link.Kind != contact.Person:
		case link.Party != "":
			parties = append(parties, link.Party)
		case link.Problem.Code == contact.CodeRequired: // it is chosen, and lacks only this
			return true, nil
		}
	}
	stored, err := b.e.Store.Parties(ctx, parties)
	return slices.ContainsFunc(stored, func(p contact.Party) bool { return b.chooses(persons, &p) }), err
}

// nameable lists the references under which persons may wait for a company at a
// place.
func (b *batch) nameable(place, remote string, company *contact.Party) []string {
	keys := []string{contact.NeedsKey(place, "", remote)}
	for _, by := range b.e.Book.RefKeys() {
		if text := plan.KeyText(contact.Company, by, company.Fields[by]); text != "" {
			keys = append(keys, contact.NeedsKey(place, by, text))
		}
	}
	return keys
}

// awaitChoice lets a person who is not given because of its company be looked
// at again when that changes.
func (b *batch) awaitChoice(link *contact.Link, record contact.Record) {
	row := b.s.rows[b.kind]
	if b.kind != contact.Person || link.Needs != "" || link.Problem.Code != contact.CodeNotChosen || !row.GivesByCompany() {
		return
	}
	for _, ref := range row.References(record.Fields) {
		link.Needs = contact.NeedsKey(b.s.name, ref[0], ref[1])
		return
	}
}

// wakeUnchosen wakes the persons who were not given because of a company that
// has changed.
func (b *batch) wakeUnchosen() {
	for _, row := range b.e.Book.Rows(contact.Person) {
		if !row.GivesByCompany() {
			continue
		}
		for id := range b.rewanted {
			if link := b.linkAt(id, row.Place); link != nil && link.Live() {
				b.commit.Wake = append(b.commit.Wake, b.nameable(row.Place, link.Remote, &b.party(id).Party)...)
			}
		}
	}
}
