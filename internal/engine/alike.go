package engine

import (
	"context"
	"slices"
	"strconv"

	"kith/internal/contact"
	"kith/internal/match"
	"kith/internal/norm"
	"kith/internal/plan"
)

// resembling is a party that is like a record, certainly or possibly.
type resembling struct {
	party   *partyRow
	verdict match.Verdict
	rule    match.Rule
	score   float64
	why     []string // what speaks for and against it, as match.Explanation.Words
}

// alike finds whom a record is by likeness. Where it is nobody the likeness
// stays locked, until the record has started a party or not: see unlockLikeness.
func (b *batch) alike(ctx context.Context, record contact.Record) (matched, error) {
	found, err := b.likest(ctx, record)
	switch {
	case err != nil || len(found) == 0:
		return matched{}, err
	case found[0].verdict == match.Certain:
		return b.sure(contact.MatchStandard, found[0].party, record, found[0].why), nil
	}
	return b.perhaps(ctx, found, record)
}

// likest lists the parties that a record is like, the likeliest first; only the
// first can be certain. One that has a record here already is among them only
// where an address or a number says that it is the same: who keeps a place tells
// his people apart.
func (b *batch) likest(ctx context.Context, record contact.Record) ([]resembling, error) {
	if party := b.plainly(ctx, record); party != nil {
		return []resembling{{party: party, verdict: match.Certain, why: []string{"rule=" + match.RuleMail.String()}}}, nil
	}
	if err := b.lockLikeness(ctx); err != nil {
		return nil, err
	}
	found, err := b.resembling(ctx, record, nil)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	taken := func(f resembling) bool { return b.occupied(f.party.ID) }
	if found[0].verdict == match.Certain && (!taken(found[0]) || found[0].rule != match.RuleScore) {
		return found, nil
	}
	if !slices.ContainsFunc(found, taken) {
		return found, nil
	}
	// They are no rivals of the others. But where the record is more like one of
	// them than like the others, a person has to say so.
	best := found[0]
	found, err = b.resembling(ctx, record, b.occupied)
	if err == nil && len(found) > 0 && taken(best) && best.score > found[0].score {
		found[0].verdict = match.Possible
	}
	return found, err
}

// sure is the answer where a record certainly is a party: two records of one
// party in one place are a question, else the rules of the places decide.
func (b *batch) sure(method string, party *partyRow, record contact.Record, why []string) matched {
	if b.occupied(party.ID) {
		return matched{review: b.question(contact.AskTwice, party.ID, record, because(contact.CodeTwice, why, b.s.name))}
	}
	return b.certain(method, party, record, why)
}

// perhaps asks whether a record is one of the parties that it possibly is,
// where a place that would get a second record wants that, and where not too
// much is asked already.
func (b *batch) perhaps(ctx context.Context, found []resembling, record contact.Record) (matched, error) {
	if found = b.askable(found); len(found) == 0 {
		return matched{}, nil
	}
	if may, err := b.mayAsk(ctx, record, found[0]); !may {
		return matched{}, err
	}
	return b.whether(found, record), nil
}

// askable leaves those of whom a place that would get a second record wants to be
// asked about what is possible.
func (b *batch) askable(found []resembling) []resembling {
	return slices.DeleteFunc(found, func(f resembling) bool {
		_, possible := b.rules(f.party)
		return possible == contact.PossibleCreate
	})
}

// whether asks whether a record is the first of these, or another one.
func (b *batch) whether(found []resembling, record contact.Record) matched {
	review := b.question(contact.AskMatch, found[0].party.ID, record, because(contact.CodeMaybe, found[0].why, b.s.name))
	if len(found) > 1 {
		review.Other = found[1].party.ID
	}
	return matched{review: review}
}

// because makes a reason whose arguments end in the evidence for a likeness.
func because(code string, evidence []string, args ...string) contact.Reason {
	return contact.Because(code, append(args, evidence...)...)
}

// plainly finds the one party of the same name that bears the same personal
// e-mail address. Nothing a comparison would find could change the answer, and
// the index is not needed for it.
func (b *batch) plainly(ctx context.Context, record contact.Record) *partyRow {
	if b.kind != contact.Person {
		return nil
	}
	w := b.who(record)
	var bears *partyRow
	for i, way := range w.ways {
		if way.method != contact.MatchStandard {
			continue
		}
		found := b.hits(ctx, way, w.hashes[i], record)
		if len(found) != 1 {
			return nil
		}
		bears = found[0]
	}
	if bears == nil || !sameFullName(&bears.Party, &w.bearer) {
		return nil
	}
	for _, slot := range []string{"birthday", "name.suffix"} {
		if ours, theirs := bears.Text(slot), w.bearer.Text(slot); ours != theirs && ours != "" && theirs != "" {
			return nil
		}
	}
	if !slices.ContainsFunc(personalMails(&bears.Party), func(mail string) bool { return slices.Contains(personalMails(&w.bearer), mail) }) {
		return nil
	}
	return bears
}

func sameFullName(p, q *contact.Party) bool {
	first, last := norm.Name(p.Text("name.given")), norm.Name(p.Text("name.family"))
	return first != "" && last != "" && first == norm.Name(q.Text("name.given")) && last == norm.Name(q.Text("name.family"))
}

