package conntest

import (
	"kith/internal/connector"
	"kith/internal/contact"
)

var markerChecks = []check{
	{"marker is kept and found", markerIsFound},
	{"marker is set and cleared", markerIsSet},
	{"no marker where there is none", noMarker},
}

const ours = "kith-test:6f1c0f5e-0000-5000-8000-000000000001"

// found returns the ids a marker is found on.
func (s *subject) found(marker string) []string {
	s.Helper()
	records, err := s.conn.(connector.Finder).Find(s.Context(), s.Kind, marker, nil)
	if err != nil {
		s.Fatalf("find by marker: %v", err)
	}
	ids := []string{}
	for _, r := range records {
		if r.Marker != marker {
			s.Errorf("a record found by its marker bears %q", r.Marker)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

func (s *subject) isFound(what, marker string, want ...string) {
	s.Helper()
	if got := s.found(marker); len(got) != len(want) || len(want) == 1 && got[0] != want[0] {
		s.Errorf("%s: the marker is found on %q, want %q", what, got, want)
	}
}

func markerIsFound(s *subject) {
	s.writable()
	if !s.can.Marker {
		s.unable("no marker")
	}
	s.create("Bob")
	a := s.put(contact.Record{Marker: ours, Values: s.values("Ann", "Acme")})
	if a.Marker != ours {
		s.Errorf("the answer bears %q", a.Marker)
	}
	s.isFound("after the create", ours, a.ID)
	s.isFound("another marker", ours+"x")
	a = s.put(contact.Record{ID: a.ID, Version: a.Version, Values: s.text(0, "Anna")})
	if err := s.User.Edit(s.Kind, a.ID, s.text(1, "edited")); err != nil {
		s.Fatal(err)
	}
	s.isFound("after an update and a user's edit", ours, a.ID)
	if r := s.pull(s.conn, "").records[a.ID]; r.Marker != ours {
		s.Errorf("pull shows the marker %q", r.Marker)
	}
	if err := s.conn.Remove(s.Context(), s.Kind, a.ID, ""); err != nil {
		s.Fatal(err)
	}
	s.isFound("after the remove", ours)
}

func markerIsSet(s *subject) {
	s.writable()
	m, ok := s.conn.(connector.Marking)
	if !ok || !s.can.Marker {
		s.unable("no Marking")
	}
	id := s.native("Ann", "Acme", "1")
	before := s.get(id)
	r, err := m.Mark(s.Context(), s.Kind, id, before.Version, ours)
	if err != nil {
		s.Fatalf("mark: %v", err)
	}
	s.isFound("after mark", ours, id)
	marked := before
	marked.Marker = ours
	s.same("marked", r, marked)
	if r, err = m.Mark(s.Context(), s.Kind, id, r.Version, ""); err != nil {
		s.Fatalf("clear the marker: %v", err)
	}
	s.same("cleared", r, before)
	s.same("get", s.get(id), before)
	s.isFound("after clearing", ours)
	_, err = m.Mark(s.Context(), s.Kind, "no-such-record", "", ours)
	s.wants("mark of nothing", err, contact.NotFound)
}

func noMarker(s *subject) {
	s.writable()
	if s.can.Marker {
		s.unable("it has a marker")
	}
	if _, ok := s.conn.(connector.Marking); ok {
		s.Error("Marking without a marker")
	}
	a := s.put(contact.Record{Marker: ours, Values: s.values("Ann")})
	if a.Marker != "" || s.get(a.ID).Marker != "" {
		s.Error("a marker is shown by a system that has none")
	}
}
