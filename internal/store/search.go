package store

import (
	"context"
	"database/sql"
	"strings"

	"kith/internal/contact"
)

// searchPage is how many parties Search reads at a time.
const searchPage = 2048

// Search returns active parties of a kind of which every word of text stands in
// one value or another, whatever its case, by id, beginning after an id. It reads the parties one
// after the other: it serves people, not the engine.
func (s *Store) Search(ctx context.Context, kind contact.Kind, text, after string, limit int) ([]contact.Party, error) {
	words := strings.Fields(strings.ToLower(text))
	code, err := codeOf(kinds, kind)
	if err != nil {
		return nil, err
	}
	var found []contact.Party
	for len(found) < limit {
		read := 0
		scan := func(u *unpacker, rows *sql.Rows) (contact.Party, error) {
			p, err := s.scanParty(u, rows)
			read, after = read+1, p.ID
			if err == nil && len(found) < limit && matches(&p, words) {
				found = append(found, p)
			}
			return contact.Party{}, err
		}
		_, err := list(ctx, s, selectParties+"kind = $1 AND state = 0 AND id > $2 ORDER BY id LIMIT $3", []any{code, after, searchPage}, scan)
		if err != nil {
			return nil, err
		}
		if read < searchPage {
			break
		}
	}
	return found, nil
}

// matches reports whether each of the words, which are in lower case, stands in
// some value of the party: a name's parts are values of their own. A reference is
// no word that anybody would look for.
func matches(p *contact.Party, words []string) bool {
	for _, word := range words {
		found := false
		for slot, value := range p.Fields {
			typ, _ := contact.SlotType(p.Kind, slot)
			found = found || typ != contact.TypeRef && strings.Contains(strings.ToLower(value.Text), word)
		}
		if !found {
			return false
		}
	}
	return true
}
