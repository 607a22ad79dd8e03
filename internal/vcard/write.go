package vcard

import (
	"strings"
	"unicode/utf8"
)

// foldAt is the longest line written, in bytes without its end (RFC 2426
// section 2.6, RFC 6350 section 3.2).
const foldAt = 75

// Bytes writes the card: unchanged lines as they were read, the others anew.
func (c *Card) Bytes() []byte {
	return c.AppendTo(make([]byte, 0, len(c.text)+512))
}

// AppendTo appends the card to b.
func (c *Card) AppendTo(b []byte) []byte {
	b = append(b, c.lead...)
	for i := range c.Properties {
		p := &c.Properties[i]
		if !p.changed() {
			b = append(b, p.raw...)
		} else {
			b = c.appendProperty(b, p)
			if c.version == V21 && p.Params.encoding() == encBase64 && !c.blankAt(i+1) {
				b = append(b, c.eol...) // ends base64 in 2.1
			}
		}
		b = append(b, p.nested...)
	}
	return append(b, c.tail...)
}

func (c *Card) blankAt(i int) bool {
	return i < len(c.Properties) && c.Properties[i].Name == "" && isBlank(c.Properties[i].Value)
}

func (c *Card) appendProperty(b []byte, p *Property) []byte {
	head := ""
	if p.Name != "" {
		head = oneLine(p.Group+dot(p.Group)+p.Name+string(p.Params.closed()), " ") + ":"
	}
	switch enc := p.Params.encoding(); {
	case enc == encQuoted:
		return c.appendQuoted(b, head, oneLine(p.Value, "=0D=0A"))
	case enc == encBase64 || c.version != V21:
		return c.appendFolded(b, head+oneLine(p.Value, `\n`))
	}
	// 2.1 folds at spaces only, and readers differ in whether they keep them.
	b = append(b, head...)
	b = append(b, oneLine(p.Value, " ")...)
	return append(b, c.eol...)
}

// oneLine replaces line ends, so that no value can add lines of its own.
func oneLine(s, end string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return strings.ReplaceAll(normalLines(s), "\n", end)
}

// appendFolded breaks a line every foldAt bytes, never within a character.
func (c *Card) appendFolded(b []byte, line string) []byte {
	for room := foldAt; len(line) > room; room = foldAt - 1 {
		cut := room
		for cut > room-utf8.UTFMax && !utf8.RuneStart(line[cut]) {
			cut--
		}
		b = append(b, line[:cut]...)
		b = append(b, c.eol...)
		b = append(b, ' ')
		line = line[cut:]
	}
	b = append(b, line...)
	return append(b, c.eol...)
}

// appendQuoted breaks quoted-printable with soft line breaks. A line must not
// start with a space, which would look like folding, nor with what could be
// read as BEGIN or END; and the value must not end with the sign of a break.
func (c *Card) appendQuoted(b []byte, head, value string) []byte {
	if cut, ok := strings.CutSuffix(value, "="); ok {
		value = cut + "=3D"
	}
	b = append(b, head...)
	room := foldAt - len(head)
	for i, n := 0, 0; i < len(value); i += n {
		n = 1
		if value[i] == '=' && i+2 < len(value) {
			n = 3
		}
		if n > room-1 && i > 0 {
			b = append(b, '=')
			b = append(b, c.eol...)
			room = foldAt
			if strings.IndexByte(" \tBbEe", value[i]) >= 0 {
				b = append(b, '=', hexDigits[value[i]>>4], hexDigits[value[i]&15])
				room -= 3
				continue
			}
		}
		b = append(b, value[i:i+n]...)
		room -= n
	}
	return append(b, c.eol...)
}

// dangling reports whether the line read ends in a soft line break that has
// nothing to continue it: what is written behind it would become part of it.
func (p *Property) dangling() bool {
	return strings.HasSuffix(p.line, "=") && !p.changed() && (p.Name == "" || p.Params.encoding() == encQuoted)
}
