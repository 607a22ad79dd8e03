package config

import (
	"cmp"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/spelling"
)

// setting is a rule as it stands in the file.
type setting struct {
	value any
	at    *node
	where Where
}

// rules are the settings of one level by key.
type rules map[string]setting

// systemBlock is what the file says of one system.
type systemBlock struct {
	name      string
	at        *node
	kind      Kind
	keys      map[string]*node
	rules     rules
	maps      []mapLine
	writes    []writeLine
	connector *node
}

// kindBlock is the block company or person.
type kindBlock struct {
	kind   contact.Kind
	rules  rules
	fields []fieldLine
	rows   []*rowBlock
}

// rowBlock is one row of the direction table as written.
type rowBlock struct {
	kind      contact.Kind
	system    *systemBlock
	at        *node // where it stands
	direction *node
	rules     rules
	maps      []mapLine
	writes    []writeLine
}

// fieldLine is a line of `fields`.
type fieldLine struct {
	pattern string
	rules   rules
}

// readRule reads a key of the table into rules; keys with a reader of their
// own are left to the caller.
func (r *reader) readRule(p pair, at site, into rules) {
	k, _ := findKey(p.key.text)
	if value := k.shape.read(r, p.value, at.below(p.key.text)); value != nil {
		into[k.name] = setting{value: value, at: p.value, where: at.where}
	}
}

func (r *reader) readSystem(name string, n *node, at site) *systemBlock {
	s := &systemBlock{name: name, at: n, keys: map[string]*node{}, rules: rules{}}
	s.connector = n.get("connector")
	if n.shape != mapping || s.connector == nil {
		r.problem(n, at.path, "a system needs a connector: one of %s", strings.Join(kindNames(r.kinds), ", "))
	} else if text, ok := r.filled(s.connector, at.below("connector")); ok {
		kind, known := findKind(r.kinds, text)
		if !known {
			r.problem(s.connector, at.below("connector").path, "%s; there are: %s", spelling.Unknown("connector", text, kindNames(r.kinds)), strings.Join(kindNames(r.kinds), ", "))
			s.connector = nil
		}
		s.kind = kind
	}
	if n.shape != mapping {
		return s
	}
	for _, p := range r.pairs(n, at) {
		r.readSystemKey(s, p, at)
	}
	if s.kind.As != nil {
		s.kind = s.kind.As(s.connectorKeys())
	}
	if s.connector != nil {
		for _, k := range s.kind.Keys {
			if k.Required && n.get(k.Name) == nil {
				r.problem(s.connector, at.path, "%s is missing: %s", k.Name, k.Doc)
			}
		}
	}
	return s
}

func (r *reader) readSystemKey(s *systemBlock, p pair, at site) {
	name := p.key.text
	known := keyNames(InSystem)
	switch {
	case name == "connector":
	case name == "map":
		s.maps = r.readMap(p.value, at.below(name))
	case name == "write":
		s.writes = r.readWrite(p.value, at.below(name))
	case slices.Contains(known, name):
		r.readRule(p, at, s.rules)
	default:
		if k, ok := s.kind.key(name); ok {
			r.readKindKey(s, k, p, at.below(name))
			return
		}
		if s.connector == nil {
			return // which keys there are is not known
		}
		r.unknownKey(p.key, at.below(name), append(known, s.kind.keyNames()...))
	}
}

// readKindKey reads a key that the connector brings. A secret stands elsewhere.
func (r *reader) readKindKey(s *systemBlock, k KindKey, p pair, at site) {
	n := p.value
	if n.shape == list && !k.Secret {
		if _, ok := r.texts(n, at); ok {
			s.keys[k.Name] = n
		}
		return
	}
	text, ok := r.filled(n, at)
	if !ok {
		return
	}
	switch {
	case k.Secret && !isReference(text):
		r.problem(p.key, at.path, "a secret does not stand in the file; keep it elsewhere and write env:NAME or file:PATH")
		return
	case !k.Secret && holdsPassword(text):
		r.problem(p.key, at.path, "the address holds a password; keep it elsewhere and write env:NAME or file:PATH")
		return
	case len(k.Values) > 0 && !slices.Contains(k.Values, keyText(k, text)):
		r.unknownValue(n, at, k.Values)
		return
	}
	s.keys[k.Name] = n
}

// keyText is a connector key's value as the connector reads it: where yes and
// no are its values, they have one form.
func keyText(k KindKey, text string) string {
	if slices.Contains(k.Values, "yes") && slices.Contains(k.Values, "no") {
		if yes, ok := yesNo(text); ok {
			if yes {
				return "yes"
			}
			return "no"
		}
	}
	return text
}

