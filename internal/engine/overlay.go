package engine

import (
	"context"
	"slices"
	"sync"
	"time"

	"kith/internal/contact"
)

// overlay is a store whose commits stay in memory, laid over one that is only
// read: a preview decides and remembers as a run would, and leaves no trace.
type overlay struct {
	base Store

	mu      sync.Mutex
	places  map[string]contact.Place
	parties map[string]contact.Party
	links   map[int64]contact.Link // changed and new ones
	was     map[int64]contact.Link // changed ones as the base holds them
	dropped map[int64]bool
	remote  map[string]int64   // place, kind, remote → changed or new link
	byParty map[string][]int64 // party → changed and new links
	keys    map[ownerKey][]contact.Key
	byKey   map[scopedKey][]string
	inbox   []contact.InboxRow
	done    map[int64]bool
	reviews map[int64]contact.Review
	entries []contact.Entry
	notSame map[contact.Pair]bool
	runs    map[int64]contact.Run
	models  map[contact.Kind][]byte
	listing int64           // see Listings
	left    map[rowKey]bool // whether rows are unattended, where that differs from the base
	next    int64           // ids of new rows, above all of the base's
}

type ownerKey struct {
	scope string
	kind  contact.Kind
	owner string
}

type scopedKey struct {
	scope string
	kind  contact.Kind
	key   contact.Key
}

// firstOverlayID is where the ids of rows begin that exist only in an overlay.
const firstOverlayID = 1 << 62

func newOverlay(base Store) *overlay {
	return &overlay{
		base: base, places: map[string]contact.Place{}, parties: map[string]contact.Party{},
		links: map[int64]contact.Link{}, was: map[int64]contact.Link{}, dropped: map[int64]bool{},
		remote: map[string]int64{}, byParty: map[string][]int64{}, keys: map[ownerKey][]contact.Key{},
		byKey: map[scopedKey][]string{}, done: map[int64]bool{}, reviews: map[int64]contact.Review{},
		notSame: map[contact.Pair]bool{}, runs: map[int64]contact.Run{}, models: map[contact.Kind][]byte{}, listing: 1, left: map[rowKey]bool{}, next: firstOverlayID,
	}
}

func (o *overlay) id() int64 { o.next++; return o.next }

// Commit applies c to the overlay.
func (o *overlay) Commit(ctx context.Context, c contact.Commit) error {
	var before []int64
	for _, link := range c.Links {
		if link.ID != 0 && link.ID < firstOverlayID {
			before = append(before, link.ID)
		}
	}
	for _, link := range c.Drop {
		if link.ID < firstOverlayID {
			before = append(before, link.ID)
		}
	}
	stored, err := o.base.LinksByID(ctx, before)
	if err != nil {
		return err
	}
	if err := o.checkRevisions(ctx, c); err != nil {
		return err
	}
	o.mu.Lock()
	for _, link := range stored {
		if _, known := o.was[link.ID]; !known {
			o.was[link.ID] = link
		}
	}
	o.apply(c)
	o.mu.Unlock()
	return o.wake(ctx, c.Wake)
}

// wake makes links due that wait for what is there now, those included that
// have begun to wait in the same commit.
func (o *overlay) wake(ctx context.Context, keys []string) error {
	waiting, err := o.LinksByNeeds(ctx, keys)
	if err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, link := range waiting {
		if _, known := o.was[link.ID]; !known && link.ID < firstOverlayID {
			o.was[link.ID] = link
		}
		link.Needs, link.Due, link.Reread = "", true, true
		o.putLink(link)
	}
	return nil
}

// checkRevisions is the compare-and-swap of the parties.
func (o *overlay) checkRevisions(ctx context.Context, c contact.Commit) error {
	var ids []string
	for _, p := range c.Parties {
		ids = append(ids, p.Party.ID)
	}
	now, err := o.Parties(ctx, ids)
	if err != nil {
		return err
	}
	revs := map[string]int64{}
	for _, p := range now {
		revs[p.ID] = p.Rev
	}
	for _, p := range c.Parties {
		if revs[p.Party.ID] != p.Was {
			return contact.Fail(contact.Conflicting, "party %s moved on", p.Party.ID)
		}
	}
	if now, _ := o.Listings(ctx); c.Listings != 0 && c.Listings != now {
		return contact.Fail(contact.Conflicting, "a place was listed meanwhile")
	}
	return nil
}

