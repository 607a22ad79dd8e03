package config

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/spelling"
)

// mapLine is a line of `map`. Node is nil for what a connector brings.
type mapLine struct {
	entry contact.MapEntry
	key   *node
	value *node
	where Where
	path  string
}

// writeLine is a line of `write`.
type writeLine struct {
	entry contact.WriteEntry
	key   *node
	value *node
	where Where
	path  string
}

// readMap reads a `map` block.
func (r *reader) readMap(n *node, at site) []mapLine {
	var lines []mapLine
	for _, p := range r.pairs(n, at) {
		below := at.below(p.key.text)
		if !r.knownSlot(p.key, below, p.key.text) {
			continue
		}
		line := mapLine{entry: contact.MapEntry{Slot: p.key.text}, key: p.key, value: p.value, where: at.where, path: below.path}
		if r.readMapEntry(p.value, below, &line.entry) && r.checkMapEntry(p, below, line.entry) {
			lines = append(lines, line)
		}
	}
	return lines
}

func (r *reader) readMapEntry(n *node, at site, entry *contact.MapEntry) bool {
	if n.shape == mapping {
		return r.readLongEntry(n, at, entry)
	}
	text, ok := r.filled(n, at)
	if !ok {
		return false
	}
	source, computed := strings.CutPrefix(text, "=")
	if !computed {
		entry.Field = text
		return true
	}
	expr, err := plan.CompileRead(source)
	if err != nil {
		r.expression(n, at, 1, err)
		return false
	}
	if len(expr.Names()) == 0 {
		r.problem(n, at.path, "the expression reads no native field: src.NAME")
		return false
	}
	entry.Expr = source
	return true
}

var entryKeys = []string{"field", "values", "as", "by", "max", "cut"}

func (r *reader) readLongEntry(n *node, at site, entry *contact.MapEntry) bool {
	whole, named := true, false
	for _, p := range r.pairs(n, at) {
		below := at.below(p.key.text)
		ok := true
		switch p.key.text {
		case "field":
			entry.Field, ok = r.filled(p.value, below)
			named = true
			if ok && strings.HasPrefix(entry.Field, "=") {
				r.problem(p.value, below.path, "a line has a field or an expression, not both; an expression stands alone: %s: %s", entry.Slot, entry.Field)
				ok = false
			}
		case "values":
			entry.Values, ok = r.readValues(p.value, below, entry.Slot)
		case "as":
			entry.As, ok = r.filled(p.value, below)
		case "by":
			entry.By, ok = r.readBy(p.value, below, entry.Slot)
		case "max":
			entry.Max, ok = countShape.read(r, p.value, below).(int)
		case "cut":
			entry.Cut, ok = yesNoShape.read(r, p.value, below).(bool)
		default:
			below.where = ""
			r.unknownKey(p.key, below, entryKeys)
			ok = false
		}
		whole = whole && ok
	}
	if whole && !named {
		r.problem(n, at.path, "the native field is missing: {field: NAME, …}")
		return false
	}
	return whole
}

// readValues reads a value map, native left. Values of a flag slot are yes and
// no in any of their forms.
func (r *reader) readValues(n *node, at site, slot string) (map[string]string, bool) {
	typ, _ := slotType(at.kinds, slot)
	pairs := r.pairs(n, at)
	values, whole := make(map[string]string, len(pairs)), true
	for _, p := range pairs {
		text, ok := r.text(p.value, at.below(p.key.text))
		if typ == contact.TypeFlag && ok {
			yes, known := yesNo(text)
			if !known {
				r.unknownValue(p.value, at.below(p.key.text), []string{"yes", "no"})
				whole = false
				continue
			}
			text = strconv.FormatBool(yes)
		}
		values[p.key.text], whole = text, whole && ok
	}
	if whole && len(values) == 0 {
		r.problem(n, at.path, "the value map is empty: {NATIVE: VALUE}")
		return nil, false
	}
	return values, whole
}

func (r *reader) readBy(n *node, at site, slot string) (string, bool) {
	text, ok := r.filled(n, at)
	if !ok {
		return "", false
	}
	if typ, _ := slotType(at.kinds, slot); typ != contact.TypeRef {
		r.problem(n, at.path, "by says which slot of the company a native value shows; %s is no company", slot)
		return "", false
	}
	of := at
	of.kinds = []contact.Kind{contact.Company}
	return text, r.slot(n, of, text)
}

// checkMapEntry checks what hangs together in a line: that `as` fits the slot.
func (r *reader) checkMapEntry(p pair, at site, entry contact.MapEntry) bool {
	if entry.As == "" {
		return true
	}
	as := p.value.get("as")
	below := at.below("as")
	typ, _ := slotType(at.kinds, entry.Slot)
	switch {
	case typ == contact.TypePhone:
		if !slices.Contains(phoneStyles, entry.As) {
			r.unknownValue(as, below, phoneStyles)
			return false
		}
		return true
	case entry.Slot == "name.full", typ == contact.TypeDate, typ == contact.TypeFlag, typ == contact.TypeList:
	default:
		r.problem(as, below.path, "as says how name.full, phones, dates, flags and lists are written; %s is none of them", entry.Slot)
		return false
	}
	if typ == contact.TypeFlag && entry.Values != nil {
		r.problem(as, below.path, "a flag is written by values or by as, not by both")
		return false
	}
	for _, kind := range at.kinds {
		if _, ok := contact.SlotType(kind, entry.Slot); !ok {
			continue
		}
		if _, err := plan.NewBook([]contact.Policy{{Kind: kind, Map: []contact.MapEntry{entry}}}); err != nil {
			r.problem(as, below.path, "%s", strings.TrimPrefix(innermost(err).Error(), "as: "))
			return false
		}
	}
	return true
}

func innermost(err error) error {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err
}

// readWrite reads a `write` block.
func (r *reader) readWrite(n *node, at site) []writeLine {
	var lines []writeLine
	for _, p := range r.pairs(n, at) {
		below := at.below(p.key.text)
		text, ok := r.filled(p.value, below)
		if !ok {
			continue
		}
		line := writeLine{entry: contact.WriteEntry{Field: p.key.text}, key: p.key, value: p.value, where: at.where, path: below.path}
		source, computed := strings.CutPrefix(text, "=")
		if !computed {
			if _, ok := slotType(at.kinds, text); !ok {
				r.problem(p.value, below.path, `%s; an expression begins with =, a text is ="…"`, spelling.Unknown("slot", text, knownSlots(at.kinds)))
				continue
			}
			r.use(p.value, below, text)
			line.entry.Slot = text
			lines = append(lines, line)
			continue
		}
		names, err := checkWrite(at.kinds, source)
		if err != nil {
			r.expression(p.value, below, 1, err)
			continue
		}
		for _, name := range names {
			r.use(p.value, below, name)
		}
		line.entry.Expr = source
		lines = append(lines, line)
	}
	return lines
}

// checkWrite returns the names an expression reads, an error where it holds for
// none of the kinds.
func checkWrite(kinds []contact.Kind, source string) ([]string, error) {
	var err error
	for _, kind := range kinds {
		var expr *plan.Expr
		if expr, err = plan.CompileWrite(kind, source); err == nil {
			return expr.Names(), nil
		}
	}
	return nil, err
}
