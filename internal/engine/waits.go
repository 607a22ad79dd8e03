package engine

import (
	"context"

	"kith/internal/contact"
)

// missed wakes the links that a batch has just stored as waiting for a company
// that another visit has brought while the batch was decided: what wakes them
// came before there was anything to wake.
func (b *batch) missed(ctx context.Context) error {
	waits := map[string]bool{}
	for _, link := range b.commit.Links {
		if link.Needs != "" {
			waits[link.Needs] = true
		}
	}
	if len(waits) == 0 {
		return nil
	}
	now := newRefs(b.e.Book)
	named := map[string][][2]string{} // by place
	var companies []string
	for needs := range waits {
		switch place, by, value := contact.NeedOf(needs); by {
		case "party":
			companies = append(companies, value)
		default:
			named[place] = append(named[place], [2]string{by, value})
		}
	}
	if err := now.load(ctx, b.e.Store, companies); err != nil {
		return err
	}
	for place, refs := range named {
		if err := now.resolve(ctx, b.e, place, refs); err != nil {
			return err
		}
	}
	var wake contact.Commit
	for needs := range waits {
		if knows(now, needs) && !knows(b.refs, needs) {
			wake.Wake = append(wake.Wake, needs)
		}
	}
	if len(wake.Wake) == 0 {
		return nil
	}
	return b.s.commit(ctx, wake)
}

// knows reports whether what a link waits for is there.
func knows(r *refs, needs string) bool {
	place, by, value := contact.NeedOf(needs)
	if by == "party" {
		_, there := r.Shown(place, "", value)
		return there
	}
	_, there := r.Company(place, by, value)
	return there
}
