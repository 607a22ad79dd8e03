package contact

import (
	"crypto/sha256"
	"maps"
)

// Memo remembers native values by field. Where a place gives values they are
// kept as text; where it only takes them an 8-byte hash is enough to know
// drift, and 500 address books stay affordable. A hash starts with a zero
// byte, which no text of a contact does.
type Memo map[string]string

const hashMark = "\x00"

// Digest returns the form in which a following place remembers text.
func Digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hashMark + string(sum[:8])
}

// IsDigest reports whether a memo's value is a hash and not a text.
func IsDigest(value string) bool { return len(value) == 9 && value[0] == 0 }

// Clone returns a copy that shares nothing with m.
func (m Memo) Clone() Memo { return maps.Clone(m) }
