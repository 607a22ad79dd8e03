package vcard

import "strings"

// With gives the parameters with this one set: in its old place, or at the
// end. Values are quoted and escaped (RFC 6868) as they need.
func (p Params) With(name string, values ...string) Params {
	encoded := make([]string, len(values))
	for i, v := range values {
		encoded[i] = encodeParam(v)
	}
	p = p.closed()
	set := name + "=" + strings.Join(encoded, ",")
	var b strings.Builder
	done := false
	for _, piece := range p.pieces() {
		if parsePiece(piece).is(name) {
			if done {
				continue
			}
			piece, done = set, true
		}
		b.WriteString(";" + piece)
	}
	if !done {
		b.WriteString(";" + set)
	}
	return Params(b.String())
}

// Without gives the parameters without this one; bare words count as what
// they mean.
func (p Params) Without(name string) Params {
	if !p.Has(name) {
		return p
	}
	var b strings.Builder
	for _, piece := range p.pieces() {
		if !parsePiece(piece).is(name) {
			b.WriteString(";" + piece)
		}
	}
	return Params(b.String())
}

// WithoutTypes takes the words that drop names out of TYPE and leaves the rest
// as written.
func (p Params) WithoutTypes(drop func(word string) bool) Params {
	var b strings.Builder
	for _, piece := range p.pieces() {
		q := parsePiece(piece)
		if !q.is("TYPE") {
			b.WriteString(";" + piece)
			continue
		}
		kept := keepTypes(q.Value, drop)
		switch {
		case kept == "":
		case kept == q.Value:
			b.WriteString(";" + piece)
		case q.Name == "":
			b.WriteString(";" + kept)
		default:
			b.WriteString(";" + q.Name + "=" + kept)
		}
	}
	return Params(b.String())
}

func keepTypes(value string, drop func(string) bool) string {
	quote := ""
	if strings.HasPrefix(value, `"`) {
		quote, value = `"`, strings.Trim(value, `"`)
	}
	var kept []string
	for t := range strings.SplitSeq(value, ",") {
		if !drop(strings.Trim(t, " \t\"")) {
			kept = append(kept, t)
		}
	}
	if len(kept) == 0 {
		return ""
	}
	return quote + strings.Join(kept, ",") + quote
}

// WithTypes adds words to TYPE in the way of the version: 2.1 has bare words,
// 3.0 and 4.0 lengthen a list that is there.
func (p Params) WithTypes(v Version, words ...string) Params {
	if len(words) == 0 {
		return p
	}
	p = p.closed()
	if v == V21 {
		return p + Params(";"+strings.Join(words, ";"))
	}
	at, list := -1, "" // the last TYPE= of all
	for i, piece := range p.pieces() {
		if q := parsePiece(piece); q.Name != "" && q.is("TYPE") {
			at, list = i, piece
		}
	}
	joined := strings.Join(words, ",")
	if at < 0 {
		return p + Params(";TYPE="+joined)
	}
	body := strings.TrimRight(list, " \t")
	if inner, ok := strings.CutSuffix(body, `"`); ok && strings.Contains(inner, `"`) {
		body = inner + "," + joined + `"`
	} else {
		body += "," + joined
	}
	return p[:at] + Params(body) + p[at+len(list):]
}

// closed closes a quote left open: it would reach into what is written behind.
func (p Params) closed() Params {
	if strings.Count(string(p), `"`)%2 == 0 {
		return p
	}
	return p + `"`
}

func parsePiece(piece string) Param {
	for q := range Params(";" + piece).All() {
		return q
	}
	return Param{Name: "-"} // an empty piece (";;") is no parameter
}

// encodeParam writes one parameter value. A quote cannot stand in one, so it
// and line ends are written with carets.
func encodeParam(s string) string {
	s = strings.NewReplacer("^", "^^", "\n", "^n", `"`, "^'").Replace(clean(s))
	if strings.ContainsAny(s, ",;: ") {
		return `"` + s + `"`
	}
	return s
}
