package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"kith/internal/config"
	"kith/internal/connector"
	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/plan"
	"kith/internal/sentence"
)

func (p *program) checkCommand() *cobra.Command {
	var explain bool
	cmd := &cobra.Command{
		Use: "check", Short: "Check the configuration, open every door and show the direction table", Args: exactly(0, "no argument"),
		Long: `Reads the configuration, opens every system, and shows who gives and who takes,
who creates, changes and deletes. Nothing is written anywhere. With --explain it
shows every rule of every row and the line it comes from.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := p.open(cmd.Context(), reading, nil)
			if err != nil {
				return err
			}
			defer h.close()
			return p.check(cmd.Context(), h, explain)
		},
	}
	cmd.Flags().BoolVar(&explain, "explain", false, "show every rule of every row with the line it comes from")
	return cmd
}

func (p *program) check(ctx context.Context, h *house, explain bool) error {
	f := h.file
	if !p.json {
		fmt.Fprintf(p.stdout, "%s  ok: %d lines, %d systems, %s\n", f.Name, f.Lines, len(f.Systems), kindsOf(f))
	}
	var codes []int
	for _, place := range h.book.Places() {
		if !slices.Contains(h.book.Running(), place) {
			if err := p.pausedPlace(place); err != nil {
				return err
			}
			continue
		}
		code, err := p.checkPlace(ctx, h, place)
		if err != nil {
			return err
		}
		codes = append(codes, code)
	}
	if err := p.directions(f); err != nil {
		return err
	}
	if end(codes) == nil {
		if err := p.survey(ctx, h); err != nil {
			return err
		}
	}
	if explain {
		if err := p.explain(f); err != nil {
			return err
		}
	}
	for _, w := range f.Warnings {
		if p.json {
			if err := p.line("warning", map[string]any{"line": w.Line, "column": w.Column, "sentence": w.Sentence}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(p.stdout, "warning  %s:%s\n", f.Name, w)
	}
	return end(codes)
}

func kindsOf(f *config.File) string {
	var words []string
	for _, kind := range contact.Kinds {
		if slices.ContainsFunc(f.Rows, func(r config.Row) bool { return r.Policy.Kind == kind }) {
			words = append(words, string(kind))
		}
	}
	return strings.Join(words, " and ")
}

type doorLine struct {
	Place    string         `json:"place"`
	Paused   bool           `json:"paused,omitempty"`
	Account  string         `json:"account,omitempty"`
	Rows     map[string]int `json:"rows,omitempty"`
	Note     string         `json:"note,omitempty"`
	Steps    []stepLine     `json:"steps,omitempty"`
	Writable bool           `json:"writable"`
	Error    *stopJSON      `json:"error,omitempty"`
}

// stepLine is what one step of a test has found.
type stepLine struct {
	Step  string `json:"step"`
	Found string `json:"found"`
}

// checkPlace opens one door and looks whether everything the rows map is
// there. The code is that of why it fails, 0 if it does not.
func (p *program) checkPlace(ctx context.Context, h *house, place string) (int, error) {
	line, err := p.openDoor(ctx, h, place)
	code := exitDone
	if err != nil {
		why := contact.Because(reasonCode(err), place, err.Error())
		var known doorError
		if errors.As(err, &known) {
			why = known.why
		}
		stop := stopOf(why)
		line.Error = &stop
		code = codeOfStop(why)
	}
	if p.json {
		return code, p.line("place", line)
	}
	if line.Error != nil {
		fmt.Fprintf(p.stdout, "%s  FAILED  %s\n", place, line.Error.Sentence)
		if line.Error.Help != "" {
			fmt.Fprintf(p.stdout, "    %s\n", line.Error.Help)
		}
		p.steps(line.Steps)
		return code, nil
	}
	parts := []string{line.Note}
	for _, name := range sortedKeys(line.Rows) {
		if line.Rows[name] >= 0 {
			parts = append(parts, name+" "+count(line.Rows[name], "row", "rows"))
		}
	}
	writing := "writing off"
	if line.Writable {
		writing = "writing on"
	}
	parts = append(parts, writing)
	fmt.Fprintf(p.stdout, "%s  ok  %s\n", place, strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", "))
	p.steps(line.Steps)
	return code, nil
}

// pausedPlace shows a place of which no door is opened.
func (p *program) pausedPlace(place string) error {
	if p.json {
		return p.line("place", doorLine{Place: place, Paused: true})
	}
	_, err := fmt.Fprintf(p.stdout, "%s  paused  it is not opened, read or written\n", place)
	return err
}

// steps shows what was found on the way.
func (p *program) steps(steps []stepLine) {
	width := 0
	for _, s := range steps {
		width = max(width, len(s.Step))
	}
	for _, s := range steps {
		fmt.Fprintf(p.stdout, "    %-*s  %s\n", width, s.Step, s.Found)
	}
}

func reasonCode(err error) string {
	switch contact.ClassOf(err) {
	case contact.Credentials:
		return contact.CodeCredentials
	case contact.Unreachable, contact.Throttled:
		return contact.CodeUnreachable
	case contact.Setup:
		return contact.CodeSetup
	case contact.Forbidden:
		return contact.CodeForbidden
	case contact.Malformed:
		return contact.CodeMalformed
	}
	return contact.CodeStopped
}

func (p *program) openDoor(ctx context.Context, h *house, place string) (doorLine, error) {
	line := doorLine{Place: place, Rows: map[string]int{}}
	if err := h.testPlace(ctx, place, &line); err != nil {
		return line, err
	}
	for _, kind := range contact.Kinds {
		row := h.book.Row(place, kind)
		if row == nil || row.Paused {
			continue
		}
		system := h.systems[row.System]
		line.Writable = line.Writable || row.Takes != nil && !system.Abilities().ReadOnly
		door, err := system.Open(ctx, strings.TrimPrefix(strings.TrimPrefix(place, row.System), "/"))
		if err != nil {
			return line, err
		}
		line.Account = door.Account()
		shape, err := door.Describe(ctx, kind)
		if err != nil {
			return line, err
		}
		line.Rows[collectionName(row.Collection, kind)], line.Note = shape.Rows, shape.Note
		if why := h.lacksField(row, place, shape); !why.IsZero() {
			return line, doorError{why}
		}
	}
	return line, nil
}

// testPlace goes through the steps by which a kind of system tests a place,
// where it knows any.
func (h *house) testPlace(ctx context.Context, place string, line *doorLine) error {
	name, suffix, _ := strings.Cut(place, "/")
	checker, ok := h.systems[name].(connector.Checker)
	if !ok {
		return nil
	}
	steps, err := checker.Check(ctx, suffix)
	for _, s := range steps {
		line.Steps = append(line.Steps, stepLine{s.Name, s.Found})
	}
	return err
}

func collectionName(c contact.Collection, kind contact.Kind) string {
	if c.Name != "" {
		return c.Name
	}
	return string(kind)
}

// lacksField names a mapped field that a collection does not have.
func (h *house) lacksField(row *plan.Row, place string, shape connector.Shape) contact.Reason {
	if len(shape.Fields) == 0 {
		return contact.Reason{}
	}
	for _, name := range row.Natives() {
		if !slices.ContainsFunc(shape.Fields, func(f connector.Field) bool { return f.Name == name }) {
			return h.located(engine.NoField(place, row, name, shape))
		}
	}
	return contact.Reason{}
}

// located adds to the reason that a field is unknown where the configuration
// names it.
func (h *house) located(why contact.Reason) contact.Reason {
	if why.Code != contact.CodeNoField {
		return why
	}
	for _, kind := range contact.Kinds {
		if where := h.file.Where(kind, why.Args[0], why.Args[3]); where != "" {
			why.Args = slices.Clone(why.Args)
			why.Args[1] = where
			return why
		}
	}
	return why
}

// locate does so for all reasons why places stopped.
func (h *house) locate(rep engine.Report) {
	for place, why := range rep.Stops {
		rep.Stops[place] = h.located(why)
	}
}

// doorError is why a place fails, where that is known as a reason.
type doorError struct{ why contact.Reason }

func (e doorError) Error() string { return sentence.Of(e.why) }

// directionLine is a row of the direction table as a JSON line.
type directionLine struct {
	Kind      contact.Kind `json:"kind"`
	Direction string       `json:"direction"`
	Created   string       `json:"created"`
	Changed   []string     `json:"changed"`
	Deleted   []string     `json:"deleted"`
	Notes     []string     `json:"notes,omitempty"`
}

// directions shows the direction table.
func (p *program) directions(f *config.File) error {
	var rows [][]string
	for _, t := range config.Table(f) {
		if p.json {
			if err := p.line("direction", directionLine(t)); err != nil {
				return err
			}
			continue
		}
		for i := range max(1, len(t.Changed), len(t.Deleted)) {
			row := []string{"", "", "", at(t.Changed, i), at(t.Deleted, i)}
			if i == 0 {
				row[0], row[1], row[2] = string(t.Kind), t.Direction, t.Created
			}
			rows = append(rows, row)
		}
		for _, note := range t.Notes {
			rows = append(rows, []string{"", "", note})
		}
	}
	if p.json {
		return nil
	}
	return table(p.stdout, []string{"ENTITY", "DIRECTION", "CREATED", "CHANGED", "DELETED"}, rows)
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// explain shows every rule of every row with the line it comes from.
func (p *program) explain(f *config.File) error {
	for _, row := range f.Rows {
		if !p.json {
			fmt.Fprintf(p.stdout, "\n%s.%s (%s:%d)\n", row.Policy.Kind, row.Policy.Place, f.Name, row.Pos.Line)
		}
		var rows [][]string
		for _, rule := range row.Rules {
			if p.json {
				if err := p.line("rule", map[string]any{
					"kind": row.Policy.Kind, "place": row.Policy.Place, "key": rule.Key, "value": rule.Value, "from": rule.From, "line": rule.Pos.Line,
				}); err != nil {
					return err
				}
				continue
			}
			from := rule.From
			if rule.Pos.Line > 0 {
				from = fmt.Sprintf("%s, line %d", rule.From, rule.Pos.Line)
			}
			rows = append(rows, []string{"  " + rule.Key, rule.Value, from})
		}
		if p.json {
			continue
		}
		if err := table(p.stdout, []string{"  RULE", "VALUE", "FROM"}, rows); err != nil {
			return err
		}
	}
	return nil
}
