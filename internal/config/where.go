package config

import (
	"fmt"
	"slices"

	"kith/internal/contact"
	"kith/internal/plan"
)

// Where says where the file names a native field for a place, as
// "kith.yaml:6:73: ", and "" where it does not: the connector brings it.
func (f *File) Where(kind contact.Kind, place, native string) string {
	row := f.row(kind, place)
	if row == nil {
		return ""
	}
	names := []string{"write " + native}
	for _, entry := range row.Policy.Map {
		if entry.Field == native || reads(entry.Expr, native) {
			names = append(names, "map "+entry.Slot)
		}
	}
	for _, rule := range row.Rules {
		if rule.Pos.Line > 0 && slices.Contains(names, rule.Key) {
			return fmt.Sprintf("%s:%d:%d: ", f.Name, rule.Pos.Line, rule.Pos.Column)
		}
	}
	return ""
}

// reads reports whether an expression over native fields names one.
func reads(expression, native string) bool {
	if expression == "" {
		return false
	}
	compiled, err := plan.CompileRead(expression)
	return err == nil && slices.Contains(compiled.Names(), native)
}
