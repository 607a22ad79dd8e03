package memory

import (
	"fmt"
	"testing"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/conntest"
	"kith/internal/contact"
)

const secret = "hunter2"

// remote adapts a server's user to the suite.
type remote struct{ *User }

func (r remote) Create(kind contact.Kind, set contact.Values) (string, error) {
	return r.User.Create(kind, set), nil
}

func (r remote) Get(kind contact.Kind, id string) (contact.Record, error) {
	record, ok := r.User.Get(kind, id)
	if !ok {
		return record, fmt.Errorf("no %s %q", kind, id)
	}
	return record, nil
}

// harness puts servers of one sort through the suite.
func harness(opt Options) conntest.Harness {
	opt.Page = 3
	opt.Places = []string{"se", "no"}
	opt.Name = "acme"
	settings := connector.Settings{
		Name: "crm", Keys: map[string]string{"password": secret},
		Fields: map[contact.Kind][]string{contact.Person: {"name", "firm", "phone"}},
	}
	return conntest.Harness{
		Secrets: []string{secret},
		New: func(t *testing.T) *conntest.Place {
			s := NewServer(opt)
			return &conntest.Place{
				System: s.Open(settings), Name: "se", Kind: contact.Person, Page: opt.Page,
				Texts: []string{"name", "firm", "phone"}, Hidden: "secret", User: remote{s.User("se")},
				Reopen: func(*testing.T) connector.System { return s.Open(settings) },
				Faults: conntest.Faults{
					ExpireCursors: s.ExpireCursors,
					LoseAnswer: func() {
						lost := false
						s.Inject(func(c Call) Fault {
							first := c.Op.Writes() && !lost
							lost = lost || first
							return Fault{Lost: first}
						})
					},
					Race: func(edit func()) {
						s.Fail(OpPut, 1, Fault{Race: func(*User, string) { edit() }})
					},
					Down:        func() { s.Break(Fault{Class: contact.Unreachable}) },
					RefuseLogin: func() { s.Break(Fault{Class: contact.Credentials}) },
					Throttle:    func() { s.Break(Fault{Class: contact.Throttled, After: time.Minute}) },
					Hang:        func() { s.Break(Fault{Hang: true}) },
					Vanish:      func(field string) { s.Vanish(contact.Person, field) },
				},
			}
		},
	}
}

func TestConformance(t *testing.T) {
	plain := DefaultAbilities()
	plain.Marker, plain.Locks, plain.VersionIsContent = false, false, false
	lists := DefaultAbilities()
	lists.Lists = contact.Families
	lists.DeletesVisible = true
	fixed := map[contact.Kind][]connector.Field{contact.Person: {
		{Name: "name", Max: 250}, {Name: "firm"}, {Name: "phone"}, {Name: "secret"}, {Name: "created", ReadOnly: true},
	}}
	unknown := map[string]string{"unknown fields are refused": "the server takes any field"}
	tests := []struct {
		name   string
		opt    Options
		bypass map[string]string
	}{
		{"listing", Options{}, unknown},
		{"changes without deletions", Options{Incremental: true}, unknown},
		{"changes, deletions and lists", Options{Incremental: true, Abilities: lists}, unknown},
		{"fixed fields", Options{Fields: fixed}, nil},
		{"bare", Options{Abilities: plain, NoVersions: true, NoList: true, NoFind: true, NoMark: true}, unknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := harness(tt.opt)
			h.Bypass = tt.bypass
			conntest.Run(t, h)
		})
	}
}
