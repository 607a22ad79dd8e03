package store

import (
	"path/filepath"
	"strings"
	"testing"
)

// Queries that are asked all the time have to be answered by an index, however
// large the store: a plan that scans or sorts is a fault.
func TestPlans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "kith.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := s.dialect
	problems, _ := problemOf([]string{"refused", "too-long"}, 2)
	for _, test := range []struct{ text, index string }{
		{selectGlances + "standing = $3 AND id > $4 ORDER BY id LIMIT $5", "link_standing (place=? AND kind=? AND standing=? AND id>?)"},
		{d.in(lookup{text: selectGlances + "remote <> '' AND remote IN"}, 2, 8), "link_remote (place=? AND kind=? AND remote=?)"},
		{d.in(lookup{text: selectLinks + "l.place = $1 AND l.kind = $2 AND l.remote <> '' AND l.remote IN"}, 2, 8), "link_remote (place=? AND kind=? AND remote=?)"},
		{d.in(lookup{text: selectLinks + "l.party IN"}, 0, 8), "link_party (party=?)"},
		{d.in(lookup{text: selectLinks + "l.needs IS NOT NULL AND l.needs IN"}, 0, 8), "link_needs (needs=?)"},
		{selectLinks + "l.place = $1 AND l.kind = $2 AND l.due = 1 AND l.id > $3 AND l.not_before <= $4 ORDER BY l.id LIMIT $5", "link_due (place=? AND kind=? AND id>?)"},
		{selectLinks + "l.place = $1 AND l.pending = 1 AND l.id > $2 ORDER BY l.id LIMIT $3", "link_pending (place=? AND id>?)"},
		{selectLinks + "l.place = $1 AND l.problem IS NOT NULL AND l.id > $2 ORDER BY l.id LIMIT $3", "link_problem (place=? AND id>?)"},
		{selectLinks + "l.place = $1 AND " + problems + " ORDER BY l.id LIMIT $6", "link_problem (place=?)"},
		{selectLinks + "l.place = $1 AND l.kind = $2 AND l.standing = 2 AND l.id > $3 ORDER BY l.id LIMIT $4", "link_standing (place=? AND kind=? AND standing=? AND id>?)"},
		{"SELECT MIN(not_before) FROM link WHERE place = $1 AND due = 1 AND not_before > 0", "link_later (place=?"},
		{countStanding, "COVERING INDEX link_standing (place=? AND kind=? AND standing=?)"},
		{countPlace, "COVERING INDEX link_standing (place=? AND kind=? AND standing=?)"},
		{countPlace, "COVERING INDEX link_due (place=?)"},
		{selectParties + "kind = $1 AND state = 0 AND id > $2 ORDER BY id LIMIT $3", "sqlite_autoindex_party_1 (id>?)"},
		{selectPartiesFor, "sqlite_autoindex_party_1 (id>?)"},
		{selectPartiesFor, "link_party (party=? AND place=?)"},
		{"SELECT id FROM inbox WHERE place = $1 AND kind = $2 AND id > $3 ORDER BY id LIMIT $4", "inbox_place (place=? AND kind=? AND id>?)"},
		{selectEntries + " AND e.party = $1 ORDER BY e.seq DESC LIMIT $2", "entry_party (party=?"},
		{selectEntries + " AND e.run > 0 AND e.run = $1 ORDER BY e.seq DESC LIMIT $2", "entry_run (run=?"},
		{d.in(lookup{text: "SELECT k.hash, p.id FROM match_key k JOIN party p ON p.num = k.owner WHERE k.space = $1 AND k.hash IN"}, 1, 8), "k USING PRIMARY KEY (space=? AND hash=?)"},
		{d.in(lookup{text: "SELECT p.id FROM ref r JOIN party p ON p.num = r.child WHERE r.parent IN"}, 0, 8), "r USING PRIMARY KEY (parent=?)"},
		{selectReviews + " WHERE decided = '' AND place = $1 ORDER BY id", "review_place (place=?)"},
	} {
		plan := planOf(t, s, test.text)
		if !strings.Contains(plan, test.index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s\nis answered by\n%swant %s", test.text, plan, test.index)
		}
	}
}

func planOf(t *testing.T, s *Store, text string) string {
	t.Helper()
	binds := make([]any, 10)
	for i := range binds {
		binds[i] = 1
	}
	n := strings.Count(text, "?")
	for i := 1; i < 10; i++ {
		if strings.Contains(text, "$"+string(rune('0'+i))) {
			n++
		}
	}
	rows, err := s.reads.on.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, binds[:n]...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int64
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan.WriteString("  " + detail + "\n")
	}
	return plan.String()
}
