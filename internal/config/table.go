package config

import (
	"slices"
	"strings"

	"kith/internal/contact"
)

// Where is a level of the file. Of a rule that stands at several, the nearest
// to the field counts, and counts whole.
type Where string

const (
	InFile   Where = "file"
	InSystem Where = "system"
	InKind   Where = "kind" // the blocks company and person
	InRow    Where = "row"
	InField  Where = "field"
)

// Levels are all levels from the farthest to the nearest.
var Levels = []Where{InFile, InSystem, InKind, InRow, InField}

func (w Where) article() string {
	if w == InFile {
		return "the file"
	}
	return "a " + string(w)
}

// Key is one key of the language, as the reference shows it.
type Key struct {
	Name    string
	Where   []Where
	Values  string // what may be written
	Default string // what an absent key means, as one would write it
	Doc     string
}

// Keys returns the keys that may stand at a level, in the order of the
// reference.
func Keys(where Where) []Key {
	var keys []Key
	for _, k := range table {
		if slices.Contains(k.where, where) {
			keys = append(keys, Key{Name: k.name, Where: k.where, Values: k.shape.words, Default: k.standard, Doc: k.doc})
		}
	}
	return keys
}

// key is a line of the table: all there is to know about a key.
type key struct {
	name     string
	where    []Where
	shape    shape
	standard string // the default as one would write it; read by the same reader
	doc      string
}

var (
	fileOnly   = []Where{InFile}
	systemOnly = []Where{InSystem}
	kindOnly   = []Where{InKind}
	rowOnly    = []Where{InRow}
	pace       = []Where{InFile, InSystem}
	paceRow    = []Where{InFile, InSystem, InRow}
	rule       = []Where{InFile, InSystem, InKind, InRow}
	fieldRule  = []Where{InFile, InSystem, InKind, InRow, InField}
	lead       = []Where{InFile, InKind, InField}
	systemRow  = []Where{InSystem, InRow}
)

