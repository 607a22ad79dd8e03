package carddav

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"

	"kith/internal/contact"
)

// snapshot is a listing of a book with the ETags its members had, for servers
// that cannot tell what changed. It lives as long as the process: another one
// reads everything once.
type snapshot struct {
	digest string
	etags  map[string]string
}

// noDigest stands for a listing that shows not enough to tell whether anything
// changed.
const noDigest = "none"

// take lists the book.
func (c *conn) take(ctx context.Context) (*snapshot, error) {
	s := &snapshot{etags: map[string]string{}}
	err := c.list(ctx, func(name, etag string) error {
		s.etags[name] = etag
		if etag == "" {
			s.digest = noDigest
		}
		return nil
	})
	if s.digest == "" {
		h := sha256.New()
		for _, name := range slices.Sorted(maps.Keys(s.etags)) {
			fmt.Fprintf(h, "%q %q\n", name, s.etags[name])
		}
		s.digest = base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
	}
	return s, err
}

// all names the members as those that are there.
func (s *snapshot) all() map[string]bool {
	here := make(map[string]bool, len(s.etags))
	for name := range s.etags {
		here[name] = true
	}
	return here
}

// compared finds what changed since a cursor by comparing two listings.
func (c *conn) compared(ctx context.Context, kind contact.Kind, at cursor) (*change, error) {
	now, err := c.take(ctx)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before := c.listed[kind]
	ch := &change{token: now.digest, here: map[string]bool{}, listed: true}
	switch {
	case at.Token != "" && at.Token == now.digest && at.Until == "" && now.digest != noDigest:
	case at.Until != "" && at.Until != now.digest:
		return nil, errToken
	case at.Token == "" || now.digest == noDigest || before == nil || before.digest != at.Token:
		ch.here, ch.full = now.all(), true
	default:
		for name, etag := range now.etags {
			if before.etags[name] != etag {
				ch.here[name] = true
			}
		}
		for name := range before.etags {
			if _, there := now.etags[name]; !there {
				ch.here[name] = false
			}
		}
	}
	c.listed[kind] = now
	return ch, nil
}
