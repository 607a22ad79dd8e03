package store_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kith/internal/contact"
	"kith/internal/store"
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
	const persons, step = 100_000, 500
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "kith.db")
		s := open(b, path, store.Options{Exclusive: true})
		people := newBooks()
		var used, wrote float64
		timed := func(c contact.Commit) {
			w0, c0 := written(), cpu()
			check(b, s.Commit(b.Context(), c))
			used += cpu() - c0
			wrote += written() - w0
		}
		for i := 0; i < persons; i += step {
			timed(people.first(i, i+step))
		}
		b.ReportMetric(used, "1st-cpu")
		for i := 0; i < persons; i += step {
			timed(people.second(i, i+step))
		}
		b.ReportMetric(wrote, "MBwritten")
		b.ReportMetric(used, "cpu-s")
		b.ReportMetric(float64(size(b, path))/persons, "B/person")
	}
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