// table is the one source of the reader, the JSON Schema and the reference.
var table = []key{
	{"store", fileOnly, storeShape, "kith.db", "where Kith remembers: a file, or postgres://… for several nodes; env:NAME when it holds a password"},
	{"installation", fileOnly, installationShape, "", "half of the marker on remote records; by default derived from the systems' accounts"},
	{"listen", fileOnly, listenShape, "127.0.0.1:8080", "address of the console and the API"},
	{"language", fileOnly, oneOf("en"), "en", "language of console, sentences and mails"},

	{"country", pace, countryShape, "", "ISO code; reads phone numbers and addresses that name no country"},
	{"timezone", pace, zoneShape, "UTC", "for times of the day and local times of a system"},
	{"sync", pace, scheduleShape, "every 15m", "when it is read and written"},
	{"compare", pace, scheduleShape, "every 24h", "when everything is compared where deletions are invisible"},
	{"pace", pace, paceShape, "", "how fast it is asked; by default what the connector knows"},
	{"timeout", pace, durationShape, "60s", "for one request"},
	{"tries", pace, countShape, "8", "for one record, then it is failed; a system that cannot be reached does not count"},
	{"brake", paceRow, brakeShape, "10 or 5%", "stop and ask before more removals in a day (the larger counts), and where a side is emptied or shrunken"},
	{"paused", paceRow, yesNoShape, "no", "yes: nothing is read or written; what is known of its records counts on, and what becomes due arrives afterwards"},

	{"leading", lead, placesShape, "[]", "who wins, in order; the rest follow"},
	{"conflict", fieldRule, oneOf("leading", "newest", "ask"), "leading", "both sides changed; newest falls back to leading, leading asks where nobody leads"},
	{"blanks", fieldRule, oneOf("clear", "keep"), "clear", "what the winner's empty value does here"},
	{"edits", fieldRule, oneOf("overwrite", "leave", "ask"), "overwrite", "own edits where they do not count (takes, locked)"},
	{"choose", rule, filterShape, "[]", "which records take part; empty: all; here: who may be here, from: whose changes count elsewhere"},
	{"exit", rule, oneOf("stay", "remove"), "stay", "a record leaves the choice: remove does what removal says; it never counts as a deletion"},
	{"with", rule, withShape, "all", "exchanges only with these systems or places"},
	{"create", rule, createShape, "all", "here: who may be created here; from: whose new records start a party"},
	{"required", rule, slotsShape, "[]", "a record without these waits; a company must exist at this place"},
	{"locked", rule, slotsShape, "[]", "what cannot be changed from here"},
	{"readonly", rule, readonlyShape, "no", "what Kith never writes here"},
	{"skip", rule, slotsShape, "[]", "neither read nor written here"},
	{"watched", rule, slotsShape, "all", "a change of these makes a record due; then everything pending is written"},
	{"match", rule, matchShape, "standard", "how sameness is found, in order: slots as keys, standard (by likeness, with a score), strict (certain: same e-mail, or same last name and mobile; possible: same name, or same last name and number), or off"},
	{"certain", rule, oneOf("link", "refuse", "ask"), "link", "the record to be created here certainly exists"},
	{"possible", rule, oneOf("ask", "create"), "ask", "the record to be created here possibly exists"},
	{"wrong", rule, wrongShape, "5", "with standard: how many wrong links per 10,000 certain ones the rules aim at"},
	{"reviewed", rule, reviewedShape, "3%", "with standard: so many questions there may be for each record, the likeliest first"},
	{"deletes", rule, oneOf("ignore", "if origin", "spread"), "ignore", "a deletion made here; if origin: of what was born here"},
	{"removal", rule, removalShape, "ask", "how a removal arrives here"},
	{"recreate", rule, oneOf("never", "on change", "always"), "never", "a record was deleted only here"},
	{"phones", rule, oneOf(phoneStyles...), "as typed", "how phone numbers are written here; they are always compared as E.164"},

	{"systems", fileOnly, blockShape("systems", "your names for the systems"), "", "how to reach each system"},
	{"company", fileOnly, blockShape("kind", "rules, fields, and a row per system"), "", "which system gives and takes companies"},
	{"person", fileOnly, blockShape("kind", "rules, fields, and a row per system"), "", "which system gives and takes persons"},
	{"connector", systemOnly, shape{words: "a kind of connector"}, "", "what speaks to the system; it brings further keys"},
	{"fields", kindOnly, blockShape("fields", "SLOT: PLACE | newest | ask | {leading, conflict, blanks, edits}"), "{}", "rules for some slots"},
	{"direction", rowOnly, oneOf(directions...), "", "what the place does; required, and all a short row says"},
	{"collection", rowOnly, textShape, "", "table, resource or file; this and the next three: by default what the connector knows"},
	{"id", rowOnly, textShape, "", "native key"},
	{"changed", rowOnly, textShape, "", "native time of the last update"},
	{"marker", rowOnly, textShape, "", "native field for our id; it makes a create safe to repeat"},
	{"map", systemRow, blockShape("map", "SLOT: FIELD | =EXPRESSION | {field, values, as, by, max, cut}"), "{}", "which fields correspond; adds up"},
	{"write", systemRow, blockShape("write", "FIELD: SLOT | =EXPRESSION"), "{}", "native fields that only go out; adds up"},
}

var (
	directions  = []string{"gives", "takes", "both"}
	phoneStyles = []string{"as typed", "e164", "international", "national", "digits"}
)

func findKey(name string) (key, bool) {
	i := slices.IndexFunc(table, func(k key) bool { return k.name == name })
	if i < 0 {
		return key{}, false
	}
	return table[i], true
}

// keyNames returns the names that may stand at a level.
func keyNames(where Where) []string {
	var names []string
	for _, k := range table {
		if slices.Contains(k.where, where) {
			names = append(names, k.name)
		}
	}
	return names
}

// reservedNames cannot be names of systems: a row or a rule would be misread.
func reservedNames() []string {
	names := []string{"all", "newest", "ask", "here", "from"}
	for _, k := range table {
		names = append(names, k.name)
	}
	return names
}

func joinWhere(where []Where) string {
	words := make([]string, len(where))
	for i, w := range where {
		words[i] = w.article()
	}
	return strings.Join(words, ", ")
}

func kindOf(name string) (contact.Kind, bool) {
	kind := contact.Kind(name)
	return kind, slices.Contains(contact.Kinds, kind)
}
