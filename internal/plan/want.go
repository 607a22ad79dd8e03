package plan

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"kith/internal/contact"
)

// wanted is a party as one place should show it.
type wanted struct {
	fields contact.Fields            // native; a missing field is left as it is
	held   map[string]contact.Reason // native fields that cannot be shown
	needs  string                    // a company the place does not have yet
	link   contact.Link              // what the place showed last
}

// want projects a party onto a place.
func (b *Book) want(r *Row, p *contact.Party, link contact.Link, refs Refs, now time.Time) wanted {
	w := wanted{fields: make(contact.Fields, len(r.natives)), link: link}
	for native, es := range r.natives {
		b.wantField(&w, r, p, refs, native, es)
	}
	if r.Lists {
		for slot := range p.Fields {
			if r.natives[slot] == nil {
				if e := r.listEntry(slot); e != nil {
					b.wantField(&w, r, p, refs, slot, []*entry{e})
				}
			}
		}
	}
	for _, line := range r.writes {
		b.wantWrite(&w, r, p, refs, now, line)
	}
	for _, native := range r.absentFields() {
		delete(w.fields, native)
		delete(w.held, native)
	}
	return w
}

func (b *Book) wantField(w *wanted, r *Row, p *contact.Party, refs Refs, native string, es []*entry) {
	e := es[0] // further slots of one field are read from it, the first one writes it
	if e.pattern != nil {
		b.wantName(w, r, p, native, e)
		return
	}
	v, ok := b.value(r, p, e.Slot)
	if !ok || !r.takesSlot(e.Slot) {
		return
	}
	if v.blank() {
		if r.rule(e.Slot).Blanks != contact.BlanksKeep {
			w.fields[native] = ""
		}
		return
	}
	text := ""
	switch {
	case e.typ == contact.TypeRef:
		shown, there := refs.Shown(r.Place, r.by(e), v.text)
		if !there {
			w.needs = contact.NeedsKey(r.Place, "party", v.text)
			return
		}
		text = shown
	case e.Values != nil:
		mapped, listed := e.inverse[v.text]
		if !listed {
			w.hold(native, contact.Because(contact.CodeUnlisted, e.Slot, native))
			return
		}
		text = mapped
	default:
		text = r.toStyle(e, v)
	}
	w.fit(r, e, native, text)
}

func (b *Book) wantName(w *wanted, r *Row, p *contact.Party, native string, e *entry) {
	known := false
	for _, slot := range e.pattern.slots {
		v, ok := b.value(r, p, slot)
		known = known || ok && !v.blank()
		if !r.takesSlot(slot) || !r.takesSlot(e.Slot) {
			return
		}
	}
	if full, ok := b.value(r, p, "name.full"); !known && ok && !full.blank() {
		parts := defaultNames.split(full.text)
		w.fit(r, e, native, e.pattern.join(func(slot string) string { return parts[slot] }))
		return
	}
	if !known {
		return
	}
	w.fit(r, e, native, e.pattern.join(func(slot string) string {
		v, _ := b.value(r, p, slot)
		return v.text
	}))
}

func (b *Book) wantWrite(w *wanted, r *Row, p *contact.Party, refs Refs, now time.Time, line write) {
	if r.Takes == nil {
		return
	}
	who := subject{p, r.Place, refs}
	text := ""
	if line.expr != nil {
		var err error
		if text, err = line.expr.Text(who.env(now)); err != nil {
			w.hold(line.Field, contact.Because(contact.CodeExpression, line.Field, err.Error()))
			return
		}
	} else {
		text = who.slot(line.Slot)
	}
	w.fit(r, &entry{}, line.Field, text)
}

// fit puts a text into a field if it is short enough for it, as one is that stands
// there already.
func (w *wanted) fit(r *Row, e *entry, native, text string) {
	limit := e.Max
	if l := r.limit(native); l > 0 && (limit == 0 || l < limit) {
		limit = l
	}
	if limit > 0 && utf8.RuneCountInString(text) > limit && !r.showed(native, text, w.link) {
		if !e.Cut {
			w.hold(native, contact.Because(contact.CodeTooLong, native, strconv.Itoa(limit)))
			return
		}
		text = strings.TrimSpace(string([]rune(text)[:limit]))
	}
	w.fields[native] = text
}

// showed reports whether a field showed a text when it was last read.
func (r *Row) showed(native, text string, link contact.Link) bool {
	shown, ok := link.Seen[native]
	if r.Gives != nil {
		shown = r.digest(native, shown)
	}
	return ok && shown == r.digest(native, text)
}

func (w *wanted) hold(native string, why contact.Reason) {
	if w.held == nil {
		w.held = map[string]contact.Reason{}
	}
	w.held[native] = why
}

// value is a party's value of a slot as far as the place may know it. The
// displayed name is made of its parts where nobody gave one.
func (b *Book) value(r *Row, p *contact.Party, slot string) (val, bool) {
	v, ok := p.Fields[slot]
	if slot == "name.full" && v.Text == "" {
		if name, ok := b.derivedName(r, p); ok {
			return name, true
		}
	}
	if !ok || !b.exchanges(r, v.From) {
		return val{}, false
	}
	return val{v.Text, v.Norm}, true
}

// Choose reports whether a place takes a party. related tells, for the filter
// "of persons" or "of companies", whether one chosen at the place belongs to it.
func (b *Book) Choose(r *Row, p *contact.Party, refs Refs, related bool, now time.Time) bool {
	return r.Takes != nil && chosen(r.accepts, r.Takes.Choose.Of, subject{p, r.Place, refs}, related, now)
}

// Offers reports whether a place gives a party as it stands.
func (b *Book) Offers(r *Row, p *contact.Party, refs Refs, related bool, now time.Time) bool {
	return r.Gives != nil && chosen(r.chooses, r.Gives.Choose.Of, subject{p, r.Place, refs}, related, now)
}

func chosen(filters []*Expr, of contact.Kind, who subject, related bool, now time.Time) bool {
	if len(filters) == 0 && of == "" {
		return true
	}
	if of != "" && related {
		return true
	}
	return slices.ContainsFunc(filters, func(f *Expr) bool {
		ok, err := f.Bool(who.env(now))
		return err == nil && ok
	})
}

// missing returns the required slots that a party lacks for a place.
func (r *Row) missing(p *contact.Party, w wanted) []string {
	var missing []string
	for _, pattern := range r.Required {
		if strings.HasSuffix(pattern, "*") || pattern == "all" {
			if !slices.ContainsFunc(slices.Collect(maps.Keys(p.Fields)), func(slot string) bool {
				return contact.MatchSlot(pattern, slot) && p.Text(slot) != ""
			}) {
				missing = append(missing, pattern)
			}
			continue
		}
		text := p.Text(pattern)
		if pattern == "name.full" {
			text = fullName(p)
		}
		if text == "" || w.needs == contact.NeedsKey(r.Place, "party", text) {
			missing = append(missing, pattern)
		}
	}
	return missing
}
