package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"kith/internal/contact"
	"kith/internal/store"
	"kith/lab"
)

// books makes the people of the benchmarks, always the same ones.
type books struct {
	random *rand.Rand
	at     time.Time
}

func newBooks() *books {
	return &books{rand.New(rand.NewPCG(1, 2)), time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
}

var memoFields = []string{"FirstName", "LastName", "Email", "Phone", "Mobile", "Title", "Street", "Zip", "City", "Country", "Company", "Notes"}

// memo is what a place shows of a person in 12 fields: texts, or what a
// following place keeps of them.
func (b *books) memo(i int, digests bool) contact.Memo {
	m := make(contact.Memo, len(memoFields))
	for f, field := range memoFields {
		text := fmt.Sprintf("%s %d", field[:3], i*7+f)
		if digests {
			text = contact.Digest(text)
		}
		m[field] = text
	}
	return m
}

func (b *books) remote(i int) string {
	return fmt.Sprintf("%016x%016x%08x", b.random.Uint64(), b.random.Uint64(), i) // 40 characters
}

func (b *books) party(i int) contact.PartyChange {
	p := contact.Party{ID: contact.PartyID("crm", contact.Person, fmt.Sprint(i), 0), Kind: contact.Person, Origin: "crm", State: contact.Active, Rev: 1, Fields: map[string]contact.Value{}}
	for f, slot := range []string{"name.given", "name.family", "email.work", "phone.work", "phone.mobile", "title", "address.work.street", "address.work.postcode", "address.work.city", "address.work.country", "note"} {
		p.Fields[slot] = contact.Value{Text: fmt.Sprintf("%s %d", slot[:4], i*7+f), From: "crm", At: b.at}
	}
	return contact.PartyChange{Party: p}
}

func (b *books) link(place, remote, party string, seen contact.Memo) contact.Link {
	l := contact.Link{Place: place, Kind: contact.Person, Remote: remote, Party: party, Version: fmt.Sprintf("%016x", b.random.Uint64()), Seen: seen, At: b.at, Since: b.at}
	for i := range l.Shown {
		l.Shown[i] = byte(b.random.Uint32())
	}
	return l
}

func size(b *testing.B, path string) int64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}

