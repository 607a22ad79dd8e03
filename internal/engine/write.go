package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/plan"
)

// do carries out the writes whose intents plan has stored, and folds the
// answers.
func (b *batch) do(ctx context.Context, jobs []*job) error {
	b.sendAll(ctx, jobs)
	return b.s.settleJobs(ctx, b.kind, jobs)
}

// sendAll carries writes out, as many at a time as the place allows.
func (b *batch) sendAll(ctx context.Context, jobs []*job) {
	if len(jobs) == 0 {
		return
	}
	b.s.worked = true
	width := max(1, b.s.abilities.Parallel)
	queue := make(chan *job)
	var group sync.WaitGroup
	for range min(width, len(jobs)) {
		group.Go(func() {
			for j := range queue {
				j.answer, j.err = b.s.send(ctx, b.kind, j, b.party(j.link.Party))
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	group.Wait()
}

// send carries one write out. A context that ends before the request leaves
// leaves the intent for the next visit to settle.
func (s *site) send(ctx context.Context, kind contact.Kind, j *job, party *partyRow) (contact.Record, error) {
	if err := ctx.Err(); err != nil {
		return contact.Record{}, err
	}
	if j.do.Op != contact.Remove && s.late() {
		return contact.Record{}, errLater
	}
	if err := s.keep(ctx); err != nil {
		return contact.Record{}, err
	}
	link := j.link.Link
	row := s.rows[kind]
	if s.e.Acted != nil {
		s.e.Acted(actionOf(link, party, j))
	}
	switch j.do.Op {
	case contact.Create, contact.Update:
		put := contact.Record{Kind: kind, ID: link.Remote, Version: link.Version}
		var now *contact.Record
		if j.do.Op == contact.Update && (row.NeedsRead() || s.blind(kind)) {
			record, err := s.unchanged(ctx, link)
			if err != nil {
				return contact.Record{}, err
			}
			now, put.Version = &record, record.Version
		}
		var p contact.Party
		if party != nil {
			p = party.Party
		}
		if j.do.Op == contact.Create {
			put.ID, put.Marker, put.UID = "", link.Intent.Marker, plan.FirstUID(&p)
		}
		put.Values = row.Changes(j.do.Fields, link, &p, now)
		j.asked = put
		return s.door.Put(ctx, put)
	case contact.Remove:
		now, err := s.unchanged(ctx, link)
		if err != nil {
			return now, err
		}
		j.answer = now
		return now, s.door.Remove(ctx, kind, link.Remote, now.Version)
	default: // contact.Release
		marking, ok := s.door.(connector.Marking)
		if !ok || !s.marks(kind) {
			return contact.Record{}, nil
		}
		return marking.Mark(ctx, kind, link.Remote, link.Version, "")
	}
}

// blind reports whether a write could go over an edit that nobody has seen: the
// system cannot tell, and was not read just before.
func (s *site) blind(kind contact.Kind) bool {
	return !s.abilities.Locks && (s.abilities.Lag > 0 || s.now().Sub(s.lookedAt[kind]) > visitTime)
}

// unchanged reads a record and returns it if it is as it was last read.
func (s *site) unchanged(ctx context.Context, link contact.Link) (contact.Record, error) {
	now, err := s.door.Get(ctx, link.Kind, link.Remote)
	if err == nil && s.rows[link.Kind].ShownHash(now) != link.Shown {
		return now, contact.Fail(contact.Conflicting, "the record changed since it was last read")
	}
	return now, err
}

// settleJobs folds the answers of a batch of writes and commits them.
func (s *site) settleJobs(ctx context.Context, kind contact.Kind, jobs []*job) error {
	if len(jobs) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), visitTime)
	defer cancel()
	if err := anew(func() error { return s.newBatch(kind).settleAnswers(ctx, jobs) }); err != nil {
		return err
	}
	for _, j := range jobs {
		if j.err == nil {
			s.run.wrote(s.name, j.do.Op)
		}
	}
	return s.stopOf(jobs)
}

// stopOf returns the error of a write after which no other can succeed.
func (s *site) stopOf(jobs []*job) error {
	for _, j := range jobs {
		if stops(contact.ClassOf(j.err)) {
			return fmt.Errorf("%s in %s: %w", j.do.Op, s.name, j.err)
		}
	}
	return nil
}

// stops reports whether an error of one write means that no other can succeed.
func stops(class contact.Class) bool {
	switch class {
	case contact.Unreachable, contact.Throttled, contact.Credentials, contact.Forbidden, contact.Setup, contact.Held:
		return true
	}
	return false
}

func (b *batch) settleAnswers(ctx context.Context, jobs []*job) error {
	var refs [][2]string
	for _, j := range jobs {
		refs = append(refs, b.s.rows[b.kind].References(j.answer.Fields)...)
		refs = append(refs, b.s.rows[b.kind].References(contact.Fields(j.link.Seen))...)
	}
	var parties, alone []string
	for _, j := range jobs {
		if j.link.Party == "" {
			alone = append(alone, j.link.Remote)
		}
		parties = append(parties, j.link.Party)
	}
	if err := b.loadRemotes(ctx, alone); err != nil {
		return err
	}
	if err := b.loadParties(ctx, parties); err != nil {
		return err
	}
	if err := b.refs.resolve(ctx, b.e, b.s.name, refs); err != nil {
		return err
	}
	return b.decide(ctx, func() error {
		for _, j := range jobs {
			// As it is stored now: a wanted link has got its row with its intent.
			link := b.linkAt(j.link.Party, b.s.name)
			if j.link.Party == "" {
				link = b.links[linkKey(b.s.name, b.kind, j.link.Remote)]
			}
			if link == nil {
				continue
			}
			if err := b.settleOne(ctx, link, j); err != nil {
				return err
			}
		}
		return b.spread(ctx)
	})
}

// settleOne takes the answer of one write into its link and party.
func (b *batch) settleOne(ctx context.Context, link *linkRow, j *job) error {
	intent := link.Intent
	if intent == nil {
		return nil // somebody settled it meanwhile
	}
	next := link.Link
	switch class := contact.ClassOf(j.err); {
	case j.err == nil:
		return b.written(ctx, link, j.answer, intent, intent.Set)
	case errors.Is(j.err, errLater):
		next.Intent = nil
	case class == contact.Uncertain, class == contact.Malformed, class == "":
		next.Intent = again(intent, b.e.Now())
		next.Late, next.NotBefore = next.Intent, b.e.Now()
		next.Problem = contact.Because(contact.CodeSettling, b.s.name)
	case class == contact.Conflicting:
		next.Intent, next.Reread, next.Due = nil, link.Remote != "", true
		b.vain(&next)
	case class == contact.NotFound && intent.Op == contact.Remove:
		return b.withdrawn(ctx, link, contact.Record{ID: link.Remote}, intent)
	case class == contact.NotFound:
		next.Intent, next.Reread, next.Due = nil, true, true
		b.vain(&next)
	case class == contact.Refused:
		b.s.run.failed(b.s.name, 1)
		b.refused(&next, j.err)
		if !equalReason(next.Problem, link.Problem) { // one line, however often it is tried
			b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: link.Remote, Op: contact.Failed, Why: next.Problem})
		}
	default: // nothing has happened and the place stops: try again at the next visit
		next.Intent = nil
	}
	b.set(link, next)
	return nil
}

