package file

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Cursors of a folder are "=STATE" after a complete reading and ">STATE NAME"
// within a listing, where STATE sums up the files up to NAME. A state can be
// worked out again from the directory alone, so another process that finds it
// the same has nothing to read.
const (
	cursorDone = "="
	cursorNext = ">"
)

// chain sums up the files of a folder in the order of their names.
type chain string

// add adds a file whose stamp is proof of what was read.
func (c chain) add(s sighting) chain {
	b := append(make([]byte, 0, 160), c...)
	b = binary.BigEndian.AppendUint64(b, uint64(s.stamp.size))
	b = binary.BigEndian.AppendUint64(b, uint64(s.stamp.modified.UnixNano()))
	b = binary.BigEndian.AppendUint64(b, s.stamp.inode)
	return hashed(append(b, s.name...))
}

// doubt makes a state that no directory will show: a file was so young that it
// may change and look the same.
func (c chain) doubt(version string) chain { return hashed([]byte(string(c) + " " + version)) }

func hashed(b []byte) chain {
	h := sha256.Sum256(b)
	return chain(base64.RawURLEncoding.EncodeToString(h[:15]))
}

func (c chain) read(k kept) chain {
	if !k.settled {
		return c.doubt(k.version)
	}
	return c.add(sighting{k.id, k.stamp})
}

func (f *folder) pull(ctx context.Context, show showing, cursor string) (connector.Page, error) {
	if state, done := strings.CutPrefix(cursor, cursorDone); done {
		page, changed, err := f.since(ctx, show, chain(state))
		if err != nil || !changed {
			return page, err
		}
		cursor = ""
	}
	if cursor == "" {
		return f.list(ctx, show, "", "")
	}
	state, name, _ := strings.Cut(strings.TrimPrefix(cursor, cursorNext), " ")
	if !strings.HasPrefix(cursor, cursorNext) || state == "" || !isCardName(name) {
		return connector.Page{}, contact.Fail(contact.CursorExpired, "%s: this is no place to go on from", f.where())
	}
	return f.list(ctx, show, chain(state), name)
}

// list gives a page of the complete listing: the files behind a name.
func (f *folder) list(ctx context.Context, show showing, state chain, after string) (connector.Page, error) {
	found, err := f.look()
	if err != nil {
		return connector.Page{}, err
	}
	if after == "" {
		f.mu.Lock()
		f.round, f.begun = f.round+1, f.seq
		f.mu.Unlock()
	}
	start, _ := slices.BinarySearchFunc(found, after, func(s sighting, name string) int {
		if s.name <= name {
			return -1
		}
		return 1
	})
	end, size := start, int64(0)
	for end < len(found) && end-start < f.page && (size == 0 || size+found[end].stamp.size <= f.bytes) {
		size += found[end].stamp.size
		end++
	}
	all, err := f.readAll(ctx, names(found[start:end]))
	if err != nil {
		return connector.Page{}, err
	}
	page := connector.Page{Full: true, More: end < len(found)}
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range all {
		all[i].round = f.round
		f.learn(all[i].kept)
		if all[i].gone {
			continue
		}
		state = state.read(all[i].kept)
		page.Records = f.show(page.Records, show, &all[i])
	}
	if page.More {
		page.Next = fmt.Sprint(cursorNext, state, " ", found[end-1].name)
		return page, nil
	}
	page.Next = f.given(state, f.shown())
	return page, nil
}

// shown is up to when a listing that ends has shown everything: up to now,
// unless something was learned meanwhile that it did not show. Called with the
// lock held.
func (f *folder) shown() int64 {
	for _, k := range f.known {
		if k.seq > f.begun && k.round != f.round {
			return f.begun
		}
	}
	return f.seq
}

// show adds what a file shows of a kind.
func (f *folder) show(records []contact.Record, show showing, h *held) []contact.Record {
	if h.broken {
		return append(records, show.hidden(h.id))
	}
	if r, ok := show.record(h.shows); ok {
		records = append(records, r)
	}
	return records
}

