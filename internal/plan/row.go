package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"kith/internal/contact"
)

// Row is one compiled row of the direction table.
type Row struct {
	contact.Policy

	// Skew is by how much this place's times may be wrong; negative: they are
	// never trusted. The engine sets it from what the door says.
	Skew time.Duration

	entries  []*entry
	natives  map[string][]*entry // the slots each native field carries
	computed map[string][]*entry // computed slots, by each native field they read
	writes   []write
	chooses  []*Expr  // of Gives.Choose
	accepts  []*Expr  // of Takes.Choose
	fields   []string // native fields it reads or writes, in order
	refsByID bool     // the place has companies of its own
	limits   atomic.Pointer[map[string]int]
	absent   atomic.Pointer[[]string]
	implied  impliedEntries
}

// entry is one compiled line of the map.
type entry struct {
	contact.MapEntry
	typ     contact.Type
	expr    *Expr
	pattern *namePattern
	inverse map[string]string // slot text → native
	fields  []string          // native fields it reads
}

// write is one compiled line of `write`.
type write struct {
	contact.WriteEntry
	expr *Expr
}

func compile(policy contact.Policy) (*Row, error) {
	r := &Row{Policy: policy, natives: map[string][]*entry{}, computed: map[string][]*entry{}}
	mapsNames := slices.ContainsFunc(policy.Map, func(e contact.MapEntry) bool {
		return e.Slot == "name.given" || e.Slot == "name.family"
	})
	for _, m := range policy.Map {
		if matchAny(policy.Skip, m.Slot) {
			continue
		}
		e, err := compileEntry(policy.Kind, m, mapsNames)
		if err != nil {
			return nil, fmt.Errorf("map %s: %w", m.Slot, err)
		}
		r.entries = append(r.entries, e)
		switch {
		case e.expr == nil:
			r.natives[m.Field] = append(r.natives[m.Field], e)
		case len(e.fields) > 0:
			for _, field := range e.fields {
				r.computed[field] = append(r.computed[field], e)
			}
		default:
			return nil, fmt.Errorf("map %s: the expression reads no field of the record", m.Slot)
		}
	}
	for _, w := range policy.Write {
		line := write{WriteEntry: w}
		if w.Expr != "" {
			expr, err := CompileWrite(policy.Kind, w.Expr)
			if err != nil {
				return nil, fmt.Errorf("write %s: %w", w.Field, err)
			}
			line.expr = expr
		}
		r.writes = append(r.writes, line)
	}
	var err error
	if policy.Gives != nil {
		if r.chooses, err = compileFilters(policy.Kind, policy.Gives.Choose); err != nil {
			return nil, err
		}
	}
	if policy.Takes != nil {
		if r.accepts, err = compileFilters(policy.Kind, policy.Takes.Choose); err != nil {
			return nil, err
		}
	}
	r.fields = r.listNatives()
	return r, nil
}

func compileFilters(kind contact.Kind, filter contact.Filter) ([]*Expr, error) {
	var exprs []*Expr
	for _, text := range filter.Any {
		expr, err := CompileFilter(kind, text)
		if err != nil {
			return nil, fmt.Errorf("choose: %w", err)
		}
		exprs = append(exprs, expr)
	}
	return exprs, nil
}

func compileEntry(kind contact.Kind, m contact.MapEntry, mapsNames bool) (*entry, error) {
	typ, ok := contact.SlotType(kind, m.Slot)
	if !ok {
		return nil, fmt.Errorf("there is no such slot")
	}
	e := &entry{MapEntry: m, typ: typ, fields: []string{m.Field}}
	switch {
	case m.Expr != "":
		expr, err := CompileRead(m.Expr)
		if err != nil {
			return nil, err
		}
		e.expr, e.fields = expr, expr.Names()
	case m.Slot == "name.full" && (m.As != "" || !mapsNames):
		as := m.As
		if as == "" {
			as = defaultNamePattern
		}
		pattern, err := parseNamePattern(as)
		if err != nil {
			return nil, err
		}
		e.pattern = pattern
	case m.As != "" && typ == contact.TypeDate:
		if _, err := dateLayout(m.As); err != nil {
			return nil, err
		}
	case m.As != "" && typ == contact.TypeFlag:
		if _, _, ok := strings.Cut(m.As, "/"); !ok {
			return nil, fmt.Errorf("as: %q is no pair like Y/N", m.As)
		}
	}
	if m.Values != nil {
		e.inverse = make(map[string]string, len(m.Values))
		for _, native := range sortedKeys(m.Values) {
			if _, taken := e.inverse[m.Values[native]]; !taken && native != "*" {
				e.inverse[m.Values[native]] = native
			}
		}
	}
	return e, nil
}

// slots returns the slots an entry feeds: one, or the parts of a name.
func (e *entry) slots() []string {
	if e.pattern != nil {
		return e.pattern.slots
	}
	return []string{e.Slot}
}

