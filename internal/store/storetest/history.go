package storetest

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kith/internal/contact"
)

// RunModel holds random commits against a model in plain maps. One store
// serves all histories: each has places and parties of its own.
func RunModel(t *testing.T, s Store) {
	histories := 0
	rapid.Check(t, func(r *rapid.T) {
		histories++
		h := &history{T: r, t: t, s: s, m: newModel(), prefix: fmt.Sprintf("h%d.", histories)}
		for range rapid.IntRange(1, 6).Draw(r, "commits") {
			h.step()
		}
	})
}

type history struct {
	*rapid.T
	t      *testing.T
	s      Store
	m      *model
	prefix string
}

var (
	anyPlace  = rapid.SampledFrom([]string{"a", "b"})
	anyKind   = rapid.SampledFrom(contact.Kinds)
	anyParty  = rapid.SampledFrom([]string{"p0", "p1", "p2", "p3"})
	anyRemote = rapid.SampledFrom([]string{"r0", "r1", "r2", "r3"})
	anyNeed   = rapid.SampledFrom([]string{"", "", "n0", "n1"})
	anyKeys   = rapid.SliceOfN(rapid.Int64Range(-3, 3), 0, 4)
	anyTime   = rapid.IntRange(0, 3)
	often     = rapid.Bool()
	seldom    = rapid.Custom(func(r *rapid.T) bool { return rapid.IntRange(0, 7).Draw(r, "of 8") == 0 })
)

func (h *history) name(g *rapid.Generator[string]) string {
	return h.prefix + g.Draw(h.T, "name")
}

// link changes what can change in a link.
func (h *history) link(l contact.Link) contact.Link {
	if l.ID == 0 || seldom.Draw(h.T, "moves") {
		l.Place, l.Kind = h.name(anyPlace), anyKind.Draw(h.T, "kind")
		l.Remote, l.Party = anyRemote.Draw(h.T, "remote"), ""
		if often.Draw(h.T, "linked") {
			l.Party = h.name(anyParty)
		}
		if l.Party != "" && seldom.Draw(h.T, "wanted") {
			l.Remote = ""
		}
	}
	l.Version, l.Tries = fmt.Sprint(anyTime.Draw(h.T, "version")), anyTime.Draw(h.T, "tries")
	l.Shown[3] = byte(anyTime.Draw(h.T, "shown"))
	l.Seen = contact.Memo{"f": l.Version, "g": contact.Digest(l.Version)}
	l.Due, l.Reread, l.Made = often.Draw(h.T, "due"), seldom.Draw(h.T, "reread"), often.Draw(h.T, "made")
	l.NotBefore = minute(anyTime.Draw(h.T, "not before"))
	l.Needs, l.Problem, l.Gone, l.Missing, l.Intent = "", contact.Reason{}, contact.Here, nil, nil
	if need := anyNeed.Draw(h.T, "needs"); need != "" {
		l.Needs, l.Problem = h.prefix+need, contact.Because("waits", need)
	}
	if seldom.Draw(h.T, "gone") {
		l.Gone, l.Missing = contact.Absent, &contact.Absence{At: base, State: "s"}
	}
	if seldom.Draw(h.T, "intent") {
		l.Intent = &contact.Intent{Op: contact.Update, Set: contact.Fields{"f": "1"}, First: base, Last: base}
	}
	return l
}

