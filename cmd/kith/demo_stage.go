package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sentence"
)

// stage is where the demo is told: as text of at most 80 columns, or as one
// JSON line for each act.
type stage struct {
	p      *program
	out    io.Writer
	colour bool
	act    actJSON
	broken int // claims that did not hold
}

// actJSON is an act as a JSON line.
type actJSON struct {
	Act      int       `json:"act"`
	Title    string    `json:"title"`
	Says     []string  `json:"says"`
	Facts    []string  `json:"facts,omitempty"`
	Runs     []runFact `json:"runs,omitempty"`
	Claims   int       `json:"claims"`
	Broken   []string  `json:"broken,omitempty"`
	Question []string  `json:"questions,omitempty"`
}

// runFact is what one run of an act did.
type runFact struct {
	Run    int64                     `json:"run"`
	Writes int                       `json:"writes"`
	Places map[string]contact.Counts `json:"places"`
}

const columns = 80

func newStage(p *program) *stage {
	plain, _ := p.env("NO_COLOR")
	s := &stage{p: p, out: p.stdout, colour: plain == "" && isTerminal(p.stdout)}
	if p.json {
		s.out = io.Discard
	}
	return s
}

func (s *stage) begin(n int, title string) {
	s.act = actJSON{Act: n, Title: title}
	heading := fmt.Sprintf("%d. %s", n, title)
	if s.colour {
		heading = "\x1b[1;36m" + heading + "\x1b[0m"
	}
	fmt.Fprintf(s.out, "\n%s\n\n", heading)
}

func (s *stage) finish() error {
	if s.p.json {
		return s.p.line("act", s.act)
	}
	return nil
}

// close says the last word.
func (s *stage) close(text string) { fmt.Fprintf(s.out, "\n%s\n", wrap(text, "", "")) }

// say explains, in a paragraph.
func (s *stage) say(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.act.Says = append(s.act.Says, text)
	fmt.Fprintf(s.out, "%s\n", wrap(text, "  ", "  "))
}

// fact tells something that has happened, as it was reported.
func (s *stage) fact(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.act.Facts = append(s.act.Facts, text)
	fmt.Fprintf(s.out, "%s\n", wrap(text, "    · ", "      "))
}

// verbatim shows lines as they are.
func (s *stage) verbatim(text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintf(s.out, "    %s\n", strings.TrimRight(line, "\n"))
	}
}

// check holds a claim against what is the case.
func (s *stage) check(holds bool, format string, args ...any) {
	s.act.Claims++
	if holds {
		return
	}
	text := fmt.Sprintf(format, args...)
	s.broken++
	s.act.Broken = append(s.act.Broken, text)
	mark := "NOT AS SAID: "
	if s.colour {
		mark = "\x1b[1;31m" + mark + "\x1b[0m"
	}
	fmt.Fprintf(s.out, "%s\n", wrap(mark+text, "  ", "    "))
}

// ran tells what a run did at each place.
func (s *stage) ran(rep engine.Report) {
	s.act.Runs = append(s.act.Runs, runFact{rep.Run, rep.Writes, rep.Counts})
	for _, place := range demoPlaces {
		if text := countsText(rep.Counts[place]); text != "" {
			s.fact("%s: %s", place, text)
		}
	}
	for _, place := range sortedKeys(rep.Stops) {
		s.fact("%s stopped: %s. %s", place, sentence.Of(rep.Stops[place]), sentence.Help(rep.Stops[place]))
	}
	if rep.Writes == 0 && len(rep.Stops) == 0 {
		s.fact("no write at any place")
	}
}

func countsText(c contact.Counts) string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{
		{c.Linked, "linked"}, {c.Created, "created"}, {c.Updated, "updated"}, {c.Removed, "removed"},
		{c.Failed, "failed"}, {c.Waiting, "waiting"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

// question shows what a person is asked, and how to answer.
func (s *stage) question(r contact.Review) {
	text := fmt.Sprintf("%d. %s at %s: %s", r.ID, r.Ask, r.Place, sentence.Of(r.Why))
	if r.Slot != "" {
		text += fmt.Sprintf(" (ours %q, theirs %q)", r.Ours, r.Theirs)
	}
	s.act.Question = append(s.act.Question, text)
	words := make([]string, 0, 2)
	for _, a := range contact.Answers[r.Ask] {
		words = append(words, string(a))
	}
	fmt.Fprintf(s.out, "%s\n", wrap(text, "    ? ", "      "))
	fmt.Fprintf(s.out, "      kith review decide %d %s\n", r.ID, strings.Join(words, "|"))
}

// entry tells one line of history in words.
func (s *stage) entry(e contact.Entry) {
	why := sentence.Of(e.Why)
	switch e.Op {
	case contact.Took:
		s.fact("%s of %s taken over: %q instead of %q; %s", e.Field, e.Place, e.After, e.Before, why)
	case contact.Lost:
		s.fact("%s of %s lost: %q is kept in history, %q stands; %s", e.Field, e.Place, e.Before, e.After, why)
	case contact.Wrote, contact.Made, contact.Withdrew:
		s.fact("%s in %s (%s)", map[contact.Event]string{
			contact.Wrote: "written", contact.Made: "created", contact.Withdrew: "removed",
		}[e.Op], e.Place, why)
	case contact.WentAway, contact.Ended, contact.Decided:
		s.fact("%s: %s", e.Op, why)
	}
}

// wrap breaks text at blanks so that no line is longer than the page.
func wrap(text, first, rest string) string {
	var b strings.Builder
	line, width := first, 0
	for word := range strings.FieldsSeq(text) {
		if width > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > columns {
			b.WriteString(line + "\n")
			line, width = rest, 0
		}
		if width > 0 {
			line += " "
		}
		line += word
		width += len(word)
	}
	b.WriteString(line)
	return b.String()
}
