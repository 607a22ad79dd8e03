package engine

import (
	"context"
	"time"

	"kith/internal/contact"
)

// Store is the memory the engine needs. Every method sees only committed
// state, and a Commit is all or nothing and durable when it returns: the
// answer to "what happens if the power fails now" is always the last commit.
type Store interface {
	// Places returns every place that was ever taken, by name.
	Places(ctx context.Context) (map[string]contact.Place, error)

	// Listings returns a number that moves on whenever a place is listed anew, or
	// left out. Who reads it before the places and passes it on in the commit has
	// decided for every place that is listed as that is stored.
	Listings(ctx context.Context) (int64, error)

	// Take makes holder the holder of a place until the lease ends, raises the
	// place's fence and returns the row (a new place is made). Class Held:
	// another holder's lease has not ended. Release gives it back early.
	Take(ctx context.Context, place, system, holder string, lease time.Duration) (contact.Place, error)
	Release(ctx context.Context, place, holder string) error
	// Renew lets the lease of a place that is held under a fence end later. Class
	// Held: somebody else holds it by now.
	Renew(ctx context.Context, place, holder string, fence int64, lease time.Duration) error

	// Commit applies c. Class Held: the fence is stale. Class Conflicting: a
	// party moved on, or a place was listed; load and decide again.
	Commit(ctx context.Context, c contact.Commit) error

	LinksByRemote(ctx context.Context, place string, kind contact.Kind, remotes []string) ([]contact.Link, error)
	LinksByParty(ctx context.Context, parties []string) ([]contact.Link, error)
	LinksByID(ctx context.Context, ids []int64) ([]contact.Link, error)
	// LinksByNeeds returns the links that wait for any of the references.
	LinksByNeeds(ctx context.Context, needs []string) ([]contact.Link, error)

	// Glances returns what tells an echo from news, for the given ids.
	Glances(ctx context.Context, place string, kind contact.Kind, remotes []string) (map[string]contact.Glance, error)
	// EachGlance calls each for every link of the place that has a remote id
	// and is not gone.
	EachGlance(ctx context.Context, place string, kind contact.Kind, each func(contact.Glance) error) error

	// CountLive counts links that belong to a party and are there.
	CountLive(ctx context.Context, place string, kind contact.Kind) (int, error)
	// Count returns the figures a list of places shows.
	Count(ctx context.Context, place string) (contact.PlaceCount, error)

	Parties(ctx context.Context, ids []string) ([]contact.Party, error)
	// NextParty returns the number the next new party will get at least. Who
	// reads it before looking keys up and passes it on in the commit learns of a
	// party that was made meanwhile.
	NextParty(ctx context.Context) (int64, error)
	// PartiesFrom returns the ids of the parties of a kind whose number is at least
	// this, see NextParty.
	PartiesFrom(ctx context.Context, kind contact.Kind, number int64) ([]string, error)
	// PartiesAfter pages through the active parties of a kind by id.
	PartiesAfter(ctx context.Context, kind contact.Kind, after string, limit int) ([]contact.Party, error)
	// PartiesFor pages through the parties of a kind that a place may lack
	// something of by id: active ones, and any with a link there.
	PartiesFor(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error)
	// PartiesWithout pages through the active parties of a kind that have no
	// link at a place.
	PartiesWithout(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error)
	// Referring returns the ids of parties that refer to any of the given ones
	// (persons of companies, companies of a group).
	Referring(ctx context.Context, parties []string) ([]string, error)

	// FindKeys looks match keys up in a scope, see contact.KeyChange.
	FindKeys(ctx context.Context, scope string, kind contact.Kind, keys []contact.Key) ([]contact.KeyHit, error)
	// HasKeys reports whether a scope holds any key of a kind.
	HasKeys(ctx context.Context, scope string, kind contact.Kind) (bool, error)
	// NotSame returns those of the pairs that a person said are different.
	NotSame(ctx context.Context, pairs []contact.Pair) ([]contact.Pair, error)
	// Apart returns all that a person said is not one of the given parties or
	// records, each pair with the given one first.
	Apart(ctx context.Context, from []string) ([]contact.Pair, error)

	// Due returns links with work whose NotBefore has come, persons after
	// companies, oldest first by ID; after is the last ID already seen.
	Due(ctx context.Context, place string, kind contact.Kind, now time.Time, after int64, limit int) ([]contact.Link, error)
	// NextDue returns when the next link of a place that waits for a time
	// becomes due, zero where none does.
	NextDue(ctx context.Context, place string) (time.Time, error)
	// ProblemsOf returns the first links of a place whose problem bears one of
	// the codes, by ID, and how many there are.
	ProblemsOf(ctx context.Context, place string, codes []string, limit int) ([]contact.Link, int, error)
	// Intents returns links with an open intent.
	Intents(ctx context.Context, place string, after int64, limit int) ([]contact.Link, error)

	// Inbox returns waiting readings of a kind in the order they came.
	Inbox(ctx context.Context, place string, kind contact.Kind, after int64, limit int) ([]contact.InboxRow, error)
	// DropInbox forgets all waiting readings of a place.
	DropInbox(ctx context.Context, place string) (int, error)

	// OpenReviews returns the open reviews that name a party, or all of a place
	// where party is "".
	OpenReviews(ctx context.Context, place string, parties []string) ([]contact.Review, error)
	// Released returns the reviews of a place that were answered with "go" and
	// that no visit has acted upon: Closed is zero.
	Released(ctx context.Context, place string) ([]contact.Review, error)
	Review(ctx context.Context, id int64) (contact.Review, error)
	// Reviews returns the newest reviews first.
	Reviews(ctx context.Context, open bool, limit int) ([]contact.Review, error)

	BeginRun(ctx context.Context, cause string, at time.Time) (int64, error)
	SaveRun(ctx context.Context, run contact.Run) error
	Run(ctx context.Context, id int64) (contact.Run, error)
	Runs(ctx context.Context, limit int) ([]contact.Run, error)

	// Entries returns history, newest first: of a party, or of a run.
	Entries(ctx context.Context, party string, run int64, limit int) ([]contact.Entry, error)

	// Model returns what likeness has learnt of a kind, as KeepModel got it; nil
	// where nothing was kept.
	Model(ctx context.Context, kind contact.Kind) ([]byte, error)
	KeepModel(ctx context.Context, kind contact.Kind, model []byte) error

	// Secret returns the installation's random key for match-key hashes, made
	// at first use.
	Secret(ctx context.Context) ([]byte, error)
}
