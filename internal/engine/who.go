package engine

import (
	"context"
	"slices"

	"kith/internal/contact"
	"kith/internal/match"
)

// loadMatches looks up the match keys of all records that belong to no party
// yet, and loads the parties they hit and what people have said about them.
func (b *batch) loadMatches(ctx context.Context, rows []contact.InboxRow) error {
	var keys []contact.Key
	var open []contact.Record
	for _, r := range rows {
		link := b.links[linkKey(b.s.name, b.kind, r.Record.ID)]
		if r.Record.Gone != contact.Here || link != nil && link.Party != "" {
			continue
		}
		open = append(open, r.Record)
	}
	b.identify(open)
	for _, record := range open {
		w := b.who(record)
		for i, hashes := range w.hashes {
			if !w.ways[i].possible {
				keys = append(keys, hashes...)
			}
		}
	}
	if err := b.lookup(ctx, keys); err != nil {
		return err
	}
	if err := b.lookupNamesakes(ctx, b.perhapsKeys(open)); err != nil {
		return err
	}
	return b.loadDifferent(ctx, open)
}

// perhapsKeys are the keys of what is only possible, of the records that nothing
// certain leads anywhere: many may have them.
func (b *batch) perhapsKeys(records []contact.Record) (keys []contact.Key) {
	for _, record := range records {
		w := b.who(record)
		leads := slices.ContainsFunc(w.hashes, func(hashes []contact.Key) bool {
			return slices.ContainsFunc(hashes, func(k contact.Key) bool { return len(b.found[k]) > 0 })
		})
		for i, hashes := range w.hashes {
			if w.ways[i].possible && !leads {
				keys = append(keys, hashes...)
			}
		}
	}
	return keys
}

// loadDifferent asks once which of the records that might be taken for a known
// party are said to be somebody else.
func (b *batch) loadDifferent(ctx context.Context, records []contact.Record) error {
	var pairs []contact.Pair
	for _, record := range records {
		key := contact.RecordKey(b.s.name, b.kind, record.ID)
		ask := func(party string) {
			if pair := (contact.Pair{A: party, B: key}); b.party(party) != nil {
				pairs = append(pairs, pair)
				b.notSame[pair] = false
			}
		}
		if link := b.links[linkKey(b.s.name, b.kind, record.ID)]; link != nil {
			nobody := contact.Pair{A: contact.Nobody, B: key}
			pairs = append(pairs, nobody)
			b.notSame[nobody] = false
		}
		w := b.who(record)
		ask(w.own)
		if marked, ours := contact.PartyOfMarker(b.e.Installation, record.Marker); ours {
			ask(marked)
		}
		for _, hashes := range w.hashes {
			for _, hash := range hashes {
				for _, id := range b.found[hash] {
					ask(id)
				}
				for _, id := range b.namesakes[hash] {
					ask(id)
				}
			}
		}
	}
	if len(pairs) == 0 {
		return nil
	}
	said, err := b.e.Store.NotSame(ctx, pairs)
	for _, pair := range said {
		b.notSame[pair] = true
	}
	return err
}

// identity is by what a record is recognised: a place that gives nothing, or
// not this slot, still shows who the record is.
type identity struct {
	bearer    contact.Party
	own       string // the id of the party that it would start
	ways      []way
	hashes    [][]contact.Key // of the keys of each way
	described *match.Record   // what likeness compares; nil: not worked out
}

// who returns the identity of a record, worked out once.
func (b *batch) who(record contact.Record) *identity {
	known := b.known[record.ID]
	if known == nil {
		known = b.identity(record)
		b.known[record.ID] = known
	}
	return known
}

// identify works out the identities of many records at once.
func (b *batch) identify(records []contact.Record) {
	found := make([]*identity, len(records))
	work := func(from, to int) func() error {
		return func() error {
			for i := from; i < to; i++ {
				found[i] = b.identity(records[i])
			}
			return nil
		}
	}
	half := len(records) / 2
	_ = beside(work(0, half), work(half, len(records)))
	for i := range records {
		b.known[records[i].ID] = found[i]
	}
}

func (b *batch) identity(record contact.Record) *identity {
	row := b.s.rows[b.kind]
	w := &identity{bearer: row.Bearer("", record, b.refs), own: contact.PartyID(b.s.name, b.kind, record.ID, 0)}
	w.ways = waysOf(row, &w.bearer)
	for _, way := range w.ways {
		w.hashes = append(w.hashes, b.e.hashes(way.keys))
	}
	return w
}

// lookup finds and loads the parties that bear keys.
func (b *batch) lookup(ctx context.Context, keys []contact.Key) error {
	return b.lookUp(ctx, keys, b.found, func(string) bool { return false })
}

// lookupNamesakes does the same with the keys of what is only possible, but for the
// parties that this visit has started: they have a record here, and to load all
// namesakes again for each of them is most of what a first reading would do.
func (b *batch) lookupNamesakes(ctx context.Context, keys []contact.Key) error {
	return b.lookUp(ctx, keys, b.namesakes, func(party string) bool {
		_, started := b.s.started[partyHash(party)]
		return started
	})
}

func (b *batch) lookUp(ctx context.Context, keys []contact.Key, found map[contact.Key][]string, except func(party string) bool) error {
	var want []contact.Key
	for _, k := range keys {
		if _, known := found[k]; !known {
			found[k] = nil
			want = append(want, k)
		}
	}
	if len(want) == 0 {
		return nil
	}
	if b.commit.NextParty == 0 {
		next, err := b.e.Store.NextParty(ctx)
		if err != nil {
			return err
		}
		b.commit.NextParty = next
	}
	var hits, more []contact.KeyHit
	find := func(into *[]contact.KeyHit, keys []contact.Key) func() error {
		return func() (err error) {
			*into, err = b.e.Store.FindKeys(ctx, "", b.kind, keys)
			return err
		}
	}
	half := len(want) / 2
	if err := beside(find(&hits, want[:half]), find(&more, want[half:])); err != nil {
		return err
	}
	var parties []string
	for _, hit := range append(hits, more...) {
		if !except(hit.Owner) {
			found[hit.Key] = append(found[hit.Key], hit.Owner)
			parties = append(parties, hit.Owner)
		}
	}
	return b.loadParties(ctx, parties)
}
