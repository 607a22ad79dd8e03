package sqldb

import (
	"context"
	"time"

	"kith/internal/connector"
	"kith/internal/contact"
)

// Pull implements connector.Connector.
func (p *place) Pull(ctx context.Context, kind contact.Kind, from string) (connector.Page, error) {
	at, ok := cursor{}, true
	if from != "" {
		at, ok = parseCursor(from)
	}
	if !ok {
		return connector.Page{}, p.fail(contact.CursorExpired, "the cursor is not known")
	}
	begins := at.Round == nil
	return run(ctx, p, call{kind: kind, fresh: begins}, func(ctx context.Context, l *layout) (connector.Page, error) {
		page := connector.Page{Asked: p.now(), Missing: l.missing}
		at := at
		if err := p.begin(ctx, l, &at, from == ""); err != nil {
			return connector.Page{}, err
		}
		rows, next, err := p.turn(ctx, l, at)
		if err != nil {
			return connector.Page{}, err
		}
		page.Full = at.Round.Phase == phaseAll
		page.More = next.Round != nil
		if page.More || l.changed != nil {
			page.Next = next.String()
		}
		page.Records = make([]contact.Record, len(rows))
		for i, r := range rows {
			page.Records[i] = l.record(r)
		}
		return page, nil
	})
}

// begin starts the round of a cursor that stands between two, by the server's
// clock.
func (p *place) begin(ctx context.Context, l *layout, at *cursor, full bool) error {
	if full {
		at.Of = l.identity()
	}
	if at.Of != l.identity() || l.changed == nil && !full && at.Round == nil {
		return p.fail(contact.CursorExpired, "the cursor belongs to another table or column")
	}
	if at.Round != nil {
		at.Round = &round{at.Round.Phase, at.Round.Clock, at.Round.Low, at.Round.After}
		return nil
	}
	at.Round = &round{Phase: phaseAll}
	if l.changed == nil {
		return nil
	}
	clock, err := p.clock(ctx, p.db)
	if err != nil {
		return err
	}
	at.Round.Clock = clock
	if full {
		return nil
	}
	if at.Since.Sub(clock) > overlap {
		return p.fail(contact.CursorExpired, "the database's clock was set back")
	}
	at.Round.Phase = phaseNulls
	at.Round.Low = l.low(at.Since, clock)
	return nil
}

// clock reads the server's time.
func (p *place) clock(ctx context.Context, q queryer) (time.Time, error) {
	var text string
	if err := q.QueryRowContext(ctx, p.dialect.clock()).Scan(&text); err != nil {
		return time.Time{}, err
	}
	t, _, ok := readStamp(text, time.UTC)
	if !ok {
		return time.Time{}, p.fail(contact.Malformed, "the database's clock cannot be read")
	}
	return t.UTC(), nil
}

// low is the earliest stamp a change since an instant can have, as the column
// writes it. Whole seconds, because the column may keep no more. A clock that
// was put back between then and now, as every autumn, repeats an hour of local
// stamps: the smaller offset finds both.
func (l *layout) low(since, now time.Time) string {
	if now.Before(since) {
		since = now
	}
	t := since.Add(-overlap).Truncate(time.Second)
	if l.changed.form != formInstant {
		_, before := t.In(l.zone).Zone()
		_, after := now.In(l.zone).Zone()
		t = t.Add(time.Duration(min(before, after)) * time.Second)
	}
	if l.changed.form == formDate {
		return t.UTC().Format(dayText)
	}
	return t.UTC().Format(stampSQL)
}

// turn reads one page and says where the next one begins.
func (p *place) turn(ctx context.Context, l *layout, at cursor) (rows []row, next cursor, err error) {
	next = at
	r := *at.Round
	for {
		var more []row
		room := p.page - len(rows)
		if r.Phase == phaseMoved {
			more, err = p.moved(ctx, l, r, room+1)
		} else {
			more, err = p.still(ctx, l, r, room+1)
		}
		if err != nil {
			return nil, next, err
		}
		if len(more) > room {
			rows = append(rows, more[:room]...)
			last := rows[len(rows)-1]
			r.After = &mark{ID: l.value(last, l.id).String}
			if l.changed != nil {
				r.After.Changed = l.value(last, l.changed).String
			}
			next.Round = &r
			return rows, next, nil
		}
		rows = append(rows, more...)
		if r.Phase != phaseNulls {
			next.Since, next.Round = r.Clock, nil
			return rows, next, nil
		}
		r.Phase, r.After = phaseMoved, nil
		if len(rows) == p.page {
			next.Round = &r
			return rows, next, nil
		}
	}
}

// still reads rows in the order of their keys: all of them, or those without a
// stamp. Nulls come before stamps in a round, so that a row that gets its first
// stamp meanwhile is met again and never missed.
func (p *place) still(ctx context.Context, l *layout, r round, n int) ([]row, error) {
	if r.Phase == phaseAll {
		return p.byKey(ctx, l, r.After, n)
	}
	if !l.changed.nullable {
		return nil, nil
	}
	s := selectRows(p.dialect, l, n)
	s.add(" WHERE ", p.dialect.quote(l.changed.name), " IS NULL AND ")
	if r.After == nil {
		s.add(p.dialect.quote(l.id.name), " IS NOT NULL")
	} else {
		s.compare(l.id, ">", r.After.ID)
	}
	return s.order(l.id).rows(ctx, p.db, l)
}

// moved reads rows in the order of stamp and key. A row that moves meanwhile
// goes to the end and is met again.
func (p *place) moved(ctx context.Context, l *layout, r round, n int) ([]row, error) {
	s := selectRows(p.dialect, l, n).add(" WHERE ", p.dialect.quote(l.id.name), " IS NOT NULL AND ")
	if r.After == nil {
		s.compare(l.changed, ">=", r.Low)
	} else {
		s.compare(l.changed, ">=", r.After.Changed).add(" AND (")
		s.compare(l.changed, ">", r.After.Changed).add(" OR ")
		s.compare(l.id, ">", r.After.ID).add(")")
	}
	return s.order(l.changed, l.id).rows(ctx, p.db, l)
}
