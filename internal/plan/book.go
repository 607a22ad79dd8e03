package plan

import (
	"fmt"
	"slices"
	"time"

	"kith/internal/contact"
)

// Book is the compiled rulebook: every row of the direction table.
type Book struct {
	rows     map[rowKey]*Row
	places   []string // leading ones first
	running  []string // those of them with a row that is not paused
	ofKind   map[contact.Kind][]*Row
	chosenBy map[contact.Kind][]*Row // the rows that are chosen by records of a kind
	refKeys  []string
	methods  map[contact.Kind][]string // see Methods
}

type rowKey struct {
	place string
	kind  contact.Kind
}

// NewBook compiles policies. The error names the place and the key.
func NewBook(policies []contact.Policy) (*Book, error) {
	b := &Book{
		rows: make(map[rowKey]*Row, len(policies)), ofKind: map[contact.Kind][]*Row{},
		chosenBy: map[contact.Kind][]*Row{}, methods: map[contact.Kind][]string{},
	}
	for _, policy := range policies {
		row, err := compile(policy)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", policy.Kind, policy.Place, err)
		}
		key := rowKey{policy.Place, policy.Kind}
		if b.rows[key] != nil {
			return nil, fmt.Errorf("%s.%s: there are two rows for one place", policy.Kind, policy.Place)
		}
		b.rows[key] = row
		if !slices.Contains(b.places, policy.Place) {
			b.places = append(b.places, policy.Place)
		}
	}
	for _, row := range b.rows {
		row.refsByID = b.rows[rowKey{row.Place, contact.Company}] != nil
	}
	slices.SortStableFunc(b.places, func(x, y string) int { return b.bestRank(x) - b.bestRank(y) })
	b.running = slices.DeleteFunc(slices.Clone(b.places), func(place string) bool {
		return !slices.ContainsFunc(contact.Kinds, func(kind contact.Kind) bool { return b.Runs(place, kind) })
	})
	for _, kind := range contact.Kinds {
		for _, place := range b.places {
			if row := b.Row(place, kind); row != nil {
				b.ofKind[kind] = append(b.ofKind[kind], row)
				b.chosenBy[row.ChosenBy()] = append(b.chosenBy[row.ChosenBy()], row)
			}
		}
	}
	if len(b.ofKind[contact.Company]) == 0 {
		for _, row := range b.rows {
			row.companiesAsText()
		}
	}
	b.refKeys = b.listRefKeys()
	for _, kind := range contact.Kinds {
		b.methods[kind] = b.listMethods(kind)
	}
	return b, nil
}

// Row returns the row of a place for a kind, nil where there is none.
func (b *Book) Row(place string, kind contact.Kind) *Row { return b.rows[rowKey{place, kind}] }

// ChosenBy returns the rows whose records are chosen by those of a kind:
// companies of the persons chosen, persons of the companies chosen.
func (b *Book) ChosenBy(kind contact.Kind) []*Row { return b.chosenBy[kind] }

// Places returns all places that have a row, leading ones first. The slice is
// the book's own.
func (b *Book) Places() []string { return b.places }

// Running returns the places where something is read or written, in the order
// of Places: not every row of theirs is paused. The slice is the book's own.
func (b *Book) Running() []string { return b.running }

// Runs reports whether a place has a row for a kind and it is not paused.
func (b *Book) Runs(place string, kind contact.Kind) bool {
	row := b.Row(place, kind)
	return row != nil && !row.Paused
}

// Paused names what stands still, in the order of Places: a place, or one kind
// of it as "company crm".
func (b *Book) Paused() []string {
	var names []string
	for _, place := range b.places {
		if !slices.Contains(b.running, place) {
			names = append(names, place)
			continue
		}
		for _, kind := range contact.Kinds {
			if row := b.Row(place, kind); row != nil && row.Paused {
				names = append(names, string(kind)+" "+place)
			}
		}
	}
	return names
}

// Rows returns the rows of a kind in the order of Places. The slice is the
// book's own.
func (b *Book) Rows(kind contact.Kind) []*Row { return b.ofKind[kind] }

// unranked is the rank of a place that no `leading` names.
const unranked = 1 << 20

func (b *Book) bestRank(place string) int {
	best := unranked
	for _, kind := range contact.Kinds {
		if row := b.Row(place, kind); row != nil {
			best = min(best, rank(row.rule("").Leading, row.Place, row.System))
		}
	}
	return best
}

// rankAt says how far ahead a place leads in the eyes of row, for one slot: 0
// leads, unranked follows. A person's decision (place "") leads everybody; a
// place that has left the configuration follows.
func (b *Book) rankAt(row *Row, slot, place string) int {
	if place == "" {
		return -1
	}
	system := place
	if other := b.Row(place, row.Kind); other != nil {
		system = other.System
	}
	return rank(row.rule(slot).Leading, place, system)
}

// Leads reports whether a place comes before another for a kind as a whole.
func (b *Book) Leads(kind contact.Kind, place, other string) bool {
	row := b.Row(place, kind)
	return row != nil && place != other && b.rankAt(row, "", place) < b.rankAt(row, "", other)
}

func rank(leading []string, place, system string) int {
	for i, name := range leading {
		if name == place || name == system {
			return i
		}
	}
	return unranked
}

// exchanges reports whether two places may pass values to one another: both
// sides' `with` has to admit it.
func (b *Book) exchanges(row *Row, from string) bool {
	if from == "" || from == row.Place {
		return true
	}
	other := b.Row(from, row.Kind)
	if other == nil {
		return len(row.With) == 0
	}
	return admits(row.With, other) && admits(other.With, row)
}

func admits(with []string, row *Row) bool {
	return len(with) == 0 || slices.Contains(with, row.Place) || slices.Contains(with, row.System)
}

// skewOf is by how much the clocks behind two values may disagree.
func (b *Book) skewOf(row *Row, from string) time.Duration {
	skew := row.Skew
	if other := b.Row(from, row.Kind); other != nil {
		skew = max(skew, other.Skew)
	}
	return skew
}
