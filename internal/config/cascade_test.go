package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kith/internal/contact"
)

// ruleCases are two values for each rule that may stand at several levels, and
// how the policy shows it.
var ruleCases = []struct {
	key, far, near string
	get            func(contact.Policy) any
	farWant        any
	nearWant       any
}{
	{"conflict", "newest", "ask", func(p contact.Policy) any { return p.Fields[0].Conflict }, contact.ConflictNewest, contact.ConflictAsk},
	{"blanks", "keep", "clear", func(p contact.Policy) any { return p.Fields[0].Blanks }, contact.BlanksKeep, contact.BlanksClear},
	{"edits", "leave", "ask", func(p contact.Policy) any { return p.Fields[0].Edits }, contact.EditsLeave, contact.EditsAsk},
	{"choose", `status == "a"`, `[title == "b", title == "c"]`, func(p contact.Policy) any { return p.Takes.Choose.Any }, []string{`status == "a"`}, []string{`title == "b"`, `title == "c"`}},
	{"exit", "remove", "stay", func(p contact.Policy) any { return p.Takes.Exit }, contact.ExitRemove, contact.ExitStay},
	{"with", "b", "all", func(p contact.Policy) any { return p.With }, []string{"b"}, []string(nil)},
	{"create", "never", "{here: by hand, from: all}", func(p contact.Policy) any { return [2]contact.CreateRule{p.Takes.Create, p.Gives.Create} },
		[2]contact.CreateRule{"never", "never"}, [2]contact.CreateRule{"by hand", "all"}},
	{"required", "[title]", "[name.*, note]", func(p contact.Policy) any { return p.Required }, []string{"title"}, []string{"name.*", "note"}},
	{"locked", "title", "[]", func(p contact.Policy) any { return p.Locked }, []string{"title"}, []string(nil)},
	{"readonly", "yes", "[note]", func(p contact.Policy) any { return p.ReadOnly }, []string{"all"}, []string{"note"}},
	{"skip", "[photo]", "x.*", func(p contact.Policy) any { return p.Skip }, []string{"photo"}, []string{"x.*"}},
	{"watched", "[title]", "all", func(p contact.Policy) any { return p.Watched }, []string{"title"}, []string(nil)},
	{"match", "off", "[email.work, strict]", func(p contact.Policy) any { return p.Match }, []string{"off"}, []string{"email.work", "strict"}},
	{"certain", "refuse", "ask", func(p contact.Policy) any { return p.Certain }, contact.CertainRefuse, contact.CertainAsk},
	{"possible", "create", "ask", func(p contact.Policy) any { return p.Possible }, contact.PossibleCreate, contact.PossibleAsk},
	{"wrong", "1", "0.5", func(p contact.Policy) any { return p.Wrong }, 1.0, 0.5},
	{"reviewed", "10%", "0.5%", func(p contact.Policy) any { return p.Reviewed }, 10.0, 0.5},
	{"deletes", "spread", "if origin", func(p contact.Policy) any { return p.Gives.Deletes }, contact.GoneSpread, contact.GoneIfOrigin},
	{"removal", "delete", "mark status=left", func(p contact.Policy) any { return p.Takes.Removal }, contact.RemovalRule{How: contact.RemovalDelete}, contact.RemovalRule{How: contact.RemovalMark, Slot: "status", Value: "left"}},
	{"recreate", "always", "on change", func(p contact.Policy) any { return p.Takes.Recreate }, contact.RecreateAlways, contact.RecreateOnChange},
	{"phones", "e164", "national", func(p contact.Policy) any { return p.Phones }, "e164", "national"},
	{"brake", "off", "3", func(p contact.Policy) any { return p.Brake }, contact.Brake{Off: true}, contact.Brake{Count: 3}},
	{"country", "SE", "no", func(p contact.Policy) any { return p.Country }, "SE", "NO"},
	{"tries", "3", "4", func(p contact.Policy) any { return p.Tries }, 3, 4},
	{"compare", "every 2h", "at 06:00 18:00", func(p contact.Policy) any { return p.Compare }, 2 * time.Hour, 12 * time.Hour},
	{"leading", "a", "[b, a]", func(p contact.Policy) any { return p.Fields[0].Leading }, []string{"a"}, []string{"b", "a"}},
}

// levelText writes a file with a rule at some levels.
func levelText(key string, values map[Where]string) string {
	line := func(where Where, indent string) string {
		value, ok := values[where]
		if !ok {
			return ""
		}
		return fmt.Sprintf("%s%s: %s\n", indent, key, value)
	}
	text := line(InFile, "") + "systems:\n  b: {connector: memory}\n  a:\n    connector: memory\n" + line(InSystem, "    ")
	text += "person:\n" + line(InKind, "  ")
	if value, ok := values[InField]; ok {
		text += fmt.Sprintf("  fields: {title: {%s: %s}}\n", key, value)
	}
	return text + "  b: both\n  a:\n    direction: both\n" + line(InRow, "    ")
}

