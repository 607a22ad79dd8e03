package config

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// keySamples is a value for every key of the table.
var keySamples = map[string]string{
	"store": "postgres://db/kith", "installation": "acme", "listen": "0.0.0.0:80", "language": "en",
	"country": "SE", "timezone": "Europe/Paris", "sync": "at 06:00 18:00", "compare": "by hand", "pace": "100/min", "timeout": "30s", "tries": "3",
	"brake": "10 or 5%", "paused": "yes", "leading": "[b, a]", "conflict": "newest", "blanks": "keep", "edits": "ask",
	"choose": `status != "x"`, "exit": "remove", "with": "[a, b]", "create": "{here: by hand, from: all}", "required": "[title, name.*]",
	"locked": "all", "readonly": "yes", "skip": "[note]", "watched": "[status]", "match": "[number, standard]", "certain": "ask", "wrong": "5", "reviewed": "3%",
	"possible": "create", "deletes": "if origin", "removal": "mark deleted", "recreate": "on change", "phones": "e164",
	"connector": "memory", "collection": "c", "id": "i", "changed": "u", "marker": "m", "direction": "both",
	"fields": "{name.*: b, note: newest, title: {leading: [a], blanks: keep}}",
	"map":    "{status: {field: s, values: {0: active}}, x.t: t, note: =src.N}", "write": "{w: title, v: =title}",
	"systems": "{a: {connector: memory}, b: {connector: memory}}", "person": "{a: both, b: both}", "company": "{a: both, b: both}",
}

// sampleFile writes a file with one key at one level. Person slots are used,
// so the level of kinds is the person's.
func sampleFile(key string, where Where, value string) string {
	at := func(level Where) string {
		if level != where {
			return ""
		}
		return key + ": " + value + ", "
	}
	if where == InFile && (key == "systems" || key == "person") {
		return "{systems: {a: {connector: memory}, b: {connector: memory}}, person: {a: both, b: both}}"
	}
	connector, direction := "connector: memory, ", "direction: both, "
	if key == "connector" {
		connector = ""
	}
	if key == "direction" {
		direction = ""
	}
	field := ""
	if where == InField {
		field = "fields: {title: {" + key + ": " + value + "}}, "
	}
	return fmt.Sprintf("{%ssystems: {a: {%s%s}, b: {connector: memory}}, person: {%s%sa: {%s%s}, b: both}}",
		at(InFile), connector, at(InSystem), at(InKind), field, direction, at(InRow))
}

// Every key of the table is read at each level it names, and validates there
// against the schema.
func TestEveryKeyIsAccepted(t *testing.T) {
	schema := loadSchema(t)
	for _, where := range Levels {
		keys := Keys(where)
		if len(keys) == 0 {
			t.Errorf("no keys in %s", where)
		}
		for _, k := range keys {
			value, ok := keySamples[k.Name]
			if !ok {
				t.Errorf("no sample for %s", k.Name)
				continue
			}
			if k.Doc == "" || k.Values == "" {
				t.Errorf("%s is not described", k.Name)
			}
			text := sampleFile(k.Name, where, value)
			if _, err := Load("kith.yaml", []byte(text), testKinds(), Secrets{}); err != nil {
				t.Errorf("%s in %s:\n%v", k.Name, where, err)
			}
			if problem := schema.check(t, text); problem != "" {
				t.Errorf("%s in %s: the schema refuses %s: %s", k.Name, where, text, problem)
			}
		}
	}
}

