package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
	"kith/internal/match"
	"kith/internal/plan"
)

var never time.Time

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
		for _, hashes := range b.who(record).hashes {
			keys = append(keys, hashes...)
		}
	}
	if err := b.lookup(ctx, keys); err != nil {
		return err
	}
	return b.loadDifferent(ctx, open)
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
	ways      []plan.Way
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
	w.ways = row.Ways(&w.bearer)
	for _, way := range w.ways {
		w.hashes = append(w.hashes, b.e.hashes(way.Keys))
	}
	return w
}

func (b *batch) lookup(ctx context.Context, keys []contact.Key) error {
	var want []contact.Key
	for _, k := range keys {
		if _, known := b.found[k]; !known {
			b.found[k] = nil
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
		b.found[hit.Key] = append(b.found[hit.Key], hit.Owner)
		parties = append(parties, hit.Owner)
	}
	return b.loadParties(ctx, parties)
}

// candidate is the party that a record would start.
func (b *batch) candidate(link *linkRow, record contact.Record) *plan.Out {
	id := b.who(record).own
	if marked, ours := contact.PartyOfMarker(b.e.Installation, record.Marker); ours && b.party(marked) == nil {
		id = marked
	}
	for n := 1; b.party(id) != nil; n++ {
		id = contact.PartyID(b.s.name, b.kind, record.ID, n)
	}
	tie := contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID, Since: b.firstSeen()}
	if link != nil {
		tie = link.Link
	}
	tie.Party, tie.Problem, tie.Needs = id, contact.Reason{}, ""
	out := b.e.Book.Fold(plan.In{
		Now: b.e.Now(), Run: b.s.run.ID, Linking: true, Refs: b.refs, Link: tie, Record: record,
		Party: contact.Party{ID: id, Kind: b.kind, Origin: b.s.name, State: contact.Active},
	})
	return &out
}

// find decides whose record this is: by our marker, by its own id, by key.
// None: it starts a party if the place may, else it stays known with a reason.
func (b *batch) find(ctx context.Context, link *linkRow, record contact.Record) error {
	if b.stillOwed(link, record) {
		return nil
	}
	if link != nil && (link.Switch == contact.Off || isLetGo(link.Problem.Code)) {
		next := link.Link
		next.Version, next.Shown, next.At = record.Version, b.s.rows[b.kind].ShownHash(record), b.e.Now()
		b.set(link, next)
		return nil
	}
	if party, done, err := b.byMarker(ctx, record); err != nil || done {
		return err
	} else if party != nil {
		return b.tie(ctx, link, party, record, contact.Because(contact.CodeMarker))
	}
	own := b.party(b.who(record).own)
	if own != nil && own.State == contact.Active && !b.occupied(own.ID) && !b.different(ctx, own.ID, record) {
		return b.tie(ctx, link, own, record, contact.Because(contact.CodeMarker))
	}
	defer b.unlockLikeness()
	var match matched
	if link == nil || !saidToBeNew(link.Link) {
		var err error
		if match, err = b.match(ctx, record); err != nil {
			return err
		}
	}
	if match.party != nil {
		return b.tie(ctx, link, match.party, record, match.why)
	}
	if err := b.askAgain(ctx, link, match.review); err != nil {
		return err
	}
	candidate := b.candidate(link, record)
	switch {
	case match.review != nil:
		b.unlinked(link, candidate, record, match.review.Why)
		b.commit.Reviews = append(b.commit.Reviews, *match.review)
		return nil
	case !match.why.IsZero():
		b.unlinked(link, candidate, record, match.why)
		return nil
	}
	return b.start(ctx, link, candidate, record)
}

// saidToBeNew reports whether a person has said that a record is nobody we know.
func saidToBeNew(link contact.Link) bool {
	why := link.Problem
	return why.Code == contact.CodeDecided && len(why.Args) > 0 && why.Args[0] == string(contact.AnswerNew)
}

// isLetGo reports whether a record without a party is one a person or a rule
// has let go: it does not come back by itself.
func isLetGo(code string) bool {
	return code == contact.CodeLeftAfter || code == contact.CodeSwitchedOff || code == contact.CodeSecond
}

// byMarker follows our marker. A second record that bears it is either our own
// late write, which is taken away, or a user's copy, which is a new record.
func (b *batch) byMarker(ctx context.Context, record contact.Record) (*partyRow, bool, error) {
	id, ours := contact.PartyOfMarker(b.e.Installation, record.Marker)
	if !ours {
		return nil, false, nil
	}
	party := b.party(id)
	if party == nil || party.State != contact.Active || b.different(ctx, id, record) {
		return nil, false, nil
	}
	there := b.linkAt(id, b.s.name)
	if there == nil || !there.Live() {
		if made := madeBy(there); made != nil {
			return nil, true, b.foundMade(ctx, there, record, made)
		}
		return party, false, nil
	}
	if !b.lateCreate(there, record) {
		return nil, false, nil
	}
	return nil, true, b.removeLate(ctx, there, record)
}

