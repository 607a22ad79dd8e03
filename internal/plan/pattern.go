package plan

import (
	"fmt"
	"slices"
	"strings"
)

const defaultNamePattern = "given family"

// defaultNames reads a name of which nobody said how it is written.
var defaultNames = &namePattern{slots: []string{"name.given", "name.family"}, literals: []string{"", " ", ""}}

// namePattern splits and joins a name written in one field, such as
// "family, given". Parts are prefix, given, middle, family and suffix; what
// stands between them is literal.
type namePattern struct {
	slots    []string // in the order of the pattern
	literals []string // len(slots)+1: before, between and after
}

var nameParts = []string{"prefix", "given", "middle", "family", "suffix"}

func parseNamePattern(text string) (*namePattern, error) {
	p := &namePattern{}
	literal := ""
	for rest := text; rest != ""; {
		part := ""
		for _, name := range nameParts {
			if strings.HasPrefix(rest, name) {
				part = name
			}
		}
		if part == "" {
			literal += rest[:1]
			rest = rest[1:]
			continue
		}
		if len(p.slots) > 0 && literal == "" {
			return nil, fmt.Errorf("as: %q has nothing between two parts of the name, so it cannot be split again", text)
		}
		if slices.Contains(p.slots, "name."+part) {
			return nil, fmt.Errorf("as: %q names %s twice", text, part)
		}
		p.slots = append(p.slots, "name."+part)
		p.literals = append(p.literals, literal)
		literal, rest = "", rest[len(part):]
	}
	if len(p.slots) == 0 {
		return nil, fmt.Errorf("as: %q names no part of a name; parts are %s", text, strings.Join(nameParts, ", "))
	}
	p.literals = append(p.literals, literal)
	return p, nil
}

// split parts a name. Where the text has fewer separators than the pattern,
// the family name is what is never missing: "Cher" is a family name. Where a
// blank separates, the last one before the family name counts, so that
// "Anna Maria Berg" is Anna Maria, Berg.
func (p *namePattern) split(text string) map[string]string {
	parts := make(map[string]string, len(p.slots))
	for _, slot := range p.slots {
		parts[slot] = ""
	}
	text = strings.TrimSpace(text)
	text = strings.TrimPrefix(text, strings.TrimSpace(p.literals[0]))
	text = strings.TrimSuffix(text, strings.TrimSpace(p.literals[len(p.slots)]))
	p.splitInto(parts, 0, strings.TrimSpace(text))
	return parts
}

func (p *namePattern) splitInto(parts map[string]string, i int, text string) {
	if i == len(p.slots)-1 {
		parts[p.slots[i]] = text
		return
	}
	separator := p.literals[i+1]
	at := strings.Index(text, separator)
	if blank := strings.TrimSpace(separator) == ""; blank && i == len(p.slots)-2 {
		at = strings.LastIndex(text, separator)
		if p.slots[i] == "name.family" {
			at = strings.Index(text, separator)
		}
	}
	if at < 0 {
		p.splitRest(parts, i, text)
		return
	}
	parts[p.slots[i]] = strings.TrimSpace(text[:at])
	p.splitInto(parts, i+1, strings.TrimSpace(text[at+len(separator):]))
}

// splitRest places a text without a separator: into the family name if the
// rest of the pattern has one, else into the part at hand.
func (p *namePattern) splitRest(parts map[string]string, i int, text string) {
	if j := slices.Index(p.slots[i:], "name.family"); j >= 0 {
		parts[p.slots[i+j]] = text
		return
	}
	parts[p.slots[i]] = text
}

// String is the pattern as the configuration says it.
func (p *namePattern) String() string {
	var b strings.Builder
	for i, slot := range p.slots {
		b.WriteString(p.literals[i])
		b.WriteString(strings.TrimPrefix(slot, "name."))
	}
	b.WriteString(p.literals[len(p.slots)])
	return b.String()
}

// join writes a name. A missing part takes the separator before it along.
func (p *namePattern) join(get func(slot string) string) string {
	var b strings.Builder
	for i, slot := range p.slots {
		part := strings.TrimSpace(get(slot))
		if part == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(p.literals[i])
		}
		b.WriteString(part)
	}
	if b.Len() == 0 {
		return ""
	}
	return p.literals[0] + b.String() + p.literals[len(p.slots)]
}
