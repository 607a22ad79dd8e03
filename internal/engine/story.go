package engine

import (
	"cmp"
	"context"
	"slices"

	"kith/internal/contact"
)

// storyOf returns the history of a party and of those that were joined with it
// and still are, but for one of them, oldest first. Of the time in which it was
// joined with another itself, it tells what became of its records.
func (e *Engine) storyOf(ctx context.Context, party, except string) ([]contact.Entry, error) {
	var story []contact.Entry
	ids := []string{party}
	for i := 0; i < len(ids); i++ {
		entries, err := e.Store.Entries(ctx, ids[i], 0, 1<<30)
		if err != nil {
			return nil, err
		}
		parted := map[string]bool{}
		for _, entry := range entries { // the newest first
			switch {
			case entry.Op == contact.SplitOff && entry.Before != "":
				if !slices.Contains(ids, entry.Before) {
					parted[entry.Before] = true
				}
			case entry.Op == contact.JoinedTo && entry.Before != except && !parted[entry.Before] && !slices.Contains(ids, entry.Before):
				ids = append(ids, entry.Before)
			case entry.Op == contact.Revived && entry.Before != "":
				meanwhile, err := e.whileJoined(ctx, entries, entry.Before)
				if err != nil {
					return nil, err
				}
				story = append(story, meanwhile...)
			}
		}
		story = append(story, entries...)
	}
	slices.SortFunc(story, func(x, y contact.Entry) int { return cmp.Compare(x.Seq, y.Seq) })
	return slices.CompactFunc(story, func(x, y contact.Entry) bool { return x.Seq == y.Seq }), nil
}

// whileJoined returns what the history of another party tells of the records of
// one that was joined with it for a while.
func (e *Engine) whileJoined(ctx context.Context, own []contact.Entry, with string) ([]contact.Entry, error) {
	entries, err := e.Store.Entries(ctx, with, 0, 1<<30)
	return slices.DeleteFunc(entries, func(x contact.Entry) bool {
		return x.Remote == "" || !slices.ContainsFunc(own, func(o contact.Entry) bool { return o.Place == x.Place && o.Remote == x.Remote })
	}), err
}