// madeBy returns the create of ours whose answer is still awaited, nil where
// there is none.
func madeBy(link *linkRow) *contact.Intent {
	switch {
	case link == nil:
		return nil
	case link.Intent != nil && link.Intent.Op == contact.Create:
		return link.Intent
	case link.Late != nil && link.Late.Op == contact.Create && link.Remote == "":
		return link.Late
	}
	return nil
}

// lateCreateWindow is how long after an unanswered create a second record that
// equals it counts as ours: as long as the rarest schedule takes to read it.
const lateCreateWindow = 24 * time.Hour

// lateCreate reports whether a second record is what an unanswered create of
// ours has left: equal to what we sent.
func (b *batch) lateCreate(link *linkRow, record contact.Record) bool {
	late := link.Late
	if late == nil || late.Op != contact.Create || b.e.Now().Sub(late.Last) > lateCreateWindow {
		return false
	}
	return b.s.rows[b.kind].Equals(record, late.Set)
}

func (b *batch) removeLate(ctx context.Context, link *linkRow, record contact.Record) error {
	if b.e.dry {
		return nil
	}
	err := b.s.door.Remove(ctx, b.kind, record.ID, record.Version)
	if class := contact.ClassOf(err); err != nil && class != contact.NotFound {
		return err
	}
	b.s.run.wrote(b.s.name, contact.Remove)
	b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: record.ID, Op: contact.Withdrew,
		Before: recordJSON(record), Why: contact.Because(contact.CodeLateWrite)})
	return nil
}

// occupied reports whether a party has a record here already.
func (b *batch) occupied(party string) bool {
	link := b.linkAt(party, b.s.name)
	return link != nil && link.Live()
}

// different reports whether a person has said that a record is not this party.
func (b *batch) different(ctx context.Context, party string, record contact.Record) bool {
	pair := contact.Pair{A: party, B: contact.RecordKey(b.s.name, b.kind, record.ID)}
	known, cached := b.notSame[pair]
	if !cached {
		found, err := b.e.Store.NotSame(ctx, []contact.Pair{pair})
		known = err == nil && len(found) > 0
		b.notSame[pair] = known
	}
	return known
}

// match tries the ways of the row in order; the first that hits decides.
func (b *batch) match(ctx context.Context, record contact.Record) (matched, error) {
	w := b.who(record)
	for i, way := range w.ways {
		if way.Method == contact.MatchStandard {
			if found, err := b.alike(ctx, record); err != nil || !found.none() {
				return found, err
			}
			continue
		}
		if hits := b.hits(ctx, way.Keys, w.hashes[i], record); len(hits) > 0 {
			if found := b.judge(way.Method, hits, &w.bearer, record); !found.none() {
				return found, nil
			}
		}
	}
	return matched{}, nil
}

// hits returns the active parties that bear one of the keys, whose hashes are
// given too, in the order of their ids.
func (b *batch) hits(ctx context.Context, keys []plan.Key, hashes []contact.Key, record contact.Record) []*partyRow {
	var found []*partyRow
	look := func(id string, k plan.Key) {
		party := b.party(id)
		if party == nil || party.State != contact.Active || slices.Contains(found, party) {
			return
		}
		if slices.Contains(b.keysOf(party), k) && !b.different(ctx, id, record) {
			found = append(found, party)
		}
	}
	for i, k := range keys {
		for _, id := range b.found[hashes[i]] {
			look(id, k)
		}
		for _, id := range b.fresh[k] {
			look(id, k)
		}
	}
	slices.SortFunc(found, func(x, y *partyRow) int { return strings.Compare(x.ID, y.ID) })
	return found
}

// tie links a record to a party. Everything is compared as at first contact,
// and the record goes into history as it was.
func (b *batch) tie(ctx context.Context, link *linkRow, party *partyRow, record contact.Record, why contact.Reason) error {
	nobodys := link != nil
	if err := b.askAgain(ctx, link, nil); err != nil {
		return err
	}
	next := contact.Link{Place: b.s.name, Kind: b.kind, Since: b.firstSeen()}
	if was := b.linkAt(party.ID, b.s.name); was != nil {
		next.Switch, next.Late = was.Switch, was.Late
		if link == nil {
			link = was
		} else if link != was {
			b.dropLink(was)
		}
	}
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID})
	}
	if link.ID != 0 {
		next.ID = link.ID
		if link.Remote == record.ID && link.Gone == contact.Here {
			next.Since = link.Since
		}
	}
	next.Remote, next.Party = record.ID, party.ID
	next.Made = b.ownWork(party.ID, record)
	out := b.e.Book.Fold(plan.In{
		Now: b.e.Now(), Run: b.s.run.ID, Party: party.Party, Link: next, Record: record, Refs: b.refs, Linking: true,
	})
	if origin := b.origin(party); origin != party.Origin {
		out.Party.Origin, out.Changed = origin, true
	}
	b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Linked, After: recordJSON(record), Why: why})
	if nobodys {
		b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: b.s.name, Kind: b.kind, Owner: record.ID})
	}
	if err := b.take(ctx, link, party, out); err != nil {
		return err
	}
	b.tied = append(b.tied, party.ID)
	b.arrived(link.Link, &party.Party)
	return b.mark(ctx, party, link)
}

