package vcard

import "strings"

// parseCard reads the text of one card, which Reader has cut out: blank lines,
// BEGIN, properties, END, blank lines. line is the number of its first line.
func parseCard(text string, line int, limits Limits) (*Card, error) {
	c := &Card{text: text, version: versionOf(text), eol: "\n"}
	l := &lines{text: text, version: c.version, no: line}
	for begun := false; !begun; {
		next := l.peek()
		c.line, begun = l.no, isMark(next, "BEGIN")
		if begun && strings.HasSuffix(next, "\r\n") {
			c.eol = "\r\n"
		}
		l.skip(next)
	}
	for next := l.peek(); next[0] == ' ' || next[0] == '\t'; next = l.peek() {
		if !isBlank(next) {
			return nil, errorAt(ErrSyntax, l.no, 1, "this line continues another, but it is the first of its vCard")
		}
		l.skip(next)
	}
	c.lead = text[:l.pos]
	c.Properties = make([]Property, 0, 16)
	used := usage{limits: limits}
	for !isMark(l.peek(), "END") {
		at := l.no
		raw, unfolded, colon := l.logical()
		p := parseProperty(raw, unfolded, colon)
		switch {
		case isMark(unfolded, "BEGIN"):
			return nil, errorAt(ErrSyntax, at, 1, "a vCard begins within the one that begins in line %d", c.line)
		case p.Is("AGENT") && isMark(l.peek(), "BEGIN"):
			p.nested = l.nested()
		}
		if err := used.count(&p, at); err != nil {
			return nil, err
		}
		c.Properties = append(c.Properties, p)
	}
	c.tail = text[l.pos:]
	return c, used.total(text, c.line)
}

// nested takes a card within the card.
func (l *lines) nested() string {
	start, depth := l.pos, 0
	for {
		next := l.peek()
		l.skip(next)
		switch {
		case isMark(next, "BEGIN"):
			depth++
		case isMark(next, "END"):
			depth--
		}
		if depth == 0 {
			return l.text[start:l.pos]
		}
	}
}

// parseProperty splits an unfolded line. What cannot be put together again to
// the same line is no property.
func parseProperty(raw, line string, colon int) Property {
	p := Property{raw: raw, line: line, Value: line}
	if colon <= 0 {
		return p
	}
	head := line[:colon]
	end := nameEnd(head)
	group, name := "", head[:end]
	if end < len(head) && head[end] == '.' && end > 0 {
		group = name
		name = head[end+1:]
		name = name[:nameEnd(name)]
		end += 1 + len(name)
	}
	params := strings.TrimLeft(head[end:], " \t")
	if name == "" || params != "" && params[0] != ';' {
		return p
	}
	p.Group, p.Name, p.Params, p.Value = group, name, Params(head[end:]), line[colon+1:]
	return p
}

// nameEnd gives the length of the name at the start of s.
func nameEnd(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return i
		}
	}
	return len(s)
}

// usage counts what a card has used of its limits.
type usage struct {
	limits     Limits
	properties int
	photo      int // decoded bytes
	photoText  int // the same as written
}

func (u *usage) count(p *Property, line int) error {
	if u.properties++; u.properties > u.limits.Properties {
		return errorAt(ErrLimit, line, 1, "the vCard has more than %d properties", u.limits.Properties)
	}
	if p.binary() {
		u.photo += len(p.Value) / 4 * 3
		u.photoText += len(p.raw)
		if u.photo > u.limits.Photo {
			return errorAt(ErrLimit, line, len(p.line)-len(p.Value)+1, "the pictures of the vCard are larger than %d bytes", u.limits.Photo)
		}
	} else if len(p.line) > u.limits.Value {
		return errorAt(ErrLimit, line, len(p.line)-len(p.Value)+1, "the value is larger than %d bytes", u.limits.Value)
	}
	return nil
}

func (u *usage) total(text string, line int) error {
	if len(text)-u.photoText > u.limits.Card {
		return errorAt(ErrLimit, line, 1, "the vCard is larger than %d bytes without its pictures", u.limits.Card)
	}
	return nil
}

// binary reports whether the value is a picture, a sound or a key.
func (p *Property) binary() bool {
	for _, name := range [...]string{"PHOTO", "LOGO", "SOUND", "KEY"} {
		if p.Is(name) {
			return true
		}
	}
	return p.Params.encoding() == encBase64 || hasPrefixFold(p.Value, "data:")
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