func (h *history) draw() contact.Commit {
	var c contact.Commit
	for _, name := range rapid.SliceOfNDistinct(anyParty, 0, 3, rapid.ID).Draw(h.T, "parties") {
		p := person(h.prefix + name)
		was := h.m.parties[p.ID].Rev
		if seldom.Draw(h.T, "stale") {
			was++
		}
		p.Rev = was + 1
		p.Fields["name.given"] = contact.Value{Text: fmt.Sprint(was)}
		for _, slot := range []string{"company", "company2"} {
			if often.Draw(h.T, slot) {
				p.Fields[slot] = contact.Value{Text: h.name(anyParty), From: "crm"}
			}
		}
		c.Parties = append(c.Parties, contact.PartyChange{Party: p, Was: was})
	}
	known := slices.Sorted(maps.Keys(h.m.links))
	for _, id := range known {
		switch rapid.IntRange(0, 5).Draw(h.T, "what happens") {
		case 0, 1:
			c.Links = append(c.Links, h.link(h.m.links[id]))
		case 2:
			c.Drop = append(c.Drop, h.m.links[id])
			if seldom.Draw(h.T, "changes what is gone") {
				c.Links = append(c.Links, h.m.links[id])
			}
		}
	}
	for range rapid.IntRange(0, 3).Draw(h.T, "new links") {
		c.Links = append(c.Links, h.link(contact.Link{At: base, Since: base}))
	}
	for range rapid.IntRange(0, 2).Draw(h.T, "keys") {
		change := contact.KeyChange{Kind: contact.Person, Owner: h.name(anyParty)}
		if often.Draw(h.T, "of a record") {
			change = contact.KeyChange{Scope: h.name(anyPlace), Kind: anyKind.Draw(h.T, "kind"), Owner: anyRemote.Draw(h.T, "owner")}
		}
		for _, key := range anyKeys.Draw(h.T, "hashes") {
			change.Keys = append(change.Keys, contact.Key(key))
		}
		c.Keys = append(c.Keys, change)
	}
	if need := anyNeed.Draw(h.T, "wake"); need != "" {
		c.Wake = append(c.Wake, h.prefix+need)
	}
	for range rapid.IntRange(0, 2).Draw(h.T, "readings") {
		c.Inbox = append(c.Inbox, contact.InboxRow{Place: h.name(anyPlace), Asked: base, Record: contact.Record{
			Kind: anyKind.Draw(h.T, "kind"), ID: anyRemote.Draw(h.T, "remote"), Values: contact.Values{Fields: contact.Fields{"f": "1"}},
		}})
	}
	for _, row := range h.m.inbox {
		if often.Draw(h.T, "done") {
			c.Done = append(c.Done, row.ID)
		}
	}
	if seldom.Draw(h.T, "not same") {
		c.NotSame = append(c.NotSame, contact.Pair{A: h.name(anyParty), B: h.name(anyParty)})
	}
	if seldom.Draw(h.T, "forget") {
		c.Forget = append(c.Forget, contact.Pair{A: h.name(anyParty), B: h.name(anyParty)})
	}
	return c
}

func (h *history) step() {
	c := h.draw()
	err := h.s.Commit(h.t.Context(), c)
	after, made, ok := h.m.commit(c)
	if ok != (err == nil) {
		h.Fatalf("commit %+v\ngot error %v, want it to be taken: %v", c, err, ok)
	}
	if ok {
		h.m = after
		h.learn(made, c.Inbox)
	}
	h.compare()
}

// learn takes over the numbers that the store gave.
func (h *history) learn(made []contact.Link, inbox []contact.InboxRow) {
	for _, l := range made {
		found := must[[]contact.Link](h.t)(h.s.LinksByRemote(h.t.Context(), l.Place, l.Kind, []string{l.Remote}))
		if l.Remote == "" {
			found = must[[]contact.Link](h.t)(h.s.LinksByParty(h.t.Context(), []string{l.Party}))
		}
		for _, f := range found {
			if f.Place == l.Place && h.m.links[f.ID].ID == 0 {
				l.ID = f.ID
			}
		}
		h.m.links[l.ID] = l
	}
	for _, row := range inbox {
		for _, f := range must[[]contact.InboxRow](h.t)(h.s.Inbox(h.t.Context(), row.Place, row.Record.Kind, 0, 100)) {
			if !slices.ContainsFunc(h.m.inbox, func(known contact.InboxRow) bool { return known.ID == f.ID }) {
				row.ID = f.ID
				break
			}
		}
		h.m.inbox = append(h.m.inbox, row)
	}
}