func personalMails(p *contact.Party) (mails []string) {
	for _, slot := range mailSlots {
		if mail := norm.Email(p.Text(slot)); norm.ClassifyEmail(mail) == norm.PersonalMail {
			mails = append(mails, mail)
		}
	}
	return mails
}

// resembling asks the index, and loads whom it names. What a person has called
// different, and what except names, is no answer and no rival.
func (b *batch) resembling(ctx context.Context, record contact.Record, except func(id string) bool) ([]resembling, error) {
	l, row := b.e.likeness[b.kind], b.s.rows[b.kind]
	q := match.Query{Record: b.described(record), Wrong: row.Wrong, Reviewed: row.Reviewed / 100, Except: except}
	for {
		hits := l.index.Lookup(q)
		waited, err := b.await(ctx, l, hits)
		if err != nil {
			return nil, err
		}
		if waited {
			continue
		}
		b.noticed = false
		others, err := b.loadHits(ctx, hits, record)
		if err != nil {
			return nil, err
		}
		for i := range hits { // what except knows of them is loaded only now
			if except != nil && except(hits[i].ID) {
				others[hits[i].ID] = true
			}
		}
		if b.noticed {
			continue // one of them is no longer what it was judged by
		}
		if len(others) == 0 {
			return b.resemblances(hits), nil
		}
		before := q.Except
		q.Except = func(id string) bool { return others[id] || before != nil && before(id) }
	}
}

func (b *batch) resemblances(hits []match.Hit) []resembling {
	found := make([]resembling, len(hits))
	for i := range hits {
		found[i] = resembling{b.party(hits[i].ID), hits[i].Verdict, hits[i].Rule, hits[i].Score, hits[i].Explain().Words()}
	}
	return found
}

// loadHits loads the parties that the index names, and returns those that are
// no answer: said to be different from the record, or no longer there.
func (b *batch) loadHits(ctx context.Context, hits []match.Hit, record contact.Record) (map[string]bool, error) {
	var ids []string
	for _, h := range hits {
		ids = append(ids, h.ID)
	}
	if err := b.loadParties(ctx, ids); err != nil {
		return nil, err
	}
	others := map[string]bool{}
	for _, id := range ids {
		if party := b.party(id); party == nil || party.State != contact.Active || b.different(ctx, id, record) {
			others[id] = true
		}
	}
	return others, nil
}

// await waits until the parties that the index names are stored, where another
// batch has only started them; then the question is to be asked again. A batch
// that has started some itself must not wait for one that may wait for it: it is
// decided anew.
func (b *batch) await(ctx context.Context, l *likeness, hits []match.Hit) (waited bool, err error) {
	for _, h := range hits {
		stored := l.pending[h.ID]
		if stored == nil || stored == b.stored {
			continue
		}
		if b.stored != nil {
			return false, contact.Fail(contact.Conflicting, "another visit is making the same contact")
		}
		b.unlockLikeness()
		select {
		case <-stored:
		case <-ctx.Done():
			return false, ctx.Err()
		}
		if b.parties[h.ID] == nil {
			delete(b.parties, h.ID) // it was looked for before it was stored
		}
		waited = true
		if err := b.lockLikeness(ctx); err != nil {
			return waited, err
		}
	}
	return waited, nil
}

// lockLikeness makes sure that nobody starts a party between this batch's
// question and its answer.
func (b *batch) lockLikeness(ctx context.Context) error {
	if b.asking {
		return nil
	}
	l := b.e.likeness[b.kind]
	l.mu.Lock()
	b.asking = true
	if l.index == nil {
		b.refreshed = true
		if err := l.load(ctx); err != nil {
			return err
		}
	}
	if !b.s.weighed[b.kind] {
		b.s.weighed[b.kind] = true
		delete(l.questions, b.s.name)
		l.mu.Unlock()
		err := l.weigh(ctx)
		l.mu.Lock()
		if err != nil {
			return err
		}
	}
	if b.refreshed {
		return nil
	}
	b.refreshed = true
	return l.refresh(ctx)
}

func (b *batch) unlockLikeness() {
	if b.asking {
		b.asking = false
		b.e.likeness[b.kind].mu.Unlock()
	}
}

// likenessOf are the keyed hashes by which a record that belongs to no party is
// found to be like one, where its row asks for likeness: of the party, or of the
// record as the party it would be.
func (b *batch) likenessOf(row *plan.Row, p *contact.Party) []contact.Key {
	if !row.MatchesByLikeness() {
		return nil
	}
	var r match.Record
	describe(&r, p, b.refs.Party)
	kind := match.Person
	if row.Kind == contact.Company {
		kind = match.Company
	}
	var keys []plan.Key
	for _, k := range match.Keys(kind, "", &r) {
		keys = append(keys, plan.Key{Method: contact.MatchStandard, Text: strconv.FormatUint(k, 36)})
	}
	return b.e.hashes(keys)
}

// described is a record as likeness compares it.
func (b *batch) described(record contact.Record) *match.Record {
	w := b.who(record)
	if w.described == nil {
		w.described = &match.Record{}
		describe(w.described, &w.bearer, b.refs.Party)
	}
	return w.described
}
