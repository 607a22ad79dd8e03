package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"

	"kith/internal/contact"
	"kith/internal/plan"
)

// actionLog collects what was written, or would be.
type actionLog struct {
	mu      sync.Mutex
	actions []contact.Action
}

func (l *actionLog) add(a contact.Action) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.actions = append(l.actions, a)
}

// sorted returns the actions by place, companies first.
func (l *actionLog) sorted() []contact.Action {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := slices.Clone(l.actions)
	slices.SortStableFunc(out, func(x, y contact.Action) int {
		if c := strings.Compare(x.Place, y.Place); c != 0 {
			return c
		}
		if c := strings.Compare(string(x.Kind), string(y.Kind)); c != 0 {
			return c
		}
		return strings.Compare(x.Party, y.Party)
	})
	return out
}

func actionOf(link contact.Link, party *partyRow, j *job) contact.Action {
	a := contact.Action{
		Op: j.do.Op, Kind: link.Kind, Party: link.Party, Place: link.Place, Remote: link.Remote, Version: link.Version,
		Set: contact.Values{Fields: j.do.Fields}, Before: j.before, Why: j.do.Why,
	}
	if party != nil {
		a.Rev, a.Name = party.Rev, nameOf(&party.Party)
	}
	return a
}

// Plan is a stored preview: what may be done, under which configuration. It is
// hashed, so that exactly what a person saw is what is applied.
type Plan struct {
	Rows    map[string]string `json:"rows"` // place and kind → hash of its row
	Actions []contact.Action  `json:"actions"`
	Hash    string            `json:"hash"`

	mu   sync.Mutex
	open map[string]bool
}

// NewPlan makes a plan of what an engine's preview found.
func NewPlan(book *plan.Book, actions []contact.Action) *Plan {
	p := &Plan{Rows: rowHashes(book), Actions: actions}
	p.Hash = p.hash()
	return p
}

func rowHashes(book *plan.Book) map[string]string {
	rows := map[string]string{}
	for _, kind := range contact.Kinds {
		for _, row := range book.Rows(kind) {
			rows[row.Place+" "+string(kind)] = row.Hash()
		}
	}
	return rows
}

func (p *Plan) hash() string {
	text, err := json.Marshal(struct {
		Rows    map[string]string
		Actions []contact.Action
	}{p.Rows, p.Actions})
	if err != nil {
		panic(err) // a plan is plain data
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Check refuses a plan that was changed by hand or made under another
// configuration.
func (p *Plan) Check(book *plan.Book) error {
	if p.Hash != p.hash() {
		return contact.Fail(contact.Setup, "the plan was changed after it was made; make a new one with `kith sync --dry-run --plan FILE`")
	}
	if !maps.Equal(p.Rows, rowHashes(book)) {
		return contact.Fail(contact.Setup, "the configuration has changed since the plan was made; make a new one with `kith sync --dry-run --plan FILE`")
	}
	p.open = map[string]bool{}
	for _, a := range p.Actions {
		p.open[actionKey(a)] = true
	}
	return nil
}

// actionKey names what an action does. A created record's party has the same
// id in the preview and in truth, for it is derived from its first record.
func actionKey(a contact.Action) string {
	text, err := json.Marshal(a.Set)
	if err != nil {
		panic(err)
	}
	return strings.Join([]string{string(a.Op), string(a.Kind), a.Place, a.Party, string(text)}, "\x1f")
}

// Left returns the actions of the plan that were not done: they are no longer
// true.
func (p *Plan) Left() []contact.Action {
	p.mu.Lock()
	defer p.mu.Unlock()
	var left []contact.Action
	for _, a := range p.Actions {
		if p.open[actionKey(a)] {
			left = append(left, a)
		}
	}
	return left
}

// allowed reports whether a write may be done: always, but when a plan is
// applied, only what it holds.
func (e *Engine) allowed(s *site, link contact.Link, do plan.Do) bool {
	p := e.OnlyActions
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := actionKey(contact.Action{Op: do.Op, Kind: link.Kind, Place: s.name, Party: link.Party, Set: contact.Values{Fields: do.Fields}})
	ok := p.open[key]
	delete(p.open, key)
	return ok
}
