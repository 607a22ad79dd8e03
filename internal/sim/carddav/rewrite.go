package carddav

import (
	"slices"
	"strings"
	"time"

	"kith/internal/vcard"
)

// Rewrite is one thing a server does to a card that it stores. What is no card
// stays as it is.
type Rewrite func(text string, now time.Time) string

// SortLines puts VERSION and UID first and the rest in the order of their
// names.
func SortLines(text string, _ time.Time) string {
	return edited(text, func(c *vcard.Card) {
		rank := func(p vcard.Property) string {
			switch {
			case p.Is("VERSION"):
				return "0"
			case p.Is("UID"):
				return "1"
			}
			return strings.ToUpper(p.Name)
		}
		slices.SortStableFunc(c.Properties, func(a, b vcard.Property) int { return strings.Compare(rank(a), rank(b)) })
	})
}

// JoinTypes makes one TYPE of several.
func JoinTypes(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if strings.Count(strings.ToUpper(string(p.Params)), ";TYPE=") > 1 {
			types := slices.Collect(p.Params.Types())
			p.Params = p.Params.Without("TYPE").With("TYPE", types...)
		}
	})
}

// UpperNames writes property names in capitals.
func UpperNames(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) { p.Name = strings.ToUpper(p.Name) })
}

// UpperGroups writes groups in capitals.
func UpperGroups(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) { p.Group = strings.ToUpper(p.Group) })
}

// EscapeURIs escapes the semicolons of a URI, which a URI must not have.
func EscapeURIs(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if p.Is("URL") || strings.HasPrefix(p.Value, "data:") || strings.HasPrefix(p.Value, "tel:") {
			p.Value = strings.ReplaceAll(strings.ReplaceAll(p.Value, `\;`, ";"), ";", `\;`)
		}
	})
}

// EscapePictures escapes semicolons and commas of a picture that a 4.0 card
// holds in a data: URI.
func EscapePictures(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if p.Is("PHOTO") && strings.HasPrefix(p.Value, "data:") {
			p.Value = strings.NewReplacer(`\;`, `\;`, `\,`, `\,`, ";", `\;`, ",", `\,`).Replace(p.Value)
		}
	})
}

// CutAtCommas keeps of a value what stands before its first comma that is not
// escaped, unless it knows the property as one with several values, or its content
// is encoded: the picture that a 4.0 card holds in a data: URI is lost.
func CutAtCommas(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if slices.Contains([]string{"N", "ADR", "ORG", "CATEGORIES"}, strings.ToUpper(p.Name)) || p.Params.Has("ENCODING") {
			return
		}
		for i := 0; i < len(p.Value); i++ {
			switch p.Value[i] {
			case '\\':
				i++
			case ',':
				p.Value = p.Value[:i]
			}
		}
	})
}

// CutPictures loses every picture, whatever form it has. No server that was
// measured does.
func CutPictures(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if p.Is("PHOTO") {
			p.Params, p.Value = "", "data:image/jpeg"
		}
	})
}

// ShortenNames cuts the empty parts at the end of N.
func ShortenNames(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if p.Is("N") {
			p.Value = strings.TrimRight(p.Value, ";")
		}
	})
}

// Relabel30 calls every card one of version 3.0 and leaves the rest as it is.
func Relabel30(text string, _ time.Time) string {
	return each(text, func(p *vcard.Property) {
		if p.Is("VERSION") {
			p.Value = string(vcard.V30)
		}
	})
}

// AddREV says when the card was stored, in place of what it said itself.
func AddREV(text string, now time.Time) string {
	return edited(text, func(c *vcard.Card) { c.SetRev(now) })
}

// DropUnknown takes out what the standard does not know, but the labels of
// Apple's address book and its groups.
func DropUnknown(text string, _ time.Time) string {
	return edited(text, func(c *vcard.Card) {
		c.Remove(func(p *vcard.Property) bool {
			name := strings.ToUpper(p.Name)
			return strings.HasPrefix(name, "X-") && !strings.HasPrefix(name, "X-AB") && !strings.HasPrefix(name, "X-ADDRESSBOOKSERVER-")
		})
	})
}

// NoLastLineEnd takes the line end after END:VCARD away.
func NoLastLineEnd(text string, _ time.Time) string { return strings.TrimRight(text, "\r\n") }

// edited changes a card.
func edited(text string, change func(*vcard.Card)) string {
	c, err := vcard.Parse([]byte(text))
	if err != nil {
		return text
	}
	change(c)
	return string(c.Bytes())
}

// each changes every property of a card.
func each(text string, change func(*vcard.Property)) string {
	return edited(text, func(c *vcard.Card) {
		for i := range c.Properties {
			if c.Properties[i].Name != "" {
				change(&c.Properties[i])
			}
		}
	})
}
