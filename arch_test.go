// Package kith_test holds the rules of the house that no compiler checks: who
// may import whom, what the pure rooms must not touch, and how large a file
// may grow. It reads the sources themselves, so it needs no tool and no build.
package kith_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "kith"

// room is what a package may import. A pattern that ends in /* names the
// packages below a directory; the longest that fits counts.
type room struct {
	pkg  string
	may  []string // packages of the house
	pure bool     // see unclean
	std  bool     // no modules of others at all
	mods []string // modules of others; nil: any
}

// house is the import table. Only sources count here: a test may fetch what
// it needs to build a world.
var house = []room{
	{pkg: "internal/contact", pure: true, std: true},
	{pkg: "internal/norm", may: []string{"internal/contact"}, pure: true, mods: []string{
		"github.com/nyaruka/phonenumbers", "github.com/mozillazg/go-unidecode", "golang.org/x/text", "golang.org/x/net/idna",
	}},
	{pkg: "internal/spelling", pure: true, std: true},
	{pkg: "internal/plan", may: []string{"internal/contact", "internal/norm", "internal/spelling"}, pure: true, mods: []string{"github.com/expr-lang/expr"}},
	{pkg: "internal/match", may: []string{"internal/contact", "internal/norm"}, pure: true, std: true},
	{pkg: "internal/sentence", may: []string{"internal/contact"}, pure: true, std: true},
	{pkg: "internal/vcard", std: true},
	{pkg: "internal/connector", may: []string{"internal/contact"}},
	{pkg: "internal/card", may: []string{"internal/connector", "internal/contact", "internal/vcard"}, pure: true, std: true},
	{pkg: "internal/connector/*", may: []string{"internal/card", "internal/connector", "internal/contact", "internal/spelling", "internal/vcard"}},
	{pkg: "internal/sim", may: []string{"internal/connector", "internal/contact", "internal/vcard"}},
	{pkg: "internal/sim/*", may: []string{"internal/connector", "internal/contact", "internal/vcard"}},
	{pkg: "internal/store", may: []string{"internal/contact"}},
	{pkg: "internal/store/storetest", may: []string{"internal/contact", "internal/store"}},
	{pkg: "internal/config", may: []string{"internal/contact", "internal/plan", "internal/spelling"}},
	{pkg: "internal/engine", may: []string{"internal/contact", "internal/norm", "internal/plan", "internal/match", "internal/connector", "internal/spelling"}},
	{pkg: "internal/web", may: []string{"internal/contact", "internal/engine", "internal/store", "internal/sentence"}},
	{pkg: "cmd/kith", may: []string{"internal/*"}},
	{pkg: "lab"},
}

// unclean is what the pure rooms do without: they are functions of values, so
// that a dry run, a preview and a test all get the same answer.
var unclean = []string{"context", "net", "os", "database/sql", "log/slog"}

// clocks are the calls by which the time of day would get into a decision.
var clocks = []string{"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"}

// vague names say nothing about what lives in a package.
var vague = []string{"util", "utils", "common", "helper", "helpers", "types", "models", "misc", "shared", "base"}

const longestFile = 600 // lines of a source; tests and generated code apart

// source is one Go file of the product.
type source struct {
	path, pkg string // slash-separated, below the root; pkg is its directory
	text      []byte
	tree      *ast.File
	at        *token.FileSet
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// imports calls do with every import path and its line.
func (s source) imports(t *testing.T, do func(name string, line int)) {
	for _, spec := range s.tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		do(name, s.at.Position(spec.Pos()).Line)
	}
}

// sources parses every Go file of the module. Directories with a go.mod of
// their own are other modules.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, missing := os.Stat(filepath.Join(name, "go.mod"))
			skip := name != "." && (missing == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), "."))
			if skip {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		at := token.NewFileSet()
		tree, err := parser.ParseFile(at, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		slash := filepath.ToSlash(name)
		all = append(all, source{slash, path.Dir(slash), text, tree, at})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d sources were found: is the test run in the root?", len(all))
	}
	return all
}

// fits reports whether a pattern of the table names a package.
func fits(pattern, pkg string) bool {
	below, wild := strings.CutSuffix(pattern, "*")
	return pattern == pkg || wild && strings.HasPrefix(pkg, below)
}

// roomOf finds the line of the table for a package.
func roomOf(pkg string) (found room, ok bool) {
	for _, r := range house {
		if fits(r.pkg, pkg) && len(r.pkg) > len(found.pkg) {
			found, ok = r, true
		}
	}
	return found, ok
}

// within reports whether an import path is one of names or lies below one.
func within(name string, names []string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return name == n || strings.HasPrefix(name, n+"/") })
}

// complaint says what is wrong with an import, "" if nothing is.
func complaint(r room, pkg, name string) string {
	own, ours := strings.CutPrefix(name, module+"/")
	first, _, _ := strings.Cut(name, "/")
	switch {
	case ours && own == pkg:
		return ""
	case ours && strings.HasPrefix(own, "cmd/"):
		return "nobody imports a command"
	case ours && fits("internal/connector/*", pkg) && fits("internal/connector/*", own):
		return "one connector never imports another"
	case ours && !slices.ContainsFunc(r.may, func(p string) bool { return fits(p, own) }):
		return pkg + " may import " + allowed(r.may)
	case ours:
		return ""
	case !strings.Contains(first, "."):
		if r.pure && within(name, unclean) {
			return pkg + " is pure: no " + strings.Join(unclean, ", no ")
		}
		return ""
	case r.std:
		return pkg + " uses the standard library only"
	case r.mods != nil && !within(name, r.mods):
		return pkg + " uses no other module than " + strings.Join(r.mods, ", ")
	}
	return ""
}

