package engine

import (
	"fmt"
	"slices"
	"strings"

	"kith/internal/contact"
)

// rows is what a system shows of a kind, one sorted line for each record. A
// company is shown by its name, because its id differs from place to place.
func (w *world) rows(system string, kind contact.Kind) []string {
	companies := map[string]string{}
	if w.policy(system, contact.Company) != nil {
		for _, r := range w.hand(system).All(contact.Company) {
			companies[r.ID] = r.Fields["name"]
		}
	}
	var lines []string
	for _, r := range w.hand(system).All(kind) {
		var b strings.Builder
		for _, field := range r.Fields.Names() {
			text := r.Fields[field]
			if field == "company" && text != "" {
				text = "the company " + companies[text]
			}
			if text != "" {
				fmt.Fprintf(&b, "%s=%s ", field, text)
			}
		}
		lines = append(lines, strings.TrimSpace(b.String()))
	}
	slices.Sort(lines)
	return lines
}

func (w *world) policy(place string, kind contact.Kind) *contact.Policy {
	for i := range w.policies {
		if p := &w.policies[i]; p.Place == place && p.Kind == kind {
			return p
		}
	}
	return nil
}

// linksOf returns the links of a place's records that are there.
func (w *world) linksOf(place string, kind contact.Kind) []contact.Link {
	w.t.Helper()
	var ids []int64
	err := w.store.EachGlance(w.ctx, place, kind, func(g contact.Glance) error {
		ids = append(ids, g.ID)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	links, err := w.store.LinksByID(w.ctx, ids)
	if err != nil {
		w.t.Fatal(err)
	}
	return links
}

// oneToOne checks that every record belongs to one party and every party has
// at most one record in each place.
func (w *world) oneToOne() (faults []string) {
	w.t.Helper()
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	for _, p := range w.policies {
		there := map[string]bool{}
		for _, r := range w.hand(p.System).All(p.Kind) {
			there[r.ID] = true
		}
		linked, held := map[string]string{}, map[string]string{}
		for _, link := range w.linksOf(p.Place, p.Kind) {
			switch {
			case link.Intent != nil:
				fault("%s %s %s still has an open intent", p.Place, p.Kind, link.Remote)
			case link.Party == "":
				fault("%s %s %s belongs to nobody: %v", p.Place, p.Kind, link.Remote, link.Problem)
			case linked[link.Party] != "":
				fault("%s: party %s has the records %s and %s", p.Place, link.Party, linked[link.Party], link.Remote)
			case held[link.Remote] != "":
				fault("%s: record %s belongs to %s and %s", p.Place, link.Remote, held[link.Remote], link.Party)
			case !there[link.Remote]:
				fault("%s: %s %s is linked but not there", p.Place, p.Kind, link.Remote)
			}
			linked[link.Party], held[link.Remote] = link.Remote, link.Party
		}
		for id := range there {
			if held[id] == "" {
				fault("%s: %s %s has no link", p.Place, p.Kind, id)
			}
		}
	}
	slices.Sort(faults)
	return faults
}

// want checks that all given systems show exactly these records.
func (w *world) want(kind contact.Kind, lines []string, systems ...string) (faults []string) {
	for _, system := range systems {
		if got := w.rows(system, kind); !slices.Equal(got, lines) {
			faults = append(faults, fmt.Sprintf("%s shows\n\t%s\nwant\n\t%s", system, strings.Join(got, "\n\t"), strings.Join(lines, "\n\t")))
		}
	}
	return faults
}

// writes counts what has been written to all servers.
func (w *world) writes() int {
	n := 0
	for _, server := range w.servers {
		n += server.Writes()
	}
	for _, cards := range w.books {
		n += cards.Writes()
	}
	return n
}

// rest syncs until nothing is written any more.
func (w *world) rest() {
	w.t.Helper()
	for range 8 {
		before := w.writes()
		w.sync()
		if w.writes() == before {
			return
		}
	}
	w.t.Error("the places do not come to rest")
}

// stillQuiet checks that two more runs write nothing.
func (w *world) stillQuiet() (faults []string) {
	w.t.Helper()
	for run := range 2 {
		before := w.writes()
		rep := w.sync()
		if n := w.writes() - before; n != 0 || rep.Writes != 0 {
			actions := w.acted.actions
			faults = append(faults, fmt.Sprintf("run %d at rest wrote %d (reports %d): %+v", run+1, n, rep.Writes, actions[max(0, len(actions)-n):]))
		}
	}
	return faults
}
