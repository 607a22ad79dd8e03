package config

import (
	"slices"
	"strings"

	"kith/internal/contact"
)

// rowCheck looks at what hangs together in one row, after the cascade.
type rowCheck struct {
	*reader
	blocks *fileBlocks
	row    *rowBlock
	policy *contact.Policy
	rules  cascade
	lines  []mapLine
	writes []writeLine
	at     site
}

func (c *rowCheck) run() {
	c.oneWay()
	c.nativeTwice()
	c.nameTwice()
	c.companies()
	c.removal()
	c.chosenOf()
	c.safeCreates()
}

// maps reports whether the row's records show a slot.
func (c *rowCheck) maps(slot string) bool {
	if skipped(c.policy, slot) {
		return false
	}
	if c.row.system.kind.implies(slot) {
		return true
	}
	return slices.ContainsFunc(c.lines, func(l mapLine) bool { return l.entry.Slot == slot })
}

func fits(patterns []string, slot string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return contact.MatchSlot(p, slot) })
}

func skipped(p *contact.Policy, slot string) bool { return fits(p.Skip, slot) }

// oneWay finds lines of the row that its direction leaves without meaning.
func (c *rowCheck) oneWay() {
	for _, line := range c.row.maps {
		if line.entry.Expr != "" && c.policy.Gives == nil {
			c.problem(line.value, line.path, "%s only takes, and an expression under map is only read; to write one, use write: {FIELD: =…}", c.policy.Place)
		}
	}
	for _, line := range c.row.writes {
		if c.policy.Takes == nil {
			c.problem(line.key, line.path, "%s only gives, so nothing is written there", c.policy.Place)
		}
	}
}

// nativeTwice finds a native field that two lines would write.
func (c *rowCheck) nativeTwice() {
	if c.policy.Takes == nil {
		return
	}
	slots := map[string]string{}
	var named []mapLine // what the file says is blamed rather than what the connector brings
	for _, line := range c.lines {
		slot := line.entry.Slot
		if line.entry.Expr != "" || skipped(c.policy, slot) || fits(c.policy.ReadOnly, slot) {
			continue
		}
		if line.key == nil {
			slots[line.entry.Field] = slot
			continue
		}
		named = append(named, line)
	}
	for _, line := range named {
		field := line.entry.Field
		if other, taken := slots[field]; taken {
			c.problem(line.key, line.path, "%s and %s would both be written to %s; skip or readonly one of them", other, line.entry.Slot, field)
		}
		slots[field] = line.entry.Slot
	}
	for _, line := range c.writes {
		if slot, taken := slots[line.entry.Field]; taken {
			c.problem(line.key, line.path, "%s is already written by map: %s", line.entry.Field, slot)
		}
	}
}

// nameTwice finds a part of the name that has a field of its own and is cut out
// of the whole name too.
func (c *rowCheck) nameTwice() {
	var whole, part *mapLine
	for i, line := range c.lines {
		if line.entry.Slot == "name.full" && line.entry.As != "" && !skipped(c.policy, "name.full") {
			whole = &c.lines[i]
		}
	}
	if whole == nil {
		return
	}
	for i, line := range c.lines {
		name, ok := strings.CutPrefix(line.entry.Slot, "name.")
		if ok && name != "full" && strings.Contains(whole.entry.As, name) && !skipped(c.policy, line.entry.Slot) {
			part = &c.lines[i]
		}
	}
	if part == nil {
		return
	}
	blamed := part
	if blamed.key == nil {
		blamed = whole
	}
	if blamed.key != nil {
		c.problem(blamed.key, blamed.path, "%s has a field of its own (%s) and is a part of name.full (%s) too; skip one of them", part.entry.Slot, part.entry.Field, whole.entry.As)
	}
}

