package engine

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"kith/internal/contact"
)

// Of a record that belongs to nobody Kith keeps no values. But who is asked
// whether it is a contact has to know who is meant, and the place may be out of
// reach by then: the question says it while it is open, and the store forgets it
// with the answer.

// strangerAtMost is how many letters of each thing a question says of a record.
const strangerAtMost = 80

// stranger is by what a person recognises a record: its name, with the employer or
// the town and one address or number where it shows them. It is worked out of what
// is compared, so that it says nothing the place was not read for.
func (b *batch) stranger(record contact.Record) string {
	r := b.described(record)
	name := cmp.Or(strings.TrimSpace(r.First+" "+r.Last), r.Name)
	said := []string{name, cmp.Or(r.Company, r.City)}
	for _, reached := range slices.Concat(r.Mails, r.Phones) {
		said = append(said, reached)
		break
	}
	said = slices.DeleteFunc(said, func(text string) bool { return strings.TrimSpace(text) == "" })
	for i := range said {
		said[i] = oneLine(said[i], strangerAtMost)
	}
	return strings.Join(said, ", ")
}

// oneLine is a text for one line on a screen: what a foreign system says moves no
// cursor there and fills no page.
func oneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) > most {
		return string(letters[:most]) + "…"
	}
	return string(letters)
}
