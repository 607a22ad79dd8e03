package sqldb

import (
	"context"
	"strings"
	"sync"

	"kith/internal/contact"
)

// place is the database opened.
type place struct {
	*system
	account string

	mu      sync.Mutex
	layouts map[contact.Kind]*layout
}

// Account implements connector.Connector: dialect, server, database and tables,
// without the login.
func (p *place) Account() string { return p.account }

func (p *place) describeAccount() string {
	parts := []string{p.settings.Keys["dialect"], p.address}
	for _, kind := range contact.Kinds {
		if l := p.layouts[kind]; l != nil {
			parts = append(parts, string(kind)+"="+strings.TrimPrefix(l.schema+"."+l.name, "."))
		}
	}
	return strings.Join(parts, " ")
}

// layout returns how a kind's table is laid out. Fresh discovers it anew.
func (p *place) layout(ctx context.Context, kind contact.Kind, fresh bool) (l *layout, cached bool, err error) {
	collection, ok := p.settings.Collections[kind]
	if !ok {
		return nil, false, p.fail(contact.Setup, "there is no collection of %s records", kind)
	}
	p.mu.Lock()
	l = p.layouts[kind]
	p.mu.Unlock()
	if l != nil && !fresh {
		return l, true, nil
	}
	l, err = layOut(ctx, p.dialect, p.db, kind, collection, p.settings.Fields[kind], p.zone, p.traits)
	if err != nil {
		if contact.ClassOf(err) != "" {
			return nil, false, p.fail(contact.Setup, "%s: %w", kind, err)
		}
		return nil, false, err
	}
	p.mu.Lock()
	p.layouts[kind] = l
	p.mu.Unlock()
	return l, false, nil
}
