package config

import (
	"strings"
)

// Pos is a place in the file. Lines and columns count from 1, columns in
// characters. The zero Pos means that something stands in no file: a default,
// or what a connector brings.
type Pos struct{ Line, Column int }

// node is a value of the file: a scalar with its text as written, a list or a
// mapping. Nothing is guessed from how a scalar looks.
type node struct {
	pos   Pos
	shape nodeShape
	text  string
	inner int // characters before the text that belong to its quotes; -1: the text stands there in another form
	items []*node
	pairs []pair
}

type pair struct{ key, value *node }

type nodeShape string

const (
	scalar  nodeShape = "a value"
	list    nodeShape = "a list"
	mapping nodeShape = "a mapping"
)

// width is how many characters a caret line underlines.
func (n *node) width() int {
	if n.shape != scalar {
		return 1
	}
	width := len([]rune(n.text))
	if n.inner > 0 {
		width += 2
	}
	return max(1, width)
}

// get returns the value of a key, nil where there is none.
func (n *node) get(name string) *node {
	for _, p := range n.pairs {
		if p.key.text == name {
			return p.value
		}
	}
	return nil
}

// String writes the value on one line, as one would in the file.
func (n *node) String() string {
	switch n.shape {
	case list:
		items := make([]string, len(n.items))
		for i, item := range n.items {
			items[i] = item.String()
		}
		return "[" + strings.Join(items, ", ") + "]"
	case mapping:
		pairs := make([]string, len(n.pairs))
		for i, p := range n.pairs {
			pairs[i] = p.key.String() + ": " + p.value.String()
		}
		return "{" + strings.Join(pairs, ", ") + "}"
	}
	if n.text == "" || n.inner != 0 {
		return `"` + n.text + `"`
	}
	return n.text
}
