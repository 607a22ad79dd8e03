package config

import (
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/spelling"
)

// apart holds a rule that may differ between who may be here and what from
// here counts elsewhere.
type apart[T any] struct{ here, from T }

// choice is a filter as written: its expressions keep their place, so that a
// kind for which one does not hold can be told where.
type choice struct {
	any []*node
	of  *node // "of persons" or "of companies"
}

var (
	filterShape = shape{words: "FILTER or several | of persons | of companies | {here, from}", schema: reference("choose"), read: readApart(readChoice)}
	createShape = shape{words: "all | by hand | never | {here, from}", schema: reference("create"), read: readApart(readCreate)}
	slotsShape  = shape{words: "SLOTS: name.given, name.*, all", schema: reference("texts"), read: func(r *reader, n *node, at site) any {
		return whenOK(r.slots(n, at))
	}}
	readonlyShape = shape{words: "no | yes | SLOTS", schema: reference("readonly"), read: readReadonly}
	placesShape   = shape{words: "SYSTEMS in order", schema: reference("texts"), read: func(r *reader, n *node, at site) any {
		return whenOK(r.places(n, at))
	}}
	withShape    = shape{words: "all | SYSTEMS", schema: reference("texts"), read: readWith}
	matchShape   = shape{words: "SLOTS, standard, strict | off", schema: reference("texts"), read: readMatch}
	removalShape = parsedAt("ask | leave | delete | mark SLOT | mark SLOT=VALUE", readRemoval)
)

func parsedAt(words string, read func(*reader, *node, site) any) shape {
	return shape{words: words, schema: map[string]any{"type": "string", "pattern": "^(ask|leave|delete|mark .+)$"}, read: read}
}

// readApart reads a rule, or {here, from} with one each. What is left out of
// the mapping means what an absent key means.
func readApart[T any](read func(*reader, *node, site) (T, bool)) func(*reader, *node, site) any {
	return func(r *reader, n *node, at site) any {
		if n.shape != mapping {
			value, ok := read(r, n, at)
			return whenOK(apart[T]{value, value}, ok)
		}
		both, whole := apart[T]{}, true
		for _, p := range r.pairs(n, at) {
			below := at.below(p.key.text)
			side := &both.here
			switch p.key.text {
			case "here":
			case "from":
				side = &both.from
			default:
				below.where = ""
				r.unknownKey(p.key, below, []string{"here", "from"})
				whole = false
				continue
			}
			value, ok := read(r, p.value, below)
			*side, whole = value, whole && ok
		}
		return whenOK(both, whole)
	}
}

func readCreate(r *reader, n *node, at site) (contact.CreateRule, bool) {
	values := []string{"all", "by hand", "never"}
	text, ok := r.text(n, at)
	if ok && !slices.Contains(values, text) {
		r.unknownValue(n, at, values)
		return "", false
	}
	return contact.CreateRule(text), ok
}

// readChoice checks that each filter holds for at least one kind of party; for
// the kinds it is used with it is checked again.
func readChoice(r *reader, n *node, at site) (choice, bool) {
	items, ok := r.texts(n, at)
	if !ok {
		return choice{}, false
	}
	for _, item := range items {
		if item.text == "of persons" || item.text == "of companies" {
			if len(items) > 1 {
				r.problem(item, at.path, "%s stands alone", item.text)
				return choice{}, false
			}
			return choice{of: item}, true
		}
		if err := checkFilter(at.kinds, item.text); err != nil {
			r.expression(item, at, 0, err)
			ok = false
		}
	}
	return choice{any: items}, ok
}

func checkFilter(kinds []contact.Kind, text string) error {
	if strings.HasPrefix(text, "=") && !strings.HasPrefix(text, "==") {
		return &plan.ExprError{Message: "a filter is always an expression and needs no ="}
	}
	var err error
	for _, kind := range kinds {
		if _, err = plan.CompileFilter(kind, text); err == nil {
			return nil
		}
	}
	return err
}

// slots reads slot patterns: a slot, name.*, or all.
func (r *reader) slots(n *node, at site) ([]string, bool) {
	items, ok := r.texts(n, at)
	if !ok {
		return nil, false
	}
	patterns := []string{}
	for _, item := range items {
		if !r.pattern(item, at) {
			ok = false
		}
		patterns = append(patterns, item.text)
	}
	return patterns, ok
}

