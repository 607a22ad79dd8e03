package file

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"kith/internal/card"
	"kith/internal/connector"
	"kith/internal/contact"
)

const benchCards = 2000

// filledFolder makes a folder of vCards and opens it with the shipped map.
func filledFolder(b *testing.B, n int) (connector.Connector, string) {
	b.Helper()
	dir := b.TempDir()
	for i := range n {
		writeOld(b, filepath.Join(dir, fmt.Sprintf("u-%05d.vcf", i)), vcf(fmt.Sprintf("UID:u-%05d", i), fmt.Sprintf("N:Lindström %d;Johanna;;;", i),
			fmt.Sprintf("FN:Johanna Lindström %d", i), "ORG:Acme;Purchasing", "TITLE:Head of Purchasing", fmt.Sprintf("EMAIL;TYPE=INTERNET,WORK:johanna.%d@acme.example", i),
			fmt.Sprintf("TEL;TYPE=CELL:+46 70 %07d", i), "ADR;TYPE=WORK:;;Storgatan 1;Göteborg;;411 01;SE", "X-OTHER:kept", "REV:2026-01-01T00:00:00Z"))
	}
	var mapped []string
	for _, e := range card.Map(contact.Person) {
		mapped = append(mapped, e.Field)
	}
	y, err := Open(connector.Settings{
		Keys: map[string]string{"path": dir, "format": FormatVCard}, Fields: map[contact.Kind][]string{contact.Person: mapped},
		Collections: map[contact.Kind]contact.Collection{contact.Person: {}},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { y.Close() })
	c, err := y.Open(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	return c, dir
}

func pullCards(b *testing.B, c connector.Connector, cursor string) (next string, read int) {
	b.Helper()
	for {
		page, err := c.Pull(b.Context(), contact.Person, cursor)
		if err != nil {
			b.Fatal(err)
		}
		read += len(page.Records)
		if cursor = page.Next; !page.More {
			return cursor, read
		}
	}
}

// BenchmarkFolder reads 2,000 cards, looks whether anything has changed, finds
// the one that has, and creates 2,000.
func BenchmarkFolder(b *testing.B) {
	b.Run("read", func(b *testing.B) {
		c, _ := filledFolder(b, benchCards)
		for b.Loop() {
			if _, read := pullCards(b, c, ""); read != benchCards {
				b.Fatal(read)
			}
		}
	})
	b.Run("nothing new", func(b *testing.B) {
		c, _ := filledFolder(b, benchCards)
		cursor, _ := pullCards(b, c, "")
		for b.Loop() {
			if _, read := pullCards(b, c, cursor); read != 0 {
				b.Fatal(read)
			}
		}
	})
	b.Run("one changed", func(b *testing.B) {
		c, dir := filledFolder(b, benchCards)
		cursor, _ := pullCards(b, c, "")
		for i := 0; b.Loop(); i++ {
			writeOld(b, filepath.Join(dir, "u-00007.vcf"), vcf("UID:u-00007", fmt.Sprint("FN:Johanna ", i)))
			var read int
			if cursor, read = pullCards(b, c, cursor); read != 1 {
				b.Fatal(read)
			}
		}
	})
	b.Run("create", func(b *testing.B) {
		c, _ := filledFolder(b, benchCards)
		page, err := c.Pull(b.Context(), contact.Person, "")
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			into, dir := filledFolder(b, 0)
			var wg sync.WaitGroup
			for w := range cardWriters {
				wg.Go(func() {
					for i := w; i < benchCards; i += cardWriters {
						r := page.Records[i%len(page.Records)]
						r.ID, r.UID = "", fmt.Sprint("new-", i)
						if _, err := into.Put(b.Context(), r); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			if made, err := os.ReadDir(dir); err != nil || len(made) < benchCards {
				b.Fatal(len(made), err)
			}
		}
	})
}
