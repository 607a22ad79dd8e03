package engine

import (
	"context"
	"fmt"

	"kith/internal/contact"
)

type rowKey struct {
	place string
	kind  contact.Kind
}

// listings is which places are listed, as a decision knows it. Every commit
// bears its number, and the store refuses it where another one has been listed
// since, by this process or by any other: then everything is decided anew.
type listings struct {
	rev        int64
	listed     map[rowKey]bool           // rows that were read completely
	unattended map[string][]contact.Kind // listed places that are left out here, of which nobody has noted it yet
}

// isListed reports whether a place has been read completely, so that parties
// may be created there.
func (b *batch) isListed(place string, kind contact.Kind) bool {
	return b.listings.listed[rowKey{place, kind}]
}

// unattended marks a row under which no party was held against a place: it was
// not in the configuration for a while, or as another one, or paused, and
// everything may have moved on.
const unattended = "-"

// learnListings takes over from the store which places are listed. One that is
// not in the configuration, or under another row, or paused, is left as it is;
// should it come back, it is read and everything held against it.
func (e *Engine) learnListings(ctx context.Context) error {
	rev, err := e.Store.Listings(ctx) // before the places: what is older is refused
	if err != nil {
		return fmt.Errorf("learn which places are listed: %w", err)
	}
	if known := e.listings.Load(); known != nil && known.rev == rev {
		return nil
	}
	places, err := e.Store.Places(ctx)
	if err != nil {
		return fmt.Errorf("learn which places are listed: %w", err)
	}
	now := &listings{rev: rev, listed: map[rowKey]bool{}, unattended: map[string][]contact.Kind{}}
	for name, p := range places {
		for _, kind := range contact.Kinds {
			l := p.Listed[kind]
			now.listed[rowKey{name, kind}] = !l.At.IsZero()
			row := e.Book.Row(name, kind)
			if asked := row != nil && !row.Paused && row.Hash() == l.Under; l.Under != "" && !asked && !l.Unattended {
				now.unattended[name] = append(now.unattended[name], kind)
			}
		}
	}
	e.listings.Store(now)
	return nil
}

// relisted are the kinds of a place that are listed anew, or not any more, by a
// change of its row: whoever decides has to know that.
func relisted(was, is contact.Place) (kinds []contact.Kind) {
	for _, kind := range contact.Kinds {
		before, now := was.Listed[kind], is.Listed[kind]
		if before.At.IsZero() != now.At.IsZero() || before.Under != now.Under || before.Unattended && !now.Unattended {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}
