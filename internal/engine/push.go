package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
)

// push writes what the place lacks: creations and changes companies first,
// removals persons first, and those only once Guard out has seen all of them.
func (s *site) push(ctx context.Context) (stop contact.Reason, err error) {
	if stop, err := s.acceptConfig(ctx); err != nil || !stop.IsZero() {
		return stop, err
	}
	s.writes()
	removals := map[contact.Kind][]int64{}
	for _, kind := range s.kinds() {
		if removals[kind], err = s.pushKind(ctx, kind); err != nil {
			return contact.Reason{}, err
		}
		if s.cut {
			return contact.Reason{}, nil // Guard out has to see all removals
		}
	}
	return s.removeAll(ctx, removals)
}

// acceptConfig stops before the first write that a changed configuration
// causes. One that causes none is accepted quietly.
func (s *site) acceptConfig(ctx context.Context) (contact.Reason, error) {
	for _, kind := range s.kinds() {
		if !s.changed(kind) || !s.listed(kind) {
			continue
		}
		hash := s.rows[kind].Hash()
		released := s.lets("config:" + hash)
		writes := 0
		if !released {
			var err error
			if writes, err = s.countWrites(ctx, kind); err != nil {
				return contact.Reason{}, err
			}
		}
		if why := plan.GuardOut(plan.Outlet{Place: s.name, Writes: writes, Changed: true}, s.rows[kind].Brake); !why.IsZero() && !released {
			err := s.pause(ctx, contact.AskConfig, kind, why, "config:"+hash)
			if err != nil || !s.e.dry {
				return why, err
			} // a preview names the stop, and shows what it holds back
		}
		accept := func(p *contact.Place) {
			l := p.Listed[kind]
			l.Accepted = hash
			p.Listed[kind] = l
		}
		err := s.useRelease(ctx, "config:"+hash, accept)
		if err != nil {
			return contact.Reason{}, err
		}
	}
	return contact.Reason{}, nil
}

// countWrites counts what would be written of a kind now.
func (s *site) countWrites(ctx context.Context, kind contact.Kind) (writes int, err error) {
	err = s.eachDue(ctx, kind, func(b *batch, due []*linkRow) error {
		for _, link := range due {
			if do := b.next(ctx, link); do.Op != "" {
				writes++
			}
		}
		return nil
	})
	return writes, err
}

// eachDue loads due links batch by batch, with all their decisions need.
func (s *site) eachDue(ctx context.Context, kind contact.Kind, work func(*batch, []*linkRow) error) error {
	var after int64
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		links, err := s.e.Store.Due(ctx, s.name, kind, s.now(), after, s.e.Batch)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			return nil
		}
		b, due, err := s.loadDue(ctx, kind, links)
		if err != nil {
			return err
		}
		if err := work(b, due); err != nil {
			return err
		}
		after = links[len(links)-1].ID
	}
}

func (s *site) loadDue(ctx context.Context, kind contact.Kind, links []contact.Link) (*batch, []*linkRow, error) {
	b := s.newBatch(kind)
	var parties []string
	var due []*linkRow
	for _, link := range links {
		due = append(due, b.addLink(link))
		if link.Party != "" {
			parties = append(parties, link.Party)
		}
	}
	if err := b.loadParties(ctx, parties); err != nil {
		return nil, nil, err
	}
	row := s.rows[kind]
	var named [][2]string
	for _, link := range links {
		named = append(named, row.References(contact.Fields(link.Seen))...)
	}
	if err := b.refs.resolve(ctx, s.e, s.name, named); err != nil {
		return nil, nil, err
	}
	if len(parties) > 0 {
		if err := b.loadReviews(ctx, parties); err != nil {
			return nil, nil, err
		}
	}
	return b, due, nil
}

// loadReviews loads the open questions that name any of the parties.
func (b *batch) loadReviews(ctx context.Context, parties []string) error {
	open, err := b.e.Store.OpenReviews(ctx, "", parties)
	if err != nil {
		return err
	}
	for _, r := range open {
		b.reviews[r.Party] = append(b.reviews[r.Party], r)
		if r.Other != "" {
			b.reviews[r.Other] = append(b.reviews[r.Other], r)
		}
	}
	return nil
}

// next asks what the place lacks of a link's party, with what holds it back.
func (b *batch) next(ctx context.Context, link *linkRow) plan.Do {
	party := b.party(link.Party)
	switch {
	case link.Intent != nil:
		return plan.Do{}
	case party == nil && isOwed(link.Link):
		return giveBack(link.Link)
	case party == nil:
		return plan.Do{}
	}
	do := b.e.Book.Next(b.ask(ctx, b.s.rows[b.kind], party, link.Link))
	for _, r := range b.reviews[party.ID] {
		switch {
		case (do.Op == contact.Create || notMade(do)) && r.Place == b.s.name && (r.Ask == contact.AskMatch || r.Ask == contact.AskTwice):
			return plan.Do{Why: contact.Because(contact.CodeMaybe, b.s.name)}
		case do.Op == contact.Create && r.Place == b.s.name && r.Ask == contact.AskRemoval:
			return plan.Do{Why: contact.Because(contact.CodeAskRemoval, b.s.name)}
		case do.Review != nil && r.Ask == contact.AskRemoval && r.Place == b.s.name:
			do.Review = nil // it is asked already
		}
	}
	return do
}

