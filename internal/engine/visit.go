package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kith/internal/contact"
)

// Visit is what one visit did at one place.
type Visit struct {
	Worked bool           // something was folded or written: other places may have work now
	Cut    bool           // the visit gave way before all was written
	Stop   contact.Reason // why the place cannot go on
	Err    error          // the error behind Stop, if there is one
}

// visitOptions say what a visit shall do beyond what is due.
type visitOptions struct {
	look bool // read the place
	full bool // read it completely

	readFirst bool // other places are read before anything is written here
}

// visit works at one place: settle what was begun, look, fold, write. It
// holds the place meanwhile; every commit proves that it still does.
func (e *Engine) visit(ctx context.Context, name string, r *run, o visitOptions) Visit {
	s, err := e.site(ctx, name)
	if err == nil {
		s.run = r
		began := e.Now()
		s.place, err = e.Store.Take(ctx, name, s.system, e.Holder, leaseTime)
		s.lease.begin(s.place.Fence, began)
	}
	if err == nil {
		s.released, err = e.Store.Released(ctx, name)
	}
	if err != nil {
		return e.stopped(ctx, r, s, name, err)
	}
	defer func() {
		if err := e.Store.Release(context.WithoutCancel(ctx), name, e.Holder); err != nil {
			e.Log.Error("release", "place", name, "error", err)
		}
	}()
	v, err := s.work(ctx, o)
	if err != nil {
		stop := e.stopped(ctx, r, s, name, err)
		stop.Worked = v.Worked
		return stop
	}
	return v
}

func (s *site) work(ctx context.Context, o visitOptions) (v Visit, err error) {
	s.worked, s.cut, s.started = false, false, nil
	defer func() { v.Worked, v.Cut = s.worked, s.cut }()
	if stop, err := s.checkAccount(ctx); err != nil || !stop.IsZero() {
		return Visit{Stop: stop}, err
	}
	for _, kind := range s.kinds() {
		s.rows[kind].SetAbsent(s.place.Listed[kind].Without)
	}
	if err := s.settleAll(ctx); err != nil {
		return v, err
	}
	if held, err := s.held(ctx); err != nil || held {
		s.run.stop(s.name, s.place.Paused)
		return Visit{Stop: s.place.Paused}, err
	}
	for _, kind := range s.kinds() {
		if stop, err := s.take(ctx, kind, o); err != nil || !stop.IsZero() {
			return Visit{Stop: stop}, err
		}
	}
	if o.readFirst {
		due, err := s.e.hasDue(ctx, s.name)
		if err != nil || due {
			s.worked = s.worked || due
			return v, err
		}
	}
	if stop, err := s.push(ctx); err != nil || !stop.IsZero() {
		return Visit{Stop: stop}, err
	}
	return v, s.leave(ctx)
}

// take reads a kind where that is due, and folds what is new. A row that has
// not been listed yet, or was left out for a while, is read whatever caused the
// visit, because nothing is written there before; so is one whose stop a person
// has let through.
func (s *site) take(ctx context.Context, kind contact.Kind, o visitOptions) (stop contact.Reason, err error) {
	s.weighed[kind] = false
	wanted := s.e.readings.isWanted(rowKey{s.name, kind})
	due := o.look || wanted || !s.listed(kind) || s.place.Listed[kind].Unattended || s.letsIn(kind)
	if !due {
		if due, err = s.creates(ctx, kind); err != nil {
			return contact.Reason{}, err
		}
	}
	read := due && (wanted || s.looked[kind] != s.run.ID)
	if read {
		s.lookedAt[kind] = s.now()
		n := s.e.readings.begin()
		if err := s.look(ctx, kind, o); err != nil {
			return contact.Reason{}, err
		}
		s.e.readings.done(rowKey{s.name, kind}, n)
		s.looked[kind] = s.run.ID
	}
	if stop, err := s.foldInbox(ctx, kind); err != nil || !stop.IsZero() {
		return stop, err
	}
	if read {
		if err := s.wakeSought(ctx, kind); err != nil {
			return contact.Reason{}, err
		}
	}
	return contact.Reason{}, s.sweep(ctx, kind)
}

