package vcard

import (
	"iter"
	"strings"
)

// Params is the text between name and colon of a property, for example
// ;TYPE=work,voice;X-A="a,b". It is kept as written: quotes, the carets of
// RFC 6868 and the bare words of 2.1 included.
type Params string

// Param is one parameter as written.
type Param struct {
	Name  string // "" for a bare word of 2.1, such as HOME
	Value string // as written, quotes included; several separated by commas
}

// All gives the parameters in order.
func (p Params) All() iter.Seq[Param] {
	return func(yield func(Param) bool) {
		for _, piece := range p.pieces() {
			if piece = strings.TrimSpace(piece); piece == "" {
				continue
			}
			name, value, named := cutUnquoted(piece, '=')
			if !named {
				name, value = "", name
			}
			if !yield(Param{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)}) {
				return
			}
		}
	}
}

// pieces gives what stands behind each semicolon, with its place in p.
func (p Params) pieces() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		_, rest, ok := cutUnquoted(string(p), ';')
		for ok {
			at := len(p) - len(rest)
			var piece string
			piece, rest, ok = cutUnquoted(rest, ';')
			if !yield(at, piece) {
				return
			}
		}
	}
}

// cutUnquoted is strings.Cut at a separator outside quotes.
func cutUnquoted(s string, sep byte) (before, after string, found bool) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == sep && !quoted:
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// is reports whether a parameter means this name; a bare word means ENCODING
// where it is one and TYPE otherwise.
func (q Param) is(name string) bool {
	switch {
	case q.Name != "":
		return strings.EqualFold(q.Name, name)
	case parseEncoding(q.Value) != encNone:
		return name == "ENCODING"
	}
	return name == "TYPE"
}

// Values decodes the values of a parameter: quotes and carets are gone.
func (q Param) Values() []string {
	var values []string
	for rest, more := q.Value, true; more; {
		var v string
		v, rest, more = cutUnquoted(rest, ',')
		values = append(values, decodeParam(v))
	}
	return values
}

// Get gives the first value of the named parameter, decoded; "" if there is
// none.
func (p Params) Get(name string) string {
	for q := range p.All() {
		if q.is(name) {
			v, _, _ := cutUnquoted(q.Value, ',')
			return decodeParam(v)
		}
	}
	return ""
}

// Has reports whether there is such a parameter.
func (p Params) Has(name string) bool {
	for q := range p.All() {
		if q.is(name) {
			return true
		}
	}
	return false
}

// Types gives the values of all TYPE parameters and bare words as written,
// also those in one pair of quotes, as 4.0 writes them.
func (p Params) Types() iter.Seq[string] {
	return func(yield func(string) bool) {
		for q := range p.All() {
			if !q.is("TYPE") {
				continue
			}
			for t := range strings.SplitSeq(strings.Trim(q.Value, `"`), ",") {
				if t = strings.Trim(t, " \t\""); t != "" && !yield(t) {
					return
				}
			}
		}
	}
}

// HasType reports whether TYPE holds the word, in any case.
func (p Params) HasType(word string) bool {
	for t := range p.Types() {
		if strings.EqualFold(t, word) {
			return true
		}
	}
	return false
}

// decodeParam takes off quotes and resolves RFC 6868.
func decodeParam(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	if !strings.Contains(s, "^") {
		return s
	}
	return strings.NewReplacer("^^", "^", "^n", "\n", "^N", "\n", "^'", `"`).Replace(s)
}

// encoding is how the value is wrapped.
type encoding int

const (
	encUnknown encoding = iota
	encNone
	encQuoted
	encBase64
)

func (p Params) encoding() encoding {
	for q := range p.All() {
		if q.is("ENCODING") {
			return parseEncoding(strings.Trim(q.Value, `"`))
		}
	}
	return encNone
}

func parseEncoding(word string) encoding {
	switch {
	case strings.EqualFold(word, "QUOTED-PRINTABLE"):
		return encQuoted
	case strings.EqualFold(word, "BASE64"), strings.EqualFold(word, "B"):
		return encBase64
	}
	return encNone
}
