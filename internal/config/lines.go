package config

import (
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// lines returns the lines of `map` and `write` that hold for a row: what the
// connector brings, then the system's, then the row's. A later line for the
// same slot or native field takes the earlier one's place. A system's lines
// serve rows of both kinds and all directions, so what does not fit is left
// out.
func (row *rowBlock) lines(p contact.Policy, slots []string) ([]mapLine, []writeLine) {
	var lines []mapLine
	add := func(line mapLine) {
		if _, ok := contact.SlotType(p.Kind, line.entry.Slot); !ok {
			return
		}
		if i := slices.IndexFunc(lines, func(l mapLine) bool { return l.entry.Slot == line.entry.Slot }); i >= 0 {
			lines[i] = line
			return
		}
		lines = append(lines, line)
	}
	for _, entry := range row.shipped(slots) {
		add(mapLine{entry: entry})
	}
	for _, line := range row.system.maps {
		if line.entry.Expr == "" || p.Gives != nil {
			add(line)
		}
	}
	for _, line := range row.maps {
		add(line)
	}
	return lines, row.writeLines(p)
}

func (row *rowBlock) writeLines(p contact.Policy) []writeLine {
	var lines []writeLine
	add := func(line writeLine) {
		if i := slices.IndexFunc(lines, func(l writeLine) bool { return l.entry.Field == line.entry.Field }); i >= 0 {
			lines[i] = line
			return
		}
		lines = append(lines, line)
	}
	for _, line := range row.system.writes {
		if p.Takes != nil && line.fits(p.Kind) {
			add(line)
		}
	}
	for _, line := range row.writes {
		add(line)
	}
	return lines
}

func (l writeLine) fits(kind contact.Kind) bool {
	if l.entry.Expr != "" {
		_, err := plan.CompileWrite(kind, l.entry.Expr)
		return err == nil
	}
	_, ok := contact.SlotType(kind, l.entry.Slot)
	return ok
}

// shipped is the map a connector brings. Where native fields bear the names of
// slots it is every slot there is, and those that other rows map.
func (row *rowBlock) shipped(slots []string) []contact.MapEntry {
	k := row.system.kind
	entries := slices.Clone(k.Map[row.kind])
	if !k.NativeSlots {
		return entries
	}
	for _, slot := range append(plan.KnownSlots(row.kind), slots...) {
		known := slices.ContainsFunc(entries, func(e contact.MapEntry) bool { return e.Slot == slot })
		if !known && !k.implies(slot) {
			entries = append(entries, contact.MapEntry{Slot: slot, Field: slot})
		}
	}
	return entries
}

// explain lists the rules that hold for a row with the line each comes from.
func explain(row *rowBlock, block *kindBlock, c cascade, lines []mapLine, writes []writeLine) []Rule {
	var list []Rule
	for _, k := range table {
		s := c.find(k.name)
		if s.at == nil || slices.Equal(k.where, fileOnly) {
			continue
		}
		rule := Rule{Key: k.name, Value: s.at.String(), From: string(s.where), Pos: s.at.pos}
		if s.where == "" {
			rule.From = "default"
		}
		list = append(list, rule)
	}
	list = append(list, Rule{Key: "direction", Value: row.direction.text, From: string(InRow), Pos: row.direction.pos})
	for _, field := range block.fields {
		for _, name := range keyNames(InField) {
			if s, ok := field.rules[name]; ok {
				list = append(list, Rule{Key: "fields " + field.pattern + " " + name, Value: s.at.String(), From: string(InField), Pos: s.at.pos})
			}
		}
	}
	for _, line := range lines {
		list = append(list, line.rule())
	}
	for _, line := range writes {
		list = append(list, Rule{Key: "write " + line.entry.Field, Value: line.value.String(), From: string(line.where), Pos: line.key.pos})
	}
	return list
}

func (l mapLine) rule() Rule {
	rule := Rule{Key: "map " + l.entry.Slot, Value: l.entry.Field, From: "connector"}
	if l.entry.Expr != "" {
		rule.Value = "=" + l.entry.Expr
	}
	if l.key != nil {
		rule.Value, rule.From, rule.Pos = l.value.String(), string(l.where), l.key.pos
	}
	return rule
}
