package engine

import (
	"context"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
)

func (o *overlay) Parties(ctx context.Context, ids []string) ([]contact.Party, error) {
	found, err := o.base.Parties(ctx, ids)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.DeleteFunc(found, func(p contact.Party) bool { _, changed := o.parties[p.ID]; return changed })
	for _, id := range ids {
		if p, ok := o.parties[id]; ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// NextParty is not checked: nobody else works in an overlay.
func (o *overlay) NextParty(context.Context) (int64, error) { return 0, nil }

// PartiesFrom is never asked for anything, see NextParty.
func (o *overlay) PartiesFrom(context.Context, contact.Kind, int64) ([]string, error) {
	return nil, nil
}

func (o *overlay) PartiesAfter(ctx context.Context, kind contact.Kind, after string, limit int) ([]contact.Party, error) {
	return o.pageParties(kind, after, limit, func(contact.Party) bool { return true }, func(at string) ([]contact.Party, error) {
		return o.base.PartiesAfter(ctx, kind, at, limit)
	})
}

// PartiesFor leaves out who went away in this overlay: that is marked already.
func (o *overlay) PartiesFor(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error) {
	return o.pageParties(kind, after, limit, func(contact.Party) bool { return true }, func(at string) ([]contact.Party, error) {
		return o.base.PartiesFor(ctx, kind, place, at, limit)
	})
}

func (o *overlay) PartiesWithout(ctx context.Context, kind contact.Kind, place, after string, limit int) ([]contact.Party, error) {
	return o.pageParties(kind, after, limit, func(p contact.Party) bool {
		for _, id := range o.byParty[p.ID] {
			if o.links[id].Place == place {
				return false
			}
		}
		return true
	}, func(at string) ([]contact.Party, error) {
		return o.base.PartiesWithout(ctx, kind, place, at, limit)
	})
}

// pageParties merges an ordered, limited query as page does.
func (o *overlay) pageParties(kind contact.Kind, after string, limit int, fits func(contact.Party) bool, ask func(after string) ([]contact.Party, error)) ([]contact.Party, error) {
	var out []contact.Party
	for at := after; len(out) < limit; {
		found, err := ask(at)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			break
		}
		at = found[len(found)-1].ID
		o.mu.Lock()
		for _, p := range found {
			if _, changed := o.parties[p.ID]; !changed && fits(p) {
				out = append(out, p)
			}
		}
		o.mu.Unlock()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for id, p := range o.parties {
		if p.Kind == kind && p.State == contact.Active && id > after && fits(p) {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(x, y contact.Party) int { return strings.Compare(x.ID, y.ID) })
	return out[:min(limit, len(out))], nil
}

func (o *overlay) Referring(ctx context.Context, parties []string) ([]string, error) {
	found, err := o.base.Referring(ctx, parties)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.DeleteFunc(found, func(id string) bool { _, changed := o.parties[id]; return changed })
	for id, p := range o.parties {
		for slot, v := range p.Fields {
			typ, _ := contact.SlotType(p.Kind, slot)
			if typ == contact.TypeRef && slices.Contains(parties, v.Text) {
				out = append(out, id)
				break
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

func (o *overlay) FindKeys(ctx context.Context, scope string, kind contact.Kind, keys []contact.Key) ([]contact.KeyHit, error) {
	found, err := o.base.FindKeys(ctx, scope, kind, keys)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.DeleteFunc(found, func(h contact.KeyHit) bool {
		_, changed := o.keys[ownerKey{scope, kind, h.Owner}]
		return changed
	})
	for _, key := range keys {
		for _, owner := range o.byKey[scopedKey{scope, kind, key}] {
			out = append(out, contact.KeyHit{Key: key, Owner: owner})
		}
	}
	return out, nil
}

func (o *overlay) HasKeys(ctx context.Context, scope string, kind contact.Kind) (bool, error) {
	o.mu.Lock()
	for owner, keys := range o.keys {
		if owner.scope == scope && owner.kind == kind && len(keys) > 0 {
			o.mu.Unlock()
			return true, nil
		}
	}
	o.mu.Unlock()
	return o.base.HasKeys(ctx, scope, kind)
}

func (o *overlay) NotSame(ctx context.Context, pairs []contact.Pair) ([]contact.Pair, error) {
	out, err := o.base.NotSame(ctx, pairs)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, pair := range pairs {
		if o.notSame[pair] || o.notSame[contact.Pair{A: pair.B, B: pair.A}] {
			out = append(out, pair)
		}
	}
	return out, nil
}

// Apart adds what this preview has learnt; what a person takes back never goes
// through one.
func (o *overlay) Apart(ctx context.Context, from []string) ([]contact.Pair, error) {
	out, err := o.base.Apart(ctx, from)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for pair := range o.notSame {
		for _, p := range []contact.Pair{pair, {A: pair.B, B: pair.A}} {
			if slices.Contains(from, p.A) {
				out = append(out, p)
			}
		}
	}
	return out, nil
}

func (o *overlay) Inbox(ctx context.Context, place string, kind contact.Kind, after int64, limit int) ([]contact.InboxRow, error) {
	var out []contact.InboxRow
	for at := after; len(out) < limit; {
		found, err := o.base.Inbox(ctx, place, kind, at, limit)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			break
		}
		at = found[len(found)-1].ID
		o.mu.Lock()
		for _, row := range found {
			if !o.done[row.ID] {
				out = append(out, row)
			}
		}
		o.mu.Unlock()
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, row := range o.inbox {
		if row.ID > after && row.Place == place && row.Record.Kind == kind {
			out = append(out, row)
		}
	}
	return out[:min(limit, len(out))], nil
}

func (o *overlay) DropInbox(_ context.Context, place string) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	before := len(o.inbox)
	o.inbox = slices.DeleteFunc(o.inbox, func(r contact.InboxRow) bool { return r.Place == place })
	return before - len(o.inbox), nil
}

func (o *overlay) OpenReviews(ctx context.Context, place string, parties []string) ([]contact.Review, error) {
	found, err := o.base.OpenReviews(ctx, place, parties)
	if err != nil {
		return nil, err
	}
	return o.mergeReviews(found, func(r contact.Review) bool {
		return r.Decided == "" && (place == "" || r.Place == place) &&
			(len(parties) == 0 || slices.Contains(parties, r.Party) || slices.Contains(parties, r.Other))
	}), nil
}

func (o *overlay) Released(ctx context.Context, place string) ([]contact.Review, error) {
	found, err := o.base.Released(ctx, place)
	if err != nil {
		return nil, err
	}
	return o.mergeReviews(found, func(r contact.Review) bool {
		return r.Place == place && r.Decided == string(contact.AnswerGo) && r.Closed.IsZero() && r.Token != ""
	}), nil
}

func (o *overlay) Review(ctx context.Context, id int64) (contact.Review, error) {
	o.mu.Lock()
	r, known := o.reviews[id]
	o.mu.Unlock()
	if known {
		return r, nil
	}
	return o.base.Review(ctx, id)
}

func (o *overlay) Reviews(ctx context.Context, open bool, limit int) ([]contact.Review, error) {
	found, err := o.base.Reviews(ctx, open, limit)
	if err != nil {
		return nil, err
	}
	return o.mergeReviews(found, func(r contact.Review) bool { return !open || r.Decided == "" }), nil
}

func (o *overlay) mergeReviews(found []contact.Review, fits func(contact.Review) bool) []contact.Review {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := slices.DeleteFunc(found, func(r contact.Review) bool { _, changed := o.reviews[r.ID]; return changed })
	for _, r := range o.reviews {
		if fits(r) {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(x, y contact.Review) int {
		if x.ID < y.ID {
			return -1
		}
		return 1
	})
	return out
}

func (o *overlay) BeginRun(_ context.Context, cause string, at time.Time) (int64, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	id := o.id()
	o.runs[id] = contact.Run{ID: id, Cause: cause, Started: at}
	return id, nil
}

func (o *overlay) SaveRun(_ context.Context, r contact.Run) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.runs[r.ID] = r
	return nil
}

func (o *overlay) Run(ctx context.Context, id int64) (contact.Run, error) {
	o.mu.Lock()
	r, known := o.runs[id]
	o.mu.Unlock()
	if known {
		return r, nil
	}
	return o.base.Run(ctx, id)
}

func (o *overlay) Runs(ctx context.Context, limit int) ([]contact.Run, error) {
	return o.base.Runs(ctx, limit)
}

func (o *overlay) Entries(ctx context.Context, party string, run int64, limit int) ([]contact.Entry, error) {
	stored, err := o.base.Entries(ctx, party, run, limit)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []contact.Entry
	for _, e := range slices.Backward(o.entries) {
		if (party == "" || e.Party == party) && (run == 0 || e.Run == run) {
			out = append(out, e)
		}
	}
	out = append(out, stored...)
	return out[:min(limit, len(out))], nil
}

func (o *overlay) Model(ctx context.Context, kind contact.Kind) ([]byte, error) {
	o.mu.Lock()
	model := o.models[kind]
	o.mu.Unlock()
	if model != nil {
		return model, nil
	}
	return o.base.Model(ctx, kind)
}

func (o *overlay) KeepModel(_ context.Context, kind contact.Kind, model []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.models[kind] = model
	return nil
}

func (o *overlay) Secret(ctx context.Context) ([]byte, error) { return o.base.Secret(ctx) }
