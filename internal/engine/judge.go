package engine

import (
	"slices"

	"kith/internal/contact"
	"kith/internal/match"
)

// matched is what the keys of a record lead to.
type matched struct {
	party  *partyRow
	why    contact.Reason
	review *contact.Review
}

// none reports whether the record is nobody's.
func (m matched) none() bool { return m.party == nil && m.review == nil && m.why.IsZero() }

// judge makes one answer of several hits. Those that have a record here already come
// after those that have none.
func (b *batch) judge(w way, hits []*partyRow, record contact.Record) matched {
	var free, taken []*partyRow
	for _, hit := range hits {
		if b.occupied(hit.ID) {
			taken = append(taken, hit)
		} else {
			free = append(free, hit)
		}
	}
	switch {
	case w.possible:
		return b.mayBe(w, free, record)
	case len(free) == 1:
		return b.certain(w.method, free[0], record, w.evidence(b.keysOf(free[0])))
	case len(free) > 1:
		return b.oneOf(w, free, record)
	case w.method == contact.MatchStrict && b.refuses(taken):
		return b.refusal(w, taken)
	case len(taken) > 0:
		return matched{review: b.question(contact.AskTwice, taken[0].ID, record, because(contact.CodeTwice, w.evidence(b.keysOf(taken[0])), b.s.name))}
	}
	return matched{}
}

// mayBe asks about those that a record possibly is, however many questions that makes:
// to the plain rules nothing is likelier than the rest. Who has a record here is none
// of them: who keeps a place tells namesakes apart.
func (b *batch) mayBe(w way, free []*partyRow, record contact.Record) matched {
	found := b.askable(b.reasoned(w, free))
	if len(found) == 0 {
		return matched{}
	}
	return b.whether(found, record)
}

// reasoned gives each of those that a way leads to its evidence.
func (b *batch) reasoned(w way, parties []*partyRow) []resembling {
	found := make([]resembling, len(parties))
	for i, party := range parties {
		found[i] = resembling{party: party, verdict: match.Possible, why: w.evidence(b.keysOf(party))}
	}
	return found
}

// oneOf is the answer where a record certainly is one of several. That it exists is
// certain, so where that is refused it is; else a person says which one it is.
func (b *batch) oneOf(w way, parties []*partyRow, record contact.Record) matched {
	if b.refuses(parties) {
		return b.refusal(w, parties)
	}
	return b.whether(b.reasoned(w, parties), record)
}

// refuses reports whether a place refuses what certainly is one of these.
func (b *batch) refuses(parties []*partyRow) bool {
	return slices.ContainsFunc(parties, func(party *partyRow) bool {
		certain, _ := b.rules(party)
		return certain == contact.CertainRefuse
	})
}

func (b *batch) refusal(w way, parties []*partyRow) matched {
	return matched{why: because(contact.CodeCertain, w.evidence(b.keysOf(parties[0])), b.s.name, w.method)}
}

// certain applies the rule for a record that certainly exists. why is the
// evidence, where there is more than the method.
func (b *batch) certain(method string, party *partyRow, record contact.Record, why []string) matched {
	switch rule, _ := b.rules(party); rule {
	case contact.CertainRefuse:
		return matched{why: because(contact.CodeCertain, why, b.s.name, method)}
	case contact.CertainAsk:
		return matched{review: b.question(contact.AskMatch, party.ID, record, because(contact.CodeMaybe, why, b.s.name))}
	}
	return matched{party: party, why: because(contact.CodeLink, why, method)}
}

// rules are those for a record that a party is, certainly or possibly: the
// strictest among the places that hold the party, and would get a second record
// of it. A place that only follows is met before its create, see alreadyThere.
func (b *batch) rules(party *partyRow) (contact.CertainRule, contact.PossibleRule) {
	certain, possible := contact.CertainLink, contact.PossibleCreate
	for _, link := range b.byParty[party.ID] {
		row := b.e.Book.Row(link.Place, b.kind)
		if row == nil || row.Takes == nil || !link.Live() && link.Place != b.s.name {
			continue
		}
		if row.Certain == contact.CertainRefuse || row.Certain == contact.CertainAsk && certain == contact.CertainLink {
			certain = row.Certain
		}
		if row.Possible == contact.PossibleAsk {
			possible = contact.PossibleAsk
		}
	}
	if row := b.s.rows[b.kind]; row.Takes != nil && row.Possible == contact.PossibleAsk {
		possible = contact.PossibleAsk
	}
	return certain, possible
}

func (b *batch) question(ask contact.Question, party string, record contact.Record, why contact.Reason) *contact.Review {
	return &contact.Review{
		At: b.e.Now(), Ask: ask, Place: b.s.name, Kind: b.kind, Party: party, Remote: record.ID, Stranger: b.stranger(record), Why: why,
	}
}
