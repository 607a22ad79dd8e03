package plan

import (
	"slices"

	"kith/internal/contact"
)

// read is a record's native fields as slots.
type read struct {
	vals  map[string]val            // a missing slot says nothing
	held  map[string]contact.Reason // slots whose native value cannot be read
	needs string                    // the company it names is not known yet
	shape *namePattern              // how the displayed name is made of its parts; nil: it is not
}

// read maps native fields to slots. A field that is not shown says nothing.
func (r *Row) read(native contact.Fields, refs Refs) read {
	out := read{vals: make(map[string]val, len(r.entries)+2)}
	country := r.countryOf(native)
	for _, e := range r.entries {
		r.readEntry(&out, e, native, country, refs)
	}
	if r.Lists {
		for name := range native {
			if r.natives[name] == nil {
				if e := r.listEntry(name); e != nil {
					r.readEntry(&out, e, native, country, refs)
				}
			}
		}
	}
	out.shape = dropDerivedName(out.vals)
	return out
}

func (r *Row) readEntry(out *read, e *entry, native contact.Fields, country string, refs Refs) {
	if e.expr != nil {
		r.readExpr(out, e, native, country)
		return
	}
	text, shown := native[e.Field]
	if !shown {
		return
	}
	if e.pattern != nil {
		for slot, part := range e.pattern.split(normalize(contact.TypeName, text, "").text) {
			out.vals[slot] = val{text: part}
		}
		return
	}
	if e.Values != nil {
		mapped, listed := e.Values[text]
		if !listed {
			mapped, listed = e.Values["*"]
		}
		if !listed && text != "" {
			out.hold(e.Slot, contact.Because(contact.CodeUnlisted, e.Slot, e.Field))
			return
		}
		out.vals[e.Slot] = normalize(e.typ, mapped, country)
		return
	}
	v := normalize(e.typ, e.fromStyle(text), country)
	if e.typ == contact.TypeRef && !v.blank() {
		party, ok := refs.Company(r.Place, r.by(e), RefText(r.by(e), v.text))
		if !ok {
			out.needs = contact.NeedsKey(r.Place, r.by(e), RefText(r.by(e), v.text))
			return
		}
		v = val{text: party}
	}
	out.vals[e.Slot] = v
}

func (r *Row) readExpr(out *read, e *entry, native contact.Fields, country string) {
	if !e.readable(native) {
		return
	}
	text, err := e.expr.Text(Env{
		Field: func(name string) string { return native[name] },
		Shown: func(name string) bool { _, shown := native[name]; return shown },
	})
	if err != nil {
		out.hold(e.Slot, contact.Because(contact.CodeExpression, e.Slot, err.Error()))
		return
	}
	out.vals[e.Slot] = normalize(e.typ, text, country)
}

// readable reports whether a record shows what an expression reads: all of it,
// or with ?? some of it. Of the rest the record says nothing.
func (e *entry) readable(native contact.Fields) bool {
	missing := 0
	for _, field := range e.fields {
		if _, shown := native[field]; !shown {
			missing++
		}
	}
	return missing == 0 || e.expr.fills && missing < len(e.fields)
}

// stands reports whether a computed slot is decided with a native field: with
// the first that is shown of those it reads.
func (e *entry) stands(native string, shown contact.Fields) bool {
	for _, field := range e.fields {
		if _, there := shown[field]; there {
			return field == native
		}
	}
	return false
}

func (out *read) hold(slot string, why contact.Reason) {
	if out.held == nil {
		out.held = map[string]contact.Reason{}
	}
	out.held[slot] = why
}

// by is the company slot a reference shows: "" for its id at the place. Where
// a place has no companies of its own, a reference is plain text.
func (r *Row) by(e *entry) string {
	if e.By == "" && !r.refsByID {
		return "name"
	}
	return e.By
}

// companiesAsText makes references plain texts, for a book in which no place
// has companies: there is nothing they could refer to.
func (r *Row) companiesAsText() {
	for _, e := range r.entries {
		if e.typ == contact.TypeRef {
			e.typ = contact.TypeText
		}
	}
}

// countryOf reads the record's own country, else the place's.
func (r *Row) countryOf(native contact.Fields) string {
	for _, slot := range []string{"address.work.country", "address.home.country"} {
		for _, e := range r.entries {
			if e.Slot == slot && e.expr == nil && native[e.Field] != "" {
				if code := normalize(contact.TypeCountry, native[e.Field], "").normal(); len(code) == 2 {
					return code
				}
			}
		}
		if r.Lists && native[slot] != "" {
			if code := normalize(contact.TypeCountry, native[slot], "").normal(); len(code) == 2 {
				return code
			}
		}
	}
	return r.Country
}

// References returns the company references a record's fields name, for
// loading them ahead: pairs of by and native text.
func (r *Row) References(native contact.Fields) [][2]string {
	var refs [][2]string
	for _, e := range r.entries {
		if e.typ == contact.TypeRef && e.expr == nil {
			if text := normalize(contact.TypeText, native[e.Field], "").text; text != "" {
				refs = append(refs, [2]string{r.by(e), RefText(r.by(e), text)})
			}
		}
	}
	return refs
}

// RefKeys returns the company slots by which rows of any place refer to
// companies (number, name): the store has to find companies by them.
func (b *Book) RefKeys() []string { return b.refKeys }

func (b *Book) listRefKeys() []string {
	var keys []string
	for _, row := range b.rows {
		for _, e := range row.entries {
			if e.typ == contact.TypeRef && e.expr == nil {
				if by := row.by(e); by != "" && !slices.Contains(keys, by) {
					keys = append(keys, by)
				}
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// RefText is the form in which a reference is looked up: the place's own id as
// it is, a company's number or name as a key.
func RefText(by, text string) string {
	if by == "" {
		return text
	}
	return KeyText(contact.Company, by, contact.Value{Text: text})
}
