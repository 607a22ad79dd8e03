package engine

import (
	"kith/internal/contact"
	"kith/internal/norm"
)

// matched is what the keys of a record lead to.
type matched struct {
	party  *partyRow
	why    contact.Reason
	review *contact.Review
}

// none reports whether the record is nobody's.
func (m matched) none() bool { return m.party == nil && m.review == nil && m.why.IsZero() }

// judge makes one answer of several hits. Namesakes that share a mailbox in
// one place are not the same person; the one with the same name is.
func (b *batch) judge(method string, hits []*partyRow, candidate *contact.Party, record contact.Record) matched {
	if method == contact.MatchStrict {
		hits = b.sameName(hits, candidate)
	}
	var free, taken []*partyRow
	for _, hit := range hits {
		if b.occupied(hit.ID) {
			taken = append(taken, hit)
		} else {
			free = append(free, hit)
		}
	}
	switch {
	case len(free) == 1:
		return b.certain(method, free[0], record, nil)
	case len(free) > 1:
		return matched{review: b.question(contact.AskMatch, free[0].ID, record, contact.Because(contact.CodeMaybe, b.s.name))}
	case len(taken) > 0:
		return matched{review: b.question(contact.AskTwice, taken[0].ID, record, contact.Because(contact.CodeTwice, b.s.name))}
	}
	return matched{}
}

// sameName narrows hits to those of the same name where there are any, and
// drops those of another name that already have a record here: two persons who
// share a mailbox.
func (b *batch) sameName(hits []*partyRow, candidate *contact.Party) []*partyRow {
	name := nameKey(candidate)
	var same, rest []*partyRow
	for _, hit := range hits {
		switch {
		case nameKey(&hit.Party) == name:
			same = append(same, hit)
		case !b.occupied(hit.ID):
			rest = append(rest, hit)
		}
	}
	if len(same) > 0 {
		return same
	}
	return rest
}

func nameKey(p *contact.Party) string {
	if p.Kind == contact.Company {
		return norm.Company(p.Text("name"))
	}
	if p.Text("name.family") == "" && p.Text("name.given") == "" {
		return norm.Name(p.Text("name.full"))
	}
	return norm.Name(p.Text("name.given") + " " + p.Text("name.family"))
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