func allowed(may []string) string {
	if len(may) == 0 {
		return "nothing of the house"
	}
	return "only " + strings.Join(may, ", ")
}

func TestImportsKeepToTheTable(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg == "." {
			continue
		}
		r, known := roomOf(s.pkg)
		if !known {
			t.Errorf("%s: package %s stands in no line of the import table: add it to arch_test.go with what it may import", s.path, s.pkg)
			continue
		}
		s.imports(t, func(name string, line int) {
			if s.test() && !strings.HasPrefix(name, module+"/cmd/") {
				return
			}
			if why := complaint(r, s.pkg, name); why != "" {
				t.Errorf("%s:%d imports %s: %s", s.path, line, name, why)
			}
		})
	}
}

// The table is tested too: a rule that lets everything pass would look the
// same from outside.
func TestTheTableRefuses(t *testing.T) {
	for _, c := range []struct{ pkg, name, want string }{
		{"internal/contact", "kith/internal/norm", "internal/contact may import nothing of the house"},
		{"internal/contact", "github.com/google/uuid", "internal/contact uses the standard library only"},
		{"internal/contact", "context", "internal/contact is pure"},
		{"internal/norm", "os/exec", "internal/norm is pure"},
		{"internal/norm", "golang.org/x/net/html", "internal/norm uses no other module"},
		{"internal/plan", "net/http", "internal/plan is pure"},
		{"internal/plan", "kith/internal/match", "internal/plan may import only internal/contact, internal/norm"},
		{"internal/match", "log/slog", "internal/match is pure"},
		{"internal/match", "database/sql", "internal/match is pure"},
		{"internal/sentence", "kith/internal/plan", "internal/sentence may import only internal/contact"},
		{"internal/vcard", "golang.org/x/text/encoding", "internal/vcard uses the standard library only"},
		{"internal/card", "kith/internal/plan", "internal/card may import only"},
		{"internal/card", "net/http", "internal/card is pure"},
		{"internal/connector", "kith/internal/store", "internal/connector may import only internal/contact"},
		{"internal/connector/file", "kith/internal/connector/sqldb", "one connector never imports another"},
		{"internal/connector/file", "kith/internal/plan", "internal/connector/file may import only"},
		{"internal/sim", "kith/internal/engine", "internal/sim may import only"},
		{"internal/store", "kith/internal/plan", "internal/store may import only internal/contact"},
		{"internal/engine", "kith/internal/store", "internal/engine may import only"},
		{"internal/web", "kith/internal/connector", "internal/web may import only"},
		{"internal/config", "kith/internal/connector/file", "internal/config may import only"},
		{"internal/engine", "kith/cmd/kith", "nobody imports a command"},
		{"internal/plan", "context", "internal/plan is pure"},
		{"internal/match", "context", "internal/match is pure"},
		{"internal/plan", "time", ""},
		{"internal/norm", "golang.org/x/text/unicode/norm", ""},
		{"internal/norm", "math/rand/v2", ""},
		{"internal/store/storetest", "kith/internal/store", ""},
		{"internal/connector/sqldb", "github.com/jackc/pgx/v5/pgconn", ""},
		{"cmd/kith", "kith/internal/connector/sqldb", ""},
	} {
		r, known := roomOf(c.pkg)
		if !known {
			t.Errorf("%s stands in no line of the table", c.pkg)
			continue
		}
		got := complaint(r, c.pkg, c.name)
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s imports %s: %q, want %q", c.pkg, c.name, got, c.want)
		}
	}
	if r, known := roomOf("internal/convenience"); known {
		t.Errorf("an unheard-of package stands in the line %s", r.pkg)
	}
}

// TestPureRoomsHaveNoClock finds calls, not the package time itself: values of
// time are words like any other.
func TestPureRoomsHaveNoClock(t *testing.T) {
	for _, s := range sources(t) {
		if r, _ := roomOf(s.pkg); !r.pure || s.test() {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if ok && pkg.Name == "time" && pkg.Obj == nil && slices.Contains(clocks, sel.Sel.Name) {
				t.Errorf("%s: time.%s in %s: the time is handed in, so that the same values give the same decision",
					s.at.Position(sel.Pos()), sel.Sel.Name, s.pkg)
			}
			return true
		})
	}
}

func TestFilesStayShort(t *testing.T) {
	for _, s := range sources(t) {
		if lines := bytes.Count(s.text, []byte("\n")); lines > longestFile && !s.test() && !ast.IsGenerated(s.tree) {
			t.Errorf("%s has %d lines; none has more than %d: cut it at a seam", s.path, lines, longestFile)
		}
	}
}

func TestPackagesAreNamedByWhatTheyHold(t *testing.T) {
	for _, s := range sources(t) {
		name := strings.TrimSuffix(s.tree.Name.Name, "_test")
		if slices.Contains(vague, name) || slices.Contains(vague, path.Base(s.pkg)) {
			t.Errorf("%s: a package named %s says nothing about what lives in it; things live by their use", s.path, name)
		}
	}
}

func TestNothingHappensByImport(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.tree.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				t.Errorf("%s: func init: what exists is said in a list (cmd/kith/connectors.go), not by being imported", s.at.Position(f.Pos()))
			}
		}
	}
}
