package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// exprType is what a part of an expression stands for.
type exprType string

const (
	exprText   exprType = "a text"
	exprNumber exprType = "a number"
	exprTruth  exprType = "yes or no"
	exprList   exprType = "a list"
	exprTime   exprType = "a time"
)

// exprPart is a checked and rewritten part of an expression.
type exprPart struct {
	node  ast.Node
	typ   exprType
	flag  bool     // a slot that holds yes or no as text
	shown ast.Node // whether the record shows it; nil: it always does
}

// exprRewriter checks a parsed expression against what the language allows,
// resolves its names and returns the tree that the machine runs.
type exprRewriter struct {
	source []rune
	scope  exprScope
	loads  []exprLoad
	names  map[string]bool
	inside bool // within any or all
	fills  bool // has met ??
}

func newExprRewriter(source string, scope exprScope) *exprRewriter {
	return &exprRewriter{source: []rune(source), scope: scope, names: map[string]bool{}}
}

func exprErrorAt(node ast.Node, format string, args ...any) *ExprError {
	for member, ok := node.(*ast.MemberNode); ok; member, ok = node.(*ast.MemberNode) {
		node = member.Node // a chain of names is pointed at where it starts
	}
	return &ExprError{Offset: node.Location().From, Message: fmt.Sprintf(format, args...)}
}

// root rewrites the whole expression and checks what comes out of it.
func (r *exprRewriter) root(node ast.Node, want exprType) (exprPart, error) {
	if want == exprTruth {
		return r.truth(node)
	}
	part, err := r.part(node)
	if err != nil {
		return part, err
	}
	if part.typ == exprTime {
		return part, exprErrorAt(node, `ago is only compared: changed > ago("2y")`)
	}
	return part, nil
}

// truth rewrites a part that must be yes or no. A flag slot stands for itself.
func (r *exprRewriter) truth(node ast.Node) (exprPart, error) {
	part, err := r.part(node)
	if err != nil {
		return part, err
	}
	if part.flag {
		part = exprPart{node: exprEquals(part.node, "true", node), typ: exprTruth}
	}
	if part.typ != exprTruth {
		return part, exprErrorAt(node, "yes or no is needed here, and this is %s", part.typ)
	}
	return part, nil
}

func exprEquals(left ast.Node, text string, from ast.Node) ast.Node {
	return exprPlaced(&ast.BinaryNode{Operator: "==", Left: left, Right: exprPlaced(&ast.StringNode{Value: text}, from)}, from)
}

// typed rewrites a part that must be of one type.
func (r *exprRewriter) typed(node ast.Node, want exprType) (exprPart, error) {
	part, err := r.part(node)
	if err != nil {
		return part, err
	}
	if part.typ != want {
		return part, exprErrorAt(node, "%s is needed here, and this is %s", want, part.typ)
	}
	return part, nil
}

func (r *exprRewriter) part(node ast.Node) (exprPart, error) {
	switch n := node.(type) {
	case *ast.StringNode:
		return exprPart{node: n, typ: exprText}, nil
	case *ast.BoolNode:
		return exprPart{node: n, typ: exprTruth}, nil
	case *ast.IntegerNode:
		if r.paddedNumber(n) {
			return exprPart{}, exprErrorAt(n, "the leading zero of a number is lost; put it in quotes to keep it")
		}
		return exprPart{node: n, typ: exprNumber}, nil
	case *ast.FloatNode:
		return exprPart{node: n, typ: exprNumber}, nil
	case *ast.IdentifierNode, *ast.MemberNode:
		return r.name(n)
	case *ast.PointerNode:
		if n.Name != "" {
			return exprPart{}, exprErrorAt(n, "#%s is not part of the language", n.Name)
		}
		return exprPart{node: n, typ: exprText}, nil
	case *ast.ArrayNode:
		return r.list(n)
	case *ast.UnaryNode:
		return r.unary(n)
	case *ast.BinaryNode:
		return r.binary(n)
	case *ast.ConditionalNode:
		return r.choice(n)
	case *ast.BuiltinNode:
		return r.call(n, n.Name, n.Arguments)
	case *ast.CallNode:
		if callee, ok := n.Callee.(*ast.IdentifierNode); ok {
			return r.call(n, callee.Value, n.Arguments)
		}
	case nil:
		return exprPart{}, &ExprError{Message: "the expression cannot be read"}
	}
	return exprPart{}, exprErrorAt(node, "this is not part of the language: %s", exprForeign(node))
}

