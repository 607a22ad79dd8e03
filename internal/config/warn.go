package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"kith/internal/contact"
)

// shortest is the interval below which visits may follow one another without
// a pause: a visit works up to half a minute.
const shortest = time.Minute

func (f *File) warn() {
	f.warnKinds()
	f.warnReturns()
	for _, kind := range contact.Kinds {
		f.warnFlow(kind)
	}
	for i := range f.Rows {
		f.warnRow(&f.Rows[i])
	}
	f.warnSystems()
	slices.SortStableFunc(f.Warnings, func(a, b Warning) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	f.Warnings = slices.Compact(f.Warnings)
}

func (f *File) warning(at Pos, format string, args ...any) {
	f.Warnings = append(f.Warnings, Warning{at, fmt.Sprintf(format, args...)})
}

var plurals = map[contact.Kind]string{contact.Company: "companies", contact.Person: "persons"}

// warnKinds compares the directions of companies and persons at the places
// that have both (R003).
func (f *File) warnKinds() {
	var differ []*Row // company rows
	wanted := ""
	for _, company := range f.rowsOf(contact.Company) {
		person := f.row(contact.Person, company.Policy.Place)
		if person == nil || directionOf(person) == directionOf(company) {
			continue
		}
		if wanted = directionOf(person); len(differ) > 0 && wanted != directionOf(f.row(contact.Person, differ[0].Policy.Place)) {
			wanted = ""
		}
		differ = append(differ, company)
	}
	persons, companies := tabled{contact.Person, f.rowsOf(contact.Person)}, tabled{contact.Company, f.rowsOf(contact.Company)}
	if len(differ) == 0 || !slices.ContainsFunc(companies.rows, companies.sends) {
		return // companies that pass nowhere only serve to find a person's
	}
	text := fmt.Sprintf("persons run %s, companies %s.", persons.runs(), companies.runs())
	text += f.waits(persons, companies)
	last := differ[len(differ)-1]
	text += " To keep the directions the same, write " + sameAdvice(wanted, differ[:len(differ)-1]) + "."
	f.warning(last.Pos, "%s", text)
}

func directionOf(row *Row) string { return row.rule("direction").Value }

// runs says a direction in a sentence: both ways, or only a -> b.
func (t tabled) runs() string {
	direction := t.direction()
	switch oneWay, twoWay := strings.Contains(direction, " -> "), strings.Contains(direction, "<->"); {
	case oneWay && twoWay:
		return direction
	case oneWay:
		return "only " + direction
	}
	return "both ways"
}

func sameAdvice(direction string, others []*Row) string {
	if direction == "" {
		direction = "the direction of the persons"
	}
	lines := make([]string, len(others))
	for i, row := range others {
		lines[i] = fmt.Sprint(row.Pos.Line)
	}
	switch len(lines) {
	case 0:
		return direction + " here"
	case 1:
		return direction + " here and in line " + lines[0]
	}
	return direction + " here and in lines " + joinNames(lines)
}

// waits names the consequence: a person created where its company cannot come
// from.
func (f *File) waits(persons, companies tabled) string {
	for _, person := range persons.rows {
		company := f.row(contact.Company, person.Policy.Place)
		if company == nil || !persons.sends(person) || companies.sends(company) || person.Policy.Gives.Create == contact.CreateNever {
			continue
		}
		var sources []*Row
		for _, other := range companies.rows {
			if companies.sends(other) {
				sources = append(sources, other)
			}
		}
		if len(sources) > 0 {
			return fmt.Sprintf(" A person created in %s at a company that %s does not have waits until it is there.", person.Policy.Place, strings.ReplaceAll(rowNames(sources), ", ", " or "))
		}
	}
	return ""
}

// warnReturns says what two-way sync can bring back (R013, R017).
func (f *File) warnReturns() {
	for _, kind := range contact.Kinds {
		t := tabled{kind, f.rowsOf(kind)}
		for _, row := range t.rows {
			if !t.sends(row) || !t.receives(row) || row.Policy.Takes.Recreate == contact.RecreateNever || row.Policy.Gives.Deletes == contact.GoneSpread {
				continue
			}
			rule := row.rule("recreate")
			others := rowNames(slices.DeleteFunc(slices.Clone(t.rows), func(o *Row) bool { return !exchange(o, row) }))
			when := "when it changes in " + others
			if row.Policy.Takes.Recreate == contact.RecreateAlways {
				when = "from " + others
			}
			which := "one"
			if row.Policy.Gives.Deletes == contact.GoneIfOrigin {
				which = "one not born there"
			}
			f.warning(rule.Pos, "%s run both ways: %s that is deleted or anonymised only in %s comes back there %s; delete or anonymise it in %s too.",
				plurals[kind], which, row.Policy.Place, when, others)
		}
	}
}

// warnFlow finds kinds in which nothing passes, or nobody leads.
func (f *File) warnFlow(kind contact.Kind) {
	t := tabled{kind, f.rowsOf(kind)}
	var senders []string
	for _, row := range t.rows {
		sends, receives := t.sends(row), t.receives(row)
		if sends {
			senders = append(senders, row.Policy.Place)
		}
		serves := kind == contact.Company && f.row(contact.Person, row.Policy.Place) != nil
		if !sends && !receives && !serves {
			f.warning(row.Pos, "%s of %s go nowhere and come from nowhere: no other row gives or takes what this one does.", plurals[kind], row.Policy.Place)
		}
	}
	if len(senders) < 2 {
		return
	}
	rule := t.rows[0].Policy.Fields[len(t.rows[0].Policy.Fields)-1]
	if rule.Conflict == contact.ConflictLeading && len(rule.Leading) == 0 {
		f.warning(t.rows[0].Pos, "nobody leads among %s of %s, so every conflict is asked about; name the winner: leading: %s.", plurals[kind], joinNames(senders), senders[0])
	}
}

func (f *File) warnRow(row *Row) {
	p := row.Policy
	if p.Takes == nil {
		return
	}
	if slices.Contains(p.ReadOnly, "all") {
		f.warning(row.Pos, "%s of %s are readonly, so nothing is written there although the row says %s.", plurals[p.Kind], p.Place, directionOf(row))
		return
	}
	for _, entry := range p.Map {
		if entry.Values != nil && !skipped(&p, entry.Slot) && !fits(p.ReadOnly, entry.Slot) {
			f.warnValues(row, entry)
		}
	}
}

// warnValues finds value maps that lose something on the way out.
func (f *File) warnValues(row *Row, entry contact.MapEntry) {
	at := row.rule("map " + entry.Slot).Pos
	natives := map[string][]string{}
	for _, native := range contact.Fields(entry.Values).Names() {
		if native != "*" {
			natives[entry.Values[native]] = append(natives[entry.Values[native]], native)
		}
	}
	for _, value := range sortedKeys(natives) {
		if several := natives[value]; len(several) > 1 {
			f.warning(at, "%s of %s: %s all mean %s, and %s is what is written for it.", entry.Slot, row.Policy.Place, joinNames(several), shown(value), shown(several[0]))
		}
	}
	if other, ok := entry.Values["*"]; ok && len(natives[other]) == 0 {
		f.warning(at, "%s of %s: %s is only read; it stands for any other value, so there is none to write for it.", entry.Slot, row.Policy.Place, shown(other))
	}
}

func shown(text string) string {
	if text == "" {
		return `""`
	}
	return text
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (f *File) warnSystems() {
	for _, s := range f.Systems {
		rows := 0
		var sync Rule
		for _, kind := range contact.Kinds {
			if row := f.row(kind, s.Name); row != nil {
				rows++
				sync = row.rule("sync")
			}
		}
		if rows == 0 {
			f.warning(Pos{}, "%s has no row in company or person, so it takes no part.", s.Name)
		}
		if s.Sync.Every > 0 && s.Sync.Every < shortest {
			f.warning(sync.Pos, "%s is read every %s; a visit may take half a minute, and so often is work for both sides.", s.Name, formatDuration(s.Sync.Every))
		}
	}
}
