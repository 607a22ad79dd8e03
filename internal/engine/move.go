package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"kith/internal/contact"
	"kith/internal/plan"
)

// A card that is put into another book is gone from the first one and new in
// the other, under the same UID and in either order. That is no deletion: the
// contact goes on with its card where it is now.

// readings are what this process has read, in the order in which it did. An
// order is needed, not times: two places may be read at the same instant.
type readings struct {
	mu     sync.Mutex
	n      int64            // readings begun
	at     map[rowKey]int64 // the latest one of a row that came to its end
	wanted map[rowKey]int64 // a row has to be read once more after this one
	missed map[int64]int64  // by link: how many had begun when it was first missed
}

func newReadings() *readings {
	return &readings{at: map[rowKey]int64{}, wanted: map[rowKey]int64{}, missed: map[int64]int64{}}
}

func (r *readings) begin() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	return r.n
}

func (r *readings) done(row rowKey, n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.at[row] = n
}

// isWanted reports whether a row is to be read although its schedule does not
// say so.
func (r *readings) isWanted(row rowKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	wanted, ok := r.wanted[row]
	return ok && r.at[row] <= wanted
}

// miss notes that a record is missing, once.
func (r *readings) miss(link int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, known := r.missed[link]; !known {
		r.missed[link] = r.n
	}
}

// since reports whether a row was read since a record was missed, and wants it
// read where it was not. A record that another process has missed was missed
// before everything that this one has read.
func (r *readings) since(row rowKey, link int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	missed := r.missed[link]
	if r.at[row] > missed {
		return true
	}
	r.wanted[row] = missed
	return false
}

func (r *readings) found(link int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.missed, link)
}

// isBook reports whether a place shows cards with UIDs.
func (e *Engine) isBook(row *plan.Row) bool {
	system := e.Systems[row.System]
	return system != nil && system.Abilities().UIDs
}

// firstSeen is when a record that is new to us came to its place: unknown where
// it was there when the place was first read.
func (b *batch) firstSeen() time.Time {
	if b.s.place.Listed[b.kind].At.IsZero() {
		return never
	}
	return b.e.Now()
}

// movedTo returns the place to which a card that is gone from here was moved.
// waits says that there are books that may have it and have not been read since.
func (b *batch) movedTo(ctx context.Context, link *linkRow, party *partyRow, gone contact.Gone) (to string, waits bool, err error) {
	row := b.s.rows[b.kind]
	deleted := gone == contact.Deleted || gone == contact.Absent
	if !deleted || !b.e.isBook(row) || len(plan.UIDKeys(&party.Party)) == 0 || !b.e.Book.Ends(row, party.Party) {
		return "", false, nil
	}
	if link.Missing == nil {
		b.e.readings.miss(link.ID)
	}
	here, err := b.sameCardHere(ctx, party)
	if err != nil || here {
		return b.s.name, false, err
	}
	there := b.lastThere(link)
	for _, place := range b.e.Book.Places() {
		other := b.e.Book.Row(place, b.kind)
		if other == nil || place == b.s.name || !b.e.isBook(other) {
			continue
		}
		at := b.linkAt(party.ID, place)
		live := at != nil && at.Live()
		if live && !at.Made && !stoodBeside(link, place) && (link.Problem.Code == contact.CodeSought || !there.IsZero() && !at.Since.IsZero() && !at.Since.Before(there)) {
			return place, false, nil // it came when it was looked for, or after it was last here
		}
		if !b.e.readings.since(rowKey{place, b.kind}, link.ID) {
			waits = true
			continue
		}
		if !live {
			continue
		}
		if second, err := b.nobodysCard(ctx, place, party); err != nil || second {
			return place, false, err // beside the one that it had there all along
		}
	}
	return "", waits, nil
}

// lastThere is when the place was last read and still had a record.
func (b *batch) lastThere(link *linkRow) time.Time {
	if link.Missing != nil {
		return link.Missing.There
	}
	return b.s.place.Listed[b.kind].Looked
}

// sameCardHere reports whether the place has a card of the party under another
// id: among the readings at hand, or among those that belong to nobody.
func (b *batch) sameCardHere(ctx context.Context, party *partyRow) (bool, error) {
	keys := plan.UIDKeys(&party.Party)
	for _, w := range b.known {
		if shareKey(plan.UIDKeys(&w.bearer), keys) {
			return true, nil
		}
	}
	return b.nobodysCard(ctx, b.s.name, party)
}

// nobodysCard reports whether a place has a card under the UID of a party that
// belongs to nobody.
func (b *batch) nobodysCard(ctx context.Context, place string, party *partyRow) (bool, error) {
	hits, err := b.e.Store.FindKeys(ctx, place, b.kind, b.e.hashes(plan.UIDKeys(&party.Party)))
	return len(hits) > 0, err
}

// sought keeps a card that is gone until every book that may have it now has
// been read, see wakeSought.
func (b *batch) sought(link *linkRow) {
	if link.Problem.Code == contact.CodeSought && link.Reread && !link.Due {
		return
	}
	next := link.Link
	next.Due, next.Reread, next.NotBefore = false, true, never
	if next.Problem.Code != contact.CodeSought {
		next.Problem = contact.Because(contact.CodeSought, b.s.name)
		missing := contact.Absence{At: b.e.Now(), There: b.lastThere(link)}
		if next.Missing != nil {
			missing = *next.Missing
		}
		missing.Beside = nil
		for _, other := range b.byParty[link.Party] {
			if other != link && other.Live() {
				missing.Beside = append(missing.Beside, other.Place)
			}
		}
		slices.Sort(missing.Beside)
		next.Missing = &missing
	}
	b.set(link, next)
}

// stoodBeside reports whether a party had a record at another place when the one
// here was missed: that one is not where it was moved to.
func stoodBeside(link *linkRow, place string) bool {
	return link.Missing != nil && slices.Contains(link.Missing.Beside, place)
}

// stillSought counts the cards that are looked for when a run ends; most were
// found in another book, or have counted as deleted, before.
func (e *Engine) stillSought(ctx context.Context, r *run) error {
	for _, place := range e.Book.Running() {
		_, n, err := e.Store.ProblemsOf(ctx, place, []string{contact.CodeSought}, 0)
		if err != nil {
			return err
		}
		if n > 0 {
			r.waiting(place, n)
		}
	}
	return nil
}

// soughtAtMost is how many cards of a place are looked for at a time.
const soughtAtMost = 10_000

// wakeSought lets the cards that are looked for be judged anew, in all books:
// this one has just been read.
func (s *site) wakeSought(ctx context.Context, kind contact.Kind) error {
	if !s.e.isBook(s.rows[kind]) {
		return nil
	}
	for _, place := range s.e.Book.Places() {
		row := s.e.Book.Row(place, kind)
		if row == nil || !s.e.isBook(row) {
			continue
		}
		err := anew(func() error {
			links, _, err := s.e.Store.ProblemsOf(ctx, place, []string{contact.CodeSought}, soughtAtMost)
			if err != nil || len(links) == 0 {
				return err
			}
			var c contact.Commit
			for _, link := range links {
				if link.Kind == kind { // one that is due may be judged at this moment by what was known before
					link.Due = true
					c.Links = append(c.Links, link)
				}
			}
			s.worked = s.worked || len(c.Links) > 0
			return s.commit(ctx, c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