// exprForeign names what the library can parse and the language does not have.
func exprForeign(node ast.Node) string {
	switch node.(type) {
	case *ast.NilNode:
		return "nil"
	case *ast.SliceNode:
		return "a slice"
	case *ast.ChainNode:
		return "?."
	case *ast.CallNode:
		return "a call on a value"
	case *ast.MapNode:
		return "{…}"
	case *ast.VariableDeclaratorNode:
		return "let"
	case *ast.SequenceNode:
		return "several expressions"
	}
	return "this form"
}

func (r *exprRewriter) paddedNumber(n *ast.IntegerNode) bool {
	at := n.Location().From
	return at+1 < len(r.source) && r.source[at] == '0' && r.source[at+1] >= '0' && r.source[at+1] <= '9'
}

func (r *exprRewriter) list(n *ast.ArrayNode) (exprPart, error) {
	if len(n.Nodes) == 0 {
		return exprPart{}, exprErrorAt(n, "the list is empty")
	}
	for i, item := range n.Nodes {
		part, err := r.typed(item, exprText)
		if err != nil {
			return part, err
		}
		n.Nodes[i] = part.node
	}
	return exprPart{node: n, typ: exprList}, nil
}

func (r *exprRewriter) unary(n *ast.UnaryNode) (exprPart, error) {
	if n.Operator == "-" || n.Operator == "+" {
		part, err := r.typed(n.Node, exprNumber)
		n.Node = part.node
		return exprPart{node: n, typ: exprNumber}, err
	}
	part, err := r.truth(n.Node)
	n.Node = part.node
	return exprPart{node: n, typ: exprTruth}, err
}

func (r *exprRewriter) binary(n *ast.BinaryNode) (exprPart, error) {
	switch n.Operator {
	case "and", "or", "&&", "||":
		return r.operands(n, r.truth, exprTruth)
	case "==", "!=", "<", "<=", ">", ">=":
		return r.comparison(n)
	case "contains", "startsWith", "endsWith":
		return r.operands(n, r.text, exprTruth)
	case "matches":
		return r.matches(n)
	case "in":
		return r.in(n)
	case "+":
		return r.operands(n, r.text, exprText)
	case "??":
		r.fills = true
		return r.coalesce(n)
	}
	return exprPart{}, exprErrorAt(n, "the operator %s is not part of the language", n.Operator)
}

func (r *exprRewriter) text(node ast.Node) (exprPart, error) {
	part, err := r.part(node)
	if err == nil && part.typ == exprList {
		return part, exprErrorAt(node, `a text is needed here, and this is a list: say "…" in it, or any(it, # contains "…")`)
	}
	if err == nil && part.typ != exprText {
		return part, exprErrorAt(node, "a text is needed here, and this is %s", part.typ)
	}
	return part, err
}

// operands rewrites both sides alike. Adding texts goes through an own
// function that bounds the length.
func (r *exprRewriter) operands(n *ast.BinaryNode, side func(ast.Node) (exprPart, error), result exprType) (exprPart, error) {
	left, err := side(n.Left)
	if err != nil {
		return left, err
	}
	right, err := side(n.Right)
	if err != nil {
		return right, err
	}
	if n.Operator == "+" {
		return exprPart{node: exprOwnCall(n, "join", left.node, right.node), typ: result}, nil
	}
	n.Left, n.Right = left.node, right.node
	return exprPart{node: n, typ: result}, nil
}

func (r *exprRewriter) comparison(n *ast.BinaryNode) (exprPart, error) {
	left, err := r.part(n.Left)
	if err != nil {
		return left, err
	}
	right, err := r.part(n.Right)
	if err != nil {
		return right, err
	}
	if left.typ == exprTime || right.typ == exprTime {
		return r.compareTimes(n, left, right)
	}
	if left.flag && right.typ == exprTruth {
		left = exprPart{node: exprEquals(left.node, "true", n.Left), typ: exprTruth}
	}
	if right.flag && left.typ == exprTruth {
		right = exprPart{node: exprEquals(right.node, "true", n.Right), typ: exprTruth}
	}
	equality := n.Operator == "==" || n.Operator == "!="
	switch {
	case left.typ == exprText && right.typ == exprNumber:
		return left, exprErrorAt(n.Right, "a slot is a text; put the number in quotes")
	case left.typ == exprList || right.typ == exprList:
		return left, exprErrorAt(n, `a list is not compared: say "…" in it, or len(it) == 0`)
	case left.typ != right.typ:
		return left, exprErrorAt(n, "%s is compared with %s", left.typ, right.typ)
	case !equality && left.typ == exprTruth:
		return left, exprErrorAt(n, "yes or no has no order: use == or !=")
	}
	n.Left, n.Right = left.node, right.node
	return exprPart{node: n, typ: exprTruth}, nil
}

