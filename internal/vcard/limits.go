package vcard

// Limits bounds what one card may cost. Cards come from strangers: a reader
// without bounds is a way to fill the memory of a server.
type Limits struct {
	Card       int // bytes of a card as written, without pictures, sounds and keys
	Photo      int // decoded bytes of all pictures, sounds and keys of a card
	Properties int // lines of a card, unfolded
	Value      int // bytes of one unfolded line, except pictures, sounds and keys
}

// DefaultLimits are the bounds of Parse, ParseAll and NewReader, and of
// everything that is written.
var DefaultLimits = Limits{Card: 1 << 20, Photo: 5 << 20, Properties: 1000, Value: 64 << 10}

// text is the most a card may occupy as written, before it is known which of
// its lines are pictures. Base64 takes 4/3, folding up to half as much again.
func (l Limits) text() int { return l.Card + 2*l.Photo }
