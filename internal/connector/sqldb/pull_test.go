package sqldb

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"kith/internal/contact"
)

var stamped = contact.Collection{Name: "person", ID: "id", Changed: "changed"}

func (s *server) persons(t testing.TB, stamp string) {
	t.Helper()
	s.exec(t, "CREATE TABLE person (id $SERIAL, name varchar(60), email varchar(60), changed "+stamp+")")
}

// A row that was never updated has no stamp; each round has to show it, in
// pages of every size, until it gets one.
func TestNullStamps(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP")
		for i := range 7 {
			s.exec(t, "INSERT INTO person (name) VALUES ($1)", fmt.Sprint("p", i))
		}
		s.exec(t, "UPDATE person SET changed = $NOW WHERE id IN (2, 5, 6)")
		for _, page := range []int{1, 2, 3, 4, 7, 8} {
			c := openPlace(t, s.settings(stamped, "name"), page)
			all, full, end := pullAll(t, c, "")
			if len(all) != 7 || !full {
				t.Fatalf("pages of %d: %d rows, complete: %t", page, len(all), full)
			}
			s.exec(t, "INSERT INTO person (name) VALUES ('new')")
			news, full, _ := pullAll(t, c, end)
			if len(news) != 8 || full {
				t.Errorf("pages of %d: %d rows since, complete: %t", page, len(news), full)
			}
			s.exec(t, "DELETE FROM person WHERE name = 'new'")
		}
		if c := openPlace(t, s.settings(stamped, "name"), 0); c != nil {
			r, err := c.Get(t.Context(), contact.Person, "1")
			if err != nil || !r.Modified.IsZero() {
				t.Errorf("a row without a stamp was modified at %v, %v", r.Modified, err)
			}
		}
	})
}

// Old changes are left out, or each round would be a complete listing.
func TestOldChangesAreNotRepeated(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		for _, stamp := range []string{"$STAMP0", "$STAMP", "$INSTANT", "date"} {
			s.persons(t, stamp)
			s.exec(t, "INSERT INTO person (name, changed) VALUES ('old', '2020-01-02 03:04:05'), ('far', '2037-01-01 00:00:00')")
			s.exec(t, "INSERT INTO person (name, changed) VALUES ('now', $NOW)")
			c := openPlace(t, s.settings(stamped, "name"), 0)
			_, _, end := pullAll(t, c, "")
			news, full, end := pullAll(t, c, end)
			var names []string
			for _, r := range news {
				names = append(names, r.Fields["name"])
			}
			slices.Sort(names)
			if full || !slices.Equal(names, []string{"far", "now"}) {
				t.Errorf("%s: %q, complete: %t", stamp, names, full)
			}
			if again, _, _ := pullAll(t, c, end); !maps.EqualFunc(again, news, func(a, b contact.Record) bool { return a.Version == b.Version }) {
				t.Errorf("%s: a third round differs", stamp)
			}
			s.exec(t, "DROP TABLE person")
		}
	})
}

// Two edits in one second under a stamp of whole seconds: the second one is
// seen, and told from the first by the version.
func TestSameSecondEdits(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP0")
		now := time.Now().UTC().Truncate(time.Second).Format(stampSQL)
		s.exec(t, "INSERT INTO person (name, changed) VALUES ('first', $1)", now)
		c := openPlace(t, s.settings(stamped, "name"), 0)
		one, _, end := pullAll(t, c, "")
		s.exec(t, "UPDATE person SET name = 'second', changed = $1", now)
		two, _, _ := pullAll(t, c, end)
		if two["1"].Fields["name"] != "second" || two["1"].Version == one["1"].Version {
			t.Errorf("first %+v, second %+v", one["1"], two["1"])
		}
		_, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Version: one["1"].Version, Values: fields("name", "ours")})
		wantClass(t, "put over an edit of the same second", err, contact.Conflicting)
	})
}

