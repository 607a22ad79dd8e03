package config

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"kith/internal/contact"
)

// File is a checked configuration.
type File struct {
	Name         string
	Store        string // a file or an address; may be a reference, see ResolveStore
	Installation string // "" = to be derived
	Listen       string
	Language     string
	Systems      []System
	Rows         []Row // companies before persons, each in the order of the file
	Places       []Place
	Warnings     []Warning
	Lines        int // lines of the file

	secrets Secrets
}

// System is one configured account.
type System struct {
	Name      string
	Connector string
	Keys      map[string]string // the connector's keys as written; secrets are references, see Resolve
	ReadOnly  bool              // nothing at all may be written there
	Pace      string            // in the words of the file; "" = what the connector knows
	Timeout   time.Duration
	Zone      *time.Location
	Sync      Schedule
	Compare   Schedule
	Paused    bool

	secrets Secrets
}

// Place is one place of a system and whether it stands still.
type Place struct {
	Name, System string
	Paused       bool // every row of it is paused
}

// Row is one row of the direction table with where its rules come from.
type Row struct {
	Policy contact.Policy
	Pos    Pos
	Rules  []Rule // in the order of the reference, then map and write
}

// Rule is one rule that holds for a row. A zero Pos is a default, or what the
// connector brings.
type Rule struct {
	Key   string // deletes; map email.work
	Value string // as written
	From  string // file, system, kind, row, field, default or connector
	Pos   Pos
}

// Warning is something that is allowed and may surprise.
type Warning struct {
	Pos
	Sentence string
}

// String writes the warning as `kith check` shows it, without the file's name.
func (w Warning) String() string {
	if w.Line == 0 {
		return w.Sentence
	}
	return fmt.Sprintf("%d:%d: %s", w.Line, w.Column, w.Sentence)
}

// Policies returns the policy of each row.
func (f *File) Policies() []contact.Policy {
	policies := make([]contact.Policy, len(f.Rows))
	for i, row := range f.Rows {
		policies[i] = row.Policy
	}
	return policies
}

// System returns a system by name, false where there is none.
func (f *File) System(name string) (System, bool) {
	for _, s := range f.Systems {
		if s.Name == name {
			return s, true
		}
	}
	return System{}, false
}

// ResolveStore returns the store's address with its reference read.
func (f *File) ResolveStore() (string, error) {
	store, err := f.secrets.resolve(f.Store)
	if err != nil {
		return "", fmt.Errorf("store: %w", err)
	}
	return store, nil
}

// Resolve returns the connector's keys with their references read. Nothing is
// kept, so that a secret that changes counts the next time.
func (s System) Resolve() (map[string]string, error) {
	keys := maps.Clone(s.Keys)
	for name, text := range keys {
		value, err := s.secrets.resolve(text)
		if err != nil {
			return nil, fmt.Errorf("%s.%s: %w", s.Name, name, err)
		}
		keys[name] = value
	}
	return keys, nil
}

// row returns the row of a place for a kind, nil where there is none.
func (f *File) row(kind contact.Kind, place string) *Row {
	for i := range f.Rows {
		if f.Rows[i].Policy.Kind == kind && f.Rows[i].Policy.Place == place {
			return &f.Rows[i]
		}
	}
	return nil
}

// rowsOf returns the rows of a kind.
func (f *File) rowsOf(kind contact.Kind) []*Row {
	var rows []*Row
	for i := range f.Rows {
		if f.Rows[i].Policy.Kind == kind {
			rows = append(rows, &f.Rows[i])
		}
	}
	return rows
}

func (r *Row) rule(key string) Rule {
	for _, rule := range r.Rules {
		if rule.Key == key {
			return rule
		}
	}
	return Rule{Key: key}
}

func joinNames(names []string) string { return strings.Join(names, ", ") }
