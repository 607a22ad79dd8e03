package plan

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"kith/internal/spelling"
)

// exprFunctions are the functions of the language with the types they take.
var exprFunctions = map[string]struct {
	takes []exprType
	gives exprType
}{
	"lower":   {[]exprType{exprText}, exprText},
	"upper":   {[]exprType{exprText}, exprText},
	"trim":    {[]exprType{exprText}, exprText},
	"digits":  {[]exprType{exprText}, exprText},
	"split":   {[]exprType{exprText, exprText}, exprList},
	"replace": {[]exprType{exprText, exprText, exprText}, exprText},
	"len":     {nil, exprNumber},
	"any":     {nil, exprTruth},
	"all":     {nil, exprTruth},
	"ago":     {nil, exprTime},
}

var exprFunctionNames = []string{"ago", "all", "any", "digits", "len", "lower", "replace", "split", "trim", "upper"}

func (r *exprRewriter) call(node ast.Node, name string, args []ast.Node) (exprPart, error) {
	function, ok := exprFunctions[name]
	if !ok {
		return exprPart{}, exprErrorAt(node, "%s; there are %s", spelling.Unknown("function", name, exprFunctionNames), strings.Join(exprFunctionNames, ", "))
	}
	switch name {
	case "ago":
		return r.ago(node, args)
	case "len":
		return r.length(node, args)
	case "any", "all":
		return r.quantifier(node, name, args)
	}
	if len(args) != len(function.takes) {
		return exprPart{}, exprErrorAt(node, "%s takes %d values, and here are %d", name, len(function.takes), len(args))
	}
	rewritten := make([]ast.Node, len(args))
	for i, arg := range args {
		part, err := r.typed(arg, function.takes[i])
		if err != nil {
			return part, err
		}
		rewritten[i] = part.node
	}
	return exprPart{node: exprOwnCall(node, name, rewritten...), typ: function.gives}, nil
}

// exprOwnCall calls one of exprOwnFunctions; the work counter goes in first.
func exprOwnCall(at ast.Node, name string, args ...ast.Node) ast.Node {
	counter := exprPlaced(&ast.IdentifierNode{Value: exprWorkName}, at)
	callee := exprPlaced(&ast.IdentifierNode{Value: name}, at)
	return exprPlaced(&ast.CallNode{Callee: callee, Arguments: append([]ast.Node{counter}, args...)}, at)
}

func (r *exprRewriter) length(node ast.Node, args []ast.Node) (exprPart, error) {
	if len(args) != 1 {
		return exprPart{}, exprErrorAt(node, "len takes 1 value, and here are %d", len(args))
	}
	part, err := r.part(args[0])
	if err != nil {
		return part, err
	}
	if part.typ != exprText && part.typ != exprList {
		return part, exprErrorAt(args[0], "len counts a text or a list, and this is %s", part.typ)
	}
	return exprPart{node: exprPlaced(&ast.BuiltinNode{Name: "len", Arguments: []ast.Node{part.node}}, node), typ: exprNumber}, nil
}

// quantifier is any or all. One inside another would multiply their lengths.
func (r *exprRewriter) quantifier(node ast.Node, name string, args []ast.Node) (exprPart, error) {
	if r.inside {
		return exprPart{}, exprErrorAt(node, "%s does not stand inside any or all", name)
	}
	if len(args) != 2 {
		return exprPart{}, exprErrorAt(node, `%s takes a list and a question: %s(tags, # == "vip")`, name, name)
	}
	list, err := r.typed(args[0], exprList)
	if err != nil {
		return list, err
	}
	predicate, ok := args[1].(*ast.PredicateNode)
	if !ok {
		return list, exprErrorAt(args[1], `%s takes a list and a question: %s(tags, # == "vip")`, name, name)
	}
	r.inside = true
	question, err := r.truth(predicate.Node)
	r.inside = false
	if err != nil {
		return question, err
	}
	predicate.Node = question.node
	call := exprPlaced(&ast.BuiltinNode{Name: name, Arguments: []ast.Node{list.node, predicate}}, node)
	return exprPart{node: call, typ: exprTruth}, nil
}

// item is one text of a list; outside its bounds it is "".
func (r *exprRewriter) item(member *ast.MemberNode, index int) (exprPart, error) {
	list, err := r.typed(member.Node, exprList)
	if err != nil {
		return list, err
	}
	position := exprPlaced(&ast.IntegerNode{Value: index}, member)
	return exprPart{node: exprOwnCall(member, "item", list.node, position), typ: exprText}, nil
}

// exprIndex reads a literal index; -1 is the last.
func exprIndex(node ast.Node) (int, bool) {
	switch n := node.(type) {
	case *ast.IntegerNode:
		return n.Value, true
	case *ast.UnaryNode:
		if inner, ok := n.Node.(*ast.IntegerNode); ok && n.Operator == "-" {
			return -inner.Value, true
		}
	}
	return 0, false
}

// exprAgo is a length of time before now. Years and days follow the calendar.
type exprAgo struct {
	years, days int
	rest        time.Duration
}

func (a exprAgo) before(now time.Time) time.Time {
	return now.AddDate(-a.years, 0, -a.days).Add(-a.rest)
}

func (r *exprRewriter) ago(node ast.Node, args []ast.Node) (exprPart, error) {
	const usage = `ago takes a length of time in quotes: "2y", "6w", "30d", "12h" or "30m"`
	if len(args) != 1 {
		return exprPart{}, exprErrorAt(node, usage)
	}
	text, ok := args[0].(*ast.StringNode)
	if !ok {
		return exprPart{}, exprErrorAt(args[0], usage)
	}
	since, ok := parseExprAgo(text.Value)
	if !ok {
		return exprPart{}, exprErrorAt(args[0], usage)
	}
	name := fmt.Sprintf("ago%s%d %d %d", exprSpaces, since.years, since.days, since.rest)
	return exprPart{node: r.load(exprLoad{name: name, from: exprSinceAgo, since: since}, node), typ: exprTime}, nil
}

func parseExprAgo(text string) (exprAgo, bool) {
	if text == "" {
		return exprAgo{}, false
	}
	n, err := strconv.Atoi(text[:len(text)-1])
	if err != nil || n < 0 || n > 10_000 {
		return exprAgo{}, false
	}
	switch text[len(text)-1] {
	case 'y':
		return exprAgo{years: n}, true
	case 'w':
		return exprAgo{days: 7 * n}, true
	case 'd':
		return exprAgo{days: n}, true
	case 'h':
		return exprAgo{rest: time.Duration(n) * time.Hour}, true
	case 'm':
		return exprAgo{rest: time.Duration(n) * time.Minute}, true
	}
	return exprAgo{}, false
}
