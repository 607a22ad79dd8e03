package config

import (
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
)

// TableRow is one row of the direction table in words: for a kind, who passes
// values to whom, where records are made and changed, and what a deletion
// does, one line for each place where it means something.
type TableRow struct {
	Kind      contact.Kind
	Direction string
	Created   string
	Changed   []string
	Deleted   []string
	Notes     []string
}

// Table says in words what the file makes happen.
func Table(f *File) []TableRow {
	var table []TableRow
	for _, kind := range contact.Kinds {
		if rows := f.rowsOf(kind); len(rows) > 0 {
			t := tabled{kind: kind, rows: rows}
			table = append(table, TableRow{
				Kind: kind, Direction: t.direction(), Created: t.created(), Changed: t.changed(), Deleted: t.deleted(), Notes: t.notes(),
			})
		}
	}
	return table
}

// tabled is the rows of one kind.
type tabled struct {
	kind contact.Kind
	rows []*Row
}

func gives(r *Row) bool { return r.Policy.Gives != nil }

// takes reports whether anything is written at a place.
func takes(r *Row) bool {
	return r.Policy.Takes != nil && !slices.Contains(r.Policy.ReadOnly, "all")
}

// exchange reports whether values pass from one place to another: both sides'
// `with` must admit it.
func exchange(from, to *Row) bool {
	return from != to && gives(from) && takes(to) && admits(from, to) && admits(to, from)
}

func admits(row, other *Row) bool {
	return len(row.Policy.With) == 0 || slices.Contains(row.Policy.With, other.Policy.Place) || slices.Contains(row.Policy.With, other.Policy.System)
}

// receivers are the places a place passes values to.
func (t tabled) receivers(from *Row) []*Row {
	var to []*Row
	for _, row := range t.rows {
		if exchange(from, row) {
			to = append(to, row)
		}
	}
	return to
}

// sends reports whether what happens at a place means anything elsewhere.
func (t tabled) sends(row *Row) bool { return len(t.receivers(row)) > 0 }

// receives reports whether a place gets anything from elsewhere.
func (t tabled) receives(row *Row) bool {
	return slices.ContainsFunc(t.rows, func(from *Row) bool { return exchange(from, row) })
}

func (t tabled) direction() string {
	var from, both, to []string
	for _, row := range t.rows {
		switch sends, receives := t.sends(row), t.receives(row); {
		case sends && receives:
			both = append(both, row.Policy.Place)
		case sends:
			from = append(from, row.Policy.Place)
		case receives:
			to = append(to, row.Policy.Place)
		}
	}
	var parts []string
	for _, part := range []string{strings.Join(from, ", "), strings.Join(both, " <-> "), strings.Join(to, ", ")} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return "nothing passes"
	}
	return strings.Join(parts, " -> ")
}

// in names places: "in both" and "in all" where it is every one of several.
func (t tabled) in(places []string) string {
	switch {
	case len(places) == 0:
		return "nowhere"
	case len(places) == len(t.rows) && len(places) == 2:
		return "in both"
	case len(places) == len(t.rows) && len(places) > 2:
		return "in all"
	}
	return "in " + joinNames(places)
}

func (t tabled) created() string {
	var free, byHand, never, handed []string
	for _, row := range t.rows {
		place := row.Policy.Place
		if t.sends(row) {
			switch row.Policy.Gives.Create {
			case contact.CreateAll:
				free = append(free, place)
			case contact.CreateByHand:
				byHand = append(byHand, place)
			}
		}
		if t.receives(row) {
			switch row.Policy.Takes.Create {
			case contact.CreateNever:
				never = append(never, place)
			case contact.CreateByHand:
				handed = append(handed, place)
			}
		}
	}
	var parts []string
	if len(free) > 0 || len(byHand) == 0 {
		parts = append(parts, t.in(free))
	}
	if len(byHand) > 0 {
		parts = append(parts, "by hand "+t.in(byHand))
	}
	if len(handed) > 0 {
		parts = append(parts, "made by hand in "+joinNames(handed))
	}
	if len(never) > 0 {
		parts = append(parts, "never made in "+joinNames(never))
	}
	return strings.Join(parts, "; ")
}

func (t tabled) changed() []string {
	var places []string
	var givers []*Row
	for _, row := range t.rows {
		if t.sends(row) && !slices.Contains(row.Policy.Locked, "all") {
			places = append(places, row.Policy.Place)
			givers = append(givers, row)
		}
	}
	text := t.in(places)
	if len(givers) > 1 {
		text += ", " + wins(givers)
	}
	for _, row := range givers {
		if len(row.Policy.Locked) == 0 {
			continue
		}
		if len(givers) == 2 {
			other := givers[0]
			if other == row {
				other = givers[1]
			}
			text += fmt.Sprintf("; %s only in %s", joinNames(row.Policy.Locked), other.Policy.Place)
			continue
		}
		text += fmt.Sprintf("; %s not in %s", joinNames(row.Policy.Locked), row.Policy.Place)
	}
	lines := []string{text}
	for _, rule := range t.rows[0].Policy.Fields {
		if rule.Slots != "all" && len(givers) > 1 {
			lines = append(lines, fmt.Sprintf("%s: %s", rule.Slots, winner(rule)))
		}
	}
	return lines
}

