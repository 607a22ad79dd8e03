package sentence

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"kith/internal/contact"
)

// TestPitfall26EveryCodeHasASentence: what is stored is a code, and its sentence
// is made where it is read. The codes come from their source, so that a new
// one cannot be forgotten.
func TestPitfall26EveryCodeHasASentence(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../contact/codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Code") {
			code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[code] = true
			if english[code] == "" {
				t.Errorf("%s has no sentence", spec.Names[0].Name)
			}
		}
		return true
	})
	for code := range english {
		if !codes[code] {
			t.Errorf("the catalogue has a sentence for %q, which is no code", code)
		}
	}
	for code := range help {
		if !codes[code] {
			t.Errorf("the catalogue has help for %q, which is no code", code)
		}
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct {
		reason contact.Reason
		want   string
	}{
		{contact.Because(contact.CodeRequired, "sage", "company", "email.work"), "it waits for sage: company, email.work is missing"},
		{contact.Because(contact.CodeConflict, "title"), "changed on both sides: title"},
		{contact.Because(contact.CodeRemovalsIn, "erp", "11", "100", "10"), "11 of 100 records disappeared from erp within 24 hours; more than 10 stop it"},
		{contact.Because(contact.CodeConfigChanged, "erp", "1"), "the configuration of erp was changed, and that alone would write 1 record there"},
		{contact.Because(contact.CodeConfigChanged, "erp", "2"), "the configuration of erp was changed, and that alone would write 2 records there"},
		{contact.Because("unheard-of", "x"), "unheard-of x"},
		{contact.Because(contact.CodeSetup), " is not set up as the configuration says: "},
	} {
		if got := Of(c.reason); got != c.want {
			t.Errorf("%v: %q, want %q", c.reason, got, c.want)
		}
	}
}
