package engine

import (
	"context"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Standing is where a party stands at one place, and why.
type Standing struct {
	Place  string
	Status plan.Status
	Why    contact.Reason
	Link   contact.Link // Remote "" where there is no record
	Paused bool         // nothing is read or written there for now: it is how things stood then

	// Doubles are further records of the party there, which are known and not kept
	// in step.
	Doubles []string
}

// Standings says where a party stands at every place that has a row for it.
func (e *Engine) Standings(ctx context.Context, party string) (contact.Party, []Standing, error) {
	kind, err := e.kindOf(ctx, party)
	if err != nil {
		return contact.Party{}, nil, err
	}
	if err := e.learnListings(ctx); err != nil {
		return contact.Party{}, nil, err
	}
	b := e.personBatch(kind)
	if err := b.loadParties(ctx, []string{party}); err != nil {
		return contact.Party{}, nil, err
	}
	places, err := e.Store.Places(ctx)
	if err != nil {
		return contact.Party{}, nil, err
	}
	row := b.party(party)
	var out []Standing
	for _, name := range e.Book.Places() {
		r := e.Book.Row(name, kind)
		if r == nil {
			continue
		}
		link := contact.Link{Place: name, Kind: kind, Party: party}
		if known := b.linkAt(party, name); known != nil {
			link = known.Link
		}
		var named [][2]string
		named = append(named, r.References(contact.Fields(link.Seen))...)
		if err := b.refs.resolve(ctx, e, name, named); err != nil {
			return contact.Party{}, nil, err
		}
		status, why := e.Book.Status(b.ask(ctx, r, row, link))
		if stopped := places[name].Paused; !stopped.IsZero() && !r.Paused && status != plan.InSync && why.IsZero() {
			why = stopped
		}
		doubles, err := b.doublesOf(ctx, party, name)
		if err != nil {
			return contact.Party{}, nil, err
		}
		standing := Standing{Place: name, Status: status, Why: why, Link: link, Paused: r.Paused}
		for _, double := range doubles {
			standing.Doubles = append(standing.Doubles, double.Remote)
		}
		out = append(out, standing)
	}
	return row.Party, out, nil
}
