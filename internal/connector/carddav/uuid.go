package carddav

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
)

// namespace is the UUID under which the ids of cards are derived.
var namespace = [16]byte{0x6b, 0x69, 0x74, 0x68, 0x2d, 0x63, 0x41, 0x72, 0x8d, 0x64, 0x64, 0x61, 0x76, 0x2d, 0x69, 0x31}

// derivedID is the id of the card that is made for a marker (UUID version 5,
// RFC 9562, section 5.5), so that a repeated create meets the first. Counter
// goes on to another where that one is taken.
func derivedID(marker string, counter int) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(marker))
	if counter > 0 {
		h.Write([]byte{0, byte(counter)})
	}
	var id [16]byte
	copy(id[:], h.Sum(nil))
	return uuid(id, 5)
}

// randomID makes a UUID of version 4 (RFC 9562, section 5.4).
func randomID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails
	return uuid(id, 4)
}

// uuid writes an id with its version.
func uuid(id [16]byte, version byte) string {
	id[6] = id[6]&0x0f | version<<4
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}