func check(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkFirstLink is the store's part of linking two places with the same
// 100,000 persons: the first makes the parties, the second is tied to them.
// The first place's ids are numbers that ascend, the second's are random.
func BenchmarkFirstLink(b *testing.B) {
	b.Run("SQLite", func(b *testing.B) {
		path := ""
		firstLink(b, func() *store.Store {
			path = filepath.Join(b.TempDir(), "kith.db")
			return open(b, path, store.Options{Exclusive: true})
		})
		b.ReportMetric(float64(size(b, path))/firstLinkPersons, "B/person")
	})
	b.Run("PostgreSQL", func(b *testing.B) {
		firstLink(b, func() *store.Store { return open(b, lab.Postgres(b), store.Options{}) })
	})
}

const firstLinkPersons, firstLinkStep = 100_000, 500

func firstLink(b *testing.B, open func() *store.Store) {
	var spent time.Duration // on commits, without making their content
	for b.Loop() {
		s := open()
		people := newBooks()
		for _, content := range []func(from, to int) contact.Commit{people.first, people.second} {
			for i := 0; i < firstLinkPersons; i += firstLinkStep {
				c := content(i, i+firstLinkStep)
				began := time.Now()
				check(b, s.Commit(b.Context(), c))
				spent += time.Since(began)
			}
		}
		check(b, s.Close())
	}
	b.ReportMetric(spent.Seconds()/float64(b.N), "store-s/op")
}

// first makes parties, their links and keys.
func (b *books) first(from, to int) contact.Commit {
	var c contact.Commit
	for n := from; n < to; n++ {
		p := b.party(n)
		id := p.Party.ID
		l := b.link("crm", fmt.Sprint(1_000_000+n), id, b.memo(n, false))
		keys := []contact.Key{contact.Key(b.random.Uint64()), contact.Key(b.random.Uint64()), contact.Key(b.random.Uint64())}
		c.Parties = append(c.Parties, p)
		c.Links = append(c.Links, l)
		c.Keys = append(c.Keys, contact.KeyChange{Kind: contact.Person, Owner: id, Keys: keys})
		c.Entries = append(c.Entries, contact.Entry{At: b.at, Run: 1, Party: id, Place: "crm", Remote: l.Remote, Op: contact.Linked, After: fmt.Sprintf("%0250d", n)})
	}
	return c
}

// second ties another place's records to the same parties.
func (b *books) second(from, to int) contact.Commit {
	var c contact.Commit
	for n := from; n < to; n++ {
		id := b.party(n).Party.ID
		l := b.link("erp", b.remote(n), id, b.memo(n, false))
		c.Links = append(c.Links, l)
		c.Entries = append(c.Entries, contact.Entry{At: b.at, Run: 1, Party: id, Place: "erp", Remote: l.Remote, Op: contact.Linked, After: fmt.Sprintf("%0250d", n)})
	}
	return c
}

// million fills a place with a million links of parties without values: it
// follows, so it keeps digests; or it gives, so it keeps texts.
func million(b *testing.B, digests bool) (*store.Store, string, []string) {
	b.Helper()
	const links, step = 1_000_000, 5000
	path := filepath.Join(b.TempDir(), "kith.db")
	s := open(b, path, store.Options{Exclusive: true})
	people := newBooks()
	remotes := make([]string, 0, links)
	for i := 0; i < links; i += step {
		var c contact.Commit
		for n := i; n < i+step; n++ {
			p := people.party(n)
			p.Party.Fields = nil
			remotes = append(remotes, people.remote(n))
			l := people.link("book", remotes[n], p.Party.ID, people.memo(n, digests))
			l.Due = n%1000 == 0
			c.Parties = append(c.Parties, p)
			c.Links = append(c.Links, l)
		}
		check(b, s.Commit(b.Context(), c))
	}
	return s, path, remotes
}

// bytesPerLink is what links take with their indexes, without the parties.
func bytesPerLink(b *testing.B, s *store.Store) float64 {
	b.Helper()
	bytes, err := s.Value(b.Context(), "SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'link%'")
	check(b, err)
	n, err := strconv.ParseFloat(bytes, 64)
	check(b, err)
	return n / 1e6
}

// BenchmarkMillion reads a following place with 1,000,000 links.
func BenchmarkMillion(b *testing.B) {
	s, _, remotes := million(b, true)
	b.Run("Size", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(bytesPerLink(b, s), "B/link")
		}
	})
	b.Run("Glances", func(b *testing.B) {
		for b.Loop() {
			for i := 0; i < len(remotes); i += 1000 {
				found, err := s.Glances(b.Context(), "book", contact.Person, remotes[i:i+1000])
				check(b, err)
				if len(found) != 1000 {
					b.Fatal(len(found))
				}
			}
		}
	})
	b.Run("EachGlance", func(b *testing.B) {
		for b.Loop() {
			n := 0
			check(b, s.EachGlance(b.Context(), "book", contact.Person, func(contact.Glance) error { n++; return nil }))
			if n != len(remotes) {
				b.Fatal(n)
			}
		}
	})
	b.Run("Due", func(b *testing.B) {
		after := int64(0)
		for b.Loop() {
			found, err := s.Due(b.Context(), "book", contact.Person, time.Now(), after, 1)
			check(b, err)
			if after = 0; len(found) > 0 {
				after = found[0].ID
			}
		}
	})
	b.Run("NextDue", func(b *testing.B) {
		for b.Loop() {
			_, err := s.NextDue(b.Context(), "book")
			check(b, err)
		}
	})
	b.Run("CountLive", func(b *testing.B) {
		for b.Loop() {
			n, err := s.CountLive(b.Context(), "book", contact.Person)
			check(b, err)
			if n != len(remotes) {
				b.Fatal(n)
			}
		}
	})
	b.Run("LinksByRemote", func(b *testing.B) {
		for b.Loop() {
			found, err := s.LinksByRemote(b.Context(), "book", contact.Person, remotes[:1000])
			check(b, err)
			if len(found) != 1000 {
				b.Fatal(len(found))
			}
		}
	})
}

// BenchmarkMillionGiving measures the size of a giving place's links.
func BenchmarkMillionGiving(b *testing.B) {
	s, path, _ := million(b, false)
	b.Run("Size", func(b *testing.B) {
		for b.Loop() {
			b.ReportMetric(bytesPerLink(b, s), "B/link")
		}
	})
	check(b, s.Close())
	b.Run("Open", func(b *testing.B) { // with the check of every page
		for b.Loop() {
			s, err := store.Open(b.Context(), path, store.Options{Exclusive: true})
			check(b, err)
			check(b, s.Close())
		}
		b.ReportMetric(float64(size(b, path))/1e6, "MB")
	})
}
