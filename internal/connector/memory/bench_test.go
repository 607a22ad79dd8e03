package memory

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// filled returns a system with n persons of eight fields.
func filled(tb testing.TB, n int) (*Server, connector.Connector) {
	tb.Helper()
	s := NewServer(Options{})
	u := s.User("")
	for i := range n {
		u.Create(contact.Person, contact.Values{Fields: contact.Fields{
			"given": "Johanna", "family": fmt.Sprint("Lindström ", i), "email": fmt.Sprintf("johanna.%d@acme.example", i),
			"phone": fmt.Sprintf("+4670%07d", i), "title": "Head of Purchasing", "company": fmt.Sprint(i % 1000), "city": "Göteborg", "note": "",
		}})
	}
	c, err := s.Open(connector.Settings{Name: "crm"}).Open(context.Background(), "")
	if err != nil {
		tb.Fatal(err)
	}
	return s, c
}

func BenchmarkPullMillion(b *testing.B) {
	const n = 1_000_000
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s, c := filled(b, n)
	runtime.GC()
	runtime.ReadMemStats(&after)
	for b.Loop() {
		read := 0
		for cursor, more := "", true; more; {
			page, err := c.Pull(context.Background(), contact.Person, cursor)
			if err != nil {
				b.Fatal(err)
			}
			read += len(page.Records)
			cursor, more = page.Next, page.More
		}
		if read != n {
			b.Fatalf("read %d records of %d", read, n)
		}
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "stored-B/record")
	runtime.KeepAlive(s)
}

func BenchmarkListMillion(b *testing.B) {
	_, c := filled(b, 1_000_000)
	for b.Loop() {
		n := 0
		err := c.(connector.Lister).List(context.Background(), contact.Person, func(string, string) error { n++; return nil })
		if err != nil || n != 1_000_000 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkPut(b *testing.B) {
	_, c := filled(b, 0)
	for b.Loop() {
		_, err := c.Put(context.Background(), contact.Record{Kind: contact.Person, Values: contact.Values{Fields: contact.Fields{
			"given": "Johanna", "family": "Lindström", "email": "johanna@acme.example", "phone": "+46701234567"}}})
		if err != nil {
			b.Fatal(err)
		}
	}
}
