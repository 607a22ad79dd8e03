package main

import (
	"context"

	"kith/internal/contact"
	"kith/internal/sim"
)

// checkWho claims that linking has found out who is who: all records of one
// inhabitant of the simulated world lead to one party, and to no other's.
func (d *demo) checkWho(ctx context.Context) error {
	lives := map[contact.Kind][]sim.Where{}
	for _, c := range d.world.Companies {
		lives[contact.Company] = append(lives[contact.Company], c.In)
	}
	for _, p := range d.world.Persons {
		lives[contact.Person] = append(lives[contact.Person], p.In)
	}
	known := map[contact.Kind]int{}
	for _, kind := range contact.Kinds {
		parties, err := d.house.store.PartiesAfter(ctx, kind, "", 1<<20)
		if err != nil {
			return err
		}
		known[kind] = len(parties)
		right, err := d.linkedRightly(ctx, kind, lives[kind])
		if err != nil {
			return err
		}
		d.stage.check(right == len(lives[kind]), "of %d (%s) only %d are linked rightly", len(lives[kind]), kind, right)
		d.stage.check(known[kind] == len(lives[kind]), "Kith knows %d (%s), the world %d", known[kind], kind, len(lives[kind]))
	}
	d.stage.say("Kith knows %d companies and %d persons now; the simulated world has %d and %d. The demo has held each of them against the other, also the namesakes and brothers in one firm and the colleagues who share an info@ address.",
		known[contact.Company], known[contact.Person], len(d.world.Companies), len(d.world.Persons))
	return nil
}

// linkedRightly counts the inhabitants whose records all belong to one party
// that is nobody else's.
func (d *demo) linkedRightly(ctx context.Context, kind contact.Kind, lives []sim.Where) (right int, err error) {
	taken := map[string]bool{}
	for i, in := range lives {
		parties := map[string]bool{}
		for place, system := range simulated {
			if !in.Has(system) {
				continue
			}
			links, err := d.house.store.LinksByRemote(ctx, place, kind, []string{sim.ID(system, kind == contact.Company, i+1)})
			if err != nil {
				return right, err
			}
			for _, link := range links {
				parties[link.Party] = true
			}
		}
		alone := len(parties) == 1
		for party := range parties {
			alone = alone && party != "" && !taken[party]
			taken[party] = true
		}
		if alone {
			right++
		}
	}
	return right, nil
}
