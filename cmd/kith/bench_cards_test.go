//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kith/lab"
)

// These benchmarks run the program beside vdirsyncer, each on books or folders
// of its own that hold the same cards on the same servers, phase by phase in
// turn. The phases are sub-benchmarks; run them with -benchtime 1x.
// KITH_BENCH_CARDS sets another number of cards than 2,000.

// BenchmarkBooks keeps a full Radicale and an empty Xandikos in step.
func BenchmarkBooks(b *testing.B) {
	n := benchCards(b)
	type pair struct{ home, work lab.Book }
	fresh := func() pair {
		p := pair{lab.CardDAV(b, "radicale"), lab.CardDAV(b, "xandikos")}
		p.home.Fill(b, madeCards(n))
		p.home.Cards(b) // warm: the first reading of a book parses every card
		return p
	}
	ours, rival := fresh(), fresh()
	c := contest{b,
		kithRun(b, fmt.Sprintf(`
leading: home
systems:
  home: {connector: carddav, url: %q, user: %s, password: env:HOME_PW}
  work: {connector: carddav, url: %q, user: %s, password: env:WORK_PW}
person: {deletes: spread, removal: delete, home: both, work: both}
`, ours.home.URL, ours.home.User, ours.work.URL, ours.work.User), "HOME_PW="+ours.home.Password, "WORK_PW="+ours.work.Password),
		rivalRun(b, withLogin(b, rival.home), withLogin(b, rival.work)),
	}
	none := func(*testing.B) {}
	c.phase("first", 1, none, func(b *testing.B) {
		for _, p := range []pair{ours, rival} {
			if got := len(p.work.Names(b)); got != n {
				b.Fatalf("%d of %d cards arrived", got, n)
			}
		}
	})
	c.phase("nochange", 3, none, none)
	c.phase("edits", 1, func(b *testing.B) {
		for _, p := range []pair{ours, rival} {
			editTitles(b, p.home, p.work, 20)
		}
	}, func(b *testing.B) {
		for _, p := range []pair{ours, rival} {
			for _, book := range []lab.Book{p.home, p.work} {
				edited := 0
				for _, card := range book.Cards(b) {
					if strings.Contains(card, "TITLE:Edited") {
						edited++
					}
				}
				if edited != 40 {
					b.Fatalf("%d of 40 edits are in %s", edited, book.URL)
				}
			}
		}
	})
}

// BenchmarkFolders keeps a full and an empty folder of vCards in step.
func BenchmarkFolders(b *testing.B) {
	n := benchCards(b)
	fresh := func() (home, work string) {
		home, work = b.TempDir(), b.TempDir()
		for i, card := range madeCards(n) {
			if err := os.WriteFile(filepath.Join(home, fmt.Sprintf("%d.vcf", i)), []byte(card), 0o644); err != nil {
				b.Fatal(err)
			}
		}
		return home, work
	}
	home, work := fresh()
	one, other := fresh()
	c := contest{b, kithRun(b, fmt.Sprintf(`
leading: home
systems:
  home: {connector: file, path: %q, format: vcard}
  work: {connector: file, path: %q, format: vcard}
person: {deletes: spread, removal: delete, home: both, work: both}
`, home, work)), rivalRun(b, one, other)}
	none := func(*testing.B) {}
	c.phase("first", 1, none, func(b *testing.B) {
		for _, dir := range []string{work, other} {
			files, err := filepath.Glob(filepath.Join(dir, "*.vcf"))
			if err != nil || len(files) != n {
				b.Fatalf("%d of %d cards arrived, %v", len(files), n, err)
			}
		}
	})
	c.phase("nochange", 5, none, none)
}

func benchCards(b *testing.B) int {
	text := os.Getenv("KITH_BENCH_CARDS")
	if text == "" {
		return 2000
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

// madeCards are cards as people have them, the same ones each time. No two have
// a name in common, so that nobody has to be asked who is who.
func madeCards(n int) []string {
	given := strings.Fields("Anna Björn Chloé Dmitri Elif Frédéric Greta Håkan Inès Jürgen Kateřina Łukasz María Nils Özlem Pär")
	syllables := strings.Fields("al ber cor dan ek fal gri hol in jo kal lin mar nor ost pet ros sten tor ul vik wal åk öst")
	random := rand.New(rand.NewPCG(1, 2))
	taken := map[string]bool{"": true}
	cards := make([]string, n)
	for i := range cards {
		g, f := given[random.IntN(len(given))], ""
		for taken[f] {
			f = ""
			for range 3 {
				f += syllables[random.IntN(len(syllables))]
			}
		}
		taken[f] = true
		firm := fmt.Sprintf("firm%d.example", i/5)
		lines := []string{
			"BEGIN:VCARD", "VERSION:3.0", fmt.Sprintf("UID:bench-%d", i), "FN:" + g + " " + f, "N:" + f + ";" + g + ";;;",
			fmt.Sprintf("ORG:Firm %d AB;Dept %d", i/5, i%9), fmt.Sprintf("TITLE:Title %d", i%40),
			"EMAIL;TYPE=WORK:" + f + "@" + firm, fmt.Sprintf("EMAIL;TYPE=HOME:%s.%d@%s.example", f, i, f),
			fmt.Sprintf("TEL;TYPE=CELL:+46 70 %07d", random.IntN(1e7)), fmt.Sprintf("TEL;TYPE=WORK:+46 40 %06d", random.IntN(1e6)),
			fmt.Sprintf("ADR;TYPE=WORK:;;Gatan %d;Malmö;;%05d;Sweden", i%200, 20000+i%9999),
			fmt.Sprintf(`NOTE:Note %d\, with a comma\nand a second line`, i),
			fmt.Sprintf("CATEGORIES:Lab,C%d", i%7), "REV:20260101T000000Z", "END:VCARD",
		}
		cards[i] = strings.Join(lines, "\r\n") + "\r\n"
	}
	return cards
}

var (
	titleLine = regexp.MustCompile(`(?m)^TITLE:.*?(\r?)$`)
	nameLine  = regexp.MustCompile(`(?m)^FN:.*$`)
)

// editTitles edits n cards on each side as a user's program does, no contact
// on both.
func editTitles(b *testing.B, home, work lab.Book, n int) {
	taken := map[string]bool{}
	for _, book := range []lab.Book{home, work} {
		names := book.Names(b)
		for edited := 0; edited < n; {
			if len(names) == 0 {
				b.Fatal("there are too few cards to edit")
			}
			name := names[len(names)/2]
			names = slices.Delete(names, len(names)/2, len(names)/2+1)
			card := book.Get(b, name)
			if who := strings.TrimSpace(nameLine.FindString(card)); !taken[who] {
				taken[who] = true
				book.Put(b, name, titleLine.ReplaceAllString(card, "TITLE:Edited "+strconv.Itoa(edited)+"$1"))
				edited++
			}
		}
	}
}

// withLogin is the address of a book with the login in it.
func withLogin(b *testing.B, book lab.Book) string {
	u, err := url.Parse(book.URL)
	if err != nil {
		b.Fatal(err)
	}
	u.User = url.UserPassword(book.User, book.Password)
	return u.String()
}
