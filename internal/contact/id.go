package contact

import (
	"crypto/sha1"
	"encoding/hex"
	"strings"
)

// namespace is the UUID under which party ids are derived.
var namespace = [16]byte{0x6b, 0x69, 0x74, 0x68, 0x2d, 0x70, 0x41, 0x72, 0x8d, 0x74, 0x79, 0x2d, 0x69, 0x64, 0x2d, 0x31}

// PartyID derives a party's id from the place and id of its first record
// (UUID version 5, RFC 9562 section 5.5), so that a repeated page, a second
// node or a rebuilt database makes the same party. Counter tells parties apart
// that would share an id after a split or when a number is used again; 0 for
// the first.
func PartyID(place string, kind Kind, remote string, counter int) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(place + "\x00" + string(kind) + "\x00" + remote))
	if counter > 0 {
		h.Write([]byte{0, byte(counter >> 8), byte(counter)})
	}
	var id [16]byte
	copy(id[:], h.Sum(nil))
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:])
	return text[:8] + "-" + text[8:12] + "-" + text[12:16] + "-" + text[16:20] + "-" + text[20:]
}

// MarkerOf returns the id Kith writes on a remote record: the installation's
// name and the party's id. Two installations do not read each other's.
func MarkerOf(installation, party string) string { return installation + ":" + party }

// PartyOfMarker returns the party a marker names, false where the marker is
// empty or another installation's.
func PartyOfMarker(installation, marker string) (string, bool) {
	party, ok := strings.CutPrefix(marker, installation+":")
	return party, ok && party != ""
}

// NeedsKey names what a link waits for: a company at a place, by the native
// reference a record shows (by "" = its id there) or, on the receiving side,
// by party ("party").
func NeedsKey(place, by, value string) string { return place + "\x1f" + by + "\x1f" + value }

// NeedOf takes a NeedsKey apart.
func NeedOf(key string) (place, by, value string) {
	place, rest, _ := strings.Cut(key, "\x1f")
	by, value, _ = strings.Cut(rest, "\x1f")
	return place, by, value
}
