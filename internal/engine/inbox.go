package engine

import (
	"context"
	"errors"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// foldInbox takes the waiting readings of a kind into their parties, once
// Guard in has let them pass.
func (s *site) foldInbox(ctx context.Context, kind contact.Kind) (stop contact.Reason, err error) {
	intake, rows, err := s.intake(ctx, kind)
	if err != nil {
		return contact.Reason{}, err
	}
	why := plan.GuardIn(intake, s.rows[kind].Brake)
	if token := tokenIn(kind, why.Code); s.lets(token) {
		why = contact.Reason{}
		if err := s.useRelease(ctx, token, func(*contact.Place) {}); err != nil {
			return contact.Reason{}, err
		}
	}
	if !why.IsZero() {
		return why, s.pause(ctx, contact.AskBrake, kind, why, tokenIn(kind, why.Code))
	}
	if intake.Removed > 0 {
		if err := s.save(ctx, func(p *contact.Place) { p.Tally = p.Tally.Add(s.now(), intake.Removed, 0) }); err != nil {
			return contact.Reason{}, err
		}
	}
	return contact.Reason{}, s.foldAll(ctx, kind, rows)
}

// foldAll folds everything that waits.
func (s *site) foldAll(ctx context.Context, kind contact.Kind, rows int) (err error) {
	defer func() { err = errors.Join(err, s.settled(ctx)) }()
	var after int64
	for folded := 0; ; {
		batch, err := s.e.Store.Inbox(ctx, s.name, kind, after, s.e.Batch)
		if err != nil || len(batch) == 0 {
			return err
		}
		if err := s.foldAhead(ctx, kind, batch, contact.Commit{}); err != nil {
			return err
		}
		s.worked = true
		after = batch[len(batch)-1].ID
		folded += len(batch)
		s.e.Progress.Step(s.name, "fold", folded, rows)
	}
}

// intake counts what waits, before anything of it is believed.
func (s *site) intake(ctx context.Context, kind contact.Kind) (in plan.Intake, rows int, err error) {
	in = plan.Intake{Place: s.name, Filled: map[string]int{}, Blanked: map[string]int{}}
	gone := map[string]bool{}
	changed := map[string]bool{}
	var after int64
	for {
		batch, err := s.e.Store.Inbox(ctx, s.name, kind, after, s.e.Batch)
		if err != nil {
			return in, rows, err
		}
		if len(batch) == 0 {
			break
		}
		if err := s.count(ctx, kind, batch, &in, gone, changed); err != nil {
			return in, rows, err
		}
		rows += len(batch)
		after = batch[len(batch)-1].ID
	}
	rd := s.rounds[kind]
	s.rounds[kind] = nil
	if rows == 0 && rd == nil {
		return in, 0, nil
	}
	in.Removed, in.Changed = len(gone), len(changed)
	if in.Links, err = s.e.Store.CountLive(ctx, s.name, kind); err != nil {
		return in, rows, err
	}
	day, _ := s.place.Tally.Removed(s.now())
	in.Day, in.LinksDay = day, in.Links+day
	if rd != nil {
		in.Complete, in.Shown, in.Missing = rd.complete, rd.shown, rd.missing
	}
	if plan.MayBlank(in) {
		err = s.countFilled(ctx, kind, in.Filled)
	}
	return in, rows, err
}

// countFilled counts, over all links, the fields that have shown a value. It
// reads every link, so it is done only when many were blanked.
func (s *site) countFilled(ctx context.Context, kind contact.Kind, filled map[string]int) error {
	var all []int64
	err := s.e.Store.EachGlance(ctx, s.name, kind, func(g contact.Glance) error {
		all = append(all, g.ID)
		return nil
	})
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(all, s.e.Batch) {
		links, err := s.e.Store.LinksByID(ctx, chunk)
		if err != nil {
			return err
		}
		for _, link := range links {
			if link.Party != "" && link.Live() {
				s.rows[kind].CountFilled(link, filled)
			}
		}
	}
	return nil
}

func (s *site) count(ctx context.Context, kind contact.Kind, batch []contact.InboxRow, in *plan.Intake, gone, changed map[string]bool) error {
	remotes := make([]string, len(batch))
	for i := range batch {
		remotes[i] = batch[i].Record.ID
	}
	links, err := s.e.Store.LinksByRemote(ctx, s.name, kind, remotes)
	if err != nil {
		return err
	}
	byRemote := map[string]contact.Link{}
	for _, link := range links {
		byRemote[link.Remote] = link
	}
	row := s.rows[kind]
	for _, r := range batch {
		link, known := byRemote[r.Record.ID]
		if !known || link.Party == "" || !link.Live() {
			continue
		}
		if r.Record.Gone == contact.Deleted || r.Record.Gone == contact.Absent {
			gone[link.Remote] = true
			continue
		}
		if r.Record.Gone == contact.Here && !changed[link.Remote] && row.Differs(r.Record, link, in.Blanked) {
			changed[link.Remote] = true
		}
	}
	return nil
}

// supersede keeps of several readings of one record only what still counts:
// an older complete reading says nothing that a newer one does not.
func supersede(batch []contact.InboxRow) (rows []contact.InboxRow, done []int64) {
	last := make(map[string]int, len(batch))
	for i := range batch {
		last[batch[i].Record.ID] = i
	}
	rows = make([]contact.InboxRow, 0, len(last))
	for i := range batch {
		r := &batch[i]
		if r.ID != 0 {
			done = append(done, r.ID)
		}
		if last[r.Record.ID] == i {
			rows = append(rows, *r)
		}
	}
	return rows, done
}
