package carddav

import (
	"context"
	"fmt"
	"strings"

	"kith/internal/connector"
	"kith/internal/vcard"
)

// mostFaults is how many cards that cannot be read are named.
const mostFaults = 5

// Check implements connector.Checker: it looks for the book anew and reads all
// its cards.
func (y *system) Check(ctx context.Context, place string) (steps []connector.Step, err error) {
	tell := func(name, found string) { steps = append(steps, connector.Step{Name: name, Found: found}) }
	if place != "" || y.closed.Load() {
		_, err := y.Open(ctx, place)
		return nil, err
	}
	b, err := y.finder.find(ctx, tell)
	if err != nil {
		return steps, err
	}
	c := newConn(y, b)
	all, err := c.everything(ctx)
	if err != nil {
		return steps, err
	}
	if all.listed {
		tell("changes", "found by comparing the ETags of all cards: the server does not tell what changed")
	} else {
		tell("changes", "told by the server")
	}
	seen := census{}
	if err := c.cards(ctx, all.names(false), seen.count); err != nil {
		return steps, err
	}
	tell("cards", seen.String())
	switch b.writes {
	case allowed:
		tell("writing", "allowed to this user")
	case denied:
		tell("writing", "not allowed to this user")
	case unsaid:
		tell("writing", "the server does not say whether this user may")
	}
	return steps, nil
}

// census counts what is in a book.
type census struct {
	persons, companies, groups, faults int
	faulty                             []string
}

func (s *census) count(it item) error {
	switch {
	case it.none:
	case it.card == nil:
		if s.faults++; s.faults <= mostFaults {
			s.faulty = append(s.faulty, fmt.Sprintf("%s (%v)", it.name, it.fault))
		}
	case it.card.Kind() == vcard.Group:
		s.groups++
	case it.card.Kind() == vcard.Company:
		s.companies++
	default:
		s.persons++
	}
	return nil
}

func (s *census) String() string {
	parts := []string{counted(s.persons, "person", "persons")}
	if s.companies > 0 {
		parts = append(parts, counted(s.companies, "company", "companies"))
	}
	if s.groups > 0 {
		parts = append(parts, counted(s.groups, "list of others", "lists of others"))
	}
	text := strings.Join(parts, ", ")
	if s.faults > 0 {
		text += fmt.Sprintf("; %d cannot be read and take no part: %s", s.faults, strings.Join(s.faulty, ", "))
	}
	if s.faults > mostFaults {
		text += " …"
	}
	return text
}

func counted(n int, one, many string) string {
	if n == 1 {
		many = one
	}
	return fmt.Sprintf("%d %s", n, many)
}
