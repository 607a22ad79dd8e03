package main

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"kith/internal/contact"
	"kith/internal/engine"
	"kith/internal/sentence"
	"kith/internal/sim"
)

// sync runs once, a minute later than before.
func (d *demo) sync(ctx context.Context) (engine.Report, error) {
	d.clock.skip(demoPause)
	rep, err := d.house.engine.Sync(ctx, engine.SyncOptions{Cause: "demo"})
	if err != nil {
		return rep, err
	}
	if err := ctx.Err(); err != nil {
		return rep, err
	}
	d.writes = append(d.writes, rep.Writes)
	d.stage.ran(rep)
	return rep, nil
}

// quiet runs once more and claims that nothing is written.
func (d *demo) quiet(ctx context.Context) error {
	rep, err := d.sync(ctx)
	if err == nil {
		d.stage.check(rep.Writes == 0, "the run wrote %d times", rep.Writes)
	}
	return err
}

var mapBlock = regexp.MustCompile(`map: \{.*\}`)

func (d *demo) showSystems(context.Context) error {
	d.stage.say("A Swedish group's CRM, its ERP and the address book of its sales team know the same people in part, each in fields and spellings of its own. Nothing connects them yet.")
	d.showCounts()
	i := slices.IndexFunc(d.world.Persons, func(p sim.Person) bool { return p.In.Has(sim.InCRM | sim.InERP | sim.InBook) })
	if i < 0 {
		return errNobody
	}
	d.stage.say("This is how one person looks in each of them:")
	for _, place := range demoPlaces {
		r, _ := d.user(place).Get(contact.Person, sim.ID(simulated[place], false, i+1))
		d.stage.fact("%s: %s", place, recordText(r))
	}
	d.stage.say("And this is the whole configuration; only the lists of fields are left out:")
	d.stage.verbatim(mapBlock.ReplaceAllString(demoConfig, "map: {…}"))
	return nil
}

// showCounts shows how many records each system holds.
func (d *demo) showCounts() {
	for _, place := range demoPlaces {
		d.stage.fact("%-4s %3d companies, %3d persons", place, d.user(place).Count(contact.Company), d.user(place).Count(contact.Person))
	}
}

// recordText writes a record's values in a line.
func recordText(r contact.Record) string {
	var parts []string
	for _, name := range r.Fields.Names() {
		if r.Fields[name] != "" {
			parts = append(parts, name+" "+r.Fields[name])
		}
	}
	for _, family := range sortedKeys(r.Lists) {
		for _, item := range r.Lists[family] {
			parts = append(parts, family+" ("+item.Label+") "+item.Value)
		}
	}
	return strings.Join(parts, " · ")
}

func (d *demo) previewFirst(ctx context.Context) error {
	d.stage.say("A dry run reads everything, decides as a run would, and writes nothing. `kith sync --dry-run` prints each change with its reason; here are the sums and three of them.")
	rep, actions, err := engine.Preview(ctx, d.house.options, engine.SyncOptions{Cause: "demo"})
	if err != nil {
		return err
	}
	sums := map[string]int{}
	for _, a := range actions {
		sums[a.Place+": "+string(a.Op)+" "+string(a.Kind)]++
	}
	for _, key := range sortedKeys(sums) {
		d.stage.fact("%s × %d", key, sums[key])
	}
	for _, op := range []contact.Op{contact.Update, contact.Create} {
		for _, a := range firstOfPlaces(actions, op) {
			d.stage.fact("%s", actionText(a))
		}
	}
	written := 0
	for _, place := range demoPlaces {
		written += d.servers[place].Writes()
	}
	d.stage.check(written == 0, "the dry run wrote %d times", written)
	d.stage.check(len(rep.Stops) == 0, "the dry run was stopped")
	d.planned = creates(actions)
	d.stage.check(d.planned > 0, "the dry run found nothing to create")
	return nil
}

