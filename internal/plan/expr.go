package plan

import (
	"errors"
	"fmt"
	"reflect"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/checker"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/optimizer"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"kith/internal/contact"
)

// MaxExpr is the longest expression in characters.
const MaxExpr = 500

// Expr is a compiled expression. It is immutable and safe for concurrent use.
type Expr struct {
	source  string
	names   []string
	fills   bool // it says with ?? what counts where a field is not shown
	program *vm.Program
	loads   []exprLoad
	states  sync.Pool
}

// Env is what an expression sees. Slot answers slot names (`name.given`,
// `company.relation`) and the facts `id`, `kind`, `place` and `origin`; a list
// slot is its texts joined by contact.ListSeparator, an empty one is "".
// Field answers native fields, and Shown whether the record shows one at all,
// which only `??` tells from a blank; without Shown a blank field is not shown.
// Now is the time for `ago`. A nil function answers nothing.
type Env struct {
	Slot  func(name string) string
	Field func(name string) string
	Shown func(name string) bool
	Now   time.Time
}

// ExprError says what is wrong with an expression and where: Offset counts
// characters of the source from 0.
type ExprError struct {
	Offset  int
	Message string
}

func (e *ExprError) Error() string { return e.Message }

// CompileFilter compiles a yes-or-no expression over the slots of a kind. The
// error is an *ExprError.
func CompileFilter(kind contact.Kind, source string) (*Expr, error) {
	return compileExpr(source, exprScope{kind: kind}, exprTruth)
}

// CompileRead compiles a text over native fields, `src.Mail` or
// `src["E-Mail 1"]`, for a slot that is computed on the way in. The error is an
// *ExprError.
func CompileRead(source string) (*Expr, error) {
	return compileExpr(source, exprScope{native: true}, exprText)
}

// CompileWrite compiles a text over the slots of a kind, for a native field
// that is computed on the way out. The error is an *ExprError.
func CompileWrite(kind contact.Kind, source string) (*Expr, error) {
	return compileExpr(source, exprScope{kind: kind}, exprText)
}

// String returns the source.
func (e *Expr) String() string { return e.source }

// Names returns the slots, or the native fields, that the expression reads, in
// ascending order. A slot of a person's company has the prefix "company.".
func (e *Expr) Names() []string { return e.names }

// Bool evaluates a filter. The error is an *ExprError and carries no value of
// the record.
func (e *Expr) Bool(env Env) (bool, error) {
	out, err := e.run(env)
	if err != nil {
		return false, err
	}
	truth, _ := out.(bool)
	return truth, nil
}

// Text evaluates a text. Numbers are written in decimal, yes and no as "true"
// and "false", the texts of a list are joined by contact.ListSeparator. The
// error is an *ExprError and carries no value of the record.
func (e *Expr) Text(env Env) (string, error) {
	out, err := e.run(env)
	if err != nil {
		return "", err
	}
	return exprOutput(out), nil
}

// exprState is what one evaluation needs; states are reused because filters
// run for every party.
type exprState struct {
	machine vm.VM
	values  map[string]any
	work    exprWork
}

func (e *Expr) run(env Env) (any, error) {
	state, _ := e.states.Get().(*exprState)
	if state == nil {
		state = &exprState{values: make(map[string]any, len(e.loads)+1)}
		state.machine.MemoryBudget = exprMemory
		state.values[exprWorkName] = &state.work
	}
	defer e.states.Put(state)
	state.work.left = exprMaxWork
	for _, load := range e.loads {
		value, err := load.value(env)
		if err != nil {
			return nil, err
		}
		state.values[load.name] = value
	}
	out, err := state.machine.Run(e.program, state.values)
	if err != nil {
		return nil, exprRunError(err)
	}
	return out, nil
}

// compileExpr parses with the library, checks and rewrites the tree with our
// own rules, and hands it back to the library for the machine code. The
// library's own look-up by name is never used, so its built-ins cannot capture
// a slot.
func compileExpr(source string, scope exprScope, want exprType) (e *Expr, err error) {
	if n := utf8.RuneCountInString(source); n > MaxExpr {
		return nil, &ExprError{Offset: MaxExpr, Message: fmt.Sprintf("an expression has at most %d characters, this one has %d", MaxExpr, n)}
	}
	defer func() { // a fault of the library must not stop the program
		if r := recover(); r != nil {
			e, err = nil, &ExprError{Message: "the expression cannot be read"}
		}
	}()
	tree, err := parser.Parse(source)
	if err != nil {
		return nil, exprParseError(err)
	}
	rewriter := newExprRewriter(source, scope)
	root, err := rewriter.root(tree.Node, want)
	if err != nil {
		return nil, err
	}
	tree.Node = root.node
	program, err := assembleExpr(tree, rewriter)
	if err != nil {
		return nil, exprParseError(err)
	}
	return &Expr{source: source, names: rewriter.sortedNames(), fills: rewriter.fills, program: program, loads: rewriter.loads}, nil
}

func assembleExpr(tree *parser.Tree, rewriter *exprRewriter) (*vm.Program, error) {
	config := conf.New(rewriter.samples())
	for name, function := range exprOwnFunctions {
		config.Functions[name] = &builtin.Function{Name: name, Func: function.run, Types: []reflect.Type{function.takes}}
	}
	if _, err := checker.Check(tree, config); err != nil {
		return nil, err
	}
	if err := optimizer.Optimize(&tree.Node, config); err != nil {
		return nil, err
	}
	return compiler.Compile(tree, config)
}

func exprParseError(err error) *ExprError {
	var located *file.Error
	if !errors.As(err, &located) {
		return &ExprError{Message: "the expression cannot be read"}
	}
	return &ExprError{Offset: located.From, Message: exprParseSentence(located.Message)}
}

func exprRunError(err error) *ExprError {
	problem := &ExprError{Message: "the expression cannot be computed"}
	var located *file.Error
	if errors.As(err, &located) {
		problem.Offset = located.From
	}
	var ours exprFault
	if errors.As(err, &ours) {
		problem.Message = string(ours)
	}
	return problem
}

// exprPlaced gives a node that the rewriter makes the place of the one it stands
// for, so that a fault at run time points into the source.
func exprPlaced[N ast.Node](node N, from ast.Node) N {
	node.SetLocation(from.Location())
	return node
}
