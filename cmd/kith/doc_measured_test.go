package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A figure in the manual stands beside the command that prints it: there is a test or
// benchmark that the command runs.
func TestDocumentedTestsExist(t *testing.T) {
	command := regexp.MustCompile(`go test \./([\w/]+)([^` + "`" + `]*)`)
	chosen := regexp.MustCompile(`-(run|bench) '?([\w^$]+)'?`)
	kinds := map[string]string{"run": "Test|Example|Fuzz", "bench": "Benchmark"}
	seen := 0
	for _, name := range manualFiles(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range command.FindAllStringSubmatch(string(text), -1) {
			for _, what := range chosen.FindAllStringSubmatch(c[2], -1) {
				if what[2] == "^$" {
					continue
				}
				seen++
				if !declares(t, filepath.Join("../..", c[1]), regexp.MustCompile(`(?m)^func (?:`+kinds[what[1]]+`)`), what[2]) {
					t.Errorf("%s: nothing in %s is run by: go test ./%s%s", name, c[1], c[1], c[2])
				}
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d commands found", seen)
	}
}

// manualFiles lists the pages of the manual and those beside the code.
func manualFiles(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, pattern := range []string{"../../*.md", "../../doc/*/*.md", "../../doc/*/*/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	return names
}

// declares reports whether a package has a test function of a kind whose name a pattern
// fits.
func declares(t *testing.T, dir string, kind *regexp.Regexp, pattern string) bool {
	t.Helper()
	name := regexp.MustCompile(pattern)
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if declared, _, _ := strings.Cut(strings.TrimPrefix(line, "func "), "("); kind.MatchString(line) && name.MatchString(declared) {
				return true
			}
		}
	}
	return false
}

// The worked examples are what the library's own example prints.
func TestWorkedExamplesArePrinted(t *testing.T) {
	code, err := os.ReadFile("../../internal/match/example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../doc/explanation/matching.md")
	if err != nil {
		t.Fatal(err)
	}
	_, printed, _ := strings.Cut(string(code), "// Output:\n")
	lines := regexp.MustCompile(`(?m)^\s*// \S+ \S+ ((?:certain|possible) .*)$`).FindAllStringSubmatch(printed, -1)
	for _, line := range lines {
		if !strings.Contains(string(page), "\n    "+line[1]+"\n") {
			t.Errorf("the page does not show: %s", line[1])
		}
	}
	if len(lines) != 3 {
		t.Errorf("%d worked examples", len(lines))
	}
}
