package conntest

import (
	"maps"
	"slices"

	"kith/internal/connector"
	"kith/internal/contact"
)

// round is what one round of pages has shown.
type round struct {
	records map[string]contact.Record // the last reading of each
	cursors []string                  // after each page; the last one ends the round
	full    bool                      // every page was part of a complete listing
	missing []string
}

// pull reads from a cursor to the end of the round.
func (s *subject) pull(c connector.Connector, cursor string) round {
	s.Helper()
	r := round{records: map[string]contact.Record{}, full: true}
	for pages := 0; ; pages++ {
		page, err := c.Pull(s.Context(), s.Kind, cursor)
		if err != nil {
			s.Fatalf("pull: %v", err)
		}
		if page.Asked.IsZero() {
			s.Error("a page does not say when it was asked for")
		}
		for _, record := range page.Records {
			if record.ID == "" || record.Kind != s.Kind {
				s.Fatalf("pull shows a %q with the id %q", record.Kind, record.ID)
			}
			r.records[record.ID] = record
		}
		r.full = r.full && page.Full
		r.missing = page.Missing
		r.cursors = append(r.cursors, page.Next)
		if !page.More {
			return r
		}
		if page.Next == cursor || pages > 10_000 {
			s.Fatal("the pages do not end")
		}
		cursor = page.Next
	}
}

func (r round) end() string { return r.cursors[len(r.cursors)-1] }

// here returns the ids of the records that are there.
func (r round) here() []string {
	var ids []string
	for id, record := range r.records {
		if record.Gone == contact.Here {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// lists fails unless a listing shows exactly some ids.
func (s *subject) lists(what string, r round, want []string) {
	s.Helper()
	want = slices.Sorted(slices.Values(want))
	if got := r.here(); !slices.Equal(got, want) {
		s.Errorf("%s: %d records %.300q, want %d %.300q", what, len(got), got, len(want), want)
	}
}

// without returns the ids but one.
func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(x string) bool { return x == id })
}

// keys lists ids and versions by the cheap way.
func (s *subject) keys(l connector.Lister) map[string]string {
	s.Helper()
	keys := map[string]string{}
	err := l.List(s.Context(), s.Kind, func(id, version string) error {
		keys[id] = version
		return nil
	})
	if err != nil {
		s.Fatalf("list: %v", err)
	}
	return keys
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
