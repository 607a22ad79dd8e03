package file

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"kith/internal/connector"
	"kith/internal/contact"
)

// filled makes a file of n persons with eight columns and opens it.
func filled(b *testing.B, n int) (connector.Connector, *collection, int64) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "people.csv")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "No;Given;Family;Mail;Phone;Title;Firm;City")
	for i := range n {
		fmt.Fprintf(w, "%d;Johanna;\"Lindström %d\";johanna.%d@acme.example;+4670%07d;Head of Purchasing;%d;Göteborg\n", i+1, i, i, i, i%1000)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	f.Close()
	y, err := Open(connector.Settings{
		Keys:        map[string]string{"path": path},
		Collections: map[contact.Kind]contact.Collection{contact.Person: {ID: "No"}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { y.Close() })
	c, err := y.Open(context.Background(), "")
	if err != nil {
		b.Fatal(err)
	}
	return c, y.(*system).collections[contact.Person], info.Size()
}

func BenchmarkPullMillion(b *testing.B) {
	const n = 1_000_000
	c, f, size := filled(b, n)
	b.SetBytes(size)
	var most uint64
	for b.Loop() {
		f.source.known = false
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
			b.Fatalf("%d records", read)
		}
		var mem runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&mem)
		most = max(most, mem.HeapAlloc)
	}
	b.ReportMetric(float64(most)/n, "kept-B/row")
}

func BenchmarkListHundredThousand(b *testing.B) {
	c, _, size := filled(b, 100_000)
	b.SetBytes(size)
	for b.Loop() {
		n := 0
		if err := c.(connector.Lister).List(context.Background(), contact.Person, func(string, string) error { n++; return nil }); err != nil || n != 100_000 {
			b.Fatal(n, err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	c, _, _ := filled(b, 100_000)
	for b.Loop() {
		if _, err := c.Get(context.Background(), contact.Person, "77777"); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPut writes to a file of 100,000 rows from as many goroutines as the
// door takes.
func BenchmarkPut(b *testing.B) {
	for _, workers := range []int{1, writers} {
		b.Run(fmt.Sprint(workers), func(b *testing.B) {
			c, _, _ := filled(b, 100_000)
			work := make(chan int)
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for i := range work {
						r := contact.Record{Kind: contact.Person, ID: fmt.Sprint(i%100_000 + 1), Values: contact.Values{Fields: contact.Fields{"Title": fmt.Sprint("title ", i)}}}
						if _, err := c.Put(context.Background(), r); err != nil {
							b.Error(err)
						}
					}
				})
			}
			for i := 0; b.Loop(); i++ {
				work <- i
			}
			close(work)
			wg.Wait()
		})
	}
}
