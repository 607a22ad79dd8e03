package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kith/internal/config"
	"kith/internal/connector/file"
	"kith/internal/connector/sqldb"
	"kith/internal/contact"
	"kith/internal/plan"
	"kith/internal/sentence"
)

// TestManualTablesMatchTheCode holds the tables of the reference against the
// code they are made from. A table stands between
//
//	<!-- made from code: KEYWORD ARGUMENT -->
//	<!-- end -->
//
// and is rewritten with -update.
func TestManualTablesMatchTheCode(t *testing.T) {
	made := map[string]bool{}
	for _, p := range pages(t) {
		for i := 0; i < len(p.lines); i++ {
			match := madeFrom.FindStringSubmatch(p.lines[i])
			if match == nil {
				continue
			}
			end := i + 1
			for end < len(p.lines) && p.lines[end] != "<!-- end -->" {
				end++
			}
			if end == len(p.lines) {
				t.Fatalf("%s:%d: the table has no end", p.name, i+1)
			}
			made[match[1]] = true
			want := strings.Split(strings.TrimRight(makeTable(t, match[1]), "\n"), "\n")
			if slices.Equal(p.lines[i+1:end], want) {
				continue
			}
			if !*update {
				t.Errorf("%s:%d: the table %q is not what the code says; run: go test ./cmd/kith -run Manual -update", p.name, i+1, match[1])
				continue
			}
			p.replace(i+1, end, want)
			p.save(t)
		}
	}
	for _, table := range tables(t) {
		if !made[table] {
			t.Errorf("no page of the manual has the table %q", table)
		}
	}
}

var madeFrom = regexp.MustCompile(`^<!-- made from code: (.*) -->$`)

// tables are all that the manual has to show, so that no command, level, kind
// or reason can be forgotten.
func tables(t *testing.T) []string {
	var all []string
	for _, level := range config.Levels {
		all = append(all, "keys "+string(level))
	}
	for _, kind := range contact.Kinds {
		all = append(all, "slots "+string(kind))
	}
	for _, k := range kinds() {
		all = append(all, "connector "+k.Name)
	}
	for name := range shippedMaps() {
		all = append(all, "map "+name)
	}
	for _, group := range reasonGroups(t) {
		all = append(all, "reasons "+group.title)
	}
	for _, cmd := range commands() {
		all = append(all, "command "+cmd.CommandPath())
	}
	return append(all, "exit codes", "answers")
}

// TestManualNamesWhatThereIs finds tests, scenarios and pages that the manual
// names and nobody has.
func TestManualNamesWhatThereIs(t *testing.T) {
	var sources strings.Builder
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, "_test.go") {
			text, err := os.ReadFile(name)
			sources.Write(text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	exists := func(name string) bool { _, err := os.Stat(name); return err == nil }
	for _, p := range pages(t) {
		for i, line := range p.lines {
			for _, m := range namedTest.FindAllStringSubmatch(line, -1) {
				if !strings.Contains(sources.String(), "func "+m[1]+"(") {
					t.Errorf("%s:%d: there is no %s", p.name, i+1, m[1])
				}
			}
			if _, after, ok := strings.Cut(line, "cenario"); ok {
				for _, m := range namedScenario.FindAllStringSubmatch(after, -1) {
					if !exists(filepath.Join(root, "internal/engine/testdata/scenario", m[1]+".txtar")) {
						t.Errorf("%s:%d: there is no scenario %s", p.name, i+1, m[1])
					}
				}
			}
			for _, m := range linked.FindAllStringSubmatch(line, -1) {
				if !exists(filepath.Join(root, filepath.Dir(p.name), m[1])) {
					t.Errorf("%s:%d: the link to %s leads nowhere", p.name, i+1, m[1])
				}
			}
		}
	}
}

var (
	namedTest     = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9]+)`")
	namedScenario = regexp.MustCompile("`([a-z0-9]+(?:-[a-z0-9]+)+)`")
	linked        = regexp.MustCompile(`\]\(([^):#]+)(?:#[^)]*)?\)`)
)

func makeTable(t *testing.T, name string) string {
	word, arg, _ := strings.Cut(name, " ")
	switch word {
	case "keys":
		return keysTable(config.Where(arg))
	case "slots":
		return slotsTable(contact.Kind(arg))
	case "connector":
		return connectorTable(t, arg)
	case "map":
		return mapTable(t, arg)
	case "reasons":
		return reasonsTable(t, arg)
	case "command":
		return commandTable(t, arg)
	case "exit":
		return exitTable(t)
	case "answers":
		return answersTable()
	}
	t.Fatalf("there is no table %q", name)
	return ""
}

func keysTable(level config.Where) string {
	var b strings.Builder
	b.WriteString("| key | values | default | meaning |\n|---|---|---|---|\n")
	for _, k := range config.Keys(level) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", code(k.Name), cell(k.Values), code(k.Default), cell(k.Doc))
	}
	return b.String()
}

