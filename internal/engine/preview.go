package engine

import (
	"context"
	"maps"
	"strconv"
	"sync"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Preview does what Sync would do, over an overlay of the store and doors that
// write nothing, and returns what would be written. It leaves no trace.
func Preview(ctx context.Context, o Options, so SyncOptions) (Report, []contact.Action, error) {
	var actions actionLog
	o.Acted = actions.add
	e, err := New(ctx, o.dryOver(newOverlay(o.Store)))
	if err != nil {
		return Report{}, nil, err
	}
	rep, err := e.Sync(ctx, so)
	return rep, actions.sorted(), err
}

// dryOver makes the engine remember in an overlay and pretend to write.
func (o Options) dryOver(over *overlay) Options {
	o.Store, o.dry = over, true
	systems := make(map[string]connector.System, len(o.Systems))
	for name, system := range o.Systems {
		systems[name] = drySystem{system}
	}
	o.Systems = systems
	return o
}

// drySystem reads from a system and pretends to write.
type drySystem struct{ connector.System }

func (d drySystem) Open(ctx context.Context, place string) (connector.Connector, error) {
	door, err := d.System.Open(ctx, place)
	if err != nil {
		return nil, err
	}
	dry := &dryDoor{Connector: door, records: map[string]contact.Record{}}
	if lister, ok := door.(connector.Lister); ok {
		return dryListing{dry, lister}, nil
	}
	return dry, nil
}

// dryDoor answers writes as a system would that takes everything as it is.
type dryDoor struct {
	connector.Connector
	mu      sync.Mutex
	records map[string]contact.Record // written here, by kind and id
	made    int
}

type dryListing struct {
	*dryDoor
	connector.Lister
}

func (d *dryDoor) Get(ctx context.Context, kind contact.Kind, id string) (contact.Record, error) {
	d.mu.Lock()
	r, written := d.records[string(kind)+id]
	d.mu.Unlock()
	switch {
	case !written:
		return d.Connector.Get(ctx, kind, id)
	case r.Gone != contact.Here:
		return r, contact.Fail(contact.NotFound, "there is no %s %s", kind, id)
	}
	return r, nil
}

func (d *dryDoor) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	now := contact.Record{Kind: r.Kind, Marker: r.Marker}
	if r.ID != "" {
		var err error
		if now, err = d.Get(ctx, r.Kind, r.ID); err != nil {
			return now, err
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if r.ID == "" {
		d.made++
		now.ID = "new:" + strconv.Itoa(d.made)
	}
	now.Values = changed(now.Values, r.Values)
	d.records[string(r.Kind)+now.ID] = now
	return now, nil
}

// changed lays the changes of a Put over what a record shows.
func changed(now, set contact.Values) contact.Values {
	now = now.Clone()
	if now.Fields == nil {
		now.Fields = contact.Fields{}
	}
	maps.Copy(now.Fields, set.Fields)
	for family, items := range set.Lists {
		if now.Lists == nil {
			now.Lists = map[string][]contact.Item{}
		}
		now.Lists[family] = changedList(now.Lists[family], items)
	}
	return now
}

func changedList(list, changes []contact.Item) []contact.Item {
	for _, item := range changes {
		at := -1
		for i := range list {
			if item.Was != nil && list[i].Value == item.Was.Value && maps.Equal(list[i].Parts, item.Was.Parts) {
				at = i
			}
		}
		clean := item
		clean.Was = nil
		switch {
		case at < 0 && !item.Empty():
			list = append(list, clean)
		case at >= 0 && item.Empty():
			list = append(list[:at:at], list[at+1:]...)
		case at >= 0:
			clean.Label = list[at].Label
			list[at] = clean
		}
	}
	return list
}

func (d *dryDoor) Remove(_ context.Context, kind contact.Kind, id, _ string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.records[string(kind)+id] = contact.Record{Kind: kind, ID: id, Gone: contact.Deleted}
	return nil
}
