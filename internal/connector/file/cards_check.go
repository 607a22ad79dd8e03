package file

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Check implements connector.Checker: it reads every card. To open a place takes
// no such look, because a place whose files are as they were has nothing to read.
func (y *cards) Check(ctx context.Context, place string) ([]connector.Step, error) {
	if _, err := y.Open(ctx, place); err != nil {
		return nil, err
	}
	var steps []connector.Step
	var checked []shelf
	for _, kind := range y.kinds {
		s := y.shelves[kind]
		if slices.Contains(checked, s) { // persons and companies may share it
			continue
		}
		checked = append(checked, s)
		found, err := census(ctx, s)
		if err != nil {
			return steps, err
		}
		steps = append(steps, connector.Step{Name: "cards", Found: found})
	}
	return steps, nil
}

// census counts what stands on a shelf and names the files that are no cards.
func census(ctx context.Context, s shelf) (string, error) {
	of := map[contact.Kind]int{}
	var broken []string
	err := s.each(ctx, func(listed) bool { return false }, func(l listed, _ *shelved) error {
		if l.broken {
			broken = append(broken, l.id)
		} else {
			of[l.kind]++
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	found := plural(of[contact.Person], "person")
	if n := of[contact.Company]; n > 0 {
		found += fmt.Sprintf(", %d %s", n, map[bool]string{true: "company", false: "companies"}[n == 1])
	}
	if n := of[""]; n > 0 {
		found += ", " + plural(n, "group")
	}
	const shown = 5
	if len(broken) > 0 {
		found += fmt.Sprintf(", %s that cannot be read: %s", plural(len(broken), "file"), strings.Join(broken[:min(shown, len(broken))], " "))
		if len(broken) > shown {
			found += " …"
		}
	}
	return found, nil
}
