package file

import (
	"context"

	"kith/internal/connector"
	"kith/internal/contact"
)

func (c *conn) Put(ctx context.Context, r contact.Record) (contact.Record, error) {
	return c.write(ctx, r.Kind, func(d *draft) (contact.Record, error) { return d.put(r) })
}

func (c *conn) Remove(ctx context.Context, kind contact.Kind, id, version string) error {
	_, err := c.write(ctx, kind, func(d *draft) (contact.Record, error) {
		return contact.Record{}, d.remove(id, version)
	})
	return err
}

// Mark implements connector.Marking.
func (c *conn) Mark(ctx context.Context, kind contact.Kind, id, version, marker string) (contact.Record, error) {
	return c.write(ctx, kind, func(d *draft) (contact.Record, error) {
		if d.old.header.marker < 0 {
			return contact.Record{}, contact.Fail(contact.Setup, "mark in %s: the row names no marker column", d.name())
		}
		if err := d.fits(d.spec.Marker, marker); err != nil {
			return contact.Record{}, err
		}
		return d.mark(id, version, marker)
	})
}

func (c *conn) write(ctx context.Context, kind contact.Kind, change func(*draft) (contact.Record, error)) (contact.Record, error) {
	f, err := c.of(kind)
	if err != nil {
		return contact.Record{}, err
	}
	if c.system.settings.ReadOnly {
		return contact.Record{}, readOnly(c.system.settings.Name)
	}
	return f.queue.submit(ctx, change)
}

func readOnly(system string) error {
	return connector.Refuse(contact.Because(contact.CodeReadOnly), "%s: the system is read only", system)
}
