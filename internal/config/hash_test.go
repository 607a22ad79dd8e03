package config

import (
	"testing"

	"kith/internal/contact"
)

const hashed = `
leading: a
country: SE
systems: {a: {connector: memory}, c: {connector: crmapi, key: env:K, secret: env:S}}
person:
  fields: {email.*: c, phone.*: a}
  a: both
  c: {direction: both, collection: t, id: i, marker: m, map: {title: T, status: {field: S, values: {0: active, 1: inactive}}}, write: {x: title, y: role}, locked: [title, role], choose: [title == "a", title == "b"]}
`

func hashOf(t *testing.T, text string) string {
	t.Helper()
	return RowHash(row(t, load(t, text), contact.Person, "c"))
}

// The same said in another order is the same row.
func TestRowHashKnowsNoOrder(t *testing.T) {
	other := `
person:
  c: {choose: [title == "b", title == "a"], locked: [role, title], write: {"y": role, x: title}, map: {status: {values: {1: inactive, 0: active}, field: S}, title: T}, marker: m, id: i, collection: t, direction: both}
  a: both
  fields: {phone.*: a, email.*: c}
systems: {c: {secret: env:S, key: env:K, connector: crmapi}, a: {connector: memory}}
country: SE
leading: a
`
	if hashOf(t, hashed) != hashOf(t, other) {
		t.Error("the order of keys changes the hash")
	}
}

// Pace, schedule and brake say nothing about what a place should show.
func TestRowHashIgnoresPace(t *testing.T) {
	paced := "sync: by hand\ncompare: every 1h\nbrake: off\ntries: 3\npace: 1/s\ntimeout: 5s\npaused: yes\nlisten: :80\n" + hashed
	if hashOf(t, hashed) != hashOf(t, paced) {
		t.Error("the pace changes the hash")
	}
}

func TestRowHashSeesRules(t *testing.T) {
	seen := map[string]string{hashOf(t, hashed): "the row as it is"}
	for name, c := range map[string][2]string{
		"field": {"title: T", "title: U"}, "slot": {"title: T", "office: T"}, "value map": {"1: inactive", "1: left"}, "write": {"y: role", "y: note"},
		"locked": {"locked: [title, role]", "locked: [title]"}, "filter": {`title == "b"]`, `title == "c"]`}, "direction": {"c: {direction: both", "c: {removal: ask, direction: takes"},
		"marker": {"marker: m", "marker: n"}, "field rule": {"email.*: c", "email.*: a"}, "leading": {"leading: a", "leading: c"}, "country": {"country: SE", "country: NO"},
		"removal": {"locked:", "removal: delete, locked:"}, "recreate": {"locked:", "recreate: always, locked:"}, "deletes": {"locked:", "deletes: spread, locked:"},
		"match": {"locked:", "match: title, locked:"}, "wrong": {"locked:", "wrong: 1, locked:"}, "reviewed": {"locked:", "reviewed: 9%, locked:"}, "with": {"locked:", "with: a, locked:"}, "skip": {"locked:", "skip: note, locked:"}, "phones": {"locked:", "phones: e164, locked:"},
		"create": {"locked:", "create: never, locked:"}, "exit": {"locked:", "exit: remove, locked:"}, "watched": {"locked:", "watched: title, locked:"},
		"choose apart": {`choose: [title == "a", title == "b"]`, `choose: {here: [title == "a", title == "b"]}`},
	} {
		changed := replaceOnce(t, hashed, c[0], c[1])
		hash := hashOf(t, changed)
		if other, ok := seen[hash]; ok {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[hash] = name
	}
}