// slotsTable lists the slots by what they hold. Address parts stand once.
func slotsTable(kind contact.Kind) string {
	var types []string
	slots := map[string][]string{}
	for _, slot := range plan.KnownSlots(kind) {
		found, ok := contact.SlotType(kind, slot)
		if !ok {
			continue
		}
		typ := string(found)
		if family, label, part := contact.SplitSlot(slot); family == "address" {
			if part != contact.AddressParts[0] {
				continue
			}
			typ, slot = "address part", "address."+label+".…"
		}
		if slots[typ] == nil {
			types = append(types, typ)
		}
		slots[typ] = append(slots[typ], code(slot))
	}
	var b strings.Builder
	b.WriteString("| holds | slots |\n|---|---|\n")
	for _, typ := range types {
		words := strings.Join(slots[typ], ", ")
		if typ == "address part" {
			words += "; … is " + strings.Join(contact.AddressParts, ", ")
		}
		fmt.Fprintf(&b, "| %s | %s |\n", typ, words)
	}
	return b.String()
}

// shippedMaps are the maps that kinds of systems bring, by the name the manual
// has for them.
func shippedMaps() map[string]map[contact.Kind][]contact.MapEntry {
	return map[string]map[contact.Kind][]contact.MapEntry{
		"vcard":   fileAs(map[string]string{"format": file.FormatVCard}).Map,
		"sage100": sqldb.Sage100Map,
	}
}

func mapTable(t *testing.T, name string) string {
	shipped, ok := shippedMaps()[name]
	if !ok {
		t.Fatalf("there is no map %q", name)
	}
	var b strings.Builder
	b.WriteString("| slot | of a person | of a company |\n|---|---|---|\n")
	var slots []string
	fields := map[contact.Kind]map[string]string{}
	for _, kind := range []contact.Kind{contact.Person, contact.Company} {
		fields[kind] = map[string]string{}
		for _, e := range shipped[kind] {
			if !slices.Contains(slots, e.Slot) {
				slots = append(slots, e.Slot)
			}
			fields[kind][e.Slot] = code(e.Field)
			if e.By != "" {
				fields[kind][e.Slot] += ", by " + code(e.By)
			}
			var values []string
			for _, native := range contact.Fields(e.Values).Names() {
				values = append(values, native+": "+e.Values[native])
			}
			if values != nil {
				fields[kind][e.Slot] += ": " + strings.Join(values, ", ")
			}
		}
	}
	for _, slot := range slots {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(slot), fields[contact.Person][slot], fields[contact.Company][slot])
	}
	return b.String()
}

func connectorTable(t *testing.T, name string) string {
	i := slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("there is no connector %q", name)
	}
	k := kinds()[i]
	if len(k.Keys) == 0 {
		return "It has no keys of its own."
	}
	var b strings.Builder
	b.WriteString("| key | required | meaning |\n|---|---|---|\n")
	for _, key := range k.Keys {
		required := "no"
		if key.Required {
			required = "yes"
		}
		text := key.Doc
		if len(key.Values) > 0 {
			text += "; " + strings.Join(key.Values, ", ")
		}
		if key.Secret {
			text += "; a secret: `env:NAME` or `file:PATH`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(key.Name), required, cell(text))
	}
	return b.String()
}

// reasonGroup is a comment among the codes and the codes below it.
type reasonGroup struct {
	title string
	codes []string
}

// reasonGroups reads the codes from their source, in its order.
func reasonGroups(t *testing.T) []reasonGroup {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal/contact/codes.go"), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var groups []reasonGroup
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if spec.Doc != nil {
			groups = append(groups, reasonGroup{title: strings.TrimSuffix(strings.TrimSpace(spec.Doc.Text()), ".")})
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		last := &groups[len(groups)-1]
		last.codes = append(last.codes, value)
		return true
	})
	return groups
}

