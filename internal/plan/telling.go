package plan

import (
	"slices"

	"kith/internal/contact"
)

// untelling are the slots that say something about a contact and nothing about
// who it is.
var untelling = []string{
	"company", "company2", "parent", "status", "relation", "deleted", "anonymized", "mailing", "owner", "team", "favorites", "changed",
	"language", "gender", "salutation", "currency", "size", "tags",
}

// Telling reports whether a contact shows anything by which somebody could tell
// who it is. An empty row of a table does not, and would become an empty record
// elsewhere.
func Telling(p *contact.Party) bool {
	for slot, v := range p.Fields {
		if v.Text != "" && !slices.Contains(untelling, slot) {
			return true
		}
	}
	return false
}