func (r *reader) readKind(kind contact.Kind, n *node, at site, systems []*systemBlock) *kindBlock {
	block := &kindBlock{kind: kind, rules: rules{}}
	for _, p := range r.pairs(n, at) {
		name := p.key.text
		below := at.below(name)
		i := slices.IndexFunc(systems, func(s *systemBlock) bool { return s.name == name })
		switch {
		case i >= 0:
			below.where = InRow
			if row := r.readRow(kind, systems[i], p, below); row != nil {
				block.rows = append(block.rows, row)
			}
		case name == "fields":
			block.fields = r.readFields(p.value, below)
		case slices.Contains(keyNames(InKind), name):
			r.readRule(p, at, block.rules)
		default:
			r.unknownInKind(p.key, below, systems)
		}
	}
	return block
}

func (r *reader) unknownInKind(n *node, at site, systems []*systemBlock) {
	known := keyNames(InKind)
	for _, s := range systems {
		known = append(known, s.name)
	}
	if _, ok := findKey(n.text); ok {
		r.unknownKey(n, at, known)
		return
	}
	sentence := "no such key or system" + spelling.Hint(n.text, known)
	r.problems = append(r.problems, Problem{Pos: n.pos, Path: at.path, width: n.width(), where: InKind, Sentence: sentence})
}

func (r *reader) readRow(kind contact.Kind, system *systemBlock, p pair, at site) *rowBlock {
	row := &rowBlock{kind: kind, system: system, at: p.key, rules: rules{}}
	if p.value.shape == scalar {
		row.at, row.direction = p.value, p.value
		return r.direct(row, at)
	}
	row.direction = p.value.get("direction")
	for _, p := range r.pairs(p.value, at) {
		switch name := p.key.text; {
		case name == "direction":
		case name == "map":
			row.maps = r.readMap(p.value, at.below(name))
		case name == "write":
			row.writes = r.readWrite(p.value, at.below(name))
		case slices.Contains(keyNames(InRow), name):
			r.readRule(p, at, row.rules)
		default:
			r.unknownKey(p.key, at.below(name), keyNames(InRow))
		}
	}
	if row.direction == nil {
		r.problem(p.key, at.path, "a row needs a direction: %s", strings.Join(directions, ", "))
		return nil
	}
	return r.direct(row, at.below("direction"))
}

func (r *reader) direct(row *rowBlock, at site) *rowBlock {
	if text, ok := r.text(row.direction, at); !ok || !slices.Contains(directions, text) {
		if ok {
			r.unknownValue(row.direction, at, directions)
		}
		return nil
	}
	return row
}

// readFields reads `fields`. The nearer of two patterns is the one that says
// more, whatever their order.
func (r *reader) readFields(n *node, at site) []fieldLine {
	var lines []fieldLine
	for _, p := range r.pairs(n, at) {
		below := at.below(p.key.text)
		below.where = InField
		if !r.pattern(p.key, below) {
			continue
		}
		lines = append(lines, fieldLine{pattern: p.key.text, rules: r.readField(p.value, below)})
	}
	slices.SortFunc(lines, func(a, b fieldLine) int {
		return cmp.Or(boolOrder(a.exact(), b.exact()), cmp.Compare(len(b.pattern), len(a.pattern)), cmp.Compare(a.pattern, b.pattern))
	})
	return lines
}

func (f fieldLine) exact() bool { return f.pattern != "all" && !strings.HasSuffix(f.pattern, "*") }

// boolOrder puts what is true first.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (r *reader) readField(n *node, at site) rules {
	into := rules{}
	if n.shape == mapping {
		for _, p := range r.pairs(n, at) {
			if !slices.Contains(keyNames(InField), p.key.text) {
				r.unknownKey(p.key, at.below(p.key.text), keyNames(InField))
				continue
			}
			r.readRule(p, at, into)
		}
		return into
	}
	if n.shape == scalar && (n.text == string(contact.ConflictNewest) || n.text == string(contact.ConflictAsk)) {
		into["conflict"] = setting{value: n.text, at: n, where: InField}
		return into
	}
	if n.shape == scalar && !slices.Contains(r.systems, n.text) {
		known := append(slices.Clone(r.systems), "newest", "ask")
		r.unknownValue(n, at, known)
		return into
	}
	if places, ok := r.places(n, at); ok {
		into["leading"] = setting{value: places, at: n, where: InField}
	}
	return into
}