// A key stands nowhere else: the reader and the schema both refuse it.
func TestNoKeyStandsElsewhere(t *testing.T) {
	schema := loadSchema(t)
	for _, k := range table {
		for _, where := range Levels {
			if slices.Contains(k.where, where) || slices.Contains([]string{"systems", "person", "company"}, k.name) {
				continue
			}
			text := sampleFile(k.name, where, keySamples[k.name])
			if k.name == "connector" || k.name == "direction" {
				text = strings.NewReplacer("{a: {}", "{a: {connector: memory}", "person: {a: {}", "person: {a: {direction: both}").Replace(text)
			}
			_, err := Load("kith.yaml", []byte(text), testKinds(), Secrets{})
			if err == nil || !strings.Contains(err.Error(), "this key does not stand in "+where.article()) {
				t.Errorf("%s in %s: %v", k.name, where, err)
			}
			if schema.check(t, text) == "" {
				t.Errorf("%s in %s: the schema accepts %s", k.name, where, text)
			}
		}
	}
}

func TestExamplesValidate(t *testing.T) {
	schema := loadSchema(t)
	names, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(names) < 5 {
		t.Fatalf("examples %v, %v", names, err)
	}
	for _, name := range names {
		text := exampleText(t, filepath.Base(name))
		load(t, text)
		if problem := schema.check(t, text); problem != "" {
			t.Errorf("%s: %s", name, problem)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema := loadSchema(t)
	for name, text := range map[string]string{
		"unknown key":       "{systems: {a: {connector: memory}}, contry: SE}",
		"no systems":        "{person: {a: both}}",
		"other's key":       "{systems: {a: {connector: memory, path: x}}}",
		"required key":      "{systems: {a: {connector: file}}}",
		"literal secret":    "{systems: {a: {connector: carddav, url: u, password: geheim}}}",
		"no direction":      "{systems: {a: {connector: memory}}, person: {a: {locked: all}}}",
		"unknown direction": "{systems: {a: {connector: memory}}, person: {a: give}}",
		"unknown connector": "{systems: {a: {connector: memry}}}",
		"key as system":     "{systems: {sync: {connector: memory}}}",
		"unknown value":     "{systems: {a: {connector: memory}}, deletes: sometimes}",
		"map without field": "{systems: {a: {connector: memory, map: {title: {max: 3}}}}}",
	} {
		if schema.check(t, text) == "" {
			t.Errorf("%s: the schema accepts %s", name, text)
		}
		if _, err := Load("kith.yaml", []byte(text), testKinds(), Secrets{}); err == nil {
			t.Errorf("%s: the reader accepts %s", name, text)
		}
	}
}

// schemaFile is a validator of the keywords the schema uses.
type schemaFile struct{ root map[string]any }

func loadSchema(t *testing.T) schemaFile {
	t.Helper()
	var s schemaFile
	if err := json.Unmarshal(Schema(testKinds()), &s.root); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(Schema(testKinds()), Schema(testKinds())) {
		t.Fatal("the schema is not the same twice")
	}
	return s
}

func (s schemaFile) check(t *testing.T, text string) string {
	t.Helper()
	root, problem := parseYAML(text)
	if problem != nil {
		t.Fatalf("%s: %s", text, problem.Sentence)
	}
	return s.validate(s.root, plainJSON(root), "")
}

// plainJSON is what an editor makes of the file.
func plainJSON(n *node) any {
	switch n.shape {
	case mapping:
		object := map[string]any{}
		for _, p := range n.pairs {
			object[p.key.text] = plainJSON(p.value)
		}
		return object
	case list:
		items := []any{}
		for _, item := range n.items {
			items = append(items, plainJSON(item))
		}
		return items
	}
	if n.inner == 0 {
		if number, err := strconv.ParseFloat(n.text, 64); err == nil {
			return number
		}
		switch n.text {
		case "true", "false":
			return n.text == "true"
		case "":
			return nil
		}
	}
	return n.text
}

func (s schemaFile) validate(schema map[string]any, value any, path string) string {
	for keyword, want := range schema {
		if problem := s.keyword(schema, keyword, want, value, path); problem != "" {
			return problem
		}
	}
	return ""
}

func (s schemaFile) keyword(schema map[string]any, keyword string, want, value any, path string) string {
	object, isObject := value.(map[string]any)
	switch keyword {
	case "$schema", "title", "description", "definitions", "then":
	case "$ref":
		name := strings.TrimPrefix(want.(string), "#/definitions/")
		definition, ok := s.root["definitions"].(map[string]any)[name].(map[string]any)
		if !ok {
			return "no definition " + name
		}
		return s.validate(definition, value, path)
	case "type":
		types, ok := want.([]any)
		if !ok {
			types = []any{want}
		}
		if !slices.ContainsFunc(types, func(name any) bool { return hasType(name.(string), value) }) {
			return fmt.Sprintf("%s: %v is not %v", path, value, want)
		}
	case "enum":
		if !slices.ContainsFunc(want.([]any), func(one any) bool { return reflect.DeepEqual(one, value) }) {
			return fmt.Sprintf("%s: %v is none of %v", path, value, want)
		}
	case "const":
		if !reflect.DeepEqual(want, value) {
			return fmt.Sprintf("%s: %v is not %v", path, value, want)
		}
	case "pattern":
		if text, ok := value.(string); ok && !regexp.MustCompile(want.(string)).MatchString(text) {
			return fmt.Sprintf("%s: %q does not fit %s", path, text, want)
		}
	case "minimum":
		if number, ok := value.(float64); ok && number < want.(float64) {
			return fmt.Sprintf("%s: %v is too small", path, value)
		}
	case "maximum":
		if number, ok := value.(float64); ok && number > want.(float64) {
			return fmt.Sprintf("%s: %v is too large", path, value)
		}
	case "required":
		for _, name := range want.([]any) {
			if isObject && object[name.(string)] == nil {
				return fmt.Sprintf("%s: %s is missing", path, name)
			}
		}
	case "properties", "additionalProperties":
		if keyword == "properties" && isObject {
			for name, below := range want.(map[string]any) {
				if v, ok := object[name]; ok {
					if problem := s.validate(below.(map[string]any), v, path+"."+name); problem != "" {
						return problem
					}
				}
			}
		}
		if keyword == "additionalProperties" && isObject {
			return s.additional(schema, want, object, path)
		}
	case "propertyNames":
		for name := range object {
			if problem := s.validate(want.(map[string]any), name, path+"."+name); problem != "" {
				return problem
			}
		}
	case "items":
		for _, item := range asList(value) {
			if problem := s.validate(want.(map[string]any), item, path+"[]"); problem != "" {
				return problem
			}
		}
	case "allOf":
		for _, part := range want.([]any) {
			if problem := s.validate(part.(map[string]any), value, path); problem != "" {
				return problem
			}
		}
	case "anyOf":
		problems := []string{}
		for _, part := range want.([]any) {
			problem := s.validate(part.(map[string]any), value, path)
			if problem == "" {
				return ""
			}
			problems = append(problems, problem)
		}
		return strings.Join(problems, " / ")
	case "not":
		if s.validate(want.(map[string]any), value, path) == "" {
			return path + ": is what it must not be"
		}
	case "if":
		if s.validate(want.(map[string]any), value, path) == "" {
			return s.validate(schema["then"].(map[string]any), value, path)
		}
	default:
		return "the test does not know the keyword " + keyword
	}
	return ""
}

func (s schemaFile) additional(schema map[string]any, want any, object map[string]any, path string) string {
	known, _ := schema["properties"].(map[string]any)
	for name, v := range object {
		if known[name] != nil {
			continue
		}
		below, ok := want.(map[string]any)
		if !ok {
			return fmt.Sprintf("%s: %s is not allowed", path, name)
		}
		if problem := s.validate(below, v, path+"."+name); problem != "" {
			return problem
		}
	}
	return ""
}

func asList(value any) []any {
	items, _ := value.([]any)
	return items
}

func hasType(name string, value any) bool {
	switch v := value.(type) {
	case string:
		return name == "string"
	case float64:
		return name == "number" || name == "integer" && v == float64(int(v))
	case bool:
		return name == "boolean"
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return name == "null"
}