func again(intent *contact.Intent, now time.Time) *contact.Intent {
	copied := *intent
	copied.Last = now
	return &copied
}

// refused holds a record that the system does not accept. It is tried again
// after longer and longer waits, because what was wrong may have been put right
// over there, until it has had its tries.
func (b *batch) refused(link *contact.Link, err error) {
	link.Intent = nil
	link.Problem = contact.Because(contact.CodeRefused, b.s.name, err.Error())
	var e *contact.Error
	if errors.As(err, &e) && e.After > 0 { // nothing is wrong with it, only the moment
		link.Due, link.NotBefore = true, b.e.Now().Add(e.After)
		return
	}
	link.Tries++
	link.Due = link.Tries < b.s.rows[b.kind].Tries
	if link.Due {
		link.NotBefore = b.e.Now().Add(retryAfter << min(link.Tries-1, 10))
	}
}

// written folds the answer of a write: the fields we set are what the place
// shows now, everything else is a reading like any other. Of a record that was
// found after its answer was lost only those fields are ours that show what we
// asked for: somebody may have been there since.
func (b *batch) written(ctx context.Context, link *linkRow, answer contact.Record, intent *contact.Intent, ours contact.Fields) error {
	if link.Party == "" {
		b.gaveBack(link, answer, intent)
		return nil
	}
	party, tries := b.party(link.Party), link.Tries
	next := link.Link
	next.Intent, next.Due, next.Tries, next.Problem, next.NotBefore = nil, false, 0, contact.Reason{}, never
	switch intent.Op {
	case contact.Remove:
		return b.withdrawn(ctx, link, answer, intent)
	case contact.Release:
		if answer.Version != "" {
			next.Version = answer.Version
		}
		return b.letGo(ctx, link, next, intent.Why)
	case contact.Create:
		if other := b.links[linkKey(b.s.name, b.kind, answer.ID)]; other != nil && other != link {
			b.forget(other)
		}
		next.Remote, next.Made, next.Gone, next.Seen, next.Sent = answer.ID, true, contact.Here, contact.Memo{}, nil
		next.Since, next.Missing = b.e.Now(), nil
	}
	b.wrote(link, next.Remote, intent)
	b.set(link, next)
	if answer.Kind == "" {
		answer.Kind = b.kind
	}
	if err := b.foldLinked(ctx, link, answer, ours); err != nil {
		return err
	}
	b.owedAgain(ctx, link, intent, tries)
	if b.kind == contact.Company && intent.Op == contact.Create {
		b.arrived(link.Link, &party.Party)
	}
	return nil
}

