package storetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"kith/internal/contact"
)

// model is a store in plain maps: what Commit has to mean.
type model struct {
	parties map[string]contact.Party
	links   map[int64]contact.Link
	keys    map[keyOwner][]contact.Key
	inbox   []contact.InboxRow
	notSame map[contact.Pair]bool
}

type keyOwner struct {
	scope string
	kind  contact.Kind
	owner string
}

func newModel() *model {
	return &model{parties: map[string]contact.Party{}, links: map[int64]contact.Link{}, keys: map[keyOwner][]contact.Key{}, notSame: map[contact.Pair]bool{}}
}

// commit returns the model after c and the new links in order, whose IDs the
// store gives; not ok where the store has to refuse c.
func (m *model) commit(c contact.Commit) (after *model, made []contact.Link, ok bool) {
	after = &model{maps.Clone(m.parties), maps.Clone(m.links), maps.Clone(m.keys), slices.Clone(m.inbox), maps.Clone(m.notSame)}
	for _, change := range c.Parties {
		if after.parties[change.Party.ID].Rev != change.Was {
			return nil, nil, false
		}
		after.parties[change.Party.ID] = change.Party
	}
	for _, l := range c.Drop {
		if now, there := after.links[l.ID]; there && now.Rev != l.Rev {
			return nil, nil, false
		}
		delete(after.links, l.ID)
	}
	for _, l := range c.Links {
		if now, there := after.links[l.ID]; l.ID != 0 && (!there || now.Rev != l.Rev) {
			return nil, nil, false
		}
		if _, there := after.parties[l.Party]; !there && l.Party != "" {
			return nil, nil, false
		}
		l.Rev++
		if l.ID == 0 {
			made = append(made, l)
			continue
		}
		after.links[l.ID] = l
	}
	if !unique(append(slices.Collect(maps.Values(after.links)), made...)) {
		return nil, nil, false
	}
	for _, k := range c.Keys {
		if _, there := after.parties[k.Owner]; !there && k.Scope == "" {
			return nil, nil, false
		}
		after.keys[keyOwner{k.Scope, k.Kind, k.Owner}] = k.Keys
	}
	for id, l := range after.links {
		after.links[id] = woken(l, c.Wake)
	}
	for i := range made {
		made[i] = woken(made[i], c.Wake)
	}
	after.inbox = slices.DeleteFunc(after.inbox, func(row contact.InboxRow) bool { return slices.Contains(c.Done, row.ID) })
	for _, pair := range c.Forget {
		delete(after.notSame, pair)
		delete(after.notSame, contact.Pair{A: pair.B, B: pair.A})
	}
	for _, pair := range c.NotSame {
		after.notSame[pair] = true
		after.notSame[contact.Pair{A: pair.B, B: pair.A}] = true
	}
	return after, made, true
}

func woken(l contact.Link, wake []string) contact.Link {
	if l.Needs != "" && slices.Contains(wake, l.Needs) {
		l.Due, l.Reread, l.Needs, l.Rev = true, true, "", l.Rev+1
	}
	return l
}

func unique(links []contact.Link) bool {
	type record struct {
		place  string
		kind   contact.Kind
		remote string
	}
	type membership struct{ party, place string }
	records, memberships := map[record]bool{}, map[membership]bool{}
	for _, l := range links {
		r, p := record{l.Place, l.Kind, l.Remote}, membership{l.Party, l.Place}
		if l.Remote != "" && records[r] || l.Party != "" && memberships[p] {
			return false
		}
		records[r], memberships[p] = true, true
	}
	return true
}

// where returns the links for which is holds, by ID.
func (m *model) where(is func(contact.Link) bool) []contact.Link {
	found := []contact.Link{}
	for _, l := range m.links {
		if is(l) {
			found = append(found, l)
		}
	}
	slices.SortFunc(found, func(x, y contact.Link) int { return cmp.Compare(x.ID, y.ID) })
	return found
}

func (m *model) due(place string, kind contact.Kind, now time.Time) []contact.Link {
	return m.where(func(l contact.Link) bool {
		return l.Place == place && l.Kind == kind && l.Due && !l.NotBefore.After(now)
	})
}

func (m *model) nextDue(place string) time.Time {
	var next time.Time
	for _, l := range m.links {
		if l.Place == place && l.Due && !l.NotBefore.IsZero() && (next.IsZero() || l.NotBefore.Before(next)) {
			next = l.NotBefore
		}
	}
	return next
}

func (m *model) glances(place string, kind contact.Kind, gone bool) map[string]contact.Glance {
	found := map[string]contact.Glance{}
	for _, l := range m.links {
		if l.Place == place && l.Kind == kind && l.Remote != "" && (gone || l.Gone == contact.Here) {
			found[l.Remote] = contact.Glance{ID: l.ID, Remote: l.Remote, Version: l.Version, Shown: l.Shown, Gone: l.Gone, Missing: l.Missing, Busy: l.Intent != nil || l.Reread}
		}
	}
	return found
}

func (m *model) count(place string) contact.PlaceCount {
	var c contact.PlaceCount
	for _, l := range m.links {
		if l.Place != place {
			continue
		}
		if l.Live() && l.Party != "" {
			c.Live++
		}
		if l.Live() && l.Party == "" {
			c.Unlinked++
		}
		if l.Due {
			c.Due++
		}
		if !l.Problem.IsZero() {
			c.Problems++
		}
	}
	for _, row := range m.inbox {
		if row.Place == place {
			c.Inbox++
		}
	}
	return c
}

func (m *model) hits(scope string, kind contact.Kind) map[contact.KeyHit]bool {
	hits := map[contact.KeyHit]bool{}
	for owner, keys := range m.keys {
		if owner.scope == scope && owner.kind == kind {
			for _, key := range keys {
				hits[contact.KeyHit{Key: key, Owner: owner.owner}] = true
			}
		}
	}
	return hits
}

func (m *model) referring(parent string) []string {
	ids := []string{}
	for id, p := range m.parties {
		if p.Fields["company"].Text == parent || p.Fields["company2"].Text == parent {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