// ChosenBy returns the kind of records that choose this row's ("of persons",
// "of companies"), "" where its own values do.
func (r *Row) ChosenBy() contact.Kind {
	switch {
	case r.Takes != nil && r.Takes.Choose.Of != "":
		return r.Takes.Choose.Of
	case r.Gives != nil:
		return r.Gives.Choose.Of
	}
	return ""
}

// GivesChosenBy returns the kind of records by which those that this row gives
// are chosen, "" where it is not by others.
func (r *Row) GivesChosenBy() contact.Kind {
	if r.Gives == nil {
		return ""
	}
	return r.Gives.Choose.Of
}

// GivesByCompany reports whether what this row gives depends on the company of
// a person.
func (r *Row) GivesByCompany() bool {
	return r.GivesChosenBy() == contact.Company || slices.ContainsFunc(r.chooses, func(f *Expr) bool {
		return slices.ContainsFunc(f.names, func(name string) bool { return strings.HasPrefix(name, "company.") })
	})
}

// rule returns the field rule for a slot; "" asks for the row's own.
func (r *Row) rule(slot string) contact.FieldRule {
	for _, rule := range r.Fields {
		if contact.MatchSlot(rule.Slots, slot) {
			return rule
		}
	}
	return contact.FieldRule{Conflict: contact.ConflictLeading, Blanks: contact.BlanksClear, Edits: contact.EditsOverwrite}
}

// givesSlot reports whether an edit of a slot here counts elsewhere.
func (r *Row) givesSlot(slot string) bool { return r.Gives != nil && !matchAny(r.Locked, slot) }

// takesSlot reports whether Kith may write a slot here.
func (r *Row) takesSlot(slot string) bool { return r.Takes != nil && !matchAny(r.ReadOnly, slot) }

func (r *Row) watches(slot string) bool { return len(r.Watched) == 0 || matchAny(r.Watched, slot) }

// Natives returns the native fields the row reads or writes, in order.
func (r *Row) Natives() []string { return r.fields }

func (r *Row) listNatives() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	for _, e := range r.entries {
		for _, field := range e.fields {
			add(field)
		}
	}
	for _, w := range r.writes {
		add(w.Field)
	}
	slices.Sort(names)
	return names
}

// SetLimits tells the row how many characters each native field holds.
func (r *Row) SetLimits(limits map[string]int) { r.limits.Store(&limits) }

func (r *Row) limit(native string) int {
	if limits := r.limits.Load(); limits != nil {
		return (*limits)[native]
	}
	return 0
}

// SetAbsent tells the row which native fields its collection does not have:
// they are not written.
func (r *Row) SetAbsent(natives []string) { r.absent.Store(&natives) }

// absentFields are the native fields that the collection does not have.
func (r *Row) absentFields() []string {
	if absent := r.absent.Load(); absent != nil {
		return *absent
	}
	return nil
}

// Hash names what the row reads, writes and decides: while it is unchanged,
// nothing is written because of the configuration. A pause decides nothing.
func (r *Row) Hash() string {
	policy := r.Policy
	policy.Brake, policy.Tries, policy.Compare, policy.Paused = contact.Brake{}, 0, 0, false
	text, err := json.Marshal(policy)
	if err != nil {
		panic(err) // a policy is plain data
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// carries returns the entries that share a native field. A slot of a list
// family is its own native field where the door hands over lists.
func (r *Row) carries(native string) []*entry {
	if es := r.natives[native]; es != nil {
		return es
	}
	return r.listEntries(native)
}

func matchAny(patterns []string, slot string) bool {
	for _, p := range patterns {
		if contact.MatchSlot(p, slot) {
			return true
		}
	}
	return false
}

func sortedKeys(m map[string]string) []string { return contact.Fields(m).Names() }

// Lacks returns the required slots that a party of this place's own lacks.
func (r *Row) Lacks(p *contact.Party) []string {
	return r.missing(p, wanted{})
}

// Equals reports whether a record shows exactly the given native fields.
func (r *Row) Equals(record contact.Record, fields contact.Fields) bool {
	shown := r.show(record, contact.Link{}, &contact.Party{}, fields)
	for native, text := range fields {
		if r.digest(native, text) != r.digest(native, shown[native]) {
			return false
		}
	}
	return true
}

// Fulfilled returns those of the asked fields that a record shows as asked.
func (r *Row) Fulfilled(record contact.Record, link contact.Link, party *contact.Party, asked contact.Fields) contact.Fields {
	shown := r.show(record, link, party, asked)
	out := contact.Fields{}
	for native, text := range asked {
		if now, ok := shown[native]; ok && r.digest(native, now) == r.digest(native, text) {
			out[native] = text
		}
	}
	return out
}

// NativeKey returns the key fields by which a record that was created without
// a marker is found again: those of the slots in `match` that are set.
func (r *Row) NativeKey(fields contact.Fields) contact.Fields {
	for _, slot := range r.Match {
		for native, es := range r.natives {
			if es[0].Slot == slot && fields[native] != "" {
				return contact.Fields{native: fields[native]}
			}
		}
	}
	return nil
}
