package carddav

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// book is one address book.
type book struct {
	display   string
	cards     map[string]*card
	last      map[string]change // by name: its last change, removals too
	seq       int64             // of the last change
	tokens    map[string]int64  // given out, with the seq they stand for
	forbidden int               // the status of every request; 0: none
}

// card is one stored card.
type card struct {
	text  string
	etag  string
	count int // how often it was overwritten
	at    time.Time
}

// change is when a name last changed.
type change struct {
	seq int64
	at  int64 // Unix seconds
}

func newBook(display string) *book {
	return &book{display: display, cards: map[string]*card{}, last: map[string]change{}, tokens: map[string]int64{}}
}

// names are the members, in order.
func (b *book) names() []string { return slices.Sorted(maps.Keys(b.cards)) }

// store puts a card under a name, rewritten as the server does.
func (s *Server) store(b *book, name, text string) *card {
	now := s.now()
	c := &card{text: text, at: now}
	if old := b.cards[name]; old != nil {
		c.count = old.count + 1
	}
	for _, rewrite := range s.soft.Quirks.Rewrite {
		c.text = rewrite(c.text, now)
	}
	switch s.soft.Quirks.ETags {
	case ETagCounter:
		c.etag = fmt.Sprintf(`"gcs%08d"`, c.count)
	default:
		c.etag = `"` + hash(c.text) + `"`
	}
	b.cards[name] = c
	s.touch(b, name)
	return c
}

// drop takes a card away.
func (s *Server) drop(b *book, name string) {
	delete(b.cards, name)
	s.touch(b, name)
}

func (s *Server) touch(b *book, name string) {
	s.seq++
	b.seq = s.seq
	b.last[name] = change{s.seq, s.now().Unix()}
}

// token names the state after seq and remembers that it was given out.
func (s *Server) token(b *book, seq int64) string {
	var t string
	switch n := strconv.FormatInt(seq, 10); s.soft.Quirks.Tokens {
	case TokenURL:
		t = "http://dav.example/ns/sync/" + hash(b.display+n)
	case TokenHash:
		t = hash(b.display + n)[:40]
	case TokenData:
		t = "data:," + n
	case TokenSabre:
		t = "http://sabre.io/ns/sync/" + n
	case TokenSeconds:
		t = strconv.FormatInt(b.second(seq), 10)
	}
	b.tokens[t] = max(b.tokens[t], seq)
	return t
}

// second is when the change seq happened, or the last one before it.
func (b *book) second(seq int64) int64 {
	at := int64(0)
	for _, c := range b.last {
		if c.seq <= seq {
			at = max(at, c.at)
		}
	}
	return at
}

// changed are the names that changed since a token, the oldest change first.
// ok is false where the token is unknown.
func (s *Server) changed(b *book, token string) (names []string, ok bool) {
	since, ok := b.tokens[token]
	if token != "" && !ok {
		return nil, false
	}
	for name, c := range b.last {
		isNew := c.seq > since
		if s.soft.Quirks.Tokens == TokenSeconds && token != "" {
			second, _ := strconv.ParseInt(token, 10, 64)
			isNew = c.at >= second
		}
		if isNew {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(x, y string) int { return cmp.Compare(b.last[x].seq, b.last[y].seq) })
	return names, true
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
