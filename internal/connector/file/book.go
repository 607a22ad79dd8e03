package file

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/vcard"
)

// book is one file with many cards. As with CSV, it is believed and replaced as
// a whole.
type book struct {
	file   string
	env    environment
	page   int // cards of a page
	source watched[*contents]
	queue  queue[edition]
}

// contents is what is known of a file of cards that was read from end to end:
// where each card stands, but no values.
type contents struct {
	identity
	cards []placed
	byID  map[string]int
	uids  map[string]bool
	size  int64
}

// placed is a card and where it stands.
type placed struct {
	listed
	at   int64
	size int
	line int
}

func newBook(path string) *book {
	b := &book{file: path, env: newEnvironment(), page: 1000}
	b.source = watched[*contents]{path: path, name: b.where(), env: &b.env, scan: b.scan, absent: b.exists}
	b.queue.name, b.queue.commit = b.where(), b.commit
	return b
}

func (b *book) where() string { return filepath.Base(b.file) }
func (b *book) path() string  { return b.file }
func (b *book) finish()       { b.queue.workers.Wait() }

func (b *book) submit(ctx context.Context, change func(edition) (contact.Record, error)) (contact.Record, error) {
	return b.queue.submit(ctx, change)
}

func (b *book) exists() error {
	info, err := os.Stat(b.file)
	switch {
	case err == nil && info.Mode().IsRegular():
		return nil
	case err == nil:
		return contact.Fail(contact.Setup, "%s is no file", b.file)
	case os.IsNotExist(err):
		return absent(b.file)
	}
	return failed("open", err)
}

// scan reads the whole file. One without a card is empty, but not while it is
// so young that somebody may be about to write it.
func (b *book) scan(ctx context.Context, f *os.File) (*contents, error) {
	c, err := b.parse(ctx, f)
	if err != nil || len(c.cards) > 0 {
		return c, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, failed("read", err)
	}
	if !b.env.settled(stampOf(info)) {
		return nil, contact.Fail(contact.Unreachable, "%s is empty and was changed a moment ago: somebody may be writing it", b.where())
	}
	return c, nil
}

func (b *book) parse(ctx context.Context, f *os.File) (*contents, error) {
	c := &contents{byID: map[string]int{}, uids: map[string]bool{}}
	counted := &counter{in: io.NewSectionReader(f, 0, maxFile), hash: sha256.New()}
	r := vcard.NewReader(counted)
	for line := 1; ; {
		if len(c.cards)%1024 == 0 && ctx.Err() != nil {
			return nil, stopped(ctx.Err())
		}
		k, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, malformedCard(b.where(), err)
		}
		text := k.Bytes()
		if err := c.place(b.where(), k, text, line); err != nil {
			return nil, err
		}
		line += bytes.Count(text, []byte{'\n'})
	}
	c.size = counted.read
	c.state = hex.EncodeToString(counted.hash.Sum(nil)[:16])
	return c, nil
}

// counter hashes what is read through it.
type counter struct {
	in   io.Reader
	hash hash.Hash
	read int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.hash.Write(p[:n])
	c.read += int64(n)
	return n, err
}

// place notes a card. Cards are told apart by their UIDs; one without is called
// by its name, and numbered where several have it.
func (c *contents) place(where string, k *vcard.Card, text []byte, line int) error {
	uid := k.UID()
	id := uid
	if uid == "" {
		id = nameless(k)
		for n := 2; c.has(id); n++ {
			id = nameless(k) + "-" + strconv.Itoa(n)
		}
	}
	if first, twice := c.byID[id]; twice {
		return contact.Fail(contact.Malformed, "%s, line %d: the card has the same UID as the one in line %d", where, line, c.cards[first].line)
	}
	c.byID[id] = len(c.cards)
	c.uids[strings.ToLower(uid)] = true
	c.cards = append(c.cards, placed{indexed(id, k, text), c.size, len(text), line})
	c.size += int64(len(text))
	return nil
}

func (c *contents) has(id string) bool { _, ok := c.byID[id]; return ok }

// nameless is what a card without UID is called: the hash of the name it bears.
func nameless(k *vcard.Card) string {
	h := sha256.New()
	for _, name := range []string{"FN", "N.family", "N.given", "N.middle", "ORG.1"} {
		fmt.Fprintf(h, "%s\x00", k.Field(name))
	}
	return "~" + hex.EncodeToString(h.Sum(nil)[:8])
}

// text reads a card of an open file that the contents are of.
func (c *contents) text(f io.ReaderAt, n int) ([]byte, error) {
	text := make([]byte, c.cards[n].size)
	if _, err := f.ReadAt(text, c.cards[n].at); err != nil {
		return nil, errChanging
	}
	return text, nil
}

// read reads a card as text does. It was sound when it was indexed.
func (c *contents) read(f io.ReaderAt, n int) (*shelved, error) {
	text, err := c.text(f, n)
	if err != nil {
		return nil, err
	}
	k, err := shelve(c.cards[n].id, text)
	if err != nil {
		return nil, errChanging
	}
	return k, nil
}

// pull reads the file from end to end before it gives the first page. The
// cursor names the content it belongs to, so that no listing is put together
// from two of them.
func (b *book) pull(ctx context.Context, show showing, cursor string) (connector.Page, error) {
	var page connector.Page
	err := b.source.view(ctx, func(f *os.File, c *contents) error {
		page = connector.Page{Full: true, State: c.state}
		n, err := b.position(c, cursor)
		if err != nil {
			return err
		}
		for ; n < len(c.cards) && len(page.Records) < b.page; n++ {
			if c.cards[n].kind != show.kind {
				continue
			}
			r, err := b.record(f, c, show, n)
			if err != nil {
				return err
			}
			page.Records = append(page.Records, r)
		}
		if page.More = n < len(c.cards); page.More {
			page.Next = c.state + "." + strconv.Itoa(n)
		}
		return nil
	})
	return page, err
}

func (b *book) position(c *contents, cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	state, card, _ := strings.Cut(cursor, ".")
	n, err := strconv.Atoi(card)
	if err != nil || state != c.state || n < 0 || n >= len(c.cards) {
		return 0, contact.Fail(contact.CursorExpired, "%s has changed since its first page was read", b.where())
	}
	return n, nil
}

func (b *book) record(f io.ReaderAt, c *contents, show showing, n int) (contact.Record, error) {
	k, err := c.read(f, n)
	if err != nil {
		return contact.Record{}, err
	}
	r, ok := show.record(k)
	if !ok {
		return r, errChanging
	}
	return r, nil
}

func (b *book) get(ctx context.Context, show showing, id string) (r contact.Record, err error) {
	err = b.source.view(ctx, func(f *os.File, c *contents) error {
		n, ok := c.byID[id]
		if !ok || c.cards[n].kind != show.kind {
			return noCard(b.where())
		}
		r, err = b.record(f, c, show, n)
		return err
	})
	return r, err
}

func (b *book) each(ctx context.Context, want func(listed) bool, use func(listed, *shelved) error) error {
	err := b.source.viewOnce(ctx, func(f *os.File, c *contents) error {
		for n := range c.cards {
			if n%1024 == 0 && ctx.Err() != nil {
				return stopped(ctx.Err())
			}
			var k *shelved
			if want(c.cards[n].listed) {
				var err error
				if k, err = c.read(f, n); err != nil {
					return err
				}
			}
			if err := use(c.cards[n].listed, k); err != nil {
				return err
			}
		}
		return nil
	})
	if errors.Is(err, errChanging) {
		return b.source.restless()
	}
	return err
}

func (b *book) what() string { return b.where() + ", vCards in one file" }
