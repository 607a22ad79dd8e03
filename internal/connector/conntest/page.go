package conntest

import (
	"fmt"
	"slices"

	"kith/internal/connector"
	"kith/internal/contact"
)

var pageChecks = []check{
	{"pages of every size", pagesOfEverySize},
	{"resume from every cursor", resumeFromEveryCursor},
	{"changes since the cursor", changesSinceCursor},
	{"deletions come to light", deletionsComeToLight},
	{"a bad cursor is never an empty success", badCursor},
}

// fill makes n records as a user and returns their ids.
func (s *subject) fill(n int) []string {
	s.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = s.native(fmt.Sprint("name ", i), "Acme")
	}
	return ids
}

func pagesOfEverySize(s *subject) {
	sizes := []int{0, 1, 2, 3}
	if s.Page > 0 {
		sizes = []int{0, 1, s.Page - 1, s.Page, s.Page + 1}
		slices.Sort(sizes)
		sizes = slices.Compact(sizes)
	}
	var ids []string
	for _, n := range sizes {
		ids = append(ids, s.fill(n-len(ids))...)
		r := s.pull(s.conn, "")
		s.lists(fmt.Sprintf("%d records, %d a page", n, s.Page), r, ids)
		if !r.full {
			s.Errorf("%d records: a listing from the start is not complete", n)
		}
	}
}

// Another process that goes on from any cursor ever given out sees, together
// with what was read before it, everything.
func resumeFromEveryCursor(s *subject) {
	ids := s.fill(2*max(s.Page, 1) + 1)
	whole := s.pull(s.conn, "")
	s.lists("whole listing", whole, ids)
	for i, cursor := range whole.cursors {
		seen := map[string]bool{}
		before := ""
		for range i + 1 {
			page, err := s.conn.Pull(s.Context(), s.Kind, before)
			if err != nil {
				s.Fatalf("pull: %v", err)
			}
			for _, r := range page.Records {
				seen[r.ID] = true
			}
			before = page.Next
		}
		for _, id := range s.pull(s.open(s.Reopen(s.T)), cursor).here() {
			seen[id] = true
		}
		if len(seen) != len(ids) {
			s.Errorf("%d of %d records seen when going on from cursor %d", len(seen), len(ids), i+1)
		}
	}
}

func changesSinceCursor(s *subject) {
	ids := s.fill(3)
	cursor := s.pull(s.conn, "").end()
	if err := s.User.Edit(s.Kind, ids[1], s.text(0, "edited")); err != nil {
		s.Fatal(err)
	}
	ids = append(ids, s.native("new"))
	r := s.pull(s.conn, cursor)
	if r.full {
		s.lists("second listing", r, ids)
	} else if s.can.Overlap == 0 {
		s.lists("changes", r, []string{ids[1], ids[3]})
	}
	for id, want := range map[string]string{ids[1]: "edited", ids[3]: "new"} {
		if got := r.records[id].Fields[s.Texts[0]]; got != want {
			s.Errorf("changed record %s shows %q, want %q", id, got, want)
		}
	}
	if again := s.pull(s.conn, r.end()); !again.full && s.can.Overlap == 0 {
		s.lists("nothing changed", again, nil)
	}
}

func deletionsComeToLight(s *subject) {
	ids := s.fill(3)
	cursor := s.pull(s.conn, "").end()
	if err := s.User.Delete(s.Kind, ids[1]); err != nil {
		s.Fatal(err)
	}
	left := without(ids, ids[1])
	r := s.pull(s.conn, cursor)
	switch {
	case r.full:
		s.lists("second listing", r, left)
	case s.can.DeletesVisible:
		if gone, shown := r.records[ids[1]]; !shown || gone.Gone == contact.Here {
			s.Errorf("the deletion is shown as %+v (shown: %t)", gone, shown)
		}
	default:
		if _, shown := r.records[ids[1]]; shown {
			s.Error("a deleted record is shown")
		}
	}
	s.lists("listing from the start", s.pull(s.conn, ""), left)
	if l, ok := s.conn.(connector.Lister); ok {
		if got := sortedKeys(s.keys(l)); !slices.Equal(got, slices.Sorted(slices.Values(left))) {
			s.Errorf("keys %q, want %q", got, left)
		}
	}
	_, err := s.conn.Get(s.Context(), s.Kind, ids[1])
	s.wants("get of a deleted record", err, contact.NotFound)
}

func badCursor(s *subject) {
	ids := s.fill(2)
	for _, cursor := range []string{"garbage", "0", "-1", "99999999999999999999", "\x00", "since 999999999", "9999-12-31T00:00:00Z", `{"a":1}`} {
		page, err := s.conn.Pull(s.Context(), s.Kind, cursor)
		if err != nil {
			s.wants(fmt.Sprintf("cursor %q", cursor), err, contact.CursorExpired)
			continue
		}
		if !page.Full || len(page.Records) != len(ids) && !page.More {
			s.Errorf("cursor %q: %d records of %d; complete: %t", cursor, len(page.Records), len(ids), page.Full)
		}
	}
}
