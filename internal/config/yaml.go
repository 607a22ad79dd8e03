package config

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of the file. They lie far above what a person writes; below them
// reading takes less than a second.
const (
	maxBytes = 1 << 20
	maxKeys  = 10_000 // the parser's time grows with their square
	maxFlow  = 12     // brackets inside brackets
	maxDent  = 60     // columns a line may be indented
)

// parseYAML turns the text into nodes. Of YAML it takes one document of plain
// mappings, lists and scalars; what makes a file say something else than it
// shows — anchors, aliases, merge keys, tags — it refuses.
func parseYAML(text string) (*node, *Problem) {
	if len(text) > maxBytes {
		return nil, &Problem{Sentence: fmt.Sprintf("the file has %d bytes; at most %d are read", len(text), maxBytes)}
	}
	if line, column, ok := invalidUTF8(text); ok {
		return nil, &Problem{Pos: Pos{line, column}, Sentence: "the file is not UTF-8; save it as UTF-8"}
	}
	tokens := lexer.Tokenize(text)
	if problem := checkTokens(tokens); problem != nil {
		return nil, problem
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, yamlProblem(err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return &node{shape: mapping, pos: Pos{1, 1}}, nil
	}
	if len(file.Docs) > 1 {
		return nil, problemAt(file.Docs[1].Body, "the file holds a second document; only one is read")
	}
	reader := yamlReader{lines: strings.Split(text, "\n")}
	root := reader.node(file.Docs[0].Body)
	return root, reader.problem
}

func invalidUTF8(text string) (line, column int, invalid bool) {
	line, column = 1, 1
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				return line, column, true
			}
		}
		column++
		if r == '\n' {
			line, column = line+1, 1
		}
	}
	return 0, 0, false
}

var refusedTokens = map[token.Type]string{
	token.AnchorType:     "anchors (&) are not used here; a rule may stand in the file, a system or a kind and then holds for all rows below",
	token.AliasType:      "aliases (*) are not used here; put a name that begins with * in quotes",
	token.MergeKeyType:   "merge keys (<<) are not used here; a rule may stand in the file, a system or a kind and then holds for all rows below",
	token.TagType:        "tags (!) are not used here; put a text that begins with ! in quotes",
	token.DirectiveType:  "directives (%) are not used here; put a text that begins with % in quotes",
	token.MappingKeyType: "? is not used here; put a key that begins with ? in quotes",
}

// checkTokens bounds depth and size before the parser, which recurses, sees
// the text.
func checkTokens(tokens token.Tokens) *Problem {
	flow, keys, line := 0, 0, 0
	for _, t := range tokens {
		if sentence := refusedTokens[t.Type]; sentence != "" {
			return &Problem{Pos: tokenPos(t), Sentence: sentence}
		}
		block := flow == 0 && (t.Position.Line != line || t.Type == token.SequenceEntryType)
		line = t.Position.Line
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.MappingValueType, token.SequenceEntryType, token.CollectEntryType:
			keys++
		}
		switch {
		case keys > maxKeys:
			return &Problem{Pos: tokenPos(t), Sentence: fmt.Sprintf("the file holds more than %d keys and list entries", maxKeys)}
		case flow > maxFlow, block && t.Type != token.CommentType && t.Position.Column > maxDent:
			return &Problem{Pos: tokenPos(t), Sentence: "this is nested too deep"}
		}
	}
	return nil
}

func tokenPos(t *token.Token) Pos { return Pos{t.Position.Line, t.Position.Column} }

func problemAt(n ast.Node, sentence string) *Problem {
	if n == nil {
		return &Problem{Pos: Pos{1, 1}, Sentence: sentence}
	}
	return &Problem{Pos: tokenPos(n.GetToken()), Sentence: sentence}
}

// yamlProblem turns the parser's error into ours, in words for the mistakes
// people make.
func yamlProblem(err error) *Problem {
	var syntax interface {
		GetMessage() string
		GetToken() *token.Token
	}
	if !errors.As(err, &syntax) {
		return &Problem{Sentence: "the file cannot be read as YAML"}
	}
	problem := &Problem{Sentence: "this is not YAML: " + syntax.GetMessage()}
	if t := syntax.GetToken(); t != nil {
		problem.Pos = tokenPos(t)
	}
	switch message := syntax.GetMessage(); {
	case strings.Contains(message, "'\t'"), strings.Contains(message, "tab character"):
		problem.Sentence = "a tab stands here; YAML is indented with blanks"
	case strings.Contains(message, "mapping value is not allowed"):
		problem.Sentence = "a second colon in one line; put a text that holds \": \" in quotes"
	case strings.Contains(message, "is a reserved character"):
		problem.Sentence = "this character has no meaning in YAML; put the text in quotes"
	}
	return problem
}

// yamlReader turns the parser's tree into nodes and keeps the first problem.
type yamlReader struct {
	lines   []string
	problem *Problem
}

func (r *yamlReader) node(n ast.Node) *node {
	switch v := n.(type) {
	case *ast.MappingNode:
		m := &node{shape: mapping, pos: tokenPos(v.GetToken())}
		for _, value := range v.Values {
			m.pairs = append(m.pairs, r.pair(value))
		}
		if len(m.pairs) > 0 && !v.IsFlowStyle {
			m.pos = m.pairs[0].key.pos
		}
		return m
	case *ast.MappingValueNode:
		p := r.pair(v)
		return &node{shape: mapping, pos: p.key.pos, pairs: []pair{p}}
	case *ast.SequenceNode:
		l := &node{shape: list, pos: tokenPos(v.GetToken())}
		for _, item := range v.Values {
			l.items = append(l.items, r.node(item))
		}
		return l
	case *ast.NullNode:
		return r.null(v)
	case *ast.LiteralNode:
		return &node{shape: scalar, pos: tokenPos(v.GetToken()), text: strings.TrimRight(v.Value.GetToken().Value, "\n"), inner: -1}
	case ast.ScalarNode:
		return r.scalar(v.GetToken())
	}
	if r.problem == nil {
		r.problem = problemAt(n, "this form of YAML is not used here")
	}
	return &node{shape: scalar, pos: Pos{1, 1}}
}

func (r *yamlReader) pair(v *ast.MappingValueNode) pair { return pair{r.node(v.Key), r.node(v.Value)} }

// scalar takes the text as written; whether it stands there unchanged decides
// if a fault inside it can be pointed at.
func (r *yamlReader) scalar(t *token.Token) *node {
	n := &node{shape: scalar, pos: tokenPos(t), text: t.Value}
	quoted := t.Type == token.SingleQuoteType || t.Type == token.DoubleQuoteType
	if quoted {
		n.inner = 1
	}
	if !strings.HasPrefix(r.rest(n.pos, n.inner), t.Value) {
		n.inner = -1
	}
	return n
}

// null tells nothing at all from a text such as ~, null or NULL.
func (r *yamlReader) null(v *ast.NullNode) *node {
	t := v.GetToken()
	n := &node{shape: scalar, pos: tokenPos(t)}
	if strings.HasPrefix(r.rest(n.pos, 0), t.Value) {
		n.text = t.Value
	}
	return n
}

// rest is what stands from a position, some characters on, to the line's end.
func (r *yamlReader) rest(pos Pos, skip int) string {
	if pos.Line < 1 || pos.Line > len(r.lines) {
		return ""
	}
	line := []rune(r.lines[pos.Line-1])
	from := pos.Column - 1 + skip
	if from < 0 || from > len(line) {
		return ""
	}
	return string(line[from:])
}
