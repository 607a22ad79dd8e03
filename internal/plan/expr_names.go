package plan

import (
	"slices"
	"strings"
	"time"

	"github.com/expr-lang/expr/ast"

	"kith/internal/contact"
	"kith/internal/spelling"
)

// exprScope is where names come from: native fields, or the slots of a kind.
type exprScope struct {
	native bool
	kind   contact.Kind
}

// ExprFacts are the names beside the slots that an expression over slots sees.
var ExprFacts = []string{"id", "kind", "origin", "place"}

// exprLoad is one value an evaluation reads before the machine starts.
type exprLoad struct {
	name  string // as the machine knows it
	from  exprSource
	key   string  // slot or native field
	since exprAgo // for exprSinceAgo
}

type exprSource int

const (
	exprFromSlot  exprSource = iota
	exprFromList             // a slot that is a list
	exprFromField            // a native field
	exprFromShown            // whether the record shows a native field
	exprSinceAgo             // the time so long before now
)

// exprSpaces parts the words of the values we add for the machine. No name in
// an expression holds one, so they cannot collide.
const exprSpaces = " "

// exprMaxList bounds the texts of a list in an expression, and so its loops.
const exprMaxList = 10_000

func (l exprLoad) value(env Env) (any, error) {
	switch l.from {
	case exprSinceAgo:
		return l.since.before(env.Now), nil
	case exprFromField:
		return exprAsk(env.Field, l.key), nil
	case exprFromShown:
		if env.Shown != nil {
			return env.Shown(l.key), nil
		}
		return exprAsk(env.Field, l.key) != "", nil
	}
	text := exprAsk(env.Slot, l.key)
	if l.from == exprFromSlot {
		return text, nil
	}
	if strings.Count(text, contact.ListSeparator) >= exprMaxList {
		return nil, &ExprError{Message: "the list " + l.key + " is too long to be computed with"}
	}
	if text == "" {
		return []string{}, nil
	}
	return strings.Split(text, contact.ListSeparator), nil
}

func exprAsk(answer func(string) string, name string) string {
	if answer == nil {
		return ""
	}
	return answer(name)
}

// sample is a value of the load's type, from which the library learns it.
func (l exprLoad) sample() any {
	switch l.from {
	case exprFromList:
		return []string{}
	case exprFromShown:
		return false
	case exprSinceAgo:
		return time.Time{}
	}
	return ""
}

func (r *exprRewriter) samples() map[string]any {
	samples := map[string]any{exprWorkName: new(exprWork)}
	for _, load := range r.loads {
		samples[load.name] = load.sample()
	}
	return samples
}

// load registers what an evaluation must read and returns the node for it.
func (r *exprRewriter) load(load exprLoad, at ast.Node) ast.Node {
	if !slices.Contains(r.loads, load) {
		r.loads = append(r.loads, load)
	}
	return exprPlaced(&ast.IdentifierNode{Value: load.name}, at)
}

// name resolves a chain of members: a slot, a fact or a native field.
func (r *exprRewriter) name(node ast.Node) (exprPart, error) {
	if member, ok := node.(*ast.MemberNode); ok && !member.Method && !member.Optional {
		if index, ok := exprIndex(member.Property); ok {
			return r.item(member, index)
		}
	}
	words, base := exprChain(node)
	if words == nil {
		return exprPart{}, exprErrorAt(node, "this is not part of the language: a member of a computed value")
	}
	if r.scope.native {
		return r.field(words, base)
	}
	return r.slot(strings.Join(words, "."), base)
}

// exprChain returns the words of a.b["c"] and the node it starts with.
func exprChain(node ast.Node) (words []string, base ast.Node) {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		return []string{n.Value}, n
	case *ast.MemberNode:
		property, ok := n.Property.(*ast.StringNode)
		if !ok || n.Optional || n.Method {
			return nil, nil
		}
		if words, base = exprChain(n.Node); words == nil {
			return nil, nil
		}
		return append(words, property.Value), base
	}
	return nil, nil
}

func (r *exprRewriter) field(words []string, base ast.Node) (exprPart, error) {
	if words[0] != "src" || len(words) < 2 {
		return exprPart{}, exprErrorAt(base, `%q is not known here: native fields are src.NAME or src["NAME"]`, words[0])
	}
	field := strings.Join(words[1:], ".")
	r.names[field] = true
	return exprPart{
		node:  r.load(exprLoad{name: "src" + exprSpaces + field, from: exprFromField, key: field}, base),
		typ:   exprText,
		shown: r.load(exprLoad{name: "shown" + exprSpaces + field, from: exprFromShown, key: field}, base),
	}, nil
}

func (r *exprRewriter) slot(name string, base ast.Node) (exprPart, error) {
	typ, ok := ExprSlotType(r.scope.kind, name)
	if !ok {
		return exprPart{}, exprErrorAt(base, "%s", r.unknownName(name))
	}
	r.names[name] = true
	load := exprLoad{name: name, from: exprFromSlot, key: name}
	if typ == contact.TypeList {
		load.from = exprFromList
		return exprPart{node: r.load(load, base), typ: exprList}, nil
	}
	return exprPart{node: r.load(load, base), typ: exprText, flag: typ == contact.TypeFlag}, nil
}

// ExprSlotType returns the type of a name in an expression over slots of a
// kind: a slot, a fact (a text), or, for a person, "company." and a slot of
// its company.
func ExprSlotType(kind contact.Kind, name string) (contact.Type, bool) {
	if slices.Contains(ExprFacts, name) {
		return contact.TypeText, true
	}
	if below, ok := strings.CutPrefix(name, "company."); ok && kind == contact.Person {
		return contact.SlotType(contact.Company, below)
	}
	return contact.SlotType(kind, name)
}

func (r *exprRewriter) unknownName(name string) string {
	if name == "src" || strings.HasPrefix(name, "src.") {
		return "src is known only where a value is read; give the native field a slot first: map: {x.NAME: FIELD}"
	}
	known := append(KnownSlots(r.scope.kind), ExprFacts...)
	if r.scope.kind == contact.Person && strings.HasPrefix(name, "company.") {
		known = nil
		for _, slot := range KnownSlots(contact.Company) {
			known = append(known, "company."+slot)
		}
	}
	return spelling.Unknown("slot", name, known)
}

// KnownSlots returns the slots of a kind that have a name of their own, in
// ascending order: without numbers (email.work2) and without own fields (x.…).
func KnownSlots(kind contact.Kind) []string {
	slots := contact.PlainSlots(kind)
	for _, family := range []string{"email", "phone", "fax", "address", "url", "im"} {
		for _, label := range contact.Labels(kind, family) {
			if family != "address" {
				slots = append(slots, family+"."+label)
				continue
			}
			for _, part := range contact.AddressParts {
				slots = append(slots, family+"."+label+"."+part)
			}
		}
	}
	slices.Sort(slots)
	return slots
}