var severalGaps = regexp.MustCompile(`(…, )+…`)

func reasonsTable(t *testing.T, title string) string {
	groups := reasonGroups(t)
	i := slices.IndexFunc(groups, func(g reasonGroup) bool { return g.title == title })
	if i < 0 {
		t.Fatalf("there is no group of reasons %q", title)
	}
	var b strings.Builder
	b.WriteString("| code | sentence | what helps |\n|---|---|---|\n")
	for _, c := range groups[i].codes {
		r := contact.Because(c, "…", "…", "…", "…")
		says := severalGaps.ReplaceAllString(sentence.Of(r), "…")
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(c), cell(says), cell(sentence.Help(r)))
	}
	return b.String()
}

// commands are all that do something, in the order in which help lists them.
func commands() []*cobra.Command {
	p := newProgram(&bytes.Buffer{}, &bytes.Buffer{}, func(string) (string, bool) { return "", false })
	var all []*cobra.Command
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		below := cmd.Commands()
		if len(below) == 0 {
			all = append(all, cmd)
		}
		for _, c := range below {
			walk(c)
		}
	}
	walk(p.root())
	return all
}

func commandTable(t *testing.T, path string) string {
	for _, cmd := range commands() {
		if cmd.CommandPath() != path {
			continue
		}
		var b strings.Builder
		fmt.Fprintf(&b, "    %s\n\n%s.\n", cmd.UseLine(), strings.TrimSuffix(cmd.Short, "."))
		if cmd.Long != "" {
			fmt.Fprintf(&b, "\n%s\n", cmd.Long)
		}
		var flags []string
		cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" {
				return
			}
			what, text := pflag.UnquoteUsage(f)
			if what != "" {
				what = " " + what
			}
			if !slices.Contains([]string{"", "false", "0", "[]"}, f.DefValue) {
				text += " (default " + f.DefValue + ")"
			}
			flags = append(flags, fmt.Sprintf("| %s | %s |", code("--"+f.Name+what), cell(text)))
		})
		if len(flags) > 0 {
			b.WriteString("\n| flag | meaning |\n|---|---|\n" + strings.Join(flags, "\n") + "\n")
		}
		return b.String()
	}
	t.Fatalf("there is no command %q", path)
	return ""
}

// exitTable lists the exit codes in the order in which the first that applies
// counts. Their meaning is what the help of the program says.
func exitTable(t *testing.T) string {
	p := newProgram(&bytes.Buffer{}, &bytes.Buffer{}, nil)
	_, text, _ := strings.Cut(strings.ReplaceAll(p.root().Long, "\n", " "), "Exit codes: ")
	text, _, _ = strings.Cut(text, ". ")
	meaning := map[string]string{}
	for _, part := range strings.Split(text, " · ") {
		number, words, _ := strings.Cut(part, " ")
		meaning[number] = words
	}
	var b strings.Builder
	b.WriteString("| code | meaning |\n|---|---|\n")
	for _, c := range append(slices.Clone(precedence), exitDone) {
		words := meaning[strconv.Itoa(c)]
		if words == "" {
			t.Errorf("`kith --help` does not say what exit code %d means", c)
		}
		fmt.Fprintf(&b, "| %d | %s |\n", c, words)
	}
	return b.String()
}

func answersTable() string {
	questions := []struct {
		ask   contact.Question
		means string
	}{
		{contact.AskConflict, "both sides changed and nobody leads"},
		{contact.AskMatch, "a record may be, or is, a known contact"},
		{contact.AskTwice, "a contact seems to have two records in one place"},
		{contact.AskRemoval, "a deletion waits"},
		{contact.AskBrake, "a mass change was stopped"},
		{contact.AskConfig, "a changed configuration would write"},
		{contact.AskJoin, "two contacts seem to be one"},
	}
	var b strings.Builder
	b.WriteString("| question | when | answers |\n|---|---|---|\n")
	for _, q := range questions {
		words := make([]string, len(contact.Answers[q.ask]))
		for i, a := range contact.Answers[q.ask] {
			words[i] = code(string(a))
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", code(string(q.ask)), q.means, strings.Join(words, ", "))
	}
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// cell keeps a text within its column.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
