package engine

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kith/internal/connector"
	"kith/internal/connector/memory"
	"kith/internal/contact"
	"kith/internal/plan"
)

// limit is the length of a field that a server enforces.
type limit struct {
	system string
	kind   contact.Kind
	field  string
	max    int
}

// fields fixes a kind's fields to what the rows map, one of them short.
func (l limit) fields(book *plan.Book, fields map[contact.Kind][]connector.Field) map[contact.Kind][]connector.Field {
	if fields == nil {
		fields = map[contact.Kind][]connector.Field{}
	}
	if fields[l.kind] == nil {
		for _, name := range book.Row(l.system, l.kind).Natives() {
			fields[l.kind] = append(fields[l.kind], connector.Field{Name: name})
		}
	}
	for i, f := range fields[l.kind] {
		if f.Name == l.field {
			fields[l.kind][i].Max = l.max
		}
	}
	return fields
}

// serverPhrases say what a system is like. They come first.
func serverPhrases() []phrase {
	like := func(change func(*memory.Options, args)) func(*scenario, args) {
		return func(s *scenario, a args) {
			o := s.options(a.words["SYSTEM"])
			change(&o, a)
			s.special[a.words["SYSTEM"]] = o
		}
	}
	return []phrase{
		{"SYSTEM reports changes", true, like(func(o *memory.Options, _ args) { o.Incremental = true })},
		{"SYSTEM reports changes and deletions", true, like(func(o *memory.Options, _ args) {
			o.Incremental, o.Abilities.DeletesVisible = true, true
		})},
		{"SYSTEM carries no markers", true, like(func(o *memory.Options, _ args) { o.Abilities.Marker = false })},
		{"SYSTEM checks no versions", true, like(func(o *memory.Options, _ args) { o.Abilities.Locks = false })},
		{"SYSTEM has no trusted clock", true, like(func(o *memory.Options, _ args) { o.Abilities.Skew = -1 })},
		{"SYSTEM has a clock wrong by up to DURATION", true, like(func(o *memory.Options, a args) {
			o.Abilities.Skew, _ = time.ParseDuration(a.words["DURATION"])
		})},
		{"SYSTEM proves deletions after DURATION", true, like(func(o *memory.Options, a args) {
			o.Abilities.Confirm, _ = time.ParseDuration(a.words["DURATION"])
		})},
		{"SYSTEM shows writes after DURATION", true, like(func(o *memory.Options, a args) {
			o.Abilities.Lag, _ = time.ParseDuration(a.words["DURATION"])
		})},
		{"SYSTEM holds N characters in FIELD of KIND", true, func(s *scenario, a args) {
			s.limits = append(s.limits, limit{a.words["SYSTEM"], a.kind(), a.words["FIELD"], s.number(a)})
		}},
	}
}

func (s *scenario) number(a args) int {
	s.t.Helper()
	n, err := strconv.Atoi(a.words["N"])
	if err != nil {
		s.fatalf("%q is no number", a.words["N"])
	}
	return n
}

// userPhrases are what users do in a system.
func userPhrases() []phrase {
	return []phrase{
		{"SYSTEM adds KIND LABEL: VALUES", false, (*scenario).adds},
		{"SYSTEM adds N KIND: VALUES", false, (*scenario).addsMany},
		{"SYSTEM edits LABEL: VALUES", false, (*scenario).edits},
		{"SYSTEM edits every KIND: VALUES", false, (*scenario).editsEvery},
		{"SYSTEM deletes N KIND", false, (*scenario).deletesMany},
		{"SYSTEM deletes LABEL", false, gone(contact.Deleted)},
		{"SYSTEM archives LABEL", false, gone(contact.Archived)},
		{"SYSTEM hides LABEL", false, gone(contact.Hidden)},
		{"SYSTEM merges LABEL into OTHER", false, gone(contact.Merged)},
		{"SYSTEM shows LABEL again: VALUES", false, (*scenario).showsAgain},
		{"SYSTEM copies LABEL as OTHER", false, (*scenario).copies},
	}
}

func (s *scenario) adds(a args) {
	name, system, kind := a.words["LABEL"], a.words["SYSTEM"], a.kind()
	if s.labels[name] != nil && s.labels[name].bound[system] != "" {
		s.fatalf("%s has been added already", name)
	}
	s.bind(name, system, kind, s.user(system).Create(kind, s.values(a.rest, system, kind)))
}

// addsMany makes records in whose values # is a running number.
func (s *scenario) addsMany(a args) {
	kind, system := a.kind(), a.words["SYSTEM"]
	for i := range s.number(a) {
		words := make([]string, len(a.rest))
		for j, word := range a.rest {
			words[j] = strings.ReplaceAll(word, "#", fmt.Sprint(i+1))
		}
		s.user(system).Create(kind, s.values(words, system, kind))
	}
}

func (s *scenario) edits(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	kind, id := s.label(name).kind, s.mustRecord(name, system)
	s.editRecord(system, kind, id, a.rest)
}

func (s *scenario) editRecord(system string, kind contact.Kind, id string, words []string) {
	values := s.replacing(s.values(words, system, kind), system, kind, id)
	if err := s.user(system).Edit(kind, id, values); err != nil {
		s.fatalf("%v", err)
	}
}

func (s *scenario) editsEvery(a args) {
	for _, r := range s.user(a.words["SYSTEM"]).All(a.kind()) {
		s.editRecord(a.words["SYSTEM"], a.kind(), r.ID, a.rest)
	}
}