// wrote puts a write into history: a new record whole, a change by field.
func (b *batch) wrote(link *linkRow, remote string, intent *contact.Intent) {
	if intent.Op == contact.Create {
		b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: remote, Op: contact.Made, Why: intent.Why,
			After: recordJSON(contact.Record{Kind: b.kind, ID: remote, Values: contact.Values{Fields: intent.Set}})})
		return
	}
	for _, native := range intent.Set.Names() {
		b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: remote, Op: contact.Wrote, Field: native,
			Before: textOf(link.Seen[native]), After: intent.Set[native], Why: intent.Why})
	}
}

func textOf(memo string) string {
	if contact.IsDigest(memo) {
		return ""
	}
	return memo
}

// withdrawn takes a removal of ours: the record is gone because of us, so
// should the party come back into the choice, it is made anew.
func (b *batch) withdrawn(ctx context.Context, link *linkRow, was contact.Record, intent *contact.Intent) error {
	if err := b.leaveQuestions(ctx, link.Party, link.Place); err != nil {
		return err
	}
	b.entry(contact.Entry{Party: link.Party, Place: b.s.name, Remote: link.Remote, Op: contact.Withdrew, Before: recordJSON(was), Why: intent.Why})
	if link.Switch == contact.ByRule {
		b.dropLink(link)
		return nil
	}
	b.set(link, contact.Link{
		ID: link.ID, Place: link.Place, Kind: link.Kind, Party: link.Party, Switch: link.Switch, At: b.e.Now(), Since: link.Since,
		Problem: intent.Why,
	})
	return nil
}

// removeAll removes what was found to be removed, persons before companies,
// once Guard out has seen how many there are.
func (s *site) removeAll(ctx context.Context, removals map[contact.Kind][]int64) (stop contact.Reason, err error) {
	total := 0
	for _, rows := range removals {
		total += len(rows)
	}
	if total == 0 {
		return contact.Reason{}, nil
	}
	links := 0
	for _, kind := range s.kinds() {
		n, err := s.e.Store.CountLive(ctx, s.name, kind)
		if err != nil {
			return contact.Reason{}, err
		}
		links += n
	}
	_, day := s.place.Tally.Removed(s.now())
	why := plan.GuardOut(plan.Outlet{Place: s.name, LinksDay: links + day, Removals: total, Day: day}, s.brake())
	token := "out:" + contact.CodeRemovalsOut
	if !why.IsZero() && !s.lets(token) {
		err := s.pause(ctx, contact.AskBrake, "", why, token)
		if err != nil || !s.e.dry {
			return why, err
		} // a preview names the stop, and shows what it holds back
	}
	if err := s.useRelease(ctx, token, func(p *contact.Place) { p.Tally = p.Tally.Add(s.now(), 0, total) }); err != nil {
		return contact.Reason{}, err
	}
	for i := len(contact.Kinds) - 1; i >= 0; i-- {
		kind := contact.Kinds[i]
		for rows := removals[kind]; len(rows) > 0; {
			n := min(len(rows), s.e.Batch)
			if err := s.removeBatch(ctx, kind, rows[:n]); err != nil {
				return contact.Reason{}, err
			}
			rows = rows[n:]
		}
	}
	return contact.Reason{}, nil
}

func (s *site) removeBatch(ctx context.Context, kind contact.Kind, rows []int64) error {
	var b *batch
	var jobs []*job
	err := anew(func() error {
		links, err := s.e.Store.LinksByID(ctx, rows)
		if err != nil {
			return err
		}
		var due []*linkRow
		if b, due, err = s.loadDue(ctx, kind, links); err != nil {
			return err
		}
		jobs = nil
		return b.decide(ctx, func() error {
			for _, link := range due {
				if link.Intent != nil {
					continue
				}
				do := b.next(ctx, link)
				if do.Op != contact.Remove || !b.e.allowed(s, link.Link, do) {
					continue
				}
				jobs = append(jobs, b.begin(link, do))
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return b.do(ctx, jobs)
}