// wins says who wins a conflict; rows may differ, and then each is named.
func wins(givers []*Row) string {
	texts := map[string][]string{}
	var order []string
	for _, row := range givers {
		text := winner(row.Policy.Fields[len(row.Policy.Fields)-1])
		if texts[text] == nil {
			order = append(order, text)
		}
		texts[text] = append(texts[text], row.Policy.Place)
	}
	if len(order) == 1 {
		return order[0]
	}
	for i, text := range order {
		order[i] = fmt.Sprintf("%s for %s", text, joinNames(texts[text]))
	}
	return strings.Join(order, ", ")
}

func winner(rule contact.FieldRule) string {
	text := ""
	switch {
	case rule.Conflict == contact.ConflictAsk || len(rule.Leading) == 0 && rule.Conflict == contact.ConflictLeading:
		text = "a conflict is asked about"
	case rule.Conflict == contact.ConflictNewest:
		text = "the newest wins"
	case len(rule.Leading) == 1:
		text = rule.Leading[0] + " wins"
	default:
		text = strings.Join(rule.Leading, " before ") + " wins"
	}
	if rule.Blanks == contact.BlanksKeep {
		text += ", a blank clears nothing"
	}
	return text
}

// deleted has a line for each place where a deletion means something: where
// records come from, and where one comes back.
func (t tabled) deleted() []string {
	var lines []string
	for _, row := range t.rows {
		receivers := t.receivers(row)
		back := comesBack(row, t.receives(row))
		place := row.Policy.Place
		switch {
		case len(receivers) == 0 && back == "":
			continue
		case len(receivers) == 0:
			lines = append(lines, "in "+place+": "+back)
			continue
		}
		text := ""
		switch row.Policy.Gives.Deletes {
		case contact.GoneSpread:
			text = arrivals(receivers)
		case contact.GoneIfOrigin:
			text = "born there, " + arrivals(receivers)
			if back == "" {
				back = "stay in " + rowNames(receivers)
			}
			text += "; others " + strings.Replace(back, "comes", "come", 1)
		default:
			text = "nothing happens in " + rowNames(receivers)
			if back != "" {
				text += "; " + strings.Replace(back, "comes", "it comes", 1)
			}
		}
		lines = append(lines, "in "+place+": "+text)
	}
	return lines
}

// comesBack says what a deletion that does not count leads to at a place that
// takes; "" where the record stays away.
func comesBack(row *Row, receives bool) string {
	if !receives {
		return ""
	}
	switch row.Policy.Takes.Recreate {
	case contact.RecreateAlways:
		return "comes back"
	case contact.RecreateOnChange:
		return "comes back with the next change"
	}
	return ""
}

func rowNames(rows []*Row) string {
	names := make([]string, len(rows))
	for i, row := range rows {
		names[i] = row.Policy.Place
	}
	return joinNames(names)
}

// arrivals says how a deletion arrives, places that do the same together.
func arrivals(rows []*Row) string {
	places := map[string][]string{}
	var order []string
	for _, row := range rows {
		text := arrival(row.Policy.Takes.Removal)
		if places[text] == nil {
			order = append(order, text)
		}
		places[text] = append(places[text], row.Policy.Place)
	}
	for i, text := range order {
		order[i] = text + " in " + joinNames(places[text])
	}
	return strings.Join(order, ", ")
}

func arrival(rule contact.RemovalRule) string {
	switch rule.How {
	case contact.RemovalDelete:
		return "deleted"
	case contact.RemovalLeave:
		return "left as it is"
	case contact.RemovalMark:
		if rule.Value == "true" {
			return "marked " + rule.Slot
		}
		return "marked " + rule.Slot + "=" + rule.Value
	}
	return "asked about"
}

// notes names what narrows the table.
func (t tabled) notes() []string {
	var notes []string
	for _, row := range t.rows {
		p := row.Policy
		if len(p.With) > 0 {
			notes = append(notes, fmt.Sprintf("%s exchanges only with %s", p.Place, joinNames(p.With)))
		}
		if p.Takes != nil && slices.Contains(p.ReadOnly, "all") {
			notes = append(notes, fmt.Sprintf("%s is readonly: nothing is written there", p.Place))
		}
		if p.Paused {
			notes = append(notes, fmt.Sprintf("%s is paused", p.Place))
		}
	}
	return notes
}