func (s *scenario) deletesMany(a args) {
	user := s.user(a.words["SYSTEM"])
	for _, r := range user.All(a.kind())[:s.number(a)] {
		if err := user.Delete(a.kind(), r.ID); err != nil {
			s.fatalf("%v", err)
		}
	}
}

func gone(how contact.Gone) func(*scenario, args) {
	return func(s *scenario, a args) {
		name, system := a.words["LABEL"], a.words["SYSTEM"]
		id, into := s.mustRecord(name, system), ""
		if other := a.words["OTHER"]; other != "" {
			into = s.mustRecord(other, system)
		}
		s.bind(name, system, s.label(name).kind, id)
		if err := s.user(system).Gone(s.label(name).kind, id, how, into); err != nil {
			s.fatalf("%v", err)
		}
	}
}

func (s *scenario) showsAgain(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	kind, id := s.label(name).kind, s.label(name).bound[system]
	if id == "" {
		s.fatalf("%s never had a record of %s", system, name)
	}
	s.user(system).CreateAs(kind, id, s.values(a.rest, system, kind))
}

func (s *scenario) copies(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	kind := s.label(name).kind
	id, err := s.user(system).Copy(kind, s.mustRecord(name, system))
	if err != nil {
		s.fatalf("%v", err)
	}
	s.bind(a.words["OTHER"], system, kind, id)
}

// faultPhrases are what goes wrong with a system.
func faultPhrases() []phrase {
	next := func(op memory.Op, fault memory.Fault) func(*scenario, args) {
		return func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].Fail(op, 1, fault) }
	}
	broken := func(class contact.Class) func(*scenario, args) {
		return func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].Break(memory.Fault{Class: class}) }
	}
	return []phrase{
		{"SYSTEM is down", false, broken(contact.Unreachable)},
		{"SYSTEM refuses the login", false, broken(contact.Credentials)},
		{"SYSTEM works again", false, func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].Inject(nil) }},
		{"SYSTEM refuses the next write", false, next(memory.OpPut, memory.Fault{Class: contact.Refused})},
		{"SYSTEM loses the next answer", false, next(memory.OpPut, memory.Fault{Lost: true})},
		{"SYSTEM carries out the next write DURATION late", false, func(s *scenario, a args) {
			next(memory.OpPut, memory.Fault{LateFor: s.duration(a)})(s, a)
		}},
		{"SYSTEM shows nothing at the next look", false, next(memory.OpPull, memory.Fault{Empty: true})},
		{"SYSTEM shows half at the next look", false, next(memory.OpPull, memory.Fault{Half: true})},
		{"SYSTEM edits LABEL under the next write: VALUES", false, (*scenario).races},
		{"SYSTEM answers from DURATION ago", false, func(s *scenario, a args) {
			s.servers[a.words["SYSTEM"]].Lag(s.duration(a))
		}},
		{"SYSTEM forgets its cursors", false, func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].ExpireCursors() }},
		{"SYSTEM drops FIELD of KIND", false, func(s *scenario, a args) {
			s.vanish(a, append(s.dropped[a.words["SYSTEM"]+" "+a.words["KIND"]], a.words["FIELD"]))
		}},
		{"SYSTEM restores FIELD of KIND", false, func(s *scenario, a args) {
			s.vanish(a, slices.DeleteFunc(s.dropped[a.words["SYSTEM"]+" "+a.words["KIND"]], func(f string) bool { return f == a.words["FIELD"] }))
		}},
		{"SYSTEM becomes another account", false, func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].SetAccount("another") }},
		{"SYSTEM is the old account again", false, func(s *scenario, a args) { s.servers[a.words["SYSTEM"]].SetAccount(a.words["SYSTEM"]) }},
		{"SYSTEM rewrites FIELD by RULE", false, (*scenario).rewrites},
	}
}

// vanish says which columns of a collection are gone.
func (s *scenario) vanish(a args, fields []string) {
	s.dropped[a.words["SYSTEM"]+" "+a.words["KIND"]] = fields
	s.servers[a.words["SYSTEM"]].Vanish(a.kind(), fields...)
}

func (s *scenario) duration(a args) time.Duration {
	s.t.Helper()
	d, err := time.ParseDuration(a.words["DURATION"])
	if err != nil {
		s.fatalf("%v", err)
	}
	return d
}

// races lets a user edit a record between our next write and its answer.
func (s *scenario) races(a args) {
	name, system := a.words["LABEL"], a.words["SYSTEM"]
	kind := s.label(name).kind
	values := s.values(a.rest, system, kind)
	s.servers[system].Fail(memory.OpPut, 1, memory.Fault{Race: func(u *memory.User, id string) {
		if err := u.Edit(kind, id, values); err != nil {
			s.t.Error(err)
		}
	}})
}

func (s *scenario) rewrites(a args) {
	rules := map[string]memory.Normaliser{
		"trim": memory.Trim, "lower": memory.Lower, "upper": memory.Upper, "digits": memory.Digits,
		"grouping": memory.Grouped, "keeping": memory.KeepOnBlank, "cutting": memory.Cut(5),
	}
	rule, ok := rules[a.words["RULE"]]
	if !ok {
		s.fatalf("%q is no way to rewrite a value", a.words["RULE"])
	}
	fields := []string{a.words["FIELD"]}
	if slices.Contains(contact.Families, fields[0]) {
		fields = append(fields, fields[0])
	}
	s.servers[a.words["SYSTEM"]].Normalise(memory.Only(rule, fields...))
}
