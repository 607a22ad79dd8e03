package config

import (
	"encoding/json"
	"slices"
)

// Schema returns the JSON Schema (draft-07) of the file, for editors. It is
// made from the table of keys and from what the connectors declare.
func Schema(kinds []Kind) []byte {
	file := object(properties(InFile))
	file["$schema"] = "http://json-schema.org/draft-07/schema#"
	file["title"] = "kith.yaml"
	file["required"] = []string{"systems"}
	file["definitions"] = definitions(kinds)
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		panic(err) // the schema is made of maps, lists and texts only
	}
	return append(text, '\n')
}

func definitions(kinds []Kind) map[string]any {
	row := object(properties(InRow))
	row["required"] = []string{"direction"}
	kind := object(properties(InKind))
	kind["additionalProperties"] = reference("row")
	field := object(properties(InField))
	line := object(map[string]any{
		"field": anyScalar(), "values": map[string]any{"type": "object", "additionalProperties": anyScalar()},
		"as": anyScalar(), "by": anyScalar(), "max": countShape.schema, "cut": yesNoSchema(),
	})
	line["required"] = []string{"field"}
	return map[string]any{
		"row":      either(map[string]any{"enum": directions}, row),
		"kind":     either(map[string]any{"type": "null"}, kind),
		"systems":  map[string]any{"type": "object", "propertyNames": systemNames(), "additionalProperties": reference("system")},
		"system":   systemSchema(kinds),
		"fields":   map[string]any{"type": "object", "additionalProperties": either(anyScalar(), reference("texts"), field)},
		"map":      map[string]any{"type": "object", "additionalProperties": either(anyScalar(), line)},
		"write":    map[string]any{"type": "object", "additionalProperties": anyScalar()},
		"texts":    either(anyScalar(), map[string]any{"type": "array", "items": anyScalar()}),
		"choose":   apartSchema(reference("texts")),
		"create":   apartSchema(map[string]any{"enum": []string{"all", "by hand", "never"}}),
		"readonly": either(yesNoSchema(), reference("texts")),
	}
}

// systemSchema allows for each connector its own keys and no other's.
func systemSchema(kinds []Kind) map[string]any {
	all := properties(InSystem)
	own := keyNames(InSystem)
	var rules []any
	for _, k := range kinds {
		names := slices.Clone(own)
		required := []string{}
		for _, key := range k.Keys {
			all[key.Name] = kindKeySchema(key)
			names = append(names, key.Name)
			if key.Required {
				required = append(required, key.Name)
			}
		}
		then := map[string]any{"propertyNames": map[string]any{"enum": names}}
		if len(required) > 0 {
			then["required"] = required
		}
		rules = append(rules, map[string]any{
			"if":   map[string]any{"properties": map[string]any{"connector": map[string]any{"const": k.Name}}},
			"then": then,
		})
	}
	all["connector"] = map[string]any{"enum": kindNames(kinds), "description": describe("connector")}
	system := object(all)
	system["required"] = []string{"connector"}
	if len(rules) > 0 {
		system["allOf"] = rules
	}
	return system
}

// kindKeySchema leaves open what two connectors use under one name: which of
// them it is decides the reader.
func kindKeySchema(key KindKey) map[string]any {
	if key.Secret {
		return map[string]any{"type": "string", "pattern": "^(env|file):.+", "description": key.Doc}
	}
	return map[string]any{"type": []string{"string", "number", "boolean", "array"}, "description": key.Doc}
}

// properties are the keys of a level.
func properties(where Where) map[string]any {
	all := map[string]any{}
	for _, k := range table {
		if !slices.Contains(k.where, where) {
			continue
		}
		property := map[string]any{"description": describe(k.name)}
		if ref, ok := k.shape.schema["$ref"]; ok {
			property["allOf"] = []any{map[string]any{"$ref": ref}} // draft-07 ignores what stands beside $ref
		} else {
			for name, value := range k.shape.schema {
				property[name] = value
			}
		}
		all[k.name] = property
	}
	return all
}

func describe(name string) string {
	k, _ := findKey(name)
	text := k.doc + " (" + k.shape.words + ")"
	if k.standard != "" {
		text += "; default: " + k.standard
	}
	return text
}

func object(properties map[string]any) map[string]any {
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

func reference(definition string) map[string]any {
	return map[string]any{"$ref": "#/definitions/" + definition}
}

func either(schemas ...any) map[string]any { return map[string]any{"anyOf": schemas} }

func anyScalar() map[string]any {
	return map[string]any{"type": []string{"string", "number", "boolean"}}
}

// yesNoSchema takes what editors make of yes and no.
func yesNoSchema() map[string]any {
	return map[string]any{"enum": []any{"yes", "no", true, false}}
}

func apartSchema(side map[string]any) map[string]any {
	return either(side, object(map[string]any{"here": side, "from": side}))
}

func systemNames() map[string]any {
	return map[string]any{"pattern": namePattern.String(), "not": map[string]any{"enum": reservedNames()}}
}