// pushKind writes creations and changes of one kind, and returns the links
// that are to be removed. Where kinds allow it, see goesAhead, the answers of
// one batch are folded while the next is decided and sent.
func (s *site) pushKind(ctx context.Context, kind contact.Kind) (removals []int64, err error) {
	if err := s.reread(ctx, kind); err != nil {
		return nil, err
	}
	settling := make(chan error, 1) // the answers of the batch before
	settling <- nil
	err = s.eachDue(ctx, kind, func(b *batch, due []*linkRow) error {
		jobs, remove, err := b.plan(ctx, due)
		for try := 0; contact.ClassOf(err) == contact.Conflicting && try < 5; try++ {
			if b, due, err = s.loadAnew(ctx, kind, due); err != nil {
				return err
			}
			jobs, remove, err = b.plan(ctx, due)
		}
		if err != nil {
			return err
		}
		removals = append(removals, remove...)
		b.sendAll(ctx, jobs)
		s.cut = s.late() && len(jobs) > 0
		err = <-settling
		if err != nil || s.stopOf(jobs) != nil || !s.goesAhead(kind) {
			settling <- nil
			return cmp.Or(s.settleJobs(ctx, kind, jobs), err, s.givesWay())
		}
		go func() { settling <- s.settleJobs(ctx, kind, jobs) }()
		return s.givesWay()
	})
	if s.cut && errors.Is(err, errLater) {
		err = nil
	}
	return removals, errors.Join(err, <-settling)
}

// loadAnew loads due links again, as they are stored by now.
func (s *site) loadAnew(ctx context.Context, kind contact.Kind, due []*linkRow) (*batch, []*linkRow, error) {
	var rows []int64
	for _, link := range due {
		rows = append(rows, link.ID)
	}
	links, err := s.e.Store.LinksByID(ctx, rows)
	if err != nil {
		return nil, nil, err
	}
	return s.loadDue(ctx, kind, links)
}

// reread reads links again whose reference has arrived, or whose record moved
// on under a write, and folds what they show.
func (s *site) reread(ctx context.Context, kind contact.Kind) error {
	var again []contact.Link
	var after int64
	for {
		links, err := s.e.Store.Due(ctx, s.name, kind, s.now(), after, s.e.Batch)
		if err != nil {
			return err
		}
		if len(links) == 0 {
			break
		}
		for _, link := range links {
			if link.Reread && link.Remote != "" {
				again = append(again, link)
			}
		}
		after = links[len(links)-1].ID
	}
	for len(again) > 0 {
		s.worked = true
		n := min(len(again), s.e.Batch)
		if err := s.rereadBatch(ctx, kind, again[:n]); err != nil {
			return err
		}
		again = again[n:]
	}
	return nil
}

func (s *site) rereadBatch(ctx context.Context, kind contact.Kind, links []contact.Link) error {
	var rows []contact.InboxRow
	for _, link := range links {
		if err := s.keep(ctx); err != nil {
			return err
		}
		asked := s.now()
		record, err := s.door.Get(ctx, kind, link.Remote)
		switch class := contact.ClassOf(err); {
		case class == contact.NotFound:
			record = contact.Record{Kind: kind, ID: link.Remote, Gone: contact.Deleted}
		case err != nil:
			return fmt.Errorf("get from %s: %w", s.name, err)
		}
		rows = append(rows, contact.InboxRow{Place: s.name, Record: record, Asked: asked})
	}
	return s.foldRows(ctx, kind, rows, contact.Commit{})
}

// job is one write on its way.
type job struct {
	link   *linkRow
	do     plan.Do
	before contact.Fields
	answer contact.Record
	err    error
	asked  contact.Record
}

// plan decides about due links and commits the intents of all writes before
// the first one leaves.
func (b *batch) plan(ctx context.Context, due []*linkRow) (jobs []*job, removals []int64, err error) {
	if err := b.lookThere(ctx, due); err != nil {
		return nil, nil, err
	}
	// What is let go comes before what is made: it may be the same.
	slices.SortStableFunc(due, func(x, y *linkRow) int { return cmp.Compare(madeLast(x), madeLast(y)) })
	err = b.decide(ctx, func() error {
		for _, link := range due {
			if link.dropped || !link.Due || link.Intent != nil || link.Reread && link.Remote != "" {
				continue
			}
			if b.party(link.Party) == nil && !isOwed(link.Link) {
				if err := b.idle(ctx, link, plan.Do{}); err != nil {
					return err
				}
				continue
			}
			do := b.next(ctx, link)
			switch {
			case do.Op == contact.Remove:
				removals = append(removals, link.ID)
				continue
			case do.Op == contact.Create, notMade(do) && link.Remote == "":
				stopped, err := b.alreadyThere(ctx, link)
				if err != nil {
					return err
				}
				if stopped {
					b.s.worked = true
					continue
				}
			}
			if do.Op == "" {
				if err := b.idle(ctx, link, do); err != nil {
					return err
				}
				continue
			}
			if !b.e.allowed(b.s, link.Link, do) {
				continue // it stays due for a run that may
			}
			jobs = append(jobs, b.begin(link, do))
		}
		return nil
	})
	return jobs, removals, err
}

