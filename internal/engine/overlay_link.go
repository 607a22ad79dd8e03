package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"kith/internal/contact"
)

// merge lays changed links over those the base found, and adds those of the
// overlay that fit.
func (o *overlay) merge(found []contact.Link, fits func(contact.Link) bool, candidates []int64) []contact.Link {
	out := found[:0:0]
	seen := map[int64]bool{}
	for _, link := range found {
		if _, changed := o.links[link.ID]; !changed && !o.dropped[link.ID] {
			out = append(out, link)
		}
	}
	for _, id := range candidates {
		if link, ok := o.links[id]; ok && !seen[id] && fits(link) {
			seen[id] = true
			out = append(out, link)
		}
	}
	return out
}

func (o *overlay) LinksByRemote(ctx context.Context, place string, kind contact.Kind, remotes []string) ([]contact.Link, error) {
	found, err := o.base.LinksByRemote(ctx, place, kind, remotes)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var candidates []int64
	for _, remote := range remotes {
		if id, ok := o.remote[linkKey(place, kind, remote)]; ok {
			candidates = append(candidates, id)
		}
	}
	return o.merge(found, func(contact.Link) bool { return true }, candidates), nil
}

func (o *overlay) LinksByParty(ctx context.Context, parties []string) ([]contact.Link, error) {
	found, err := o.base.LinksByParty(ctx, parties)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var candidates []int64
	for _, party := range parties {
		candidates = append(candidates, o.byParty[party]...)
	}
	return o.merge(found, func(contact.Link) bool { return true }, candidates), nil
}

func (o *overlay) LinksByID(ctx context.Context, ids []int64) ([]contact.Link, error) {
	found, err := o.base.LinksByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.merge(found, func(contact.Link) bool { return true }, ids), nil
}

func (o *overlay) LinksByNeeds(ctx context.Context, needs []string) ([]contact.Link, error) {
	if len(needs) == 0 {
		return nil, nil
	}
	found, err := o.base.LinksByNeeds(ctx, needs)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.merge(found, func(l contact.Link) bool { return slices.Contains(needs, l.Needs) }, o.ids()), nil
}

// ids returns the changed and new links in order.
func (o *overlay) ids() []int64 {
	ids := make([]int64, 0, len(o.links))
	for id := range o.links {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// page merges an ordered, limited query: the base is asked on until enough of
// what it finds is unchanged.
func (o *overlay) page(after int64, limit int, fits func(contact.Link) bool, ask func(after int64, limit int) ([]contact.Link, error)) ([]contact.Link, error) {
	var out []contact.Link
	for at := after; len(out) < limit; {
		found, err := ask(at, limit)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			break
		}
		at = found[len(found)-1].ID
		o.mu.Lock()
		out = append(out, o.merge(found, nil, nil)...)
		o.mu.Unlock()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, id := range o.ids() {
		if id > after && fits(o.links[id]) {
			out = append(out, o.links[id])
		}
	}
	slices.SortFunc(out, func(x, y contact.Link) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	return out[:min(limit, len(out))], nil
}

func (o *overlay) Due(ctx context.Context, place string, kind contact.Kind, now time.Time, after int64, limit int) ([]contact.Link, error) {
	return o.page(after, limit, func(l contact.Link) bool {
		return l.Place == place && l.Kind == kind && l.Due && !l.NotBefore.After(now)
	}, func(after int64, limit int) ([]contact.Link, error) {
		return o.base.Due(ctx, place, kind, now, after, limit)
	})
}

func (o *overlay) Intents(ctx context.Context, place string, after int64, limit int) ([]contact.Link, error) {
	return o.page(after, limit, func(l contact.Link) bool {
		return l.Place == place && l.Intent != nil
	}, func(after int64, limit int) ([]contact.Link, error) {
		return o.base.Intents(ctx, place, after, limit)
	})
}

func (o *overlay) ProblemsOf(ctx context.Context, place string, codes []string, limit int) ([]contact.Link, int, error) {
	o.mu.Lock()
	changed := len(o.was)
	o.mu.Unlock()
	found, n, err := o.base.ProblemsOf(ctx, place, codes, limit+changed)
	if err != nil {
		return nil, 0, err
	}
	fits := func(l contact.Link) bool { return l.Place == place && slices.Contains(codes, l.Problem.Code) }
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, was := range o.was {
		if fits(was) {
			n--
		}
	}
	for _, link := range o.links {
		if fits(link) {
			n++
		}
	}
	out := o.merge(found, fits, o.ids())
	slices.SortFunc(out, func(x, y contact.Link) int { return cmp.Compare(x.ID, y.ID) })
	return out[:min(limit, len(out))], n, nil
}

func (o *overlay) NextDue(ctx context.Context, place string) (time.Time, error) {
	return o.base.NextDue(ctx, place)
}

func glance(l contact.Link) contact.Glance {
	return contact.Glance{
		ID: l.ID, Remote: l.Remote, Version: l.Version, Shown: l.Shown, Gone: l.Gone, Missing: l.Missing,
		Busy: l.Intent != nil || l.Reread,
	}
}

func (o *overlay) Glances(ctx context.Context, place string, kind contact.Kind, remotes []string) (map[string]contact.Glance, error) {
	found, err := o.base.Glances(ctx, place, kind, remotes)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	out := map[string]contact.Glance{}
	for remote, g := range found {
		if _, changed := o.links[g.ID]; !changed && !o.dropped[g.ID] {
			out[remote] = g
		}
	}
	for _, remote := range remotes {
		if id, ok := o.remote[linkKey(place, kind, remote)]; ok {
			out[remote] = glance(o.links[id])
		}
	}
	return out, nil
}

func (o *overlay) EachGlance(ctx context.Context, place string, kind contact.Kind, each func(contact.Glance) error) error {
	err := o.base.EachGlance(ctx, place, kind, func(g contact.Glance) error {
		o.mu.Lock()
		_, changed := o.links[g.ID]
		gone := o.dropped[g.ID]
		o.mu.Unlock()
		if changed || gone {
			return nil
		}
		return each(g)
	})
	if err != nil {
		return err
	}
	o.mu.Lock()
	var own []contact.Glance
	for _, id := range o.ids() {
		if l := o.links[id]; l.Place == place && l.Kind == kind && l.Live() {
			own = append(own, glance(l))
		}
	}
	o.mu.Unlock()
	for _, g := range own {
		if err := each(g); err != nil {
			return err
		}
	}
	return nil
}

func (o *overlay) CountLive(ctx context.Context, place string, kind contact.Kind) (int, error) {
	n, err := o.base.CountLive(ctx, place, kind)
	if err != nil {
		return 0, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	counts := func(l contact.Link) bool { return l.Place == place && l.Kind == kind && l.Party != "" && l.Live() }
	for id, was := range o.was {
		if _, changed := o.links[id]; (changed || o.dropped[id]) && counts(was) {
			n--
		}
	}
	for _, link := range o.links {
		if counts(link) {
			n++
		}
	}
	return n, nil
}

func (o *overlay) Count(ctx context.Context, place string) (contact.PlaceCount, error) {
	return o.base.Count(ctx, place)
}