// given notes a cursor of a complete reading with what was known then. Called
// with the lock held.
func (f *folder) given(state chain, seq int64) string {
	const remembered = 16
	cursor := cursorDone + string(state)
	if _, known := f.states[cursor]; !known {
		f.latest = append(f.latest, cursor)
	}
	f.states[cursor] = seq
	for len(f.latest) > remembered {
		delete(f.states, f.latest[0])
		f.latest = f.latest[1:]
	}
	return cursor
}

// since gives what has changed since a complete reading. relist says that only
// a complete listing can tell: the reading was another process's, or too much
// has changed for a page.
func (f *folder) since(ctx context.Context, show showing, state chain) (page connector.Page, relist bool, err error) {
	found, err := f.look()
	if err != nil {
		return page, false, err
	}
	var now chain
	for _, s := range found {
		now = now.add(s)
	}
	if now == state {
		return connector.Page{Next: cursorDone + string(state)}, false, nil
	}
	f.mu.Lock()
	seq, ours := f.states[cursorDone+string(state)]
	f.mu.Unlock()
	if !ours {
		return page, true, nil
	}
	if found, err = f.refresh(ctx); err != nil {
		return page, false, err
	}
	f.mu.Lock()
	changed, next := f.changed(seq, found)
	f.mu.Unlock()
	if len(changed) > f.page {
		return page, true, nil
	}
	var there []string
	for _, k := range changed {
		switch {
		case !k.gone && (k.kind == show.kind || k.broken):
			there = append(there, k.id)
		case k.before == show.kind:
			page.Records = append(page.Records, contact.Record{Kind: show.kind, ID: k.id, Gone: contact.Deleted})
		}
	}
	all, err := f.readAll(ctx, there)
	if err != nil {
		return page, false, err
	}
	for i := range all {
		if all[i].gone {
			continue // the next look finds it
		}
		page.Records = f.show(page.Records, show, &all[i])
	}
	page.Next = next
	return page, false, nil
}

// changed returns what was learned after a time, and the cursor for what is
// known now. Called with the lock held.
func (f *folder) changed(seq int64, found []sighting) ([]kept, string) {
	var changed []kept
	for _, k := range f.known {
		if k.seq > seq {
			changed = append(changed, *k)
		}
	}
	slices.SortFunc(changed, func(a, b kept) int { return strings.Compare(a.id, b.id) })
	var state chain
	for _, s := range found {
		if k := f.known[s.name]; k != nil && !k.gone {
			state = state.read(*k)
		}
	}
	return changed, f.given(state, f.seq)
}

func names(found []sighting) []string {
	names := make([]string, len(found))
	for i, s := range found {
		names[i] = s.name
	}
	return names
}

func (f *folder) get(ctx context.Context, show showing, id string) (contact.Record, error) {
	if ctx.Err() != nil {
		return contact.Record{}, stopped(ctx.Err())
	}
	if !isCardName(id) {
		return contact.Record{}, noCard(f.where())
	}
	h, err := f.read(id)
	if err != nil {
		return contact.Record{}, err
	}
	f.mu.Lock()
	f.learn(h.kept)
	f.mu.Unlock()
	switch {
	case h.gone:
		return contact.Record{}, noCard(f.where())
	case h.broken:
		return show.hidden(id), nil
	}
	r, ok := show.record(h.shows)
	if !ok {
		return contact.Record{}, noCard(f.where())
	}
	return r, nil
}

func (f *folder) each(ctx context.Context, want func(listed) bool, use func(listed, *shelved) error) error {
	found, err := f.refresh(ctx)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(found, f.page) {
		var wanted []string
		f.mu.Lock()
		index := make([]listed, 0, len(chunk))
		for _, s := range chunk {
			if k := f.known[s.name]; k != nil && !k.gone {
				index = append(index, k.listed)
			}
		}
		f.mu.Unlock()
		for _, l := range index {
			if want(l) {
				wanted = append(wanted, l.id)
			}
		}
		all, err := f.readAll(ctx, wanted)
		if err != nil {
			return err
		}
		cards := map[string]*shelved{}
		for _, h := range all {
			cards[h.id] = h.shows
		}
		for _, l := range index {
			if err := use(l, cards[l.id]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (f *folder) what() string { return "a folder of vCards" }

// readFull reads until the end, which comes before the buffer is full unless
// the file has grown.
func readFull(r io.Reader, into []byte) (int, error) {
	n, err := io.ReadFull(r, into)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}
