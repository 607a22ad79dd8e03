package lab_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/lab"
)

// Two fresh databases of one server are different ones, and each is there.
func TestFreshDatabases(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	t.Run("postgres", func(t *testing.T) {
		one, two := lab.Postgres(t), lab.Postgres(t)
		if one == two {
			t.Fatalf("both databases are %s", one)
		}
		db, err := sql.Open("pgx", one)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.ExecContext(ctx, "CREATE TABLE a (id int)"); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("mariadb", func(t *testing.T) {
		one, two := lab.MariaDB(t), lab.MariaDB(t)
		if one == two || !strings.HasPrefix(one, "mysql://") {
			t.Fatalf("got %s and %s", one, two)
		}
	})
}

// A fresh book of every server is empty, keeps what is put into it, and is
// gone after the test that had it.
func TestFreshBooks(t *testing.T) {
	for _, server := range lab.CardDAVServers {
		t.Run(server, func(t *testing.T) {
			t.Parallel()
			var book lab.Book
			t.Run("is there", func(t *testing.T) {
				book = lab.CardDAV(t, server)
				if other := lab.CardDAV(t, server); other.URL == book.URL {
					t.Fatalf("both books are %s", other.URL)
				}
				if cards := book.Names(t); len(cards) > 0 {
					t.Errorf("a fresh book has %q", cards)
				}
				book.Put(t, "anna.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:anna\r\nFN:Anna Berg\r\nN:Berg;Anna;;;\r\nEND:VCARD\r\n")
				book.Put(t, "bo å@+.vcf", "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:bo\r\nFN:Bo Ek\r\nN:Ek;Bo;;;\r\nEND:VCARD\r\n")
				if cards := book.Cards(t); len(cards) != 2 || !strings.Contains(cards["bo å@+.vcf"], "FN:Bo Ek") {
					t.Errorf("two cards were put, the book shows %q", cards)
				}
				if card := book.Get(t, "anna.vcf"); !strings.Contains(card, "FN:Anna Berg") {
					t.Errorf("the card that was put comes back as %q", card)
				}
				book.Delete(t, "anna.vcf")
				if cards := book.Names(t); !slices.Equal(cards, []string{"bo å@+.vcf"}) {
					t.Errorf("after two cards and a deletion the book has %q", cards)
				}
			})
			if book.URL != "" && !book.Gone(t) {
				t.Error("the book is still there after the test")
			}
		})
	}
}
