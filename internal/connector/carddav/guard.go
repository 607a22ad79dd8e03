package carddav

import (
	"sync/atomic"

	"kith/internal/contact"
)

// onlyNew asks a server to write only where there is nothing (RFC 9110, section
// 13.1.2).
var onlyNew = map[string]string{"If-None-Match": "*"}

// guardAfter is how many cards are made before the server is tried: a run that
// makes one or two does not pay for it.
const guardAfter = 3

// guard knows whether a server keeps to onlyNew, as all but one do. Then a name
// need not be looked at before a card is made under it.
type guard struct {
	made atomic.Int32
	kept atomic.Bool
}

func (g *guard) holds() bool { return g.kept.Load() }

// try counts a card that was made. Once, it has the same card written again as
// if it were new: a server that refuses has shown that it can be relied on, one
// that takes it has written what was there. It returns the receipt that counts.
func (g *guard) try(given receipt, again func() (receipt, error)) receipt {
	if g.made.Add(1) != guardAfter {
		return given
	}
	switch second, err := again(); {
	case contact.ClassOf(err) == contact.Conflicting:
		g.kept.Store(true)
	case err == nil:
		return second
	}
	return given
}
