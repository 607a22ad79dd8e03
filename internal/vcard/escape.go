package vcard

import "strings"

// escape protects what would end the text: backslash and line end always,
// comma and semicolon from 3.0 on. In 2.1 only the separators of the structure
// the text stands in count, and line ends stay for quoted-printable.
func escape(v Version, s, separators string) string {
	special := "\\\n,;"
	if v == V21 {
		special = "\\" + separators
	}
	if !strings.ContainsAny(s, special) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case strings.IndexByte(special, c) < 0:
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

func joinEscaped(v Version, values []string, separator string) string {
	escaped := make([]string, len(values))
	for i, s := range values {
		escaped[i] = escape(v, clean(s), separator)
	}
	return strings.Join(escaped, separator)
}

// unescape resolves \n \, \; \: \\; any other backslash stands for itself,
// as in the file paths that careless programs write.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	for ; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		switch next := s[i+1]; next {
		case 'n', 'N':
			b.WriteByte('\n')
		case ',', ';', ':', '\\':
			b.WriteByte(next)
		default:
			b.WriteByte('\\')
			b.WriteByte(next)
		}
		i++
	}
	return b.String()
}

// splitEscaped splits at separators without a backslash; the parts stay escaped.
func splitEscaped(s string, separator byte) []string {
	parts := make([]string, 0, 1+strings.Count(s, string(separator)))
	start := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case separator:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

func unescaped(s string, separator byte) []string {
	parts := splitEscaped(s, separator)
	for i := range parts {
		parts[i] = normalLines(unescape(parts[i]))
	}
	return parts
}

// normalLines makes every line end a single newline.
func normalLines(s string) string {
	if !strings.Contains(s, "\r") {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// clean makes a text fit for a vCard: valid UTF-8, single newlines, no control
// characters (RFC 6350 section 3.3 has none but the tab).
func clean(s string) string {
	s = normalLines(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}
