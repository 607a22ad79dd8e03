package carddav

import (
	"fmt"
	"maps"
	"slices"
)

// Book is an address book as its user sees it, who works with another program,
// behind the client's back. Nothing goes wrong with what a user does, and no
// rule of the server stops one; cards are rewritten all the same. A name is the
// last segment of the href, decoded: anna.vcf.
type Book struct {
	server *Server
	user   *user
	name   string
}

// Book returns a user's book, whether it is there yet or not. It panics where
// there is no such user.
func (s *Server) Book(user, name string) *Book {
	u := s.users[user]
	if u == nil {
		panic(fmt.Sprintf("carddav: the server has no user %q", user))
	}
	return &Book{s, u, name}
}

// lock gives the book, made where it is not there.
func (b *Book) lock() *book {
	b.server.mu.Lock()
	if b.user.books[b.name] == nil {
		b.user.books[b.name] = newBook(b.name)
	}
	return b.user.books[b.name]
}

// Make makes the book where it is not there.
func (b *Book) Make() {
	b.lock()
	b.server.mu.Unlock()
}

// Unmake takes the book away with all cards and all memory of them.
func (b *Book) Unmake() {
	b.server.mu.Lock()
	defer b.server.mu.Unlock()
	delete(b.user.books, b.name)
}

// Put stores a card, new or in place of another, and returns its entity tag.
func (b *Book) Put(name, card string) string {
	in := b.lock()
	defer b.server.mu.Unlock()
	return b.server.store(in, name, card).etag
}

// Delete removes a card and reports whether it was there.
func (b *Book) Delete(name string) bool {
	in := b.lock()
	defer b.server.mu.Unlock()
	if in.cards[name] == nil {
		return false
	}
	b.server.drop(in, name)
	return true
}

// Move puts a card into another book, under the same name.
func (b *Book) Move(name string, into *Book) bool {
	card, ok := b.Card(name)
	if ok {
		into.Put(name, card)
		b.Delete(name)
	}
	return ok
}

// Clear removes every card.
func (b *Book) Clear() {
	in := b.lock()
	defer b.server.mu.Unlock()
	for _, name := range in.names() {
		b.server.drop(in, name)
	}
}

// Card is one card as it is stored.
func (b *Book) Card(name string) (string, bool) {
	in := b.lock()
	defer b.server.mu.Unlock()
	c := in.cards[name]
	if c == nil {
		return "", false
	}
	return c.text, true
}

// Cards are all cards by name.
func (b *Book) Cards() map[string]string {
	in := b.lock()
	defer b.server.mu.Unlock()
	all := make(map[string]string, len(in.cards))
	for name, c := range in.cards {
		all[name] = c.text
	}
	return all
}

// Names are the names of all cards, in order.
func (b *Book) Names() []string { return slices.Sorted(maps.Keys(b.Cards())) }

// ETag is the entity tag of a card, "" where it is not there.
func (b *Book) ETag(name string) string {
	in := b.lock()
	defer b.server.mu.Unlock()
	if c := in.cards[name]; c != nil {
		return c.etag
	}
	return ""
}

// Forbid answers every request to the book and its cards with a status, 403
// say, and leaves it out of the home; 0 allows all again.
func (b *Book) Forbid(status int) {
	in := b.lock()
	defer b.server.mu.Unlock()
	in.forbidden = status
}
