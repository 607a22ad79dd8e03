package carddav

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"

	"kith/internal/vcard"
)

// versionOf is a hash of all a card holds: equal versions mean equal content.
// ETags do not; one server counts them from zero for every new card. Line
// ends and folding do not count, as servers answer with others in a report
// than in a plain read, nor does what servers stamp on cards as they like.
func versionOf(c *vcard.Card) string {
	h := sha256.New()
	var size [binary.MaxVarintLen64]byte
	add := func(text string) {
		h.Write(size[:binary.PutUvarint(size[:], uint64(len(text)))])
		h.Write([]byte(text))
	}
	for i := range c.Properties {
		p := &c.Properties[i]
		if p.Is("REV") || p.Is("PRODID") {
			continue
		}
		add(strings.ToUpper(p.Group))
		add(strings.ToUpper(p.Name))
		add(string(p.Params))
		add(p.Value)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:16])
}
