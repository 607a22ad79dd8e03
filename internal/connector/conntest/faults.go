package conntest

import (
	"context"
	"slices"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

var faultChecks = []check{
	{"cancelled calls end", cancelledCalls},
	{"hanging calls end", hangingCalls},
	{"expired cursor", expiredCursor},
	{"lost answer", lostAnswer},
	{"raced write", racedWrite},
	{"unreachable", func(s *subject) { s.fails("Down", s.Faults.Down, contact.Unreachable, contact.Uncertain) }},
	{"login refused", func(s *subject) { s.fails("RefuseLogin", s.Faults.RefuseLogin, contact.Credentials) }},
	{"throttled", func(s *subject) { s.fails("Throttle", s.Faults.Throttle, contact.Throttled) }},
	{"vanished field", vanishedField},
}

// noSwitch skips a check for which the other end has no switch.
func (s *subject) noSwitch(name string) {
	s.Helper()
	s.Skipf("the other end has no switch %s", name)
}

// calls are all calls of a connector, each on a record that is there.
func (s *subject) calls(id string) map[string]func(context.Context) error {
	calls := map[string]func(context.Context) error{
		"pull": func(ctx context.Context) error {
			_, err := s.conn.Pull(ctx, s.Kind, "")
			return err
		},
		"get": func(ctx context.Context) error {
			_, err := s.conn.Get(ctx, s.Kind, id)
			return err
		},
		"describe": func(ctx context.Context) error {
			_, err := s.conn.Describe(ctx, s.Kind)
			return err
		},
	}
	if !s.can.ReadOnly {
		set := s.values("created")
		calls["put"] = func(ctx context.Context) error {
			_, err := s.conn.Put(ctx, contact.Record{Kind: s.Kind, Values: set})
			return err
		}
		calls["remove"] = func(ctx context.Context) error {
			return s.conn.Remove(ctx, s.Kind, id, "")
		}
	}
	if l, ok := s.conn.(connector.Lister); ok {
		calls["list"] = func(ctx context.Context) error {
			return l.List(ctx, s.Kind, func(string, string) error { return nil })
		}
	}
	if f, ok := s.conn.(connector.Finder); ok {
		calls["find"] = func(ctx context.Context) error {
			_, err := f.Find(ctx, s.Kind, "", contact.Fields{s.Texts[0]: "Ann"})
			return err
		}
	}
	return calls
}

// ends fails unless a call gives up within a second after its context.
func (s *subject) ends(name string, ctx context.Context, call func(context.Context) error) {
	s.Helper()
	done := make(chan error, 1)
	go func() { done <- call(ctx) }()
	<-ctx.Done()
	select {
	case err := <-done:
		if err == nil {
			s.Errorf("%s succeeds under a context that is done", name)
		}
		s.discreet(name, err)
	case <-time.After(time.Second):
		s.Errorf("%s goes on for more than a second after its context is done", name)
	}
}

func cancelledCalls(s *subject) {
	id := s.native("Ann")
	ctx, cancel := context.WithCancel(s.Context())
	cancel()
	for name, call := range s.calls(id) {
		s.ends(name, ctx, call)
	}
	s.lists("listing", s.pull(s.conn, ""), []string{id})
}

func hangingCalls(s *subject) {
	id := s.native("Ann")
	if s.Faults.Hang == nil {
		s.noSwitch("Hang")
	}
	calls := s.calls(id)
	s.Faults.Hang()
	for name, call := range calls {
		ctx, cancel := context.WithTimeout(s.Context(), 50*time.Millisecond)
		s.ends(name, ctx, call)
		cancel()
	}
}

func expiredCursor(s *subject) {
	if s.Faults.ExpireCursors == nil {
		s.noSwitch("ExpireCursors")
	}
	ids := s.fill(max(s.Page, 1) + 1)
	round := s.pull(s.conn, "")
	s.Faults.ExpireCursors()
	for _, cursor := range round.cursors {
		if cursor == "" {
			continue
		}
		page, err := s.conn.Pull(s.Context(), s.Kind, cursor)
		if err != nil {
			s.wants("an expired cursor", err, contact.CursorExpired)
		} else if !page.Full {
			s.Errorf("an expired cursor gives %d records that are no complete listing", len(page.Records))
		}
	}
	s.lists("listing from the start", s.pull(s.conn, ""), ids)
}

func lostAnswer(s *subject) {
	s.writable()
	if s.Faults.LoseAnswer == nil {
		s.noSwitch("LoseAnswer")
	}
	s.Faults.LoseAnswer()
	_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, Marker: ours, Values: s.values("Ann")})
	s.wants("a create whose answer is lost", err, contact.Uncertain)
	r := s.pull(s.conn, "")
	if len(r.records) != 1 {
		s.Fatalf("%d records after one create", len(r.records))
	}
	if s.can.Marker {
		s.isFound("after the lost answer", ours, r.here()...)
	}
	s.Faults.LoseAnswer()
	s.wants("a remove whose answer is lost", s.conn.Remove(s.Context(), s.Kind, r.here()[0], ""), contact.Uncertain)
}

func racedWrite(s *subject) {
	s.writable()
	if s.Faults.Race == nil {
		s.noSwitch("Race")
	}
	a := s.create("Ann", "Acme")
	s.Faults.Race(func() {
		if err := s.User.Edit(s.Kind, a.ID, s.text(1, "edited")); err != nil {
			s.Errorf("edit: %v", err)
		}
	})
	answer := s.put(contact.Record{ID: a.ID, Version: a.Version, Values: s.text(0, "Anna")})
	if !answer.Moved || answer.Fields[s.Texts[1]] != "edited" {
		s.Errorf("somebody wrote after us: moved is %t, the answer shows %q", answer.Moved, answer.Fields[s.Texts[1]])
	}
	s.same("get", s.get(a.ID), answer)
}

// fails throws a switch after which every call has to fail in one of some
// classes.
func (s *subject) fails(name string, fault func(), classes ...contact.Class) {
	s.Helper()
	id := s.native("Ann")
	if fault == nil {
		s.noSwitch(name)
	}
	calls := s.calls(id)
	fault()
	for call, do := range calls {
		s.wants(call, do(s.Context()), classes...)
	}
}

func vanishedField(s *subject) {
	if s.Faults.Vanish == nil {
		s.noSwitch("Vanish")
	}
	field := s.Texts[1]
	id := s.native("Ann", "Acme")
	s.Faults.Vanish(field)
	r := s.pull(s.open(s.Reopen(s.T)), "")
	if !slices.Contains(r.missing, field) {
		s.Errorf("a field that is gone is not named as missing: %q", r.missing)
	}
	if _, shown := r.records[id].Fields[field]; shown {
		s.Error("a field that is gone is shown")
	}
}
