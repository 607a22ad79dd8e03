// Package storetest is the contract of a store as tests. Every store runs the
// same ones: on SQLite, on PostgreSQL, and as the overlay of a dry run.
package storetest

import (
	"context"
	"testing"
	"time"

	"kith/internal/contact"
)

// Store is what the tests need of a store; engine.Store says what each method
// promises.
type Store interface {
	Places(ctx context.Context) (map[string]contact.Place, error)
	Take(ctx context.Context, place, system, holder string, lease time.Duration) (contact.Place, error)
	Release(ctx context.Context, place, holder string) error
	Renew(ctx context.Context, place, holder string, fence int64, lease time.Duration) error
	Commit(ctx context.Context, c contact.Commit) error
	LinksByRemote(ctx context.Context, place string, kind contact.Kind, remotes []string) ([]contact.Link, error)
	LinksByParty(ctx context.Context, parties []string) ([]contact.Link, error)
	LinksByID(ctx context.Context, ids []int64) ([]contact.Link, error)
	LinksByNeeds(ctx context.Context, needs []string) ([]contact.Link, error)
	Glances(ctx context.Context, place string, kind contact.Kind, remotes []string) (map[string]contact.Glance, error)
	EachGlance(ctx context.Context, place string, kind contact.Kind, each func(contact.Glance) error) error
	CountLive(ctx context.Context, place string, kind contact.Kind) (int, error)
	Count(ctx context.Context, place string) (contact.PlaceCount, error)
	Parties(ctx context.Context, ids []string) ([]contact.Party, error)
	PartiesAfter(ctx context.Context, kind contact.Kind, after string, limit int) ([]contact.Party, error)
	PartiesFor(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error)
	Referring(ctx context.Context, parties []string) ([]string, error)
	FindKeys(ctx context.Context, scope string, kind contact.Kind, keys []contact.Key) ([]contact.KeyHit, error)
	NotSame(ctx context.Context, pairs []contact.Pair) ([]contact.Pair, error)
	Apart(ctx context.Context, from []string) ([]contact.Pair, error)
	Due(ctx context.Context, place string, kind contact.Kind, now time.Time, after int64, limit int) ([]contact.Link, error)
	NextDue(ctx context.Context, place string) (time.Time, error)
	Intents(ctx context.Context, place string, after int64, limit int) ([]contact.Link, error)
	Inbox(ctx context.Context, place string, kind contact.Kind, after int64, limit int) ([]contact.InboxRow, error)
	NextParty(ctx context.Context) (int64, error)
	Listings(ctx context.Context) (int64, error)
	PartiesFrom(ctx context.Context, kind contact.Kind, number int64) ([]string, error)
	HasKeys(ctx context.Context, scope string, kind contact.Kind) (bool, error)
	DropInbox(ctx context.Context, place string) (int, error)
	OpenReviews(ctx context.Context, place string, parties []string) ([]contact.Review, error)
	Released(ctx context.Context, place string) ([]contact.Review, error)
	Review(ctx context.Context, id int64) (contact.Review, error)
	Reviews(ctx context.Context, open bool, limit int) ([]contact.Review, error)
	BeginRun(ctx context.Context, cause string, at time.Time) (int64, error)
	SaveRun(ctx context.Context, run contact.Run) error
	Run(ctx context.Context, id int64) (contact.Run, error)
	Runs(ctx context.Context, limit int) ([]contact.Run, error)
	Entries(ctx context.Context, party string, run int64, limit int) ([]contact.Entry, error)
	Model(ctx context.Context, kind contact.Kind) ([]byte, error)
	KeepModel(ctx context.Context, kind contact.Kind, model []byte) error
	Secret(ctx context.Context) ([]byte, error)
}

// Run runs the contract against stores that open makes, each empty and closed
// by t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Store)
	}{
		{"link keeps every field", testLink},
		{"link is unique", testUnique},
		{"links change places", testSwap},
		{"link that is gone", testLinkGone},
		{"glances", testGlances},
		{"due and later", testDue},
		{"wake", testWake},
		{"intents", testIntents},
		{"party keeps every field", testParty},
		{"party moved on", testPartyMovedOn},
		{"decisions rest on what they saw", testRests},
		{"keys of new parties are claimed", testClaims},
		{"listings", testListings},
		{"parties after", testPartiesAfter},
		{"parties for a place", testPartiesFor},
		{"referring", testReferring},
		{"keys", testKeys},
		{"not same", testNotSame},
		{"inbox", testInbox},
		{"reviews", testReviews},
		{"runs", testRuns},
		{"history", testEntries},
		{"place", testPlace},
		{"fence", testFence},
		{"lease", testLease},
		{"count", testCount},
		{"secret", testSecret},
		{"model", testModel},
		{"all or nothing", testAllOrNothing},
		{"many rows", testManyRows},
		{"odd texts", testOddTexts},
		{"unknown places", testUnknown},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t)) })
	}
}