func (h *history) same(what string, got, want any) {
	if !reflect.DeepEqual(got, want) {
		h.Fatalf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

func (h *history) compare() {
	ctx, t, s, m := h.t.Context(), h.t, h.s, h.m
	parties, remotes := []string{h.prefix + "p0", h.prefix + "p1", h.prefix + "p2", h.prefix + "p3"}, []string{"r0", "r1", "r2", "r3"}
	found := map[string]contact.Party{}
	for _, p := range must[[]contact.Party](t)(s.Parties(ctx, parties)) {
		found[p.ID] = p
	}
	h.same("parties", found, m.parties)
	for _, p := range parties {
		h.same("referring", append([]string{}, must[[]string](t)(s.Referring(ctx, []string{p}))...), m.referring(p))
		for _, q := range parties {
			pair := contact.Pair{A: p, B: q}
			h.same("not same", len(must[[]contact.Pair](t)(s.NotSame(ctx, []contact.Pair{pair}))) == 1, m.notSame[pair])
		}
	}
	links := func(found []contact.Link) []contact.Link { return inIDOrder(append([]contact.Link{}, found...)) }
	h.same("links by id", links(must[[]contact.Link](t)(s.LinksByID(ctx, slices.Collect(maps.Keys(m.links))))), m.where(func(contact.Link) bool { return true }))
	h.same("links by party", links(must[[]contact.Link](t)(s.LinksByParty(ctx, parties))), m.where(func(l contact.Link) bool { return l.Party != "" }))
	for _, need := range []string{h.prefix + "n0", h.prefix + "n1"} {
		h.same("links by needs", links(must[[]contact.Link](t)(s.LinksByNeeds(ctx, []string{need}))), m.where(func(l contact.Link) bool { return l.Needs == need }))
	}
	h.same("keys of parties", h.hits("", contact.Person), m.hits("", contact.Person))
	for _, place := range []string{h.prefix + "a", h.prefix + "b"} {
		h.same("count", must[contact.PlaceCount](t)(s.Count(ctx, place)), m.count(place))
		h.same("next due", must[time.Time](t)(s.NextDue(ctx, place)), m.nextDue(place))
		h.same("intents", links(must[[]contact.Link](t)(s.Intents(ctx, place, 0, 100))), m.where(func(l contact.Link) bool { return l.Place == place && l.Intent != nil }))
		for _, kind := range contact.Kinds {
			h.comparePlace(place, kind, remotes)
		}
	}
}

func (h *history) comparePlace(place string, kind contact.Kind, remotes []string) {
	ctx, t, s, m := h.t.Context(), h.t, h.s, h.m
	of := func(l contact.Link) bool { return l.Place == place && l.Kind == kind }
	links := func(found []contact.Link) []contact.Link { return append([]contact.Link{}, found...) }
	h.same("links by remote", inIDOrder(links(must[[]contact.Link](t)(s.LinksByRemote(ctx, place, kind, remotes)))),
		m.where(func(l contact.Link) bool { return of(l) && l.Remote != "" }))
	h.same("glances", must[map[string]contact.Glance](t)(s.Glances(ctx, place, kind, remotes)), m.glances(place, kind, true))
	each := map[string]contact.Glance{}
	if err := s.EachGlance(ctx, place, kind, func(g contact.Glance) error { each[g.Remote] = g; return nil }); err != nil {
		h.Fatal(err)
	}
	h.same("each glance", each, m.glances(place, kind, false))
	h.same("live", must[int](t)(s.CountLive(ctx, place, kind)), len(m.where(func(l contact.Link) bool { return of(l) && l.Live() && l.Party != "" })))
	for n := range 4 {
		h.same("due", links(must[[]contact.Link](t)(s.Due(ctx, place, kind, minute(n), 0, 100))), m.due(place, kind, minute(n)))
	}
	h.same("keys of records", h.hits(place, kind), m.hits(place, kind))
	var inbox []contact.InboxRow
	for _, row := range m.inbox {
		if row.Place == place && row.Record.Kind == kind {
			inbox = append(inbox, row)
		}
	}
	h.same("inbox", must[[]contact.InboxRow](t)(s.Inbox(ctx, place, kind, 0, 100)), inbox)
}

func (h *history) hits(scope string, kind contact.Kind) map[contact.KeyHit]bool {
	hits := map[contact.KeyHit]bool{}
	for _, hit := range must[[]contact.KeyHit](h.t)(h.s.FindKeys(h.t.Context(), scope, kind, []contact.Key{-3, -2, -1, 0, 1, 2, 3})) {
		// The parties' scope is shared with the other histories.
		if scope != "" || len(hit.Owner) > len(h.prefix) && hit.Owner[:len(h.prefix)] == h.prefix {
			hits[hit] = true
		}
	}
	return hits
}