// ownWork reports whether a record bears our marker for this party: then we
// have made it, before the memory was lost.
func (b *batch) ownWork(party string, record contact.Record) bool {
	id, ours := contact.PartyOfMarker(b.e.Installation, record.Marker)
	return ours && id == party && b.who(record).own != party
}

// origin of two records that both existed is the leading place's.
func (b *batch) origin(party *partyRow) string {
	if b.e.Book.Leads(party.Kind, b.s.name, party.Origin) {
		return b.s.name
	}
	return party.Origin
}

// start makes a new party of a record, if the place may.
func (b *batch) start(ctx context.Context, link *linkRow, candidate *plan.Out, record contact.Record) error {
	row := b.s.rows[b.kind]
	why, err := b.mayStart(ctx, row, candidate, link)
	if err != nil {
		return err
	}
	if !why.IsZero() {
		b.unlinked(link, candidate, record, why)
		return nil
	}
	party := &partyRow{Party: candidate.Party}
	b.parties[party.ID] = party
	b.setParty(party, candidate.Party)
	if b.asking {
		b.e.likeness[b.kind].started(b, &party.Party)
	}
	candidate.Changed = false // it is set
	for _, k := range b.keysOf(party) {
		b.fresh[k] = append(b.fresh[k], party.ID)
	}
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID})
	} else {
		b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: b.s.name, Kind: b.kind, Owner: record.ID})
	}
	b.entry(contact.Entry{Party: party.ID, Place: b.s.name, Remote: record.ID, Op: contact.Linked, After: recordJSON(record),
		Why: contact.Because(contact.CodeNew, b.s.name)})
	if err := b.take(ctx, link, party, *candidate); err != nil {
		return err
	}
	b.arrived(link.Link, &party.Party)
	return b.mark(ctx, party, link)
}

// mayStart says why a record starts no party, zero where it does.
func (b *batch) mayStart(ctx context.Context, row *plan.Row, candidate *plan.Out, link *linkRow) (contact.Reason, error) {
	byHand := link != nil && link.Switch == contact.On
	switch {
	case row.Gives == nil:
		return contact.Because(contact.CodeLinkedOnly, b.s.name), nil
	case row.Gives.Create == contact.CreateNever:
		return contact.Because(contact.CodeNeverCreated, b.s.name), nil
	case row.Gives.Create == contact.CreateByHand && !byHand:
		return contact.Because(contact.CodeByHand, b.s.name), nil
	}
	awaited, err := b.awaited(ctx, row, candidate)
	if err != nil {
		return contact.Reason{}, err
	}
	if !b.e.Book.Offers(row, &candidate.Party, b.refs, awaited || b.related(ctx, row, &candidate.Party), b.e.Now()) {
		return contact.Because(contact.CodeNotChosen, b.s.name), nil
	}
	if !plan.Telling(&candidate.Party) {
		return contact.Because(contact.CodeNothing, b.s.name), nil
	}
	if missing := row.Lacks(&candidate.Party); len(missing) > 0 {
		return contact.Because(contact.CodeRequired, append([]string{b.s.name}, missing...)...), nil
	}
	return contact.Reason{}, nil
}

// unlinked remembers a record that belongs to no party, with the reason and,
// of its values, only keyed hashes of its match keys.
func (b *batch) unlinked(link *linkRow, candidate *plan.Out, record contact.Record, why contact.Reason) {
	if link == nil {
		link = b.addLink(contact.Link{Place: b.s.name, Kind: b.kind, Remote: record.ID, Since: b.firstSeen()})
	}
	next := link.Link
	next.Version, next.Shown, next.At = record.Version, b.s.rows[b.kind].ShownHash(record), b.e.Now()
	next.Problem, next.Needs, next.Reread, next.Due = why, candidate.Link.Needs, false, false
	b.awaitChoice(&next, record)
	b.set(link, next)
	b.commit.Keys = append(b.commit.Keys, contact.KeyChange{
		Scope: b.s.name, Kind: b.kind, Owner: record.ID,
		Keys: b.keysThere(b.s.rows[b.kind], &b.who(record).bearer),
	})
}

// keysThere are the keyed hashes that are kept of a record that belongs to no
// party.
func (b *batch) keysThere(row *plan.Row, p *contact.Party) []contact.Key {
	return append(b.e.hashes(b.e.Book.Keys(p)), b.likenessOf(row, p)...)
}

// arrived wakes what waits for a company: records that name it at this place,
// and parties that want to be created below it here.
func (b *batch) arrived(link contact.Link, company *contact.Party) {
	if link.Kind != contact.Company {
		return
	}
	b.refs.learn(company)
	b.refs.learnLink(link)
	b.commit.Wake = append(b.commit.Wake,
		contact.NeedsKey(link.Place, "", link.Remote),
		contact.NeedsKey(link.Place, "party", company.ID))
	for _, by := range b.e.Book.RefKeys() {
		if text := plan.KeyText(contact.Company, by, company.Fields[by]); text != "" {
			for _, place := range b.e.Book.Places() {
				b.commit.Wake = append(b.commit.Wake, contact.NeedsKey(place, by, text))
			}
		}
	}
}