// companies finds a reference by id at a place that has no companies of its
// own.
func (c *rowCheck) companies() {
	if c.policy.Kind != contact.Person || c.hasRow(contact.Company) {
		return
	}
	for _, line := range c.lines {
		typ, _ := contact.SlotType(c.policy.Kind, line.entry.Slot)
		if typ == contact.TypeRef && line.key != nil && line.entry.Expr == "" && line.entry.By == "" && !skipped(c.policy, line.entry.Slot) {
			c.problem(line.key, line.path, "a company is mapped by its id, and there is no row company.%s; add one, or say by which slot it is found: {field: %s, by: number}", c.policy.System, line.entry.Field)
		}
	}
}

func (c *rowCheck) hasRow(kind contact.Kind) bool {
	return slices.ContainsFunc(c.blocks.kinds, func(b *kindBlock) bool {
		return b.kind == kind && slices.ContainsFunc(b.rows, func(r *rowBlock) bool { return r.system == c.row.system })
	})
}

// removal finds a mark that could not be set.
func (c *rowCheck) removal() {
	if c.policy.Takes == nil || c.policy.Takes.Removal.How != contact.RemovalMark {
		return
	}
	rule := c.policy.Takes.Removal
	n := c.rules.find("removal").at
	path := c.at.below("removal").path
	switch {
	case !c.maps(rule.Slot):
		c.problem(n, path, "mark writes %s, which this row does not map", rule.Slot)
		return
	case fits(c.policy.ReadOnly, rule.Slot):
		c.problem(n, path, "mark writes %s, which is readonly here", rule.Slot)
		return
	}
	for _, line := range c.lines {
		if line.entry.Slot != rule.Slot {
			continue
		}
		if line.entry.Expr != "" {
			c.problem(n, path, "mark writes %s, which is computed and never written", rule.Slot)
		}
		if line.entry.Values != nil && nativeFor(line.entry.Values, rule.Value) == "" {
			c.problem(n, path, "the value map of %s has no native value for %q", rule.Slot, rule.Value)
		}
	}
}

// nativeFor returns the native value that is written for a slot's value: of
// several the first in order. "" where there is none.
func nativeFor(values map[string]string, value string) string {
	for _, native := range contact.Fields(values).Names() {
		if values[native] == value && native != "*" {
			return native
		}
	}
	return ""
}

// chosenOf finds a choice by the other kind's where there is no such row.
func (c *rowCheck) chosenOf() {
	var of contact.Kind
	if c.policy.Gives != nil {
		of = c.policy.Gives.Choose.Of
	}
	if of == "" && c.policy.Takes != nil {
		of = c.policy.Takes.Choose.Of
	}
	if of != "" && !c.hasRow(of) {
		c.problem(c.rules.find("choose").at, c.at.below("choose").path, "there is no row %s.%s whose records could be meant", of, c.policy.System)
	}
}

// safeCreates finds a place where a create that was interrupted could not be
// found again.
func (c *rowCheck) safeCreates() {
	p := c.policy
	if p.Takes == nil || p.Takes.Create == contact.CreateNever || slices.Contains(p.ReadOnly, "all") {
		return
	}
	if p.Collection.Marker != "" || c.row.system.kind.Marks || slices.ContainsFunc(p.Match, c.maps) {
		return
	}
	c.problem(c.row.at, c.at.path, "a create that is interrupted could not be found again and would be made twice; name a native field for our id (marker: FIELD), or a key that this row maps (match: %s), or say create: {here: never}", c.suggestedMatch())
}

// suggestedMatch puts a key before what the row is matched by already: who takes
// the advice loses nothing.
func (c *rowCheck) suggestedMatch() string {
	if len(c.policy.Match) == 0 {
		return c.suggestedKey()
	}
	return "[" + strings.Join(append([]string{c.suggestedKey()}, c.policy.Match...), ", ") + "]"
}

func (c *rowCheck) suggestedKey() string {
	for _, slot := range []string{"number", "email.work", "registration", "vat"} {
		if c.maps(slot) {
			return slot
		}
	}
	return "SLOT"
}
