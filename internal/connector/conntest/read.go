package conntest

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

var readChecks = []check{
	{"abilities are sane", abilitiesAreSane},
	{"places can be opened", placesCanBeOpened},
	{"account is stable", accountIsStable},
	{"describe is stable", describeIsStable},
	{"empty listing", emptyListing},
	{"get of nothing", getOfNothing},
	{"ids are bytes", idsAreBytes},
	{"reading twice is equal", readingTwice},
	{"blank is shown", blankIsShown},
	{"list agrees with pull", listAgrees},
	{"closed system answers nothing", closedSystem},
}

func abilitiesAreSane(s *subject) {
	if s.can.Parallel < 1 {
		s.Errorf("Parallel is %d", s.can.Parallel)
	}
	if !slices.Contains(s.can.Kinds, s.Kind) {
		s.Errorf("kinds %q lack %q", s.can.Kinds, s.Kind)
	}
	for _, family := range s.can.Lists {
		if !slices.Contains(contact.Families, family) {
			s.Errorf("list %q is no family", family)
		}
	}
	if _, finds := s.conn.(connector.Finder); s.can.Marker && !finds {
		s.Error("a marker that cannot be found again is of no use: no Finder")
	}
}

func placesCanBeOpened(s *subject) {
	names, err := s.System.Places(s.Context())
	if err != nil {
		s.Fatalf("places: %v", err)
	}
	if !slices.Contains(names, s.Name) {
		s.Errorf("places %q lack %q", names, s.Name)
	}
	_, err = s.System.Open(s.Context(), s.Name+"no-such-place")
	s.wants("opening a place that is not there", err, contact.Setup, contact.Forbidden)
}

func accountIsStable(s *subject) {
	account := s.conn.Account()
	if again := s.open(s.Reopen(s.T)).Account(); account == "" || again != account {
		s.Errorf("account %q, then %q", account, again)
	}
	for _, secret := range s.h.Secrets {
		if strings.Contains(account, secret) {
			s.Error("the account shows a secret")
		}
	}
}

func describeIsStable(s *subject) {
	s.native("a", "b", "c")
	first, err := s.conn.Describe(s.Context(), s.Kind)
	if err != nil {
		s.Fatal(err)
	}
	second, err := s.conn.Describe(s.Context(), s.Kind)
	if err != nil || !reflect.DeepEqual(first, second) {
		s.Errorf("described as %+v, then as %+v, %v", first, second, err)
	}
	for _, name := range s.Texts {
		if !slices.ContainsFunc(first.Fields, func(f connector.Field) bool { return f.Name == name }) {
			s.Errorf("the description lacks field %s", name)
		}
	}
	if first.Rows != -1 && first.Rows != 1 {
		s.Errorf("one record is counted as %d", first.Rows)
	}
}

func emptyListing(s *subject) {
	r := s.pull(s.conn, "")
	if len(r.records) != 0 || !r.full {
		s.Errorf("an empty place shows %d records; complete: %t", len(r.records), r.full)
	}
	if l, ok := s.conn.(connector.Lister); ok && len(s.keys(l)) != 0 {
		s.Error("an empty place lists keys")
	}
}

func getOfNothing(s *subject) {
	for _, id := range []string{"no-such-record", "999999999", "../../etc/passwd", "' or 1=1", "a/b?c#d%20", "é"} {
		_, err := s.conn.Get(s.Context(), s.Kind, id)
		s.wants("get "+id, err, contact.NotFound)
	}
}

func idsAreBytes(s *subject) {
	id := s.native("a")
	s.get(id)
	for _, other := range []string{id + " ", " " + id, "0" + id, strings.ToUpper(id), strings.ToLower(id), id + "%", id[:len(id)-1]} {
		if other == id {
			continue
		}
		_, err := s.conn.Get(s.Context(), s.Kind, other)
		s.wants("get "+other+" where there is "+id, err, contact.NotFound)
	}
}

func readingTwice(s *subject) {
	for _, name := range []string{"a", "b", "c"} {
		s.native(name, "Acme", "1")
	}
	first, second := s.pull(s.conn, ""), s.pull(s.open(s.Reopen(s.T)), "")
	s.lists("second listing", second, first.here())
	for id, r := range first.records {
		s.same("second reading", second.records[id], r)
		s.same("get", s.get(id), r)
		if again := second.records[id]; again.Version != r.Version || !again.Modified.Equal(r.Modified) {
			s.Errorf("%s at version %q of %v, then %q of %v", id, r.Version, r.Modified, again.Version, again.Modified)
		}
	}
}

// A missing field says nothing, so one that is blank has to be shown.
func blankIsShown(s *subject) {
	id := s.native("only this")
	for what, r := range map[string]contact.Record{"pull": s.pull(s.conn, "").records[id], "get": s.get(id)} {
		for _, name := range s.Texts[1:] {
			if value, shown := r.Fields[name]; !shown || value != "" {
				s.Errorf("%s: blank field %s is shown: %t, %q", what, name, shown, value)
			}
		}
		if s.Hidden != "" {
			if _, shown := r.Fields[s.Hidden]; shown {
				s.Errorf("%s shows %s, which no row maps", what, s.Hidden)
			}
		}
	}
}

func listAgrees(s *subject) {
	l, ok := s.conn.(connector.Lister)
	if !ok {
		s.unable("no Lister")
	}
	for _, name := range []string{"a", "b", "c"} {
		s.native(name)
	}
	pulled := s.pull(s.conn, "")
	listed := s.keys(l)
	if !slices.Equal(sortedKeys(listed), pulled.here()) {
		s.Errorf("list has %q, pull has %q", sortedKeys(listed), pulled.here())
	}
	for id, version := range listed {
		if version != "" && version != pulled.records[id].Version {
			s.Errorf("%s: version %q listed, %q pulled", id, version, pulled.records[id].Version)
		}
	}
	stop := errors.New("enough")
	if err := l.List(s.Context(), s.Kind, func(string, string) error { return stop }); !errors.Is(err, stop) {
		s.Errorf("the caller's error comes back as %v", err)
	}
}

func closedSystem(s *subject) {
	id := s.native("a")
	if err := s.System.Close(); err != nil {
		s.Fatalf("close: %v", err)
	}
	if err := s.System.Close(); err != nil {
		s.Errorf("close again: %v", err)
	}
	_, err := s.conn.Get(s.Context(), s.Kind, id)
	if err == nil || contact.ClassOf(err) == contact.NotFound {
		s.Errorf("a closed system answers a look for a record with %v", err)
	}
	s.discreet("get after close", err)
	if r := s.pull(s.open(s.Reopen(s.T)), ""); len(r.records) != 1 {
		s.Errorf("%d records after reopening: %q", len(r.records), slices.Collect(maps.Keys(r.records)))
	}
}
