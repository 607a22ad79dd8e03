package engine

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// batch is one unit of work: everything a few hundred decisions need to know,
// loaded ahead, and everything they change, committed at once.
type batch struct {
	s    *site
	e    *Engine
	kind contact.Kind

	listings  *listings // as they were when it began
	parties   map[string]*partyRow
	links     map[string]*linkRow   // by place, kind and remote id
	byParty   map[string][]*linkRow // all links of the parties loaded
	order     []*linkRow            // in the order in which they were touched
	found     map[contact.Key][]string
	namesakes map[contact.Key][]string // parties that records possibly are, by key; see meets
	fresh     map[plan.Key][]string    // keys of parties that this batch makes
	known     map[string]*identity     // by remote id: by what records are recognised
	nobodys   map[contact.Key][]string // records of the place without a party, by key
	refs      *refs
	notSame   map[contact.Pair]bool
	reviews   map[string][]contact.Review // open ones, by party
	asked     map[string][]contact.Review // open ones about records of the place, by remote id; nil: not loaded
	commit    contact.Commit
	rewanted  map[string]bool // companies whose persons show something of them
	rechosen  map[string]bool // companies that may be chosen by persons who changed
	named     map[string]bool // references of persons to companies that are not taken in, where those are chosen by their persons

	unasked   int                   // records that are not asked about, see mayAsk
	asking    bool                  // it holds the likeness, see lockLikeness
	refreshed bool                  // the likeness knows what others have stored
	noticed   bool                  // it has learnt of a change while the batch was at it
	begun     []string              // parties that it starts and that can be found already
	stored    chan struct{}         // closed when they are stored, or given up
	vanishing []string              // remote ids of the readings that say their record is gone
	seconds   map[string][]*linkRow // second records of the place, by party; nil: not loaded
	tied      []string              // parties that existed and have got a record here
}

type partyRow struct {
	contact.Party
	was     int64
	ties    int // links it had
	changed bool
	keysOld []plan.Key // as stored, once it changed
	keys    []plan.Key // as it stands; nil: not worked out
}

type linkRow struct {
	contact.Link
	touched bool
	dropped bool
}

func (s *site) newBatch(kind contact.Kind) *batch {
	return &batch{
		s: s, e: s.e, kind: kind, listings: s.e.listings.Load(),
		parties: map[string]*partyRow{}, links: map[string]*linkRow{}, byParty: map[string][]*linkRow{},
		found: map[contact.Key][]string{}, namesakes: map[contact.Key][]string{}, fresh: map[plan.Key][]string{}, known: map[string]*identity{}, nobodys: map[contact.Key][]string{}, notSame: map[contact.Pair]bool{},
		reviews: map[string][]contact.Review{}, refs: newRefs(s.e.Book), rewanted: map[string]bool{}, rechosen: map[string]bool{}, named: map[string]bool{},
	}
}

func linkKey(place string, kind contact.Kind, remote string) string {
	return contact.RecordKey(place, kind, remote)
}

// addLink puts a loaded or new link among the known ones and returns the one
// that stands for it.
func (b *batch) addLink(link contact.Link) *linkRow {
	if link.Remote != "" {
		if known := b.links[linkKey(link.Place, link.Kind, link.Remote)]; known != nil {
			return known
		}
	} else if known := b.linkAt(link.Party, link.Place); known != nil {
		return known
	}
	row := &linkRow{Link: link}
	b.index(row)
	return row
}

func (b *batch) index(row *linkRow) {
	if row.Remote != "" {
		b.links[linkKey(row.Place, row.Kind, row.Remote)] = row
	}
	if row.Party != "" && !slices.Contains(b.byParty[row.Party], row) {
		b.byParty[row.Party] = append(b.byParty[row.Party], row)
	}
}

// linkAt returns the link of a party at a place, nil where there is none.
func (b *batch) linkAt(party, place string) *linkRow {
	for _, row := range b.byParty[party] {
		if row.Place == place && row.Party == party && !row.dropped {
			return row
		}
	}
	return nil
}

// set stores a new value of a link.
func (b *batch) set(row *linkRow, link contact.Link) {
	if row.Party != link.Party && row.Party != "" {
		b.byParty[row.Party] = slices.DeleteFunc(b.byParty[row.Party], func(r *linkRow) bool { return r == row })
	}
	if row.Remote != link.Remote && row.Remote != "" {
		delete(b.links, linkKey(row.Place, row.Kind, row.Remote))
	}
	if link.Needs != "" && link.Kind == contact.Person {
		b.named[link.Needs] = true
	}
	link.ID, link.Rev = row.ID, row.Rev
	row.Link = link
	b.index(row)
	b.touch(row)
}

func (b *batch) touch(row *linkRow) {
	if !row.touched {
		row.touched = true
		b.order = append(b.order, row)
	}
}

func (b *batch) dropLink(row *linkRow) {
	b.touch(row)
	row.dropped = true
	if row.Remote != "" {
		delete(b.links, linkKey(row.Place, row.Kind, row.Remote))
	}
	if row.Party != "" {
		b.byParty[row.Party] = slices.DeleteFunc(b.byParty[row.Party], func(r *linkRow) bool { return r == row })
	}
}

// setParty stores a new value of a party.
func (b *batch) setParty(row *partyRow, p contact.Party) {
	if row.was > 0 && !row.changed {
		row.keysOld = nil // as seal has left them
		if row.State == contact.Active {
			row.keysOld = b.keysOf(row)
		}
	}
	if p.Kind == contact.Person && len(b.e.Book.ChosenBy(p.Kind)) > 0 {
		b.rechosen[row.Text("company")], b.rechosen[p.Text("company")] = true, true
	}
	row.keys = nil
	row.Party = p
	row.changed = true
	if p.Kind == contact.Company {
		b.refs.learn(&row.Party)
		for _, link := range b.byParty[p.ID] {
			b.refs.learnLink(link.Link) // load does not ask again for what was learned
		}
		b.rewanted[p.ID] = true
	}
}

