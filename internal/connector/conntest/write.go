package conntest

import (
	"fmt"
	"slices"
	"sync"

	"kith/internal/connector"
	"kith/internal/contact"
)

var writeChecks = []check{
	{"create and read back", createAndReadBack},
	{"update keeps everything else", updateKeepsTheRest},
	{"clear", clearField},
	{"remove", removeRecord},
	{"stale version", staleVersion},
	{"no version, no lock", noVersion},
	{"second identical put changes nothing", identicalPut},
	{"put of nothing", putOfNothing},
	{"parallel puts", parallelPuts},
	{"a write is seen by others", writeIsSeen},
}

func createAndReadBack(s *subject) {
	s.writable()
	a := s.create("Ann", "Acme", "1")
	b := s.create("Bob", "Acme", "2")
	if a.ID == b.ID {
		s.Fatalf("two records with the id %s", a.ID)
	}
	for i, want := range []string{"Ann", "Acme", "1"} {
		if got := a.Fields[s.Texts[i]]; got != s.stores(s.Texts[i], want) {
			s.Errorf("field %s is %q in the answer, want %q", s.Texts[i], got, want)
		}
	}
	if a.Moved {
		s.Error("a record nobody else touched is said to have moved")
	}
	s.same("get", s.get(a.ID), a)
	r := s.pull(s.conn, "")
	s.lists("listing", r, []string{a.ID, b.ID})
	s.same("pull", r.records[a.ID], a)
	if v := s.get(a.ID).Version; v != a.Version || v != r.records[a.ID].Version {
		s.Errorf("version %q in the answer, %q got, %q pulled", a.Version, v, r.records[a.ID].Version)
	}
}

func updateKeepsTheRest(s *subject) {
	s.writable()
	set := s.values("Ann", "Acme", "1")
	if s.Hidden != "" {
		set.Fields[s.Hidden] = "a user's own words"
	}
	id, err := s.User.Create(s.Kind, set)
	if err != nil {
		s.Fatal(err)
	}
	before := s.get(id)
	answer := s.put(contact.Record{ID: id, Version: before.Version, Values: s.text(1, "Beta")})
	want := before
	want.Values = before.Values.Clone()
	want.Fields[s.Texts[1]] = "Beta"
	s.same("answer", answer, want)
	s.same("get", s.get(id), want)
	after, err := s.User.Get(s.Kind, id)
	if err != nil {
		s.Fatal(err)
	}
	if s.Hidden != "" && after.Fields[s.Hidden] != "a user's own words" {
		s.Errorf("field %s, which was not written, became %q", s.Hidden, after.Fields[s.Hidden])
	}
	if s.can.VersionIsContent && answer.Version == before.Version {
		s.Error("the record changed, its version did not")
	}
}

func clearField(s *subject) {
	s.writable()
	a := s.create("Ann", "Acme", "1")
	answer := s.put(contact.Record{ID: a.ID, Version: a.Version, Values: s.text(1, "")})
	for what, r := range map[string]contact.Record{"answer": answer, "get": s.get(a.ID), "pull": s.pull(s.conn, "").records[a.ID]} {
		if value, shown := r.Fields[s.Texts[1]]; !shown || value != "" {
			s.Errorf("%s: a cleared field is shown: %t, %q", what, shown, value)
		}
		if r.Fields[s.Texts[0]] != "Ann" {
			s.Errorf("%s: another field became %q", what, r.Fields[s.Texts[0]])
		}
	}
}

func removeRecord(s *subject) {
	s.writable()
	a, b := s.create("Ann"), s.create("Bob")
	if err := s.conn.Remove(s.Context(), s.Kind, a.ID, a.Version); err != nil {
		s.Fatalf("remove: %v", err)
	}
	_, err := s.conn.Get(s.Context(), s.Kind, a.ID)
	s.wants("get of a removed record", err, contact.NotFound)
	s.wants("second remove", s.conn.Remove(s.Context(), s.Kind, a.ID, a.Version), contact.NotFound)
	s.wants("remove of nothing", s.conn.Remove(s.Context(), s.Kind, "no-such-record", ""), contact.NotFound)
	s.lists("listing", s.pull(s.conn, ""), []string{b.ID})
	if _, err := s.User.Get(s.Kind, a.ID); err == nil {
		s.Error("a user still sees the removed record")
	}
}