func madeLast(link *linkRow) int {
	if link.Remote == "" {
		return 1
	}
	return 0
}

// idle clears the mark of a link for which nothing is to be written, and keeps
// the reason.
func (b *batch) idle(ctx context.Context, link *linkRow, do plan.Do) error {
	next := link.Link
	next.Due, next.Out = false, do.Out
	next.Reread = next.Reread && next.Remote != "" // what is not there cannot be read
	if do.Needs != "" {
		next.Needs = do.Needs
	}
	if len(next.Held) == 0 {
		next.Problem = do.Why
	}
	if do.Review != nil {
		b.commit.Reviews = append(b.commit.Reviews, *do.Review)
	}
	if !do.LetGo.IsZero() {
		return b.letGo(ctx, link, next, do.LetGo)
	}
	if next.Remote == "" && next.Needs == "" && next.Switch == contact.ByRule && do.Why.Code != contact.CodeRequired && do.Why.Code != contact.CodeNothing && !waitsForAnswer(do.Why.Code) {
		b.dropLink(link)
		return nil
	}
	b.set(link, next)
	return nil
}

func waitsForAnswer(code string) bool {
	return code == contact.CodeMaybe || code == contact.CodeTwice || code == contact.CodeCertain
}

// letGo cuts the tie and leaves the record alone. It stays recognisable, so
// that it is taken again rather than doubled should the party come back. What a
// person has switched off stays off for the party, too.
func (b *batch) letGo(ctx context.Context, link *linkRow, next contact.Link, why contact.Reason) error {
	if err := b.leaveQuestions(ctx, link.Party, link.Place); err != nil {
		return err
	}
	b.entry(contact.Entry{Party: link.Party, Place: link.Place, Remote: link.Remote, Op: contact.Unlinked, Why: why})
	party := b.party(link.Party)
	if err := b.takeAlong(ctx, link); err != nil {
		return err
	}
	off := next.Switch == contact.Off
	next.Party, next.Problem, next.Held = "", why, nil
	if why.Code != contact.CodeLeftAfter {
		next.Switch = contact.Off
	}
	b.set(link, next)
	if party == nil {
		return nil
	}
	keys := b.keysThere(b.e.Book.Row(link.Place, link.Kind), &party.Party)
	b.commit.Keys = append(b.commit.Keys, contact.KeyChange{Scope: link.Place, Kind: link.Kind, Owner: link.Remote, Keys: keys})
	if link.Place == b.s.name && link.Kind == b.kind { // who comes next in this batch may be the same
		for _, key := range keys {
			b.nobodys[key] = append(b.nobodys[key], link.Remote)
		}
	}
	if off {
		b.touch(b.addLink(contact.Link{
			Place: link.Place, Kind: link.Kind, Party: party.ID, Switch: contact.Off, Problem: why, Since: b.e.Now(),
		}))
	}
	return nil
}

// begin opens the intent of a write.
func (b *batch) begin(link *linkRow, do plan.Do) *job {
	next := link.Link
	now := b.e.Now()
	party := b.party(link.Party)
	rev := int64(0)
	if party != nil {
		rev = party.Rev
	}
	next.Intent = &contact.Intent{
		Op: do.Op, Set: do.Fields, Rev: rev, First: now, Last: now, Attempts: 1, Why: do.Why, Run: b.s.run.ID,
	}
	if do.Op == contact.Create {
		row := b.s.rows[b.kind]
		if b.s.marks(b.kind) {
			next.Intent.Marker = contact.MarkerOf(b.e.Installation, party.ID)
		}
		next.Intent.Key = row.NativeKey(do.Fields)
		if late := link.Late; late != nil && late.Op == contact.Create {
			next.Intent.First = late.First
		}
	}
	b.set(link, next)
	return &job{link: link, do: do, before: shownBefore(link.Link, do.Fields)}
}

// shownBefore is what the place shows of the fields that are to change.
func shownBefore(link contact.Link, fields contact.Fields) contact.Fields {
	before := contact.Fields{}
	for native := range fields {
		if seen := link.Seen[native]; seen != "" && !contact.IsDigest(seen) {
			before[native] = seen
		}
	}
	return before
}

// nameOf is how a reader knows a party.
func nameOf(p *contact.Party) string {
	if p.Kind == contact.Company {
		return p.Text("name")
	}
	if full := p.Text("name.full"); full != "" {
		return full
	}
	return strings.TrimSpace(p.Text("name.given") + " " + p.Text("name.family"))
}