var exprMirrored = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<="}

func (r *exprRewriter) compareTimes(n *ast.BinaryNode, left, right exprPart) (exprPart, error) {
	operator, ok := n.Operator, true
	if left.typ == exprTime {
		left, right = right, left
		operator = exprMirrored[operator]
	}
	if _, ok = exprMirrored[operator]; !ok || left.typ != exprText {
		return left, exprErrorAt(n, `ago is compared with a slot by < or >: changed > ago("2y")`)
	}
	call := exprOwnCall(n, "compareTime", exprPlaced(&ast.StringNode{Value: operator}, n), left.node, right.node)
	return exprPart{node: call, typ: exprTruth}, nil
}

// matches takes a literal pattern only: it is compiled once, and its fault is
// known before anything runs.
func (r *exprRewriter) matches(n *ast.BinaryNode) (exprPart, error) {
	left, err := r.text(n.Left)
	if err != nil {
		return left, err
	}
	pattern, ok := n.Right.(*ast.StringNode)
	if !ok {
		return left, exprErrorAt(n.Right, "matches needs a pattern in quotes")
	}
	if _, err := regexp.Compile(pattern.Value); err != nil {
		return left, exprErrorAt(pattern, "the pattern cannot be read: %s", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	n.Left = left.node
	return exprPart{node: n, typ: exprTruth}, nil
}

func (r *exprRewriter) in(n *ast.BinaryNode) (exprPart, error) {
	left, err := r.text(n.Left)
	if err != nil {
		return left, err
	}
	right, err := r.part(n.Right)
	if err != nil {
		return right, err
	}
	if right.typ != exprList {
		return right, exprErrorAt(n.Right, `in needs a list: relation in ["customer", "prospect"]`)
	}
	n.Left, n.Right = left.node, right.node
	return exprPart{node: n, typ: exprTruth}, nil
}

// coalesce turns a ?? b into a choice on whether the record shows a.
func (r *exprRewriter) coalesce(n *ast.BinaryNode) (exprPart, error) {
	left, err := r.text(n.Left)
	if err != nil {
		return left, err
	}
	if left.shown == nil {
		return left, exprErrorAt(n, `?? fills in for a native field the record does not show; for an empty value use ?:`)
	}
	right, err := r.text(n.Right)
	if err != nil {
		return right, err
	}
	part := exprPart{typ: exprText}
	part.node = exprPlaced(&ast.ConditionalNode{Cond: left.shown, Exp1: left.node, Exp2: right.node}, n)
	if right.shown != nil {
		part.shown = exprPlaced(&ast.BinaryNode{Operator: "or", Left: left.shown, Right: right.shown}, n)
	}
	return part, nil
}

// choice is a ? b : c, and a ?: c, which takes a text unless it is empty.
func (r *exprRewriter) choice(n *ast.ConditionalNode) (exprPart, error) {
	if n.Cond == n.Exp1 {
		return r.unlessEmpty(n)
	}
	if !n.Ternary {
		return exprPart{}, exprErrorAt(n.Cond, "write a ? b : c in place of if")
	}
	cond, err := r.truth(n.Cond)
	if err != nil {
		return cond, err
	}
	yes, err := r.part(n.Exp1)
	if err != nil {
		return yes, err
	}
	no, err := r.part(n.Exp2)
	if err != nil {
		return no, err
	}
	if yes.typ != no.typ || yes.typ == exprTime {
		return yes, exprErrorAt(n.Exp2, "both results must be of one type, and they are %s and %s", yes.typ, no.typ)
	}
	n.Cond, n.Exp1, n.Exp2 = cond.node, yes.node, no.node
	return exprPart{node: n, typ: yes.typ, flag: yes.flag && no.flag}, nil
}

func (r *exprRewriter) unlessEmpty(n *ast.ConditionalNode) (exprPart, error) {
	first, err := r.text(n.Cond)
	if err != nil {
		return first, err
	}
	second, err := r.text(n.Exp2)
	if err != nil {
		return second, err
	}
	return exprPart{node: exprOwnCall(n, "firstOf", first.node, second.node), typ: exprText}, nil
}

func (r *exprRewriter) sortedNames() []string {
	names := make([]string, 0, len(r.names))
	for name := range r.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