// The nearer rule counts, and counts whole, at every level a key may stand at.
func TestNearerRuleCounts(t *testing.T) {
	covered := map[string]bool{}
	for _, c := range ruleCases {
		covered[c.key] = true
		k, _ := findKey(c.key)
		for i, far := range k.where {
			if far == InField {
				continue
			}
			text := levelText(c.key, map[Where]string{far: c.far})
			if got := c.get(row(t, load(t, text), contact.Person, "a")); !reflect.DeepEqual(got, c.farWant) {
				t.Errorf("%s in %s: %#v, want %#v", c.key, far, got, c.farWant)
			}
			for _, near := range k.where[i+1:] {
				text := levelText(c.key, map[Where]string{far: c.far, near: c.near})
				if got := c.get(row(t, load(t, text), contact.Person, "a")); !reflect.DeepEqual(got, c.nearWant) {
					t.Errorf("%s in %s and %s: %#v, want %#v", c.key, far, near, got, c.nearWant)
				}
			}
		}
	}
	for _, k := range table {
		if len(k.where) > 1 && k.shape.read != nil && !covered[k.name] && !slices.Contains([]string{"timezone", "sync", "pace", "timeout", "paused"}, k.name) {
			t.Errorf("no case for %s", k.name)
		}
	}
}

// What {here, from} leaves out means what an absent key means.
func TestApartLeavesTheOtherSide(t *testing.T) {
	p := row(t, load(t, levelText("create", map[Where]string{InFile: "never", InRow: "{here: by hand}"})), contact.Person, "a")
	if p.Takes.Create != contact.CreateByHand || p.Gives.Create != contact.CreateAll {
		t.Errorf("create here %s, from %s", p.Takes.Create, p.Gives.Create)
	}
	p = row(t, load(t, levelText("choose", map[Where]string{InRow: `{from: title == "a"}`})), contact.Person, "a")
	if len(p.Takes.Choose.Any) != 0 || !reflect.DeepEqual(p.Gives.Choose.Any, []string{`title == "a"`}) {
		t.Errorf("choose here %v, from %v", p.Takes.Choose, p.Gives.Choose)
	}
}

// An absent key means its default, and the default written down means the same.
func TestDefaultsAreWhatTheTableSays(t *testing.T) {
	plain := load(t, levelText("", nil))
	want := contact.Policy{
		Match: []string{contact.MatchStandard}, Certain: contact.CertainLink, Possible: contact.PossibleAsk, Wrong: 5, Reviewed: 3, Phones: "as typed",
		Gives:  &contact.Gives{Create: contact.CreateAll, Deletes: contact.GoneIgnore},
		Takes:  &contact.Takes{Create: contact.CreateAll, Exit: contact.ExitStay, Removal: contact.RemovalRule{How: contact.RemovalAsk}, Recreate: contact.RecreateNever},
		Fields: []contact.FieldRule{{Slots: "all", Conflict: contact.ConflictLeading, Blanks: contact.BlanksClear, Edits: contact.EditsOverwrite}},
		Brake:  contact.Brake{Count: 10, Percent: 5}, Tries: 8, Compare: 24 * time.Hour,
		Place: "a", System: "a", Kind: contact.Person,
	}
	got := row(t, plain, contact.Person, "a")
	got.Map = nil
	if !reflect.DeepEqual(got, want) {
		t.Errorf("policy\n%+v\nwant\n%+v", got, want)
	}
	for _, k := range table {
		if k.standard == "" || k.shape.read == nil {
			continue
		}
		file := load(t, levelText(k.name, map[Where]string{InFile: k.standard}))
		if !reflect.DeepEqual(file.Policies(), plain.Policies()) || !reflect.DeepEqual(file.Systems, plain.Systems) {
			t.Errorf("%s: %s is not what an absent key means", k.name, k.standard)
		}
	}
	if plain.Store != "kith.db" || plain.Listen != "127.0.0.1:8080" || plain.Language != "en" || plain.Installation != "" {
		t.Errorf("file %+v", plain)
	}
}

func TestSystemsArePacedApart(t *testing.T) {
	f := example(t, "replicate.yaml")
	crm, _ := f.System("crm")
	book, _ := f.System("book")
	if crm.Zone.String() != "Europe/Stockholm" || crm.Sync.Every != 12*time.Hour || !crm.Compare.ByHand || crm.Sync.Zone != crm.Zone {
		t.Errorf("crm %+v", crm)
	}
	if book.Zone != time.UTC || book.Sync.Every != 15*time.Minute || book.Pace != "100/min, 4 at a time" || book.Timeout != time.Minute {
		t.Errorf("book %+v", book)
	}
	if book.Keys["hosts"] != "dav.acme.example,dav2.acme.example" {
		t.Errorf("hosts %q", book.Keys["hosts"])
	}
	if p := row(t, f, contact.Person, "crm"); p.Compare <= 365*24*time.Hour {
		t.Errorf("compare by hand is every %v", p.Compare)
	}
}