// Listings counts what this overlay has listed.
func (o *overlay) Listings(context.Context) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.listing, nil
}

// relist notes what is listed anew, and what is left out.
func (o *overlay) relist(c contact.Commit) {
	for place, kinds := range c.Unattended {
		for _, kind := range kinds {
			o.left[rowKey{place, kind}] = true
		}
	}
	for _, kind := range c.Relisted {
		o.left[rowKey{c.SavePlace.Name, kind}] = false
	}
	if len(c.Unattended)+len(c.Relisted) > 0 {
		o.listing++
	}
}

func (o *overlay) apply(c contact.Commit) {
	o.relist(c)
	if c.SavePlace != nil {
		place := clonePlace(*c.SavePlace)
		o.places[place.Name] = place
	}
	for _, p := range c.Parties {
		o.parties[p.Party.ID] = p.Party
	}
	for _, link := range c.Drop {
		o.unindex(link.ID)
		delete(o.links, link.ID)
		o.dropped[link.ID] = true
	}
	for _, link := range c.Links {
		if link.ID == 0 {
			link.ID = o.id()
		}
		o.putLink(link)
	}
	for _, k := range c.Keys {
		o.putKeys(k)
	}
	for _, row := range c.Inbox {
		row.ID = o.id()
		o.inbox = append(o.inbox, row)
	}
	for _, id := range c.Done {
		o.done[id] = true
	}
	o.inbox = slices.DeleteFunc(o.inbox, func(r contact.InboxRow) bool { return o.done[r.ID] })
	for _, r := range c.Reviews {
		if r.ID == 0 {
			r.ID = o.id()
		}
		o.reviews[r.ID] = r
	}
	for _, pair := range c.NotSame {
		o.notSame[pair] = true
	}
	for _, e := range c.Entries {
		e.Seq = o.id()
		o.entries = append(o.entries, e)
	}
}

func (o *overlay) putLink(link contact.Link) {
	o.unindex(link.ID)
	o.links[link.ID] = link
	if link.Remote != "" {
		o.remote[linkKey(link.Place, link.Kind, link.Remote)] = link.ID
	}
	if link.Party != "" {
		o.byParty[link.Party] = append(o.byParty[link.Party], link.ID)
	}
}

func (o *overlay) unindex(id int64) {
	old, known := o.links[id]
	if !known {
		return
	}
	if key := linkKey(old.Place, old.Kind, old.Remote); o.remote[key] == id {
		delete(o.remote, key)
	}
	o.byParty[old.Party] = slices.DeleteFunc(o.byParty[old.Party], func(other int64) bool { return other == id })
}

func (o *overlay) putKeys(k contact.KeyChange) {
	owner := ownerKey{k.Scope, k.Kind, k.Owner}
	for _, key := range o.keys[owner] {
		at := scopedKey{k.Scope, k.Kind, key}
		o.byKey[at] = slices.DeleteFunc(o.byKey[at], func(name string) bool { return name == k.Owner })
	}
	o.keys[owner] = k.Keys
	for _, key := range k.Keys {
		at := scopedKey{k.Scope, k.Kind, key}
		o.byKey[at] = append(o.byKey[at], k.Owner)
	}
}

// Places, Take, Renew and Release: a preview holds nothing.

func (o *overlay) Places(ctx context.Context) (map[string]contact.Place, error) {
	places, err := o.base.Places(ctx)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if places == nil {
		places = map[string]contact.Place{}
	}
	for name, place := range o.places {
		places[name] = clonePlace(place)
	}
	for row, left := range o.left {
		if l, listed := places[row.place].Listed[row.kind]; listed {
			l.Unattended = left
			places[row.place].Listed[row.kind] = l
		}
	}
	return places, nil
}

func (o *overlay) Take(ctx context.Context, place, system, _ string, _ time.Duration) (contact.Place, error) {
	places, err := o.Places(ctx)
	if err != nil {
		return contact.Place{}, err
	}
	p, known := places[place]
	if !known {
		p = contact.Place{Name: place, System: system}
	}
	return clonePlace(p), nil
}

func (o *overlay) Renew(context.Context, string, string, int64, time.Duration) error { return nil }

func (o *overlay) Release(context.Context, string, string) error { return nil }
