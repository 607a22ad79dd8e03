package file

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"kith/internal/contact"
	"kith/internal/vcard"
)

// draftBook is a file of cards with changes that are not written yet.
type draftBook struct {
	*contents
	file   io.ReaderAt
	edited map[int]*shelved // cards of the old file by number; nil is removed
	added  []*shelved
	where  map[string]int // which of the added a card is
	uids   map[string]bool
}

// commit carries out a batch of writes with one replacement of the file.
func (b *book) commit(batch []*job[edition]) {
	err := b.source.rewrite(func(file *rewriting[*contents]) error {
		d := &draftBook{contents: file.now, file: file.old, edited: map[int]*shelved{}, where: map[string]int{}, uids: map[string]bool{}}
		if err := apply(batch, edition(d)); err != nil || len(d.edited) == 0 && len(d.added) == 0 {
			return err
		}
		return file.replace(d.write, func(fresh *os.File) (*contents, error) { return b.check(fresh, d) })
	})
	if err != nil {
		fail(batch, err)
	}
}

// check reads a new file back.
func (b *book) check(fresh *os.File, d *draftBook) (*contents, error) {
	now, err := b.parse(context.Background(), fresh)
	if err != nil {
		return nil, err
	}
	info, err := fresh.Stat()
	if err != nil {
		return nil, failed("write", err)
	}
	now.stamp = stampOf(info)
	if !d.reads(now) {
		return nil, contact.Fail(contact.Malformed, "%s: the new file would not read as it was written, so the old one stays", b.where())
	}
	return now, nil
}

// card reads a card as it stands in the draft.
func (d *draftBook) card(id string) (*shelved, error) {
	if n, ok := d.where[id]; ok {
		return d.added[n], nil
	}
	n, ok := d.byID[id]
	if !ok {
		return nil, nil
	}
	if k, ok := d.edited[n]; ok {
		return k, nil
	}
	return d.read(d.file, n)
}

// set puts a text in the place of a card. One that has been called by its name
// gets its name as UID before the name changes.
func (d *draftBook) set(id string, text []byte) (now *shelved, err error) {
	if text != nil {
		if text, err = keepID(id, text); err != nil {
			return nil, err
		}
		if now, err = shelve(id, text); err != nil {
			return nil, malformedCard("the card", err)
		}
	}
	if n, ok := d.where[id]; ok {
		d.added[n] = now
		return now, nil
	}
	d.edited[d.byID[id]] = now
	return now, nil
}

func keepID(id string, text []byte) ([]byte, error) {
	k, err := vcard.Parse(text)
	if err != nil {
		return nil, malformedCard("the card", err)
	}
	base, _, _ := strings.Cut(id, "-")
	if k.UID() != "" || nameless(k) == base {
		return text, nil
	}
	if err := k.SetField("UID", id); err != nil {
		return nil, err
	}
	return k.Bytes(), nil
}

func (d *draftBook) taken(uid string) bool {
	uid = strings.ToLower(uid)
	return d.contents.uids[uid] || d.uids[uid]
}

func (d *draftBook) add(c *vcard.Card) (*shelved, error) {
	id := c.UID()
	now, err := shelve(id, c.Bytes())
	if err != nil {
		return nil, malformedCard("the card", err)
	}
	d.uids[strings.ToLower(id)] = true
	d.where[id] = len(d.added)
	d.added = append(d.added, now)
	return now, nil
}

// count is how many cards the draft has.
func (d *draftBook) count() int {
	n := len(d.cards)
	for _, k := range d.edited {
		if k == nil {
			n--
		}
	}
	for _, k := range d.added {
		if k != nil {
			n++
		}
	}
	return n
}

// reads reports whether the new file holds what was written.
func (d *draftBook) reads(fresh *contents) bool {
	if len(fresh.cards) != d.count() {
		return false
	}
	for id, n := range d.where {
		if d.added[n] != nil && !fresh.has(id) {
			return false
		}
	}
	for n, k := range d.edited {
		if k != nil && !fresh.has(d.cards[n].id) {
			return false
		}
	}
	return true
}

// write writes the draft out: the old text with some cards exchanged, then the
// new ones.
func (d *draftBook) write(to *os.File) error {
	out := bufio.NewWriterSize(to, 256<<10)
	last := byte('\n')
	put := func(text []byte) error {
		if len(text) == 0 {
			return nil
		}
		if last != '\n' { // the file did not end its last line
			if _, err := out.WriteString("\r\n"); err != nil {
				return err
			}
		}
		last = text[len(text)-1]
		_, err := out.Write(text)
		return err
	}
	if len(d.cards) == 0 {
		head := make([]byte, d.size) // blank, or a byte order mark
		if _, err := d.file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
			return errChanging
		}
		if err := put(bytes.TrimRight(head, " \t")); err != nil {
			return err
		}
	}
	for n := range d.cards {
		k, edited := d.edited[n]
		var text []byte
		switch {
		case !edited:
			var err error
			if text, err = d.text(d.file, n); err != nil {
				return err
			}
		case k != nil:
			text = k.text
		}
		if err := put(text); err != nil {
			return err
		}
	}
	for _, k := range d.added {
		if k == nil {
			continue
		}
		if err := put(k.text); err != nil {
			return err
		}
	}
	return out.Flush()
}
