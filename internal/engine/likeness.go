package engine

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"runtime"
	"strings"
	"sync"

	"kith/internal/contact"
	"kith/internal/match"
)

// likeness answers which parties of a kind are like a record. It is made of the
// store when the first question comes, so that a run that meets nobody new does
// not pay for it, and follows every commit from then on.
//
// A party that a batch starts is answered from that moment on, before it is
// stored: a namesake met by another batch is the same question, not a second
// party.
type likeness struct {
	e    *Engine
	kind contact.Kind

	learning sync.Mutex // held while it learns; nobody waits for it but who would learn too

	mu      sync.Mutex
	index   *match.Index             // nil: nobody has asked yet
	weights weights                  // what the index has learnt; without a model: nothing yet
	revs    map[uint64]int64         // by party: the revision that the index holds
	next    int64                    // the store's parties below this number are in it
	pending map[string]chan struct{} // started and not stored yet; closed when it is decided

	questions map[string]*questions // by place; without one: not counted yet
}

func newLikeness(e *Engine) map[contact.Kind]*likeness {
	all := map[contact.Kind]*likeness{}
	for _, kind := range contact.Kinds {
		all[kind] = &likeness{e: e, kind: kind, pending: map[string]chan struct{}{}, questions: map[string]*questions{}}
	}
	return all
}

// partiesAtOnce is how many parties are read in one go.
const partiesAtOnce = 2000

// load makes the index; the caller holds the lock.
func (l *likeness) load(ctx context.Context) error {
	next, err := l.e.Store.NextParty(ctx)
	if err != nil {
		return err
	}
	employers, err := l.e.employers(ctx, l.kind)
	if err != nil {
		return err
	}
	kind := match.Person
	if l.kind == contact.Company {
		kind = match.Company
	}
	kept := l.kept(ctx)
	index := match.NewIndex(kind, "", match.Options{Workers: runtime.GOMAXPROCS(0)}, kept.Model)
	revs := map[uint64]int64{}
	var page []contact.Party
	after, at := "", 0
	index.Load(func(r *match.Record) bool {
		if at == len(page) {
			page, err = l.e.Store.PartiesAfter(ctx, l.kind, after, partiesAtOnce)
			if err != nil || len(page) == 0 {
				return false
			}
			after, at = page[len(page)-1].ID, 0
		}
		p := &page[at]
		at++
		describe(r, p, employers)
		revs[partyHash(p.ID)] = p.Rev
		return true
	})
	if err != nil {
		return fmt.Errorf("read what parties are recognised by: %w", err)
	}
	l.index, l.revs, l.next, l.weights = index, revs, next, kept
	return nil
}

// refresh takes in the parties that other processes have made since; the caller
// holds the lock.
func (l *likeness) refresh(ctx context.Context) error {
	next, err := l.e.Store.NextParty(ctx)
	if err != nil || next <= l.next {
		return err
	}
	made, err := l.e.Store.PartiesFrom(ctx, l.kind, l.next)
	if err != nil {
		return err
	}
	var unknown []string
	for _, id := range made {
		if _, known := l.revs[partyHash(id)]; !known {
			unknown = append(unknown, id)
		}
	}
	l.next = next
	if len(unknown) == 0 {
		return nil
	}
	parties, err := l.e.Store.Parties(ctx, unknown)
	if err != nil {
		return err
	}
	refs := newRefs(l.e.Book)
	var employers []string
	for i := range parties {
		if id := parties[i].Text("company"); id != "" {
			employers = append(employers, id)
		}
	}
	if err := refs.load(ctx, l.e.Store, employers); err != nil {
		return err
	}
	for i := range parties {
		l.put(&parties[i], refs.Party)
	}
	return nil
}

// put takes a party in as it stands; the caller holds the lock.
func (l *likeness) put(p *contact.Party, company func(id string) *contact.Party) {
	if p.State == contact.Active {
		var r match.Record
		describe(&r, p, company)
		l.index.Put(&r)
	} else {
		l.index.Remove(p.ID)
	}
	l.revs[partyHash(p.ID)] = p.Rev
}

// notice takes in parties that were read in a later revision than the index
// holds: another process has changed them.
func (b *batch) notice(parties []contact.Party) {
	if len(parties) == 0 {
		return
	}
	l := b.e.likeness[b.kind]
	if !b.asking {
		l.mu.Lock()
		defer l.mu.Unlock()
	}
	if l.index == nil {
		return
	}
	for i := range parties {
		if p := &parties[i]; p.Kind == b.kind && l.revs[partyHash(p.ID)] < p.Rev {
			l.put(p, b.refs.Party)
			b.noticed = true
		}
	}
}

// partyHash is a short name of a party: its id is a hash already (see
// contact.PartyID), and eight bytes of it tell some million parties apart.
func partyHash(id string) uint64 {
	var b [8]byte
	if n, err := hex.Decode(b[:], []byte(strings.ReplaceAll(id, "-", ""))[:16]); n == 8 && err == nil {
		return binary.BigEndian.Uint64(b[:])
	}
	return idHash(id)
}

// employers returns the companies that persons refer to; a company has none.
func (e *Engine) employers(ctx context.Context, kind contact.Kind) (func(string) *contact.Party, error) {
	names := map[string]*contact.Party{}
	if kind == contact.Person {
		for after := ""; ; {
			page, err := e.Store.PartiesAfter(ctx, contact.Company, after, partiesAtOnce)
			if err != nil {
				return nil, err
			}
			if len(page) == 0 {
				break
			}
			for i := range page {
				p := &page[i]
				names[p.ID] = &contact.Party{ID: p.ID, Fields: map[string]contact.Value{"name": p.Fields["name"]}}
			}
			after = page[len(page)-1].ID
		}
	}
	return func(id string) *contact.Party { return names[id] }, nil
}

// started lets a party that a batch starts be found at once; the caller holds
// the lock.
func (l *likeness) started(b *batch, p *contact.Party) {
	var r match.Record
	describe(&r, p, b.refs.Party)
	l.index.Put(&r)
	if b.stored == nil {
		b.stored = make(chan struct{})
	}
	l.pending[p.ID] = b.stored
	b.begun = append(b.begun, p.ID)
}

// abandon takes back what a batch has let be found, because it will not be
// stored as it is.
func (b *batch) abandon() {
	if b.stored == nil {
		return
	}
	l := b.e.likeness[b.kind]
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range b.begun {
		l.index.Remove(id)
	}
	b.release(l)
}

// release ends the wait of those who met what the batch has started.
func (b *batch) release(l *likeness) {
	for _, id := range b.begun {
		delete(l.pending, id)
	}
	close(b.stored)
	b.stored, b.begun = nil, nil
}

// learn takes what a batch has stored into the indexes. The persons of a company
// that was renamed have another employer now.
func (b *batch) learn() {
	for _, kind := range contact.Kinds {
		l := b.e.likeness[kind]
		l.mu.Lock()
		if l.index != nil {
			for _, row := range b.parties {
				if row == nil || row.Kind != kind {
					continue
				}
				p := row.Party
				if row.changed {
					p.Rev = row.was + 1
				}
				if row.changed && l.revs[partyHash(p.ID)] < p.Rev || b.rewanted[p.Text("company")] && p.Text("company") != "" {
					l.put(&p, b.refs.Party)
				}
			}
		}
		if kind == b.kind {
			if q := l.questions[b.s.name]; q != nil {
				q.count(b)
			}
			if b.stored != nil {
				b.release(l)
			}
		}
		l.mu.Unlock()
	}
}