// pattern checks one slot pattern.
func (r *reader) pattern(n *node, at site) bool {
	prefix, wild := strings.CutSuffix(n.text, "*")
	switch {
	case n.text == "all", n.text == "x.*":
		return true
	case !wild:
		return r.slot(n, at, n.text)
	case strings.HasSuffix(prefix, "."):
		known := knownSlots(at.kinds)
		if slices.ContainsFunc(known, func(slot string) bool { return strings.HasPrefix(slot, prefix) }) {
			return true
		}
		base, _ := cutTrailingDigits(strings.TrimSuffix(prefix, "."))
		if slices.ContainsFunc(known, func(slot string) bool { return strings.HasPrefix(slot, base+".") }) {
			return true // address.work2.*
		}
	}
	r.problem(n, at.path, "no slot fits %q; patterns are like name.* or all", n.text)
	return false
}

func cutTrailingDigits(text string) (base, digits string) {
	base = strings.TrimRight(text, "0123456789")
	return base, text[len(base):]
}

func readReadonly(r *reader, n *node, at site) any {
	if n.shape == scalar {
		if yes, ok := yesNo(n.text); ok {
			if yes {
				return []string{"all"}
			}
			return []string{}
		}
	}
	return whenOK(r.slots(n, at))
}

// places reads names of systems.
func (r *reader) places(n *node, at site) ([]string, bool) {
	items, ok := r.texts(n, at)
	if !ok {
		return nil, false
	}
	places := []string{}
	for _, item := range items {
		switch {
		case !slices.Contains(r.systems, item.text):
			r.problem(item, at.path, "%s", spelling.Unknown("system", item.text, r.systems))
			ok = false
		case slices.Contains(places, item.text):
			r.problem(item, at.path, "%s is named twice", item.text)
			ok = false
		}
		places = append(places, item.text)
	}
	return places, ok
}

func readWith(r *reader, n *node, at site) any {
	if n.shape == scalar && n.text == "all" {
		return []string{}
	}
	return whenOK(r.places(n, at))
}

func readMatch(r *reader, n *node, at site) any {
	items, ok := r.texts(n, at)
	if !ok {
		return nil
	}
	ways := []string{contact.MatchStandard, contact.MatchStrict, contact.MatchOff}
	methods := []string{}
	for _, item := range items {
		switch {
		case item.text == contact.MatchOff && len(items) > 1:
			r.problem(item, at.path, "off stands alone")
			ok = false
		case slices.Contains(ways, item.text):
		case spelling.Nearest(item.text, ways) != "" && !isSlot(at.kinds, item.text):
			r.problem(item, at.path, "%s", spelling.Unknown("slot", item.text, ways))
			ok = false
		default:
			ok = r.slot(item, at, item.text) && ok
		}
		methods = append(methods, item.text)
	}
	if ok && len(methods) == 0 {
		r.problem(n, at.path, "the value is missing; there are: slots as keys, standard, strict, off")
		return nil
	}
	return whenOK(methods, ok)
}

func readRemoval(r *reader, n *node, at site) any {
	text, ok := r.text(n, at)
	if !ok {
		return nil
	}
	if target, mark := strings.CutPrefix(text, "mark "); mark {
		slot, value, given := strings.Cut(target, "=")
		slot, value = strings.TrimSpace(slot), strings.TrimSpace(value)
		if !r.slot(n, at, slot) {
			return nil
		}
		typ, _ := slotType(at.kinds, slot)
		if typ == contact.TypeFlag && !given {
			value, given = "true", true
		}
		if !given || value == "" {
			r.problem(n, at.path, "%s is no yes/no slot; say which value means removed: mark %s=VALUE", slot, slot)
			return nil
		}
		if yes, ok := yesNo(value); ok && typ == contact.TypeFlag {
			value = fmt.Sprint(yes)
		}
		return contact.RemovalRule{How: contact.RemovalMark, Slot: slot, Value: value}
	}
	how := contact.Removal(text)
	switch how {
	case contact.RemovalAsk, contact.RemovalLeave, contact.RemovalDelete:
		return contact.RemovalRule{How: how}
	}
	r.unknownValue(n, at, []string{"ask", "leave", "delete", "mark SLOT", "mark SLOT=VALUE"})
	return nil
}