// A value is read as its key expects, never by YAML's guess.
func TestValuesAreReadByTheirKey(t *testing.T) {
	f := load(t, `
country: NO
installation: null
paused: True
leading: a
systems: {a: {connector: memory}, b: {connector: file, path: 007, delimiter: ~, encoding: 1e3, header: false}}
person:
  a: both
  b: {direction: gives, collection: 0x10, id: null, map: {note: yes, title: 3.10, x.n: {field: on, values: {true: no, ~: 010, null: off}}}}
`)
	if f.Installation != "null" || !f.Places[0].Paused {
		t.Errorf("file %+v", f)
	}
	b, _ := f.System("b")
	if b.Keys["path"] != "007" || b.Keys["delimiter"] != "~" || b.Keys["encoding"] != "1e3" || b.Keys["header"] != "no" {
		t.Errorf("keys %v", b.Keys)
	}
	p := row(t, f, contact.Person, "b")
	if p.Country != "NO" || p.Collection.Name != "0x10" || p.Collection.ID != "null" {
		t.Errorf("policy %+v", p)
	}
	want := []contact.MapEntry{
		{Slot: "note", Field: "yes"}, {Slot: "title", Field: "3.10"},
		{Slot: "x.n", Field: "on", Values: map[string]string{"true": "no", "~": "010", "null": "off"}},
	}
	if !reflect.DeepEqual(p.Map, want) {
		t.Errorf("map %+v", p.Map)
	}
}

// `map` and `write` add up: connector, then system, then row.
func TestMapAndWriteAddUp(t *testing.T) {
	f := load(t, `
leading: a
systems:
  a: {connector: memory}
  c:
    connector: crmapi
    key: env:K
    secret: env:S
    map: {email.work: SystemMail, number: SystemNo, title: SystemTitle, relation: Kind, x.all: =lower(src.All)}
    write: {source: ="system", origin: name.given, group: relation}
company: {a: both, c: {direction: takes, map: {number: RowNo}}}
person: {a: both, c: {direction: both, map: {title: RowTitle, note: RowNote}, write: {source: ="row"}}}
`)
	person := row(t, f, contact.Person, "c")
	wantPerson := []contact.MapEntry{
		{Slot: "name.given", Field: "First"}, {Slot: "name.family", Field: "Last"}, {Slot: "company", Field: "CompanyId"},
		{Slot: "email.work", Field: "SystemMail"}, {Slot: "deleted", Field: "Deleted"}, {Slot: "number", Field: "SystemNo"},
		{Slot: "title", Field: "RowTitle"}, {Slot: "x.all", Expr: "lower(src.All)"}, {Slot: "note", Field: "RowNote"},
	}
	if !reflect.DeepEqual(person.Map, wantPerson) {
		t.Errorf("person map\n%+v\nwant\n%+v", person.Map, wantPerson)
	}
	if want := []contact.WriteEntry{{Field: "source", Expr: `"row"`}, {Field: "origin", Slot: "name.given"}}; !reflect.DeepEqual(person.Write, want) {
		t.Errorf("person write %+v", person.Write)
	}
	company := row(t, f, contact.Company, "c") // it only takes, so what is only read is left out
	if slices.ContainsFunc(company.Map, func(e contact.MapEntry) bool { return e.Expr != "" || e.Slot == "title" }) {
		t.Errorf("company map %+v", company.Map)
	}
	if want := []contact.WriteEntry{{Field: "source", Expr: `"system"`}, {Field: "group", Slot: "relation"}}; !reflect.DeepEqual(company.Write, want) {
		t.Errorf("company write %+v", company.Write)
	}
	if company.Collection != (contact.Collection{Name: "accounts", ID: "Id", Changed: "Modified", Marker: "KithId"}) {
		t.Errorf("collection %+v", company.Collection)
	}
}

// Where native fields bear the names of slots, own fields and numbered slots
// exist as soon as another row maps them.
func TestNativeSlotsFollowTheOtherRows(t *testing.T) {
	f := load(t, `
leading: a
systems: {a: {connector: memory}, c: {connector: crmapi, key: env:K, secret: env:S}}
person: {a: both, c: {direction: both, map: {x.segment: Segment, email.work2: Mail2}}}
`)
	p := row(t, f, contact.Person, "a")
	for _, slot := range []string{"x.segment", "email.work2", "name.given", "address.home.city"} {
		if !slices.ContainsFunc(p.Map, func(e contact.MapEntry) bool { return e.Slot == slot && e.Field == slot }) {
			t.Errorf("%s is not mapped", slot)
		}
	}
	f = load(t, "leading: a\nsystems: {a: {connector: carddav, url: u}, b: {connector: memory}}\nperson: {a: both, b: both}\n")
	if p := row(t, f, contact.Person, "a"); !p.Lists || slices.ContainsFunc(p.Map, func(e contact.MapEntry) bool { return strings.HasPrefix(e.Slot, "email.") }) {
		t.Errorf("lists %v, map %+v", p.Lists, p.Map)
	}
}

