package memory

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Normaliser is how a system rewrites what it is given: the value it stores
// in place of value, where old stood before. List entries come with their
// family as the field and no old value.
type Normaliser func(field, value, old string) string

// Normalise makes the server rewrite every value that comes in, whoever sends
// it, by all of the given functions in order. None ends it.
func (s *Server) Normalise(by ...Normaliser) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.normal = by
}

func (s *Server) rewrite(field, value, old string) string {
	for _, n := range s.normal {
		value = n(field, value, old)
	}
	return value
}

// Only limits a normaliser to some fields.
func Only(n Normaliser, fields ...string) Normaliser {
	return func(field, value, old string) string {
		if slices.Contains(fields, field) {
			return n(field, value, old)
		}
		return value
	}
}

// Trim drops blanks around a value; a blank value becomes empty.
func Trim(_, value, _ string) string { return strings.TrimSpace(value) }

// Lower turns a value to lower case.
func Lower(_, value, _ string) string { return strings.ToLower(value) }

// Upper turns a value to upper case.
func Upper(_, value, _ string) string { return strings.ToUpper(value) }

// CRLF writes every line end as CR LF.
func CRLF(_, value, _ string) string {
	return strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\n", "\r\n")
}

// Digits keeps the digits of a phone number and a leading plus.
func Digits(_, value, _ string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, value)
}

// Grouped writes a phone number's digits in groups of three.
func Grouped(_, value, _ string) string {
	digits := Digits("", value, "")
	var b strings.Builder
	for i, r := range digits {
		if i > 0 && i%3 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// KeepOnBlank ignores the clearing of a value.
func KeepOnBlank(_, value, old string) string {
	if value == "" {
		return old
	}
	return value
}

// Cut cuts a value to at most n characters, without a word.
func Cut(n int) Normaliser {
	return func(_, value, _ string) string {
		if utf8.RuneCountInString(value) <= n {
			return value
		}
		return string([]rune(value)[:n])
	}
}
