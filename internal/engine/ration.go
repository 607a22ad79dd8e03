package engine

import (
	"context"

	"kith/internal/contact"
	"kith/internal/match"
)

// questions counts, for one place and kind, what a person is asked by likeness: the
// records that belong to somebody, and the questions that are open. It is counted when
// the first question of a visit comes up, and followed from then on.
type questions struct{ records, open, unasked int }

// counted makes sure that the questions of the place are counted; the caller holds the
// lock.
func (l *likeness) counted(ctx context.Context, place string) (*questions, error) {
	if q := l.questions[place]; q != nil {
		return q, nil
	}
	q := &questions{}
	open, err := l.e.Store.OpenReviews(ctx, place, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		if r.Kind == l.kind && r.Ask == contact.AskMatch {
			q.open++
		}
	}
	if q.records, err = l.e.Store.CountLive(ctx, place, l.kind); err != nil {
		return nil, err
	}
	l.questions[place] = q
	return q, nil
}

// mayAsk reports whether there is room for a question whether a record is what it was
// found to be like. Of the contacts and the records of the place together no larger
// share is asked about at a time than the row allows. What a plain rule would link is
// asked about however many there are, and so is what was asked already. The caller holds
// the likeness.
func (b *batch) mayAsk(ctx context.Context, record contact.Record, found resembling) (bool, error) {
	if link := b.links[linkKey(b.s.name, b.kind, record.ID)]; found.rule.Plain() || link != nil && waitsForAnswer(link.Problem.Code) {
		return true, nil
	}
	l := b.e.likeness[b.kind]
	q, err := l.counted(ctx, b.s.name)
	if err != nil {
		return false, err
	}
	open, records := q.open, q.records
	for i := range b.commit.Reviews {
		open += b.opens(&b.commit.Reviews[i])
	}
	for _, link := range b.order {
		records += b.ties(&link.Link)
	}
	dial := match.Options{Reviewed: b.s.rows[b.kind].Reviewed / 100}
	if open < dial.Questions(l.index.Len()+records) {
		return true, nil
	}
	b.unasked++
	return false, nil
}

// opens is by how many a review changes the number of open questions.
func (b *batch) opens(r *contact.Review) int {
	switch {
	case r.Kind != b.kind || r.Ask != contact.AskMatch || r.Place != b.s.name:
		return 0
	case r.Decided != "":
		return -1
	case r.ID == 0:
		return 1
	}
	return 0
}

// ties is by how many a link changes the number of records that belong to somebody.
func (b *batch) ties(link *contact.Link) int {
	if link.ID == 0 && link.Place == b.s.name && link.Kind == b.kind && link.Party != "" && link.Live() {
		return 1
	}
	return 0
}

// count follows what a batch has stored; the caller holds the lock.
func (q *questions) count(b *batch) {
	for i := range b.commit.Reviews {
		q.open += b.opens(&b.commit.Reviews[i])
	}
	for i := range b.commit.Links {
		q.records += b.ties(&b.commit.Links[i])
	}
	q.unasked += b.unasked
}

// sayUnasked tells whoever reads the log how many records were like a contact and were
// not asked about.
func (s *site) sayUnasked(kind contact.Kind) {
	l := s.e.likeness[kind]
	l.mu.Lock()
	defer l.mu.Unlock()
	if q := l.questions[s.name]; q != nil && q.unasked > 0 {
		s.e.Log.Info("records are possibly known contacts, and as many are asked about as `reviewed` allows", "place", s.name, "kind", kind, "not asked about", q.unasked)
		q.unasked = 0
	}
}
