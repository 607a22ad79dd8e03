package config

import (
	"fmt"
	"strings"
	"testing"
)

// tableText prints the table as the tests compare it.
func tableText(f *File) string {
	var b strings.Builder
	for _, row := range Table(f) {
		fmt.Fprintf(&b, "%s  %s\n  created: %s\n", row.Kind, row.Direction, row.Created)
		for _, line := range row.Changed {
			fmt.Fprintf(&b, "  changed: %s\n", line)
		}
		for _, line := range row.Deleted {
			fmt.Fprintf(&b, "  deleted: %s\n", line)
		}
		for _, line := range row.Notes {
			fmt.Fprintf(&b, "  note: %s\n", line)
		}
	}
	return b.String()
}

func warningText(f *File) string {
	lines := make([]string, len(f.Warnings))
	for i, w := range f.Warnings {
		lines[i] = w.String()
	}
	return strings.Join(lines, "\n")
}

// The direction table of the Sage example: what is created, changed and
// deleted where, by kind.
func TestR043DirectionTable(t *testing.T) {
	for name, want := range map[string]string{
		"sage.yaml": `company  sage -> ssm
  created: in sage
  changed: in sage
  deleted: in sage: nothing happens in ssm
person  sage <-> ssm
  created: in both
  changed: in both, sage wins; company only in sage
  deleted: in sage: marked deleted in ssm
  deleted: in ssm: born there, deleted in sage; others come back
`,
		"three.yaml": `company  erp, legacy -> crm
  created: in erp, legacy
  changed: in erp, legacy, erp before legacy before crm wins
  deleted: in erp: nothing happens in crm
  deleted: in legacy: nothing happens in crm
  note: legacy exchanges only with erp, crm
person  legacy -> erp <-> crm
  created: in all
  changed: in all, erp before legacy before crm wins
  changed: phone.mobile: crm wins
  changed: title: erp before legacy before crm wins, a blank clears nothing
  changed: note: the newest wins
  deleted: in erp: nothing happens in crm
  deleted: in crm: nothing happens in erp
  deleted: in legacy: nothing happens in erp, crm
  note: legacy exchanges only with erp, crm
`,
		"replicate.yaml": `company  nothing passes
  created: nowhere
  changed: nowhere
person  crm <-> book
  created: in book; by hand in crm; made by hand in crm, book
  changed: in crm
  deleted: in crm: nothing happens in book
  deleted: in book: nothing happens in crm
`,
		"csv.yaml": `company  old -> new
  created: in old
  changed: in old
  deleted: in old: nothing happens in new
  note: new is paused
person  old -> new
  created: in old
  changed: in old
  deleted: in old: nothing happens in new
  note: new is paused
`,
	} {
		if got := tableText(example(t, name)); got != want {
			t.Errorf("%s\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestDirectionTableOfRules(t *testing.T) {
	const systems = "systems: {a: {connector: memory}, b: {connector: memory}, c: {connector: memory}}\n"
	for text, want := range map[string]string{
		"leading: [a, b]\nperson: {deletes: spread, a: both, b: {direction: both, removal: delete}, c: {direction: takes, recreate: on change, removal: mark status=left}}": `person  a <-> b -> c
  created: in a, b
  changed: in a, b, a before b wins
  deleted: in a: deleted in b, marked status=left in c
  deleted: in b: asked about in a, marked status=left in c
  deleted: in c: comes back with the next change
`,
		"person: {a: both, b: {direction: both, deletes: if origin}, c: {direction: both, readonly: yes, create: never}}": `person  c -> a <-> b
  created: in a, b
  changed: in all, a conflict is asked about
  deleted: in a: nothing happens in b
  deleted: in b: born there, asked about in a; others stay in a
  deleted: in c: nothing happens in a, b
  note: c is readonly: nothing is written there
`,
		"conflict: newest\nperson: {a: {direction: both, recreate: always}, b: {direction: both, locked: [title], removal: leave, with: a}, c: {direction: both, conflict: ask}}": `person  a <-> b <-> c
  created: in all
  changed: in all, the newest wins for a, b, a conflict is asked about for c; title not in b
  deleted: in a: nothing happens in b, c; it comes back
  deleted: in b: nothing happens in a
  deleted: in c: nothing happens in a
  note: b exchanges only with a
`,
	} {
		if got := tableText(load(t, systems+text)); got != want {
			t.Errorf("%s\n%s\nwant\n%s", text, got, want)
		}
	}
}

// Persons and companies should run in the same direction; where they do not,
// the line to change is named.
func TestR003DifferentDirectionsWarn(t *testing.T) {
	f := example(t, "sage.yaml")
	want := "11:8: persons run both ways, companies only sage -> ssm. A person created in ssm at a company that sage does not have waits until it is there. To keep the directions the same, write both here and in line 10."
	if got := strings.Split(warningText(f), "\n")[0]; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	const systems = "systems: {a: {connector: memory}, b: {connector: memory}}\nleading: a\n"
	for text, want := range map[string]string{
		"company: {a: both, b: both}\nperson: {a: both, b: both}":     "",
		"company: {a: gives, b: takes}\nperson: {a: gives, b: takes}": "",
		"company: {a: both, b: both}\nperson: {a: gives, b: takes}":   "3:23: persons run only a -> b, companies both ways. To keep the directions the same, write the direction of the persons here and in line 3.",
		"company: {a: both, b: both}\nperson: {a: both, b: takes}":    "3:23: persons run only a -> b, companies both ways. To keep the directions the same, write takes here.",
		"company: {a: gives}\nperson: {a: both, b: both}":             "",
	} {
		if got := warningText(load(t, systems+text)); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// What two-way sync brings back is said in one sentence.
func TestR013R017ReturnsWarn(t *testing.T) {
	const systems = "systems: {a: {connector: memory}, b: {connector: memory}}\nleading: a\n"
	for rules, want := range map[string]string{
		"{direction: both}":                                       "",
		"{direction: both, recreate: on change}":                  "3:50: persons run both ways: one that is deleted or anonymised only in b comes back there when it changes in a; delete or anonymise it in a too.",
		"{direction: both, recreate: always, deletes: if origin}": "3:50: persons run both ways: one not born there that is deleted or anonymised only in b comes back there from a; delete or anonymise it in a too.",
		"{direction: both, recreate: always, deletes: spread}":    "",
		"{direction: takes, recreate: on change}":                 "", // R012: one way, as asked for
	} {
		if got := warningText(load(t, systems+"person: {a: both, b: "+rules+"}")); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", rules, got, want)
		}
	}
}

func TestOtherWarnings(t *testing.T) {
	for text, want := range map[string]string{
		"systems: {a: {connector: memory}, b: {connector: memory}, c: {connector: memory}}\nleading: a\nperson: {a: both, b: both}": "c has no row in company or person, so it takes no part.",
		"systems: {a: {connector: memory}, b: {connector: memory}}\nperson: {a: both, b: both}":                                     "2:13: nobody leads among persons of a, b, so every conflict is asked about; name the winner: leading: a.",
		"systems: {a: {connector: memory}, b: {connector: memory}}\nleading: a\nperson: {a: gives, b: {direction: takes, readonly: yes}}": "3:13: persons of a go nowhere and come from nowhere: no other row gives or takes what this one does.\n" +
			"3:20: persons of b go nowhere and come from nowhere: no other row gives or takes what this one does.\n" +
			"3:20: persons of b are readonly, so nothing is written there although the row says takes.",
		"systems: {a: {connector: memory}, b: {connector: memory}}\nleading: a\nperson: {a: gives, b: gives}": "3:13: persons of a go nowhere and come from nowhere: no other row gives or takes what this one does.\n" +
			"3:23: persons of b go nowhere and come from nowhere: no other row gives or takes what this one does.",
	} {
		if got := warningText(load(t, text)); got != want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", text, got, want)
		}
	}
	want := "11:33: status of new: A, B all mean active, and A is what is written for it.\n" +
		"11:33: status of new: unknown is only read; it stands for any other value, so there is none to write for it."
	if got := warningText(example(t, "csv.yaml")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
