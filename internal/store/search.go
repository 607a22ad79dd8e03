package store

import (
	"context"
	"database/sql"
	"strings"

	"kith/internal/contact"
)

// searchPage is how many parties Search reads at a time.
const searchPage = 2048

// Search returns active parties of a kind with text in any of their values,
// whatever its case, by id, beginning after an id. It reads the parties one
// after the other: it serves people, not the engine.
func (s *Store) Search(ctx context.Context, kind contact.Kind, text, after string, limit int) ([]contact.Party, error) {
	text = strings.ToLower(text)
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
			if err == nil && len(found) < limit && matches(&p, text) {
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

// matches reports whether a value of the party contains text, which is in
// lower case.
func matches(p *contact.Party, text string) bool {
	for _, value := range p.Fields {
		if strings.Contains(strings.ToLower(value.Text), text) {
			return true
		}
	}
	return text == ""
}
