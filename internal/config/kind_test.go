package config

import (
	"slices"
	"testing"

	"kith/internal/contact"
)

const broughtConfig = `
systems:
  erp: {connector: careful, dsn: env:ERP}
  list: {connector: file, path: .}
person:
  erp: both
  list: {direction: takes, match: number, collection: a.csv, id: No, map: {number: No, name.family: Name}}
`

func broughtKinds() []Kind {
	return append(testKinds(), Kind{
		Name: "careful", Keys: []KindKey{{Name: "dsn", Doc: "where it is", Required: true, Secret: true}, {Name: "dialect", Doc: "which", Default: "sqlserver"}},
		Map: apiMap(), Collections: apiCollections(), Rules: map[string]string{"readonly": "yes", "match": "[number, strict]", "country": "FR"},
	})
}

func loadBrought(t *testing.T, text string) *File {
	t.Helper()
	f, err := Load("kith.yaml", []byte(text), broughtKinds(), Secrets{Env: func(string) (string, bool) { return "x", true }})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A rule that a connector brings holds until a line says otherwise, wherever
// that line stands.
func TestRulesAConnectorBrings(t *testing.T) {
	f := loadBrought(t, broughtConfig)
	p := row(t, f, contact.Person, "erp")
	if !slices.Contains(p.ReadOnly, "all") || !slices.Equal(p.Match, []string{"number", "strict"}) || p.Country != "FR" {
		t.Errorf("readonly %v, match %v, country %q", p.ReadOnly, p.Match, p.Country)
	}
	s, _ := f.System("erp")
	if !s.ReadOnly || s.Keys["dialect"] != "sqlserver" {
		t.Errorf("%+v", s)
	}
	if other := row(t, f, contact.Person, "list"); len(other.ReadOnly) > 0 || other.Country != "" {
		t.Errorf("another system has its rules: %+v", other)
	}
	i := slices.IndexFunc(f.Rows, func(r Row) bool { return r.Policy.Place == "erp" })
	if rule := f.Rows[i].rule("readonly"); rule.From != "connector" || rule.Value != "yes" {
		t.Errorf("explained as %+v", rule)
	}
	for where, text := range map[string]string{
		"file": "readonly: no\n" + broughtConfig,
		"system": `
systems:
  erp: {connector: careful, dsn: env:ERP, readonly: no}
person:
  erp: both
`,
		"row": `
systems:
  erp: {connector: careful, dsn: env:ERP}
person:
  erp: {direction: both, readonly: no}
`,
	} {
		f := loadBrought(t, text)
		s, _ := f.System("erp")
		if p := row(t, f, contact.Person, "erp"); slices.Contains(p.ReadOnly, "all") || s.ReadOnly {
			t.Errorf("readonly: no in the %s does not count: %v, %t", where, p.ReadOnly, s.ReadOnly)
		}
	}
}

// What a kind is may hang on its keys.
func TestAKindThatHangsOnItsKeys(t *testing.T) {
	kinds := testKinds()
	i := slices.IndexFunc(kinds, func(k Kind) bool { return k.Name == "file" })
	csv := kinds[i]
	kinds[i].As = func(keys map[string]string) Kind {
		if keys["encoding"] != "cards" {
			return csv
		}
		return Kind{Name: "file", Keys: csv.Keys, Lists: true, Marks: true, Map: apiMap()}
	}
	f, err := Load("kith.yaml", []byte("systems:\n  a: {connector: file, path: ., encoding: cards}\nperson:\n  a: both\n"), kinds, Secrets{})
	if err != nil {
		t.Fatal(err)
	}
	if p := row(t, f, contact.Person, "a"); !p.Lists || len(p.Map) != len(apiMap()[contact.Person]) {
		t.Errorf("%+v", p)
	}
	if _, err := Load("kith.yaml", []byte("systems:\n  a: {connector: file, path: .}\nperson:\n  a: both\n"), kinds, Secrets{}); err == nil {
		t.Error("what needs a collection does without")
	}
}