// firstOfPlaces picks an example for a person of the CRM, and for an update of
// the ERP too.
func firstOfPlaces(actions []contact.Action, op contact.Op) []contact.Action {
	var picked []contact.Action
	for _, place := range demoPlaces {
		i := slices.IndexFunc(actions, func(a contact.Action) bool {
			return a.Op == op && a.Place == place && a.Kind == contact.Person
		})
		if i >= 0 && len(picked) < map[contact.Op]int{contact.Update: 2, contact.Create: 1}[op] {
			picked = append(picked, actions[i])
		}
	}
	return picked
}

// creates counts the actions that create a record.
func creates(actions []contact.Action) int {
	n := 0
	for _, a := range actions {
		if a.Op == contact.Create {
			n++
		}
	}
	return n
}

func actionText(a contact.Action) string {
	var sets []string
	for _, name := range a.Set.Fields.Names() {
		if a.Op == contact.Update {
			sets = append(sets, fmt.Sprintf("%s %q -> %q", name, a.Before[name], a.Set.Fields[name]))
		}
	}
	return fmt.Sprintf("%s %s in %s, because %s%s", a.Op, a.Name, a.Place, sentence.Of(a.Why), orNothing(": ", strings.Join(sets, ", ")))
}

// orNothing puts a word before a text that says something.
func orNothing(before, text string) string {
	if text == "" {
		return ""
	}
	return before + text
}

func (d *demo) syncFirst(ctx context.Context) error {
	if err := d.house.start(ctx); err != nil {
		return err
	}
	d.stage.say("Now for real. Who is known in several systems is recognised by customer number and VAT id, and persons by likeness, and linked; gaps are filled; who is missing is created.")
	rep, err := d.sync(ctx)
	if err != nil {
		return err
	}
	d.stage.check(len(rep.Stops) == 0, "a place stopped")
	created := 0
	for _, counts := range rep.Counts {
		created += counts.Created
	}
	d.stage.check(created == d.planned, "the dry run would have created %d records, the run created %d", d.planned, created)
	if err := d.tellFirst(ctx, rep); err != nil {
		return err
	}
	if err := d.answerWho(ctx); err != nil {
		return err
	}
	if err := d.checkWho(ctx); err != nil {
		return err
	}
	d.showCounts()
	d.checkCounts()
	d.stage.say("The address book leaves out who is inactive, and the ERP takes nobody without a company; act 9 says who and why. A second run finds nothing left to do:")
	return d.quiet(ctx)
}

// tellFirst shows what became of values that differed.
func (d *demo) tellFirst(ctx context.Context, rep engine.Report) error {
	entries, err := d.house.store.Entries(ctx, "", rep.Run, 1<<20)
	if err != nil {
		return err
	}
	differed := 0
	var example contact.Entry
	for _, e := range entries {
		if e.Op == contact.Lost || e.Op == contact.Took && e.Before != "" {
			if differed++; e.Field == "phone.work" {
				example = e
			}
		}
	}
	d.stage.say("%d values differed between two systems. The leading system's stands, the other is kept in history, so that nothing is lost:", differed)
	d.stage.check(differed > 0 && example.Field != "", "no value differed")
	d.stage.entry(example)
	return nil
}

// checkCounts claims that each system holds everybody it should.
func (d *demo) checkCounts() {
	want := map[string]int{}
	for _, p := range d.world.Persons {
		want["crm"]++
		want["erp"] += min(1, p.Company+1)
		if !p.Inactive {
			want["book"]++
		}
	}
	for _, place := range demoPlaces {
		companies, persons := d.user(place).Count(contact.Company), d.user(place).Count(contact.Person)
		d.stage.check(companies == len(d.world.Companies), "%s holds %d companies, not %d", place, companies, len(d.world.Companies))
		d.stage.check(persons == want[place], "%s holds %d persons, not %d", place, persons, want[place])
	}
}

// history shows what happened to a party in a run, oldest first, and returns
// it.
func (d *demo) history(ctx context.Context, party string, run int64) ([]contact.Entry, error) {
	entries, err := d.house.store.Entries(ctx, party, run, 1<<20)
	slices.SortFunc(entries, func(a, b contact.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
	for _, e := range entries {
		d.stage.entry(e)
	}
	return entries, err
}
