package main

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// update rewrites what the manual shows of the program: outputs, and the
// tables made from code.
//
//	go test ./cmd/kith -run Manual -update
var update = flag.Bool("update", false, "rewrite the manual's outputs and tables")

const root = "../.." // of the module

// page is one file of the manual, line by line.
type page struct {
	name  string // below the root
	lines []string
}

// block is a fenced code block of a page.
type block struct {
	lang, rest string // the info string: ```lang rest
	first, end int    // its lines: page.lines[first:end]
}

// pages reads the whole manual: README.md and everything below doc/.
func pages(t *testing.T) []*page {
	t.Helper()
	names := []string{"README.md"}
	err := filepath.WalkDir(filepath.Join(root, "doc"), func(name string, _ fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".md" {
			below, _ := filepath.Rel(root, name)
			names = append(names, filepath.ToSlash(below))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var all []*page
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, &page{name: name, lines: strings.Split(string(text), "\n")})
	}
	return all
}

func (p *page) save(t *testing.T) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(root, p.name), []byte(strings.Join(p.lines, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// text is the lines of a block, each with its end.
func (p *page) text(b block) string {
	if b.first == b.end {
		return ""
	}
	return strings.Join(p.lines[b.first:b.end], "\n") + "\n"
}

// replace puts other lines in the place of some.
func (p *page) replace(first, end int, lines []string) {
	tail := append([]string{}, p.lines[end:]...)
	p.lines = append(append(p.lines[:first:first], lines...), tail...)
}

// next finds the first block that begins in line from or later.
func (p *page) next(from int) (block, bool) {
	for i := from; i < len(p.lines); i++ {
		info, fenced := strings.CutPrefix(p.lines[i], "```")
		if !fenced {
			continue
		}
		lang, rest, _ := strings.Cut(info, " ")
		for end := i + 1; end < len(p.lines); end++ {
			if p.lines[end] == "```" {
				return block{lang, rest, i + 1, end}, true
			}
		}
		break
	}
	return block{}, false
}
