package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/plan"
)

// site is one place as a visit sees it: the open door, its rows and the row of
// memory.
type site struct {
	e         *Engine
	name      string
	system    string
	door      connector.Connector
	abilities connector.Abilities
	rows      map[contact.Kind]*plan.Row // those that are not paused
	place     contact.Place              // as last committed
	run       *run
	blank     bool             // nothing is known yet of the records at hand: the place is read for the first time
	released  []contact.Review // what a person has let through, not yet acted upon

	looked   map[contact.Kind]int64     // the run in which the kind was last read
	lookedAt map[contact.Kind]time.Time // when that was
	weighed  map[contact.Kind]bool      // this visit has seen to what likeness knows, see weigh
	started  map[uint64]struct{}        // parties that this visit has started, see partyHash: it reads before it writes, so they have their record here
	worked   bool                       // this visit changed something that another one may have to act upon
	rounds   map[contact.Kind]*round
	shapes   map[contact.Kind]connector.Shape // as the door described its collections
	lease    lease
	cut      bool   // this visit gave way before all was written
	ahead    *ahead // what is being stored while the next batch is decided
}

// site opens a place, once.
func (e *Engine) site(ctx context.Context, name string) (*site, error) {
	e.mu.Lock()
	s := e.sites[name]
	if s == nil {
		s = &site{e: e, name: name, rows: map[contact.Kind]*plan.Row{}, looked: map[contact.Kind]int64{}, lookedAt: map[contact.Kind]time.Time{}, weighed: map[contact.Kind]bool{}, rounds: map[contact.Kind]*round{}, shapes: map[contact.Kind]connector.Shape{}}
		for _, kind := range contact.Kinds {
			if row := e.Book.Row(name, kind); row != nil && !row.Paused {
				s.rows[kind], s.system = row, row.System
			}
		}
		e.sites[name] = s
	}
	e.mu.Unlock()
	if s.door != nil {
		return s, nil
	}
	system := e.Systems[s.system]
	if system == nil {
		return nil, contact.Fail(contact.Setup, "there is no place %q in the configuration", name)
	}
	s.abilities = system.Abilities()
	suffix := strings.TrimPrefix(strings.TrimPrefix(name, s.system), "/")
	door, err := system.Open(ctx, suffix)
	if err != nil {
		return nil, err // it names the system already
	}
	for kind, row := range s.rows {
		shape, err := door.Describe(ctx, kind)
		if err != nil {
			return nil, err // so does this
		}
		limits := map[string]int{}
		for _, field := range shape.Fields {
			limits[field.Name] = field.Max
		}
		row.SetLimits(limits)
		s.shapes[kind] = shape
	}
	s.door = door
	return s, nil
}

// drop forgets the open door, so that the next visit opens it anew.
func (s *site) drop() { s.door = nil }

// kinds returns the kinds that are read and written here, companies first.
func (s *site) kinds() []contact.Kind {
	var kinds []contact.Kind
	for _, kind := range contact.Kinds {
		if s.rows[kind] != nil {
			kinds = append(kinds, kind)
		}
	}
	return kinds
}

// listed reports whether the place was read completely under its present row.
func (s *site) listed(kind contact.Kind) bool {
	l := s.place.Listed[kind]
	return !l.At.IsZero() && l.Under == s.rows[kind].Hash()
}

// changed reports whether the configuration changed and no person and no quiet
// run has accepted it.
func (s *site) changed(kind contact.Kind) bool {
	l := s.place.Listed[kind]
	return l.Accepted != "" && l.Accepted != s.rows[kind].Hash()
}

// marks reports whether records of a kind carry our marker here.
func (s *site) marks(kind contact.Kind) bool {
	return s.rows[kind].Collection.Marker != "" || s.abilities.Marks
}

func (s *site) brake() contact.Brake {
	for _, row := range s.rows {
		return row.Brake
	}
	return contact.Brake{}
}

// commit stores c under the place's fence, together with the place's own row
// where it changed.
func (s *site) commit(ctx context.Context, c contact.Commit) error {
	c.Place, c.Fence = s.name, s.place.Fence // both empty for a person's decision
	if c.Fence > 0 {
		if err := s.keep(ctx); err != nil {
			return err
		}
	}
	if c.SavePlace != nil {
		c.Relisted = relisted(s.place, *c.SavePlace)
	}
	err := s.e.Store.Commit(ctx, c)
	if err == nil && c.SavePlace != nil {
		s.place = *c.SavePlace
	}
	if contact.ClassOf(err) == contact.Conflicting || err == nil && len(c.Relisted)+len(c.Unattended) > 0 {
		if unknown := s.e.learnListings(ctx); unknown != nil { // then the next commit is refused
			s.e.Log.Warn("commit", "place", s.name, "error", unknown)
		}
	}
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	return nil
}

// save commits a change of the place's own row.
func (s *site) save(ctx context.Context, change func(*contact.Place)) error {
	place := clonePlace(s.place)
	change(&place)
	return s.commit(ctx, contact.Commit{SavePlace: &place})
}

// lets reports whether a person has let through what a token names.
func (s *site) lets(token string) bool {
	for _, r := range s.released {
		if r.Token == token {
			return true
		}
	}
	return false
}

// letsIn reports whether a person has let through readings of a kind.
func (s *site) letsIn(kind contact.Kind) bool {
	return slices.ContainsFunc(s.released, func(r contact.Review) bool { return strings.HasPrefix(r.Token, tokenIn(kind, "")) })
}

// letsMissing reports whether a person has said that so little is right.
func (s *site) letsMissing(kind contact.Kind) bool {
	return s.lets(tokenIn(kind, contact.CodeEmptied)) || s.lets(tokenIn(kind, contact.CodeShrunken))
}

// tokenIn names what stopped readings of a kind.
func tokenIn(kind contact.Kind, code string) string { return "in:" + string(kind) + ":" + code }

// useRelease saves a change of the place's row that a released token allowed,
// and closes the reviews that released it. Where nobody had to release it, what
// the place was stopped for before stays to be closed as it is left.
func (s *site) useRelease(ctx context.Context, token string, change func(*contact.Place)) error {
	place := clonePlace(s.place)
	if s.lets(token) {
		place.Paused = contact.Reason{}
	}
	change(&place)
	c := contact.Commit{SavePlace: &place}
	kept := s.released[:0:0]
	for _, r := range s.released {
		if r.Token != token {
			kept = append(kept, r)
			continue
		}
		r.Closed = s.now()
		c.Reviews = append(c.Reviews, r)
	}
	if err := s.commit(ctx, c); err != nil {
		return err
	}
	s.released = kept
	return nil
}

func clonePlace(p contact.Place) contact.Place {
	cursor, listed := map[contact.Kind]string{}, map[contact.Kind]contact.Listing{}
	for k, v := range p.Cursor {
		cursor[k] = v
	}
	for k, v := range p.Listed {
		listed[k] = v
	}
	p.Cursor, p.Listed = cursor, listed
	p.Tally = append(contact.Tally(nil), p.Tally...)
	return p
}

func (s *site) now() time.Time { return s.e.Now() }