// Of two patterns for one slot the one that says more counts.
func TestFieldRules(t *testing.T) {
	f := load(t, `
leading: a
blanks: keep
systems: {a: {connector: memory}, b: {connector: memory}}
person:
  conflict: newest
  fields: {all: ask, "address.*": [b, a], address.work.*: {blanks: clear}, address.work.city: b, note: newest, title: {edits: leave}}
  a: both
  b: {direction: both, edits: ask}
`)
	want := []contact.FieldRule{
		{Slots: "address.work.city", Leading: []string{"b"}, Conflict: "newest", Blanks: "keep", Edits: "ask"},
		{Slots: "title", Leading: []string{"a"}, Conflict: "newest", Blanks: "keep", Edits: "leave"},
		{Slots: "note", Leading: []string{"a"}, Conflict: "newest", Blanks: "keep", Edits: "ask"},
		{Slots: "address.work.*", Leading: []string{"a"}, Conflict: "newest", Blanks: "clear", Edits: "ask"},
		{Slots: "address.*", Leading: []string{"b", "a"}, Conflict: "newest", Blanks: "keep", Edits: "ask"},
		{Slots: "all", Leading: []string{"a"}, Conflict: "ask", Blanks: "keep", Edits: "ask"},
		{Slots: "all", Leading: []string{"a"}, Conflict: "newest", Blanks: "keep", Edits: "ask"},
	}
	if got := row(t, f, contact.Person, "b").Fields; !reflect.DeepEqual(got, want) {
		t.Errorf("fields\n%+v\nwant\n%+v", got, want)
	}
}

func TestPausedPlaces(t *testing.T) {
	f := load(t, `
leading: a
systems: {a: {connector: memory, paused: yes}, b: {connector: memory}, c: {connector: memory}}
company: {a: both, b: {direction: both, paused: yes}}
person: {a: {direction: both, paused: no}, b: {direction: both, paused: yes}, c: both}
`)
	want := []Place{{"a", "a", false}, {"b", "b", true}, {"c", "c", false}}
	if !reflect.DeepEqual(f.Places, want) {
		t.Errorf("places %+v", f.Places)
	}
	if a := f.row(contact.Company, "a"); !a.Policy.Paused {
		t.Error("a's companies run")
	}
	if a := f.row(contact.Person, "a"); a.Policy.Paused {
		t.Error("a's persons are paused although the row says no")
	}
}

func TestReadOnlySystems(t *testing.T) {
	f := example(t, "three.yaml")
	for name, want := range map[string]bool{"erp": false, "crm": false, "legacy": true} {
		if s, _ := f.System(name); s.ReadOnly != want {
			t.Errorf("%s: readonly %v", name, s.ReadOnly)
		}
	}
	f = load(t, "leading: a\nsystems: {a: {connector: memory, readonly: yes}, b: {connector: memory}}\nperson: {a: {direction: both, readonly: no}, b: both}\n")
	if s, _ := f.System("a"); s.ReadOnly {
		t.Error("the row's readonly: no does not count")
	}
}

func TestExplainNamesTheLine(t *testing.T) {
	f := example(t, "sage.yaml")
	r := f.row(contact.Person, "ssm")
	for key, want := range map[string]Rule{
		"country":        {"country", "SE", "file", Pos{1, 10}},
		"required":       {"required", "[company]", "kind", Pos{13, 13}},
		"removal":        {"removal", "mark deleted", "row", Pos{15, 55}},
		"locked":         {"locked", "[company]", "row", Pos{15, 95}},
		"direction":      {"direction", "both", "row", Pos{15, 20}},
		"exit":           {"exit", "stay", "default", Pos{}},
		"map name.given": {"map name.given", "First", "connector", Pos{}},
	} {
		if got := r.rule(key); got != want {
			t.Errorf("%s is %+v, want %+v", key, got, want)
		}
	}
	if got, want := f.row(contact.Person, "sage").rule("readonly"), (Rule{"readonly", "no", "system", Pos{6, 58}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	three := example(t, "three.yaml").row(contact.Person, "erp")
	if got, want := three.rule("map company"), (Rule{"map company", "{field: customer_no, by: number}", "row", Pos{23, 7}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := three.rule("fields title blanks"), (Rule{"fields title blanks", "keep", "field", Pos{14, 61}}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