// Local stamps are read in the system's zone, and compared in it.
func TestLocalStamps(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Kolkata")
	if err != nil {
		t.Fatal(err)
	}
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP0")
		now := time.Now().In(zone).Truncate(time.Second)
		s.exec(t, "INSERT INTO person (name, changed) VALUES ('now', $1), ('an hour ago', $2)", now.Format(stampSQL), now.Add(-time.Hour).Format(stampSQL))
		settings := s.settings(stamped, "name")
		settings.Zone = zone
		c := openPlace(t, settings, 0)
		all, _, end := pullAll(t, c, "")
		if got := all["1"].Modified; !got.Equal(now) {
			t.Errorf("modified at %v, want %v", got, now)
		}
		if news, _, _ := pullAll(t, c, end); len(news) != 1 || news["1"].Fields["name"] != "now" {
			t.Errorf("changes since: %v", news)
		}
		r, err := c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "2", Values: fields("name", "ours")})
		if err != nil || r.Modified.Before(now.Add(-time.Minute)) || r.Modified.After(now.Add(time.Minute)) {
			t.Errorf("our own write is stamped %v, %v", r.Modified, err)
		}
	})
}

func TestCursorOfAnotherTable(t *testing.T) {
	s := newServer(t, "sqlite")
	s.persons(t, "$STAMP")
	s.exec(t, "CREATE TABLE other (id INTEGER PRIMARY KEY, name text)")
	_, _, end := pullAll(t, openPlace(t, s.settings(stamped, "name"), 0), "")
	for _, c := range []contact.Collection{{Name: "other", ID: "id"}, {Name: "person", ID: "id"}, {Name: "person", ID: "name", Changed: "changed"}} {
		_, err := openPlace(t, s.settings(c, "name"), 0).Pull(t.Context(), contact.Person, end)
		wantClass(t, fmt.Sprintf("cursor under %+v", c), err, contact.CursorExpired)
	}
}

// A server's clock that was set back makes the watermark worthless.
func TestClockSetBack(t *testing.T) {
	s := newServer(t, "sqlite")
	s.persons(t, "$STAMP")
	c := openPlace(t, s.settings(stamped, "name"), 0)
	_, _, end := pullAll(t, c, "")
	at, _ := parseCursor(end)
	at.Since = at.Since.Add(time.Hour)
	_, err := c.Pull(t.Context(), contact.Person, at.String())
	wantClass(t, "a cursor from the future", err, contact.CursorExpired)
}

// The watermark is the server's time at the start of the round.
func TestWatermarkIsTheServersClock(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP")
		settings := s.settings(stamped, "name")
		settings.Now = func() time.Time { return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) }
		_, _, end := pullAll(t, openPlace(t, settings, 0), "")
		at, ok := parseCursor(end)
		if !ok || time.Since(at.Since) > time.Minute || time.Until(at.Since) > time.Minute {
			t.Errorf("watermark %v by a clock of ours that says 2001", at.Since)
		}
	})
}

func TestPitfall11VanishedColumnIsMissingNotBlank(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.persons(t, "$STAMP")
		s.exec(t, "INSERT INTO person (name, email) VALUES ('Ann', 'ann@acme.example')")
		c := openPlace(t, s.settings(stamped, "name", "email"), 0)
		before, _, _ := pullAll(t, c, "")
		s.exec(t, "ALTER TABLE person DROP COLUMN email")
		page, err := c.Pull(t.Context(), contact.Person, "")
		if err != nil || !slices.Equal(page.Missing, []string{"email"}) {
			t.Fatalf("missing %q, %v", page.Missing, err)
		}
		if _, shown := page.Records[0].Fields["email"]; shown {
			t.Error("the column is shown")
		}
		_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Version: before["1"].Version, Values: fields("email", "x")})
		wantClass(t, "put into it", err, contact.Conflicting)
		_, err = c.Put(t.Context(), contact.Record{Kind: contact.Person, ID: "1", Values: fields("emial", "x")})
		wantClass(t, "put into a column that never was", err, contact.Refused)
		s.exec(t, "ALTER TABLE person RENAME TO persons")
		_, err = c.Pull(t.Context(), contact.Person, "")
		wantClass(t, "pull from a table that is gone", err, contact.Setup)
	})
}

func TestKeyThatIsNoKey(t *testing.T) {
	eachServer(t, func(t *testing.T, s *server) {
		s.exec(t, "CREATE TABLE person (id varchar(10), name varchar(60))")
		s.exec(t, "INSERT INTO person VALUES ('1', 'a'), ('2', 'b'), ('2', 'c'), (NULL, 'd')")
		c := openPlace(t, s.settings(contact.Collection{Name: "person", ID: "id"}, "name"), 2)
		_, err := c.Pull(t.Context(), contact.Person, "")
		wantClass(t, "pull", err, contact.Setup)
		_, err = c.Get(t.Context(), contact.Person, "2")
		wantClass(t, "get", err, contact.Setup)
	})
}