// keysOf returns the match keys of a party as it stands.
func (b *batch) keysOf(row *partyRow) []plan.Key {
	if row.keys == nil {
		row.keys = b.e.keys(&row.Party)
	}
	return row.keys
}

// loadRemotes loads the links of records and everything that hangs on them.
func (b *batch) loadRemotes(ctx context.Context, remotes []string) error {
	if b.s.blank {
		return nil
	}
	links, err := b.e.Store.LinksByRemote(ctx, b.s.name, b.kind, remotes)
	if err != nil {
		return err
	}
	var parties []string
	for _, link := range links {
		row := b.addLink(link)
		if row.Party != "" {
			parties = append(parties, row.Party)
		}
	}
	return b.loadParties(ctx, parties)
}

// loadParties loads parties, all their links and the companies they name.
func (b *batch) loadParties(ctx context.Context, ids []string) error {
	var want []string
	for _, id := range ids {
		if _, known := b.parties[id]; !known && id != "" {
			want = append(want, id)
			b.parties[id] = nil
		}
	}
	if len(want) == 0 {
		return nil
	}
	slices.Sort(want)
	return b.loadAround(ctx, want, nil)
}

// loadAround loads what loadParties loads, of parties that were just read or,
// where parties is nil, are read now.
func (b *batch) loadAround(ctx context.Context, ids []string, parties []contact.Party) error {
	if parties == nil {
		var err error
		if parties, err = b.e.Store.Parties(ctx, ids); err != nil {
			return err
		}
	}
	// After the parties: one that is stored meanwhile must not be taken for one
	// without links.
	links, err := b.e.Store.LinksByParty(ctx, ids)
	if err != nil {
		return err
	}
	var companies []string
	for _, p := range parties {
		b.parties[p.ID] = &partyRow{Party: p, was: p.Rev}
		for slot, v := range p.Fields {
			if typ, _ := contact.SlotType(p.Kind, slot); typ == contact.TypeRef && v.Text != "" {
				companies = append(companies, v.Text)
			}
		}
	}
	for _, link := range links {
		if row := b.parties[link.Party]; row != nil {
			b.addLink(link)
			row.ties++
		}
	}
	if err := b.refs.load(ctx, b.e.Store, companies); err != nil {
		return err
	}
	b.notice(parties)
	return nil
}

func (b *batch) party(id string) *partyRow { return b.parties[id] }

// anew repeats what was decided from a state that has moved on meanwhile, with
// everything loaded anew.
func anew(decide func() error) error {
	for try := 0; ; try++ {
		err := decide()
		if contact.ClassOf(err) != contact.Conflicting || try == 5 {
			return err
		}
	}
}

// decide decides and commits.
func (b *batch) decide(ctx context.Context, decide func() error) error {
	if err := decide(); err != nil {
		b.abandon()
		return err
	}
	return b.flush(ctx)
}

// rest notes what the decisions rest on, so that the store refuses them where
// that has moved on: all links of a party that changes, because they were judged
// by it, the parties of all links that change, and which places are listed.
func (b *batch) rest() {
	b.commit.Listings, b.commit.Unattended = b.listings.rev, b.listings.unattended
	b.commit.Rests, b.commit.Ties = map[string]int64{}, map[string]int{}
	for id, row := range b.parties {
		if row == nil || !row.changed || row.was == 0 {
			continue
		}
		b.commit.Ties[id] = row.ties
		for _, link := range b.byParty[id] {
			b.touch(link)
		}
	}
	for _, link := range b.order {
		if row := b.parties[link.Party]; row != nil && !row.changed {
			b.commit.Rests[link.Party] = row.was
		}
	}
}

// flush stores what has changed.
func (b *batch) flush(ctx context.Context) error {
	b.seal()
	return b.store(ctx)
}

// seal turns what has changed into one commit.
func (b *batch) seal() {
	b.rest()
	b.commit.Parties = slices.Grow(b.commit.Parties, len(b.parties))
	b.commit.Keys = slices.Grow(b.commit.Keys, len(b.parties))
	b.commit.Links = slices.Grow(b.commit.Links, len(b.order))
	for _, id := range slices.Sorted(maps.Keys(b.parties)) {
		row := b.parties[id]
		if row == nil || !row.changed {
			continue
		}
		p := row.Party
		p.Rev = row.was + 1
		b.commit.Parties = append(b.commit.Parties, contact.PartyChange{Party: p, Was: row.was})
		keys := []plan.Key(nil)
		if p.State == contact.Active {
			keys = b.keysOf(row)
		}
		if row.was == 0 || !slices.Equal(keys, row.keysOld) {
			b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Kind: p.Kind, Owner: p.ID, Keys: b.e.hashes(keys)})
		}
	}
	for _, row := range b.order {
		switch {
		case row.dropped && row.ID != 0:
			b.commit.Drop = append(b.commit.Drop, row.Link)
		case !row.dropped:
			b.commit.Links = append(b.commit.Links, row.Link)
		}
	}
	for i := range b.commit.Entries {
		if b.commit.Entries[i].Run == 0 {
			b.commit.Entries[i].Run = b.s.run.ID
		}
	}
}

// store commits what seal has put together.
func (b *batch) store(ctx context.Context) error {
	if err := b.s.commit(ctx, b.commit); err != nil {
		b.abandon()
		return fmt.Errorf("commit %s: %w", b.s.name, err)
	}
	b.learn()
	return b.missed(ctx)
}