// creates reports whether records are to be made in a place that was not read
// just before and tells cheaply what is new: somebody may have made them there
// by hand meanwhile.
func (s *site) creates(ctx context.Context, kind contact.Kind) (bool, error) {
	if s.place.Cursor[kind] == "" || s.now().Sub(s.lookedAt[kind]) <= visitTime {
		return false, nil
	}
	due, err := s.e.Store.Due(ctx, s.name, kind, s.now(), 0, s.e.Batch)
	return slices.ContainsFunc(due, func(l contact.Link) bool { return l.Remote == "" }), err
}

// leave notes the end of a visit that reached the system, and when the place
// wants to be visited next.
func (s *site) leave(ctx context.Context) error {
	for _, kind := range s.kinds() {
		s.sayUnasked(kind)
	}
	next, err := s.e.Store.NextDue(ctx, s.name)
	if err != nil {
		return err
	}
	if s.place.Due.Equal(next) && s.now().Sub(s.place.Visited) < time.Minute && s.place.Paused.IsZero() && len(s.released) == 0 {
		return nil
	}
	place := clonePlace(s.place)
	place.Visited, place.Due, place.Paused = s.now(), next, contact.Reason{}
	for kind, l := range place.Listed {
		if s.looked[kind] == s.run.ID {
			l.Looked = s.lookedAt[kind]
			place.Listed[kind] = l
		}
	}
	c := contact.Commit{SavePlace: &place}
	if isBrake(s.place.Paused.Code) || len(s.released) > 0 {
		if c.Reviews, err = s.moot(ctx); err != nil {
			return err
		}
	}
	return s.commit(ctx, c)
}

