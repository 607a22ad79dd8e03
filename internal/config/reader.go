package config

import (
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/spelling"
)

// reader reads nodes into values and notes what is wrong.
type reader struct {
	table    []key // all keys; a field, because the readers in the table use it
	kinds    []Kind
	systems  []string // the names of all systems, known before any rule is read
	problems []Problem
	uses     []ownUse
}

// site is where a value stands: its path for people, its level, and the kinds
// of party it holds for.
type site struct {
	path  string
	where Where
	kinds []contact.Kind
}

func (s site) below(name string) site {
	s.path = strings.TrimPrefix(s.path+"."+name, ".")
	return s
}

// ownUse is a mention of an own field (x.NAME), which exists only where a row
// maps it.
type ownUse struct {
	slot string
	kind contact.Kind
	at   *node
	path string
}

func (r *reader) problem(n *node, path, format string, args ...any) {
	p := Problem{Path: path, Sentence: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Pos, p.width = n.pos, n.width()
	}
	r.problems = append(r.problems, p)
}

// unknownKey names the nearest key that may stand there, or says where the key
// does stand.
func (r *reader) unknownKey(n *node, at site, known []string) {
	p := Problem{Pos: n.pos, Path: at.path, width: n.width(), where: at.where, Sentence: "no such key"}
	i := slices.IndexFunc(r.table, func(k key) bool { return k.name == n.text })
	if i >= 0 && at.where != "" {
		p.Sentence = fmt.Sprintf("this key does not stand in %s; it stands in %s", at.where.article(), joinWhere(r.table[i].where))
	} else {
		p.Sentence += spelling.Hint(n.text, known)
	}
	r.problems = append(r.problems, p)
}

// pairs returns the pairs of a mapping, each key once.
func (r *reader) pairs(n *node, at site) []pair {
	if n.shape == scalar && n.text == "" && n.inner == 0 {
		return nil // `person:` with nothing below
	}
	if n.shape != mapping {
		r.problem(n, at.path, "keys are needed here, and this is %s", n.shape)
		return nil
	}
	var pairs []pair
	for _, p := range n.pairs {
		if p.key.shape != scalar {
			r.problem(p.key, at.path, "a key is a single word")
			continue
		}
		if i := slices.IndexFunc(pairs, func(q pair) bool { return q.key.text == p.key.text }); i >= 0 {
			r.problem(p.key, at.below(p.key.text).path, "the key is there twice, first in line %d", pairs[i].key.pos.Line)
			continue
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// text reads a scalar as it stands.
func (r *reader) text(n *node, at site) (string, bool) {
	if n.shape != scalar {
		r.problem(n, at.path, "one value is needed here, and this is %s", n.shape)
		return "", false
	}
	return n.text, true
}

// filled reads a scalar that is not empty.
func (r *reader) filled(n *node, at site) (string, bool) {
	text, ok := r.text(n, at)
	if ok && strings.TrimSpace(text) == "" {
		r.problem(n, at.path, "the value is missing")
		return "", false
	}
	return text, ok
}

// texts reads a list of scalars; one alone needs no brackets.
func (r *reader) texts(n *node, at site) ([]*node, bool) {
	if n.shape == scalar {
		if n.text == "" {
			return nil, true
		}
		return []*node{n}, true
	}
	if n.shape != list {
		r.problem(n, at.path, "a list is needed here, and this is %s", n.shape)
		return nil, false
	}
	for _, item := range n.items {
		if _, ok := r.filled(item, at); !ok {
			return nil, false
		}
	}
	return n.items, true
}

// unknownValue says what may stand there.
func (r *reader) unknownValue(n *node, at site, known []string) {
	r.problem(n, at.path, "%q is not known here%s; there are: %s", n.text, spelling.Hint(n.text, known), strings.Join(known, ", "))
}

// expression points at a fault inside an expression. Skip is what stands
// before the expression in the node's text.
func (r *reader) expression(n *node, at site, skip int, err error) {
	r.problem(n, at.path, "%s", err)
	fault, ok := err.(*plan.ExprError)
	if !ok || n.inner < 0 {
		return
	}
	p := &r.problems[len(r.problems)-1]
	text := []rune(n.text)
	from := min(skip+fault.Offset, len(text))
	p.Column += n.inner + from
	p.width = 1
	for i := from; i < len(text) && wordRune(text[i]); i++ {
		p.width = i - from + 1
	}
}

func wordRune(r rune) bool {
	return r == '.' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127
}

// slotType returns the type of a slot for the first of some kinds that has it.
func slotType(kinds []contact.Kind, slot string) (contact.Type, bool) {
	for _, kind := range kinds {
		if t, ok := contact.SlotType(kind, slot); ok {
			return t, true
		}
	}
	return "", false
}

// knownSlots returns the slots any of the kinds has.
func knownSlots(kinds []contact.Kind) []string {
	var slots []string
	for _, kind := range kinds {
		slots = append(slots, plan.KnownSlots(kind)...)
	}
	slices.Sort(slots)
	return slices.Compact(slots)
}

func isSlot(kinds []contact.Kind, name string) bool {
	_, ok := slotType(kinds, name)
	return ok
}

// knownSlot checks a slot's name.
func (r *reader) knownSlot(n *node, at site, name string) bool {
	if isSlot(at.kinds, name) {
		return true
	}
	r.problem(n, at.path, "%s", spelling.Unknown("slot", name, knownSlots(at.kinds)))
	return false
}

// slot checks a slot's name and notes the use of an own field.
func (r *reader) slot(n *node, at site, name string) bool {
	if !r.knownSlot(n, at, name) {
		return false
	}
	r.use(n, at, name)
	return true
}

// use notes an own field; whether a row maps it is known only at the end.
func (r *reader) use(n *node, at site, name string) {
	for _, kind := range at.kinds {
		of, slot := kind, name
		if below, ok := strings.CutPrefix(name, "company."); ok && kind == contact.Person {
			of, slot = contact.Company, below
		}
		if strings.HasPrefix(slot, "x.") {
			r.uses = append(r.uses, ownUse{slot: slot, kind: of, at: n, path: at.path})
		}
	}
}
