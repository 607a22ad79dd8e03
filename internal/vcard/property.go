package vcard

import "strings"

// Property is one line of a card, unfolded. Its fields may be assigned; a
// property whose fields are as they were read is written with its old bytes.
//
// A line that is no property (blank, or without a colon) is kept as a Property
// without a Name.
type Property struct {
	Group  string // "item1" of item1.TEL, as written; compare with EqualFold
	Name   string // as written; compare with EqualFold
	Params Params // between name and colon, as written
	Value  string // after the colon, as written: escaped and encoded

	raw    string // the bytes read, folds and line end included
	line   string // the same, unfolded
	nested string // the card inside a 2.1 AGENT, as read
}

// Is reports whether the property has this name, in any case.
func (p *Property) Is(name string) bool { return strings.EqualFold(p.Name, name) }

// Text decodes a value that is one text.
func (p *Property) Text() string { return normalLines(unescape(p.decoded())) }

// Components decodes a structured value (N, ADR, ORG). A component that is a
// list is given as one text with commas.
func (p *Property) Components() []string { return unescaped(p.decoded(), ';') }

// List decodes a value that is a list of texts (CATEGORIES, NICKNAME).
func (p *Property) List() []string { return unescaped(p.decoded(), ',') }

// SetText makes s the value, encoded for the version of the card. Line ends
// become single newlines and control characters, which no vCard may hold, go.
func (p *Property) SetText(v Version, s string) { p.encodeAs(v, escape(v, clean(s), "")) }

// SetComponents makes the value a structured one.
func (p *Property) SetComponents(v Version, parts []string) {
	p.encodeAs(v, joinEscaped(v, parts, ";"))
}

// SetList makes the value a list of texts.
func (p *Property) SetList(v Version, values []string) {
	p.encodeAs(v, joinEscaped(v, values, ","))
}

// setComponent changes one component, from 0, and leaves the others as written.
func (p *Property) setComponent(v Version, i int, s string) {
	parts := p.escapedParts(v, ';')
	for len(parts) <= i {
		parts = append(parts, "")
	}
	parts[i] = escape(v, clean(s), ";")
	p.encodeAs(v, strings.Join(parts, ";"))
}

// escapedParts splits the value without touching the escapes, so that what is
// not edited stays as written. Two things would not survive new company: bare
// line ends, which quoted-printable allows, and a backslash at the very end.
func (p *Property) escapedParts(v Version, separator byte) []string {
	parts := splitEscaped(p.decoded(), separator)
	for i, part := range parts {
		if v != V21 && strings.ContainsAny(part, "\r\n") {
			parts[i] = escape(v, normalLines(unescape(part)), "")
		}
	}
	last := &parts[len(parts)-1]
	if bare := strings.TrimRight(*last, `\`); (len(*last)-len(bare))%2 == 1 {
		*last += `\`
	}
	return parts
}

// decoded is the value without quoted-printable, base64 and foreign character
// sets, still escaped.
func (p *Property) decoded() string {
	value := p.Value
	switch p.Params.encoding() {
	case encQuoted:
		value = decodeQuoted(value)
	case encBase64:
		if data, err := decodeBase64(value); err == nil {
			value = string(data)
		}
	}
	return toUTF8(value, p.Params.Get("CHARSET"))
}

// encodeAs makes an escaped text the value. What 2.1 cannot hold plainly
// becomes quoted-printable; the later versions are UTF-8 throughout.
func (p *Property) encodeAs(v Version, escaped string) {
	p.Params = p.Params.Without("ENCODING").Without("CHARSET")
	escaped = normalLines(escaped)
	p.Value = escaped
	if v != V21 {
		return
	}
	ascii := isASCII(escaped)
	if !ascii {
		p.Params = p.Params.With("CHARSET", "UTF-8")
	}
	if !ascii || strings.Contains(escaped, "\n") || len(p.Name)+len(p.Params)+len(escaped) > foldAt {
		p.Params = p.Params.With("ENCODING", "QUOTED-PRINTABLE")
		p.Value = encodeQuoted(escaped)
	}
}

// changed reports whether the fields differ from the line read.
func (p *Property) changed() bool {
	if p.raw == "" {
		return true
	}
	if p.Name == "" {
		return p.Value != p.line
	}
	rest, ok := p.line, true
	for _, s := range [...]string{p.Group, dot(p.Group), p.Name, string(p.Params), ":"} {
		if rest, ok = strings.CutPrefix(rest, s); !ok {
			return true
		}
	}
	return rest != p.Value
}

func dot(group string) string {
	if group == "" {
		return ""
	}
	return "."
}