// moot closes what was asked about this place as a whole: it has passed every
// brake, so what was asked, or let through, has come right by itself.
func (s *site) moot(ctx context.Context) (over []contact.Review, err error) {
	open, err := s.e.Store.OpenReviews(ctx, s.name, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range open {
		if r.Ask == contact.AskBrake || r.Ask == contact.AskConfig {
			r.Decided, r.Closed = settledByItself, s.now()
			over = append(over, r)
		}
	}
	for _, r := range s.released {
		r.Closed = s.now()
		over = append(over, r)
	}
	s.released = nil
	return over, nil
}

// settledByItself is the answer of a review that nobody had to answer.
const settledByItself = "settled"

// checkAccount stops when the place has become another one.
func (s *site) checkAccount(ctx context.Context) (contact.Reason, error) {
	account := s.door.Account()
	token := "account:" + account
	switch {
	case s.place.Account == account:
		return contact.Reason{}, nil
	case s.place.Account == "":
		return contact.Reason{}, s.save(ctx, func(p *contact.Place) { p.Account = account })
	case s.lets(token):
		return contact.Reason{}, s.useRelease(ctx, token, func(p *contact.Place) {
			p.Account, p.Cursor, p.Listed = account, nil, resetListings(p.Listed)
		})
	}
	links := 0
	for _, kind := range contact.Kinds {
		n, err := s.e.Store.CountLive(ctx, s.name, kind)
		if err != nil {
			return contact.Reason{}, err
		}
		links += n
	}
	if links == 0 {
		return contact.Reason{}, s.save(ctx, func(p *contact.Place) {
			p.Account, p.Cursor, p.Listed = account, nil, nil
		})
	}
	why := contact.Because(contact.CodeAccount, s.name, s.place.Account, account)
	return why, s.pause(ctx, contact.AskBrake, "", why, token)
}

// resetListings asks for a complete reading of everything while remembering
// which rows may write. Everybody is held against the place then.
func resetListings(listed map[contact.Kind]contact.Listing) map[contact.Kind]contact.Listing {
	out := map[contact.Kind]contact.Listing{}
	for kind, l := range listed {
		out[kind] = contact.Listing{Accepted: l.Accepted, Swept: unattended}
	}
	return out
}

// pause stops the place and asks a person, once.
func (s *site) pause(ctx context.Context, ask contact.Question, kind contact.Kind, why contact.Reason, token string) error {
	open, err := s.e.Store.OpenReviews(ctx, s.name, nil)
	if err != nil {
		return err
	}
	place := clonePlace(s.place)
	place.Paused = why
	c := contact.Commit{SavePlace: &place}
	known := false
	for _, r := range open {
		known = known || r.Ask == ask && r.Token == token
	}
	if !known {
		c.Reviews = []contact.Review{{At: s.now(), Ask: ask, Place: s.name, Kind: kind, Token: token, Why: why}}
	}
	s.run.stop(s.name, why)
	return s.commit(ctx, c)
}

// held reports whether a brake keeps the place from being read and folded until
// a person answers. One that only keeps it from being written does not: it is
// met again before the write. A field that is gone is looked for each time, as
// it takes one page to see whether it is back; so is another account, which has
// been seen to be the old one again. Other pauses end by themselves.
func (s *site) held(ctx context.Context) (bool, error) {
	switch code := s.place.Paused.Code; {
	case !isBrakeIn(code), code == contact.CodeColumnGone, code == contact.CodeAccount, len(s.released) > 0:
		return false, nil
	}
	open, err := s.e.Store.OpenReviews(ctx, s.name, nil)
	return slices.ContainsFunc(open, func(r contact.Review) bool { return r.Ask == contact.AskBrake }), err
}

func isBrake(code string) bool {
	return isBrakeIn(code) || code == contact.CodeRemovalsOut || code == contact.CodeConfigChanged
}

func isBrakeIn(code string) bool {
	switch code {
	case contact.CodeEmptied, contact.CodeShrunken, contact.CodeAllChanged, contact.CodeBlanked,
		contact.CodeColumnGone, contact.CodeAccount, contact.CodeRemovalsIn:
		return true
	}
	return false
}

// stopped turns an error into the reason a place cannot go on, and remembers
// it where that can still be stored.
func (e *Engine) stopped(ctx context.Context, r *run, s *site, name string, err error) Visit {
	why := reasonOf(name, err)
	if s != nil {
		s.drop()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil {
		return Visit{Stop: contact.Because(contact.CodeInterrupted, name), Err: err}
	}
	e.Log.Warn("visit", "place", name, "stopped", why.Code, "error", err)
	r.stop(name, why)
	if _, full := storeFull(err); full {
		return Visit{Stop: why, Err: fmt.Errorf("visit %s: %w", name, err)} // nor can that be remembered
	}
	if s != nil && s.place.Fence > 0 && !isBrake(s.place.Paused.Code) && contact.ClassOf(err) != contact.Held {
		if err := s.save(ctx, func(p *contact.Place) { p.Paused = why }); err != nil {
			e.Log.Error("remember why a place stopped", "place", name, "error", err)
		}
	}
	return Visit{Stop: why, Err: fmt.Errorf("visit %s: %w", name, err)}
}

// storeFull reports whether it is our own memory that has no room: then no
// place is to blame.
func storeFull(err error) (contact.Reason, bool) {
	var e *contact.Error
	if errors.As(err, &e) && e.Reason.Code == contact.CodeStoreFull {
		return e.Reason, true
	}
	return contact.Reason{}, false
}

// reasonOf names what an error means for a place.
func reasonOf(place string, err error) contact.Reason {
	var unknown *unknownField
	if errors.As(err, &unknown) {
		return unknown.why
	}
	if why, full := storeFull(err); full {
		return why
	}
	var code string
	switch contact.ClassOf(err) {
	case contact.Unreachable, contact.Throttled, contact.Uncertain:
		code = contact.CodeUnreachable
	case contact.Credentials:
		code = contact.CodeCredentials
	case contact.Forbidden:
		code = contact.CodeForbidden
	case contact.Setup:
		code = contact.CodeSetup
	case contact.Malformed:
		code = contact.CodeMalformed
	case contact.Held:
		code = contact.CodeHeld
	default:
		code = contact.CodeStopped
	}
	return contact.Because(code, place, err.Error())
}
