package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sentence"
)

// line writes one JSON line to standard output: the value's fields behind its
// type.
func (p *program) line(typ string, value any) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // "office -> shop" is no page
	if err := encoder.Encode(value); err != nil {
		return err
	}
	body := strings.TrimPrefix(text.String(), "{")
	if !strings.HasPrefix(body, "}") {
		body = "," + body
	}
	_, err := fmt.Fprintf(p.stdout, `{"type":%q%s`, typ, body)
	return err
}

// table writes rows in columns.
func table(w io.Writer, head []string, rows [][]string) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, strings.Join(head, "\t"))
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				fmt.Fprint(t, "\t")
			}
			fmt.Fprint(t, onOneLine(cell))
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}

// reportJSON is a run's end as a JSON line.
type reportJSON struct {
	Run     int64                     `json:"run"`
	Places  map[string]contact.Counts `json:"places"`
	Stops   map[string]stopJSON       `json:"stops,omitempty"`
	Later   map[string]time.Time      `json:"later,omitempty"`
	Parked  int                       `json:"parked,omitempty"`
	Awaits  int                       `json:"awaits,omitempty"`
	Paused  []string                  `json:"paused,omitempty"`
	Reviews int                       `json:"reviews"`
	Writes  int                       `json:"writes"`
	Stopped bool                      `json:"interrupted,omitempty"`
}

type stopJSON struct {
	contact.Reason
	Sentence string `json:"sentence"`
	Help     string `json:"help,omitempty"`
}

func stopOf(why contact.Reason) stopJSON {
	return stopJSON{why, sentence.Of(why), sentence.Help(why)}
}

// report writes what a run did: data to standard output, the sentences a
// person has to read to standard error.
func (p *program) report(rep engine.Report) error {
	if err := cmp.Or(p.behind(rep.Parked), p.behind(rep.Awaits)); err != nil {
		return err
	}
	if p.json {
		out := reportJSON{Parked: rep.Parked.Count, Awaits: rep.Awaits.Count, Paused: rep.Paused, Run: rep.Run, Places: rep.Counts, Later: rep.Later, Reviews: rep.Reviews, Writes: rep.Writes, Stopped: rep.Stopped}
		for place, why := range rep.Stops {
			if out.Stops == nil {
				out.Stops = map[string]stopJSON{}
			}
			out.Stops[place] = stopOf(why)
		}
		return p.line("run", out)
	}
	var rows [][]string
	for _, place := range slices.Sorted(maps.Keys(rep.Counts)) {
		c := rep.Counts[place]
		rows = append(rows, []string{place, num(c.Read), num(c.Changed), num(c.Linked), num(c.Created), num(c.Updated), num(c.Removed), num(c.Failed)})
	}
	if err := table(p.stdout, []string{"PLACE", "READ", "NEW OR CHANGED", "LINKED", "CREATED", "UPDATED", "REMOVED", "FAILED"}, rows); err != nil {
		return err
	}
	p.interrupted(rep)
	for _, why := range stopsOf(rep) {
		p.stop(why)
	}
	p.paused(rep.Paused)
	for _, place := range slices.Sorted(maps.Keys(rep.Later)) {
		p.say("%s: something waits until %s; what it is: kith contact list --problems", place, rep.Later[place].Local().Format("2006-01-02 15:04:05"))
	}
	for _, place := range slices.Sorted(maps.Keys(rep.Counts)) {
		if n := rep.Counts[place].Waiting; n > 0 {
			p.say("%s: %s missing; a second reading, a minute later or more, has to agree before that counts as a deletion", place, count(n, "record was", "records were"))
		}
	}
	if rep.Reviews > 0 {
		p.say("%s for a person: kith review list", count(rep.Reviews, "question waits", "questions wait"))
	}
	return nil
}

// interrupted says that a run was ended from outside before it was done.
func (p *program) interrupted(rep engine.Report) {
	if rep.Stopped && !p.json {
		p.say("interrupted: what was done stands, and the next run goes on from there")
	}
}

// paused names what stands still, in one line.
func (p *program) paused(names []string) {
	if len(names) == 0 || p.json {
		return
	}
	why := contact.Because(contact.CodePaused, strings.Join(names, ", "))
	p.say("%s. %s", sentence.Of(why), sentence.Help(why))
}

// behind names records that are left behind, with what helps.
func (p *program) behind(l engine.Left) error {
	for _, link := range l.Named {
		line := problemOf(link)
		if p.json {
			if err := p.line("problem", line); err != nil {
				return err
			}
			continue
		}
		record := cmp.Or(link.Remote, "not there yet, contact "+link.Party)
		p.say("%s %s %s: %s. %s", link.Place, link.Kind, record, line.Sentence, line.Help)
	}
	if more := l.Count - len(l.Named); more > 0 && !p.json {
		p.say("… and %d more: kith contact list --problems", more)
	}
	return nil
}

// stopsOf lists why places stopped, by place; what is the same for several of
// them once.
func stopsOf(rep engine.Report) []contact.Reason {
	var list []contact.Reason
	for _, place := range slices.Sorted(maps.Keys(rep.Stops)) {
		why := rep.Stops[place]
		if !slices.ContainsFunc(list, func(other contact.Reason) bool { return sentence.Of(other) == sentence.Of(why) }) {
			list = append(list, why)
		}
	}
	return list
}

// stop says why a place could not go on and what helps.
func (p *program) stop(why contact.Reason) {
	fmt.Fprintln(p.stderr, "stopped: "+sentence.Of(why))
	if help := sentence.Help(why); help != "" {
		fmt.Fprintln(p.stderr, "         "+help)
	}
}

// count puts a number before what it counts.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func num(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprint(n)
}