func staleVersion(s *subject) {
	s.writable()
	if !s.can.Locks {
		s.unable("no locks")
	}
	a := s.create("Ann", "Acme")
	if err := s.User.Edit(s.Kind, a.ID, s.text(1, "edited by a user")); err != nil {
		s.Fatal(err)
	}
	_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: a.ID, Version: a.Version, Values: s.text(0, "overwritten")})
	s.wants("put with a stale version", err, contact.Conflicting)
	s.wants("remove with a stale version", s.conn.Remove(s.Context(), s.Kind, a.ID, a.Version), contact.Conflicting)
	if m, ok := s.conn.(connector.Marking); ok && s.can.Marker {
		_, err := m.Mark(s.Context(), s.Kind, a.ID, a.Version, "kith:p1")
		s.wants("mark with a stale version", err, contact.Conflicting)
	}
	r := s.get(a.ID)
	if r.Fields[s.Texts[0]] != "Ann" || r.Fields[s.Texts[1]] != "edited by a user" || r.Marker != "" {
		s.Errorf("a refused write left %+v", r)
	}
	s.put(contact.Record{ID: a.ID, Version: r.Version, Values: s.text(0, "with the fresh version")})
}

// A caller who expects no version writes over whatever is there.
func noVersion(s *subject) {
	s.writable()
	a := s.create("Ann", "Acme")
	if err := s.User.Edit(s.Kind, a.ID, s.text(1, "edited")); err != nil {
		s.Fatal(err)
	}
	answer := s.put(contact.Record{ID: a.ID, Values: s.text(0, "Anna")})
	if answer.Fields[s.Texts[0]] != "Anna" || answer.Fields[s.Texts[1]] != "edited" {
		s.Errorf("answer %+v", answer.Fields)
	}
	if err := s.conn.Remove(s.Context(), s.Kind, a.ID, ""); err != nil {
		s.Errorf("remove without a version: %v", err)
	}
}

func identicalPut(s *subject) {
	s.writable()
	set := s.values("  Ann ", "ACME", "+46 70-123 45")
	first := s.put(contact.Record{Values: set})
	back := s.get(first.ID)
	s.same("read back", back, first)
	second := s.put(contact.Record{ID: first.ID, Version: back.Version, Values: contact.Values{Fields: set.Fields}})
	s.same("second answer", second, first)
	if s.can.VersionIsContent && second.Version != first.Version {
		s.Errorf("nothing changed, the version went from %q to %q", first.Version, second.Version)
	}
	s.lists("listing", s.pull(s.conn, ""), []string{first.ID})
}

func putOfNothing(s *subject) {
	s.writable()
	_, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: "no-such-record", Values: s.values("Ann")})
	s.wants("put on a record that is not there", err, contact.NotFound)
	s.lists("listing", s.pull(s.conn, ""), nil)
}

// parallelPuts makes and changes records from as many goroutines as the system
// takes.
func parallelPuts(s *subject) {
	s.writable()
	const each = 5
	workers := min(s.can.Parallel, 8)
	shared := s.create("shared", "", "")
	sets := make([][]contact.Values, workers)
	for w := range sets {
		for i := range each {
			sets[w] = append(sets[w], s.values(fmt.Sprintf("worker %d record %d", w, i), "made"))
		}
	}
	made := make([]map[string]string, workers)
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		made[w] = map[string]string{}
		wg.Go(func() {
			for _, set := range sets[w] {
				r, err := s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, Values: set})
				if err == nil {
					made[w][r.ID] = set.Fields[s.Texts[0]]
					_, err = s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: r.ID, Version: r.Version, Values: s.text(1, "changed")})
				}
				if err == nil {
					_, err = s.conn.Put(s.Context(), contact.Record{Kind: s.Kind, ID: shared.ID, Values: s.text(1+w%2, "worker")})
				}
				if err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	wg.Wait()
	r := s.pull(s.conn, "")
	want := []string{shared.ID}
	for w := range workers {
		if errs[w] != nil {
			s.Fatalf("worker %d: %v", w, errs[w])
		}
		for id, name := range made[w] {
			want = append(want, id)
			if got := r.records[id].Fields; got[s.Texts[0]] != name || got[s.Texts[1]] != "changed" {
				s.Errorf("record %s shows %+v, want %q", id, got, name)
			}
		}
	}
	if len(want) != workers*each+1 {
		s.Errorf("%d creates returned %d different ids", workers*each, len(want)-1)
	}
	s.lists("listing", r, want)
	if got := s.get(shared.ID).Fields[s.Texts[0]]; got != "shared" {
		s.Errorf("changes of other fields made this one %q", got)
	}
}

func writeIsSeen(s *subject) {
	s.writable()
	cursor := s.pull(s.conn, "").end()
	a := s.create("Ann", "Acme")
	other := s.open(s.Reopen(s.T))
	r := s.pull(other, cursor)
	if !slices.Equal(r.here(), []string{a.ID}) {
		s.Errorf("another process sees %q, want %q", r.here(), a.ID)
	}
	s.same("another process", r.records[a.ID], a)
	native, err := s.User.Get(s.Kind, a.ID)
	if err != nil || native.Fields[s.Texts[0]] != "Ann" {
		s.Errorf("a user sees %+v, %v", native.Fields, err)
	}
}
